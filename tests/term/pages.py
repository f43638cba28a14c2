"""A page as a browser holds it: its words, its links, and its forms with the fields and buttons that it would send."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

VOID = set("area base br col embed hr img input link meta source track wbr".split())
HIDDEN_FROM_READERS = {"script", "style", "template"}


@dataclass(eq=False)
class Node:
    tag: str
    attrs: dict[str, str] = field(default_factory=dict)
    parent: "Node | None" = None
    children: "list[Node | str]" = field(default_factory=list)

    @property
    def classes(self) -> list[str]:
        return self.attrs.get("class", "").split()

    def walk(self) -> "Iterator[Node]":
        for child in self.children:
            if isinstance(child, Node):
                yield child
                yield from child.walk()

    def all(self, tag: str = "", css: str = "", **attrs: str) -> "list[Node]":
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attrs.items()}
        return [
            node
            for node in self.walk()
            if (not tag or node.tag == tag)
            and (not css or css in node.classes)
            and all(node.attrs.get(name) == value for name, value in wanted.items())
        ]

    def first(self, tag: str = "", css: str = "", **attrs: str) -> "Node | None":
        return next(iter(self.all(tag, css, **attrs)), None)

    @property
    def text(self) -> str:
        """All words of it, also those that only a screen reader says, with single spaces; marks of people are none."""
        return " ".join(self._pieces().split())

    @property
    def shown(self) -> str:
        """The words that are seen."""
        return " ".join(self._pieces(without="visually-hidden").split())

    @property
    def bare(self) -> str:
        """All words but the small ones, which say when."""
        return " ".join(self._pieces(without="small").split())

    def _pieces(self, without: str = "") -> str:
        is_left_out = "mark" in self.classes or (without and without in (self.tag, *self.classes))
        if self.tag in HIDDEN_FROM_READERS or is_left_out:
            return ""
        pieces = (child if isinstance(child, str) else child._pieces(without) for child in self.children)
        inside = "".join(pieces)
        is_block = self.tag not in {"a", "b", "em", "span", "small", "strong", "button", "time", "svg", "use"}
        return f" {inside} " if is_block else inside

    def within(self, tag: str) -> "Node | None":
        """The nearest node around it that has this tag."""
        node = self.parent
        while node is not None and node.tag != tag:
            node = node.parent
        return node


class _Tree(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.top = self.open = Node("page")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs}, self.open)
        self.open.children.append(node)
        if tag not in VOID:
            self.open = node

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.children.append(Node(tag, {name: value or "" for name, value in attrs}, self.open))

    def handle_endtag(self, tag: str) -> None:
        node: Node | None = self.open
        while node is not None and node.tag != tag:
            node = node.parent
        if node is not None and node.parent is not None:
            self.open = node.parent

    def handle_data(self, data: str) -> None:
        self.open.children.append(data)


def parse(html: str) -> Node:
    tree = _Tree()
    tree.feed(html)
    return tree.top


class NotOnPageError(AssertionError):
    """What somebody wants to press or fill in is not on the page."""


@dataclass
class Form:
    """A form of a page. `fields` are what it would send as it stands; a name may stand more than once."""

    action: str
    method: str
    fields: list[tuple[str, str]]
    names: set[str]
    buttons: list[Node]
    node: Node
    options: dict[str, list[tuple[str, str]]]

    def filled(self, fill: Mapping[str, object]) -> dict[str, list[str]]:
        """Its fields with what somebody fills in: None clears a box. A field that is not there cannot be filled."""
        sent: dict[str, list[str]] = {}
        for name, value in self.fields:
            sent.setdefault(name, []).append(value)
        for name, wanted in fill.items():
            if name not in self.names:
                raise NotOnPageError(f"The form of {self.action} has no field {name}: {sorted(self.names)}")
            if wanted is None:
                sent.pop(name, None)
                continue
            values = [str(each) for each in wanted] if isinstance(wanted, list) else [str(wanted)]
            if name in self.options and not set(values) <= {value for value, _ in self.options[name]}:
                raise NotOnPageError(f"{name} of {self.action} has no choice {values}: {self.options[name]}")
            sent[name] = values
        return sent

    def button(self, words: str = "", **attrs: str) -> Node | None:
        for node in self.buttons:
            if words and words not in node.text:
                continue
            if all(node.attrs.get(name) == value for name, value in attrs.items()):
                return node
        return None


@dataclass
class Page:
    url: str
    status: int
    html: str
    _tree: Node | None = None

    @property
    def tree(self) -> Node:
        if self._tree is None:
            self._tree = parse(self.html)
        return self._tree

    @property
    def main(self) -> Node:
        return self.tree.first("main") or self.tree

    @property
    def heading(self) -> str:
        node = self.tree.first("h1")
        return node.shown if node else ""

    @property
    def errors(self) -> list[str]:
        marks = {"invalid-feedback", "error-summary", "errorlist"}
        return [node.text for node in self.tree.walk() if marks & set(node.classes)]

    def links(self) -> Iterator[str]:
        for node in self.tree.all("a"):
            href = node.attrs.get("href", "")
            if href and not href.startswith(("#", "mailto:", "http:", "https:")):
                yield urljoin(self.url, href).partition("#")[0]

    def forms(self) -> list[Form]:
        return [self._form(node) for node in self.tree.all("form")]

    def form(self, action: str, holding: str = "", field_name: str = "") -> Form:
        """The form that posts to this address, or to one that ends like it, and has this button or field."""
        found = [
            form
            for form in self.forms()
            if re.split("[?#]", form.action)[0].endswith(action)
            and (not holding or form.button(holding))
            and (not field_name or field_name in form.names)
        ]
        if not found:
            what = f"No form to {action} ({holding or field_name}) on {self.url}"
            raise NotOnPageError(f"{what}: {self.heading} {self.errors or ''}")
        return found[0]

    def _form(self, node: Node) -> Form:
        own = [each for each in node.walk() if "form" not in each.attrs]
        if form_id := node.attrs.get("id"):
            own += [each for each in self.tree.walk() if each.attrs.get("form") == form_id]
        fields: list[tuple[str, str]] = []
        buttons, names, options = [], set(), {}
        for each in own:
            name, kind = each.attrs.get("name", ""), each.attrs.get("type", "text")
            if each.tag == "button" and kind in ("text", "submit"):
                buttons.append(each)
            if each.tag not in ("input", "select", "textarea") or not name or "disabled" in each.attrs:
                continue
            names.add(name)
            if each.tag == "textarea":
                raw = "".join(child for child in each.children if isinstance(child, str))
                fields.append((name, raw.removeprefix("\n")))
            elif each.tag == "select":
                choices = each.all("option")
                options[name] = [(one.attrs.get("value", one.text), one.text) for one in choices]
                chosen = [one for one in choices if "selected" in one.attrs]
                if not chosen and "multiple" not in each.attrs:
                    chosen = choices[:1]
                fields += [(name, one.attrs.get("value", one.text)) for one in chosen]
            elif kind in ("radio", "checkbox"):
                options.setdefault(name, []).append((each.attrs.get("value", "on"), ""))
                if "checked" in each.attrs:
                    fields.append((name, each.attrs.get("value", "on")))
            elif kind not in ("submit", "button", "file", "image"):
                fields.append((name, each.attrs.get("value", "")))
        action = urljoin(self.url, node.attrs.get("action", "") or self.url)
        method = node.attrs.get("method", "get").lower()
        return Form(action, method, fields, names, buttons, node, options)
