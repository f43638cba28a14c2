"""Rewrite user Markdown so that it can be embedded safely in a larger Markdown file, below a heading.

The parser of `lib.markdown` reads the text, and mdformat writes what it found. So every reader of the file sees the
same as Trefoil shows: headings are below the given level, HTML is text, images are links, and links lead only to web
or e-mail addresses.
"""

import re
from collections.abc import Iterable, Iterator
from types import SimpleNamespace
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdformat.renderer import MDRenderer, RenderContext, RenderTreeNode

from lib.markdown_bounds import LONGEST, is_too_much, may_have_tables

_PARSER = MarkdownIt("commonmark", {"html": False}).enable("table")
_WITHOUT_TABLES = MarkdownIt("commonmark", {"html": False})
# mdformat takes the square of the number of items of a list, and of pieces of a paragraph.
_MOST_ITEMS = 200
_MOST_PIECES = 2_000
_SCHEMES = {"", "http", "https", "mailto"}
_DEEPEST = 6
_ENTITY = re.compile(r"&(?=#?\w+;)")
_WORD = re.compile(r"[\w+#.-]*")
# Stands for "<" in texts until they are written: mdformat escapes it only where it would begin a tag.
_LESS = "\ue000"
_ALIGNED = {"text-align:left": ":--", "text-align:right": "--:", "text-align:center": ":-:"}


def nested(text: str, *, under: int) -> str:
    """Return the Markdown with all headings below level `under` (1 to 6), without blank lines around it.

    A text that `lib.markdown_bounds` refuses, or with very long lists or paragraphs, is a block of code.
    """
    text = text.replace(_LESS, "")
    parser = _PARSER if may_have_tables(text) else _WITHOUT_TABLES
    tokens = parser.parse(text) if len(text) <= LONGEST else []
    if is_too_much(tokens, text) or _is_long(tokens):
        return _rendered([Token("fence", "code", 0, content=text.removesuffix("\n") + "\n")])
    for token in tokens:
        if token.type == "heading_open":
            token.markup = "#" * min(int(token.tag[1]) + under, _DEEPEST)
        elif token.type in ("fence", "code_block"):
            # Only the first word tells the language.
            word = _WORD.match(token.info.strip()) if token.type == "fence" else None
            token.info = word[0] if word else ""
            # A fence that is never closed may end without one.
            token.content = token.content and token.content.removesuffix("\n") + "\n"
        elif token.type == "inline":
            token.children = list(_harmless(token.children or []))
    return _rendered(tokens)


def _is_long(tokens: Iterable[Token]) -> bool:
    items = [0]
    for token in tokens:
        if token.type in ("bullet_list_open", "ordered_list_open"):
            items.append(0)
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            items.pop()
        items[-1] += token.type == "list_item_open"
        if items[-1] > _MOST_ITEMS or len(token.children or ()) > _MOST_PIECES:
            return True
    return False


def inline(text: str) -> str:
    """Escape plain text for one line of a Markdown file."""
    words = Token("inline", "", 0, children=[_text(" ".join(text.replace(_LESS, "").split()))])
    return _rendered([Token("paragraph_open", "p", 1), words, Token("paragraph_close", "p", -1)])


def _rendered(tokens: list[Token]) -> str:
    written: str = MDRenderer().render(tokens, {"parser_extension": [_EXTENSION]}, {}, finalize=False)
    return written.replace(_LESS, "&lt;").strip("\n")


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content.replace("<", _LESS))


def _harmless(children: list[Token]) -> Iterator[Token]:
    """Images become links; links that lead elsewhere than to web or e-mail addresses become their words."""
    # Whether each link around a token is kept.
    kept: list[bool] = []
    for at, token in enumerate(children):
        if token.type == "image":
            words = _text(" ".join(_words(token).split()) or "image")
            link = None if kept else _link(str(token.attrs.get("src", "")), "")
            yield from (link, words, Token("link_close", "a", -1)) if link else (words,)
        elif token.type == "link_open":
            address = str(token.attrs.get("href", ""))
            link = _link(address, str(token.attrs.get("title", "")))
            kept.append(link is not None)
            if link is not None:
                yield link
                # A link without words shows its address.
                if children[at + 1].type == "link_close":
                    yield _text(address)
        elif token.type == "text":
            yield _text(token.content)
        elif token.type != "link_close" or kept.pop():
            yield token


def _words(token: Token) -> str:
    if token.type in ("softbreak", "hardbreak"):
        return " "
    return "".join(map(_words, token.children)) if token.children else token.content


def _link(address: str, title: str) -> Token | None:
    """The token that opens a link; None if the link is dangerous."""
    try:
        if urlsplit(address).scheme.lower() not in _SCHEMES:
            return None
    except ValueError:
        return None
    attrs: dict[str, str | int | float] = {"href": _ENTITY.sub("&amp;", address).replace("|", "%7C")}
    if title:
        attrs["title"] = (
            _ENTITY.sub("&amp;", " ".join(title.split())).replace("\\", "\\\\").replace("<", "&lt;")
        )
    return Token("link_open", "a", 1, attrs=attrs)


def _hardbreak(node: RenderTreeNode, context: RenderContext) -> str:
    """mdformat breaks the line of a heading by HTML."""
    above = node.parent.parent if node.parent else None
    return " " if above is not None and above.type == "heading" else "\\\n"


def _table(node: RenderTreeNode, context: RenderContext) -> str:
    rows = [row for part in node.children for row in part.children]
    marks = [_ALIGNED.get(str(cell.attrs.get("style", "")), "---") for cell in rows[0].children]
    lines = [
        " | ".join(cell.render(context).replace("|", "\\|").replace("\n", " ") for cell in row.children)
        for row in rows
    ]
    return "\n".join(f"| {line} |" for line in (lines[0], " | ".join(marks), *lines[1:]))


def _cell(node: RenderTreeNode, context: RenderContext) -> str:
    return node.children[0].render(context).strip()


def _without_table(text: str, node: RenderTreeNode, context: RenderContext) -> str:
    """Escape lines of a paragraph that could be the second line of a table."""
    return "\n".join(
        line.replace("-", "\\-", 1) if "-" in line and not line.strip("|-: ") else line
        for line in text.split("\n")
    )


_EXTENSION = SimpleNamespace(
    RENDERERS={"hardbreak": _hardbreak, "table": _table, "th": _cell, "td": _cell},
    POSTPROCESSORS={"paragraph": _without_table},
)
