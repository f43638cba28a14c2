"""Convert user Markdown to safe HTML: CommonMark, then an allow-list.

Typed HTML is shown as text, line ends are kept, and a bare address is a link. Images become links, so that a page loads
nothing from another host; shown are the pictures of the text's own question only.
"""

from collections.abc import Mapping, MutableMapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, cast

import nh3
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from linkify_it import LinkifyIt
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from lib.markdown_bounds import LONGEST, is_too_much, may_have_tables

_TAGS = {
    "p", "br", "hr", "em", "strong", "code", "pre", "blockquote", "ul", "ol", "li", "a",
    "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, "pre": {"tabindex"}}
_OF_PICTURES = {"img": {"src", "alt", "width", "height", "loading"}}
_SCHEMES = {"http", "https", "mailto"}
_MOST_ADDRESSES = 100
# Of a line whose links are looked for: repeated brackets take the square of it.
_LONGEST_LINE = 2_000
# The page already uses heading levels 1 and 2.
_HEADING = {"h1": "h3", "h2": "h4", "h3": "h5", "h4": "h6", "h5": "h6", "h6": "h6"}


def to_html(text: str, pictures: Mapping[str, tuple[int, int]] | None = None) -> SafeString:
    """Return the HTML; of a text that `lib.markdown_bounds` refuses, a block with what was typed.

    Args:
        pictures: the images to show, by their address here, with their size in pixels.
    """
    parser = _PARSER if may_have_tables(text) else _WITHOUT_TABLES
    env: dict[str, Any] = {"pictures": pictures}
    tokens = parser.parse(text, env) if len(text) <= LONGEST else []
    if is_too_much(tokens, text):
        return format_html('<pre tabindex="0"><code>{}</code></pre>\n', text)
    for token in tokens:
        _note_links(token.children or ())
    cleaned = nh3.clean(
        parser.renderer.render(tokens, parser.options, env),
        tags=_TAGS | {"img"} if pictures else _TAGS,
        attributes=_ATTRIBUTES | _OF_PICTURES if pictures else _ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="nofollow noopener",
        url_relative="pass_through",
    )
    return mark_safe(cleaned)  # noqa: S308


def to_line(text: str) -> SafeString:
    """Return one line of HTML for a preview: emphasis, code and the marks of lists stay, since words depend on them."""
    tokens = _WITHOUT_TABLES.parse(text[:LONGEST])
    if is_too_much(tokens, text):
        return format_html("{}", " ".join(text.split()))
    parts, renderer = [], cast("RendererHTML", _PARSER.renderer)
    for token in tokens:
        if token.type == "list_item_open":
            parts.append(f"{token.info}{token.markup}" if token.info else "•")
        elif token.type == "inline":
            _note_links(token.children or ())
            parts.append(renderer.renderInline(token.children or (), _PARSER.options, {}))
        elif token.type in ("fence", "code_block"):
            parts.append(f"<code>{escape(token.content)}</code>")
    return mark_safe(" ".join(nh3.clean(" ".join(parts), tags={"em", "strong", "code"}).split()))  # noqa: S308


def pieces_of_line(text: str) -> list[tuple[str, str]]:
    """Return a line as it reads, without marks, in pieces: each with the address that it is a link to, or with ""."""
    if len(text) > _LONGEST_LINE:
        return [(text, "")]
    pieces, address = [], ""
    for child in _WITHOUT_TABLES.parseInline(text)[0].children or ():
        if child.type in ("link_open", "link_close"):
            address = str(child.attrs.get("href", ""))
        elif child.content or child.type == "softbreak":
            pieces.append((child.content or " ", address))
    return [("".join(words for words, _ in same), url) for url, same in groupby(pieces, key=itemgetter(1))]


def _note_links(children: Sequence[Token]) -> None:
    """Mark images inside links, once, since looking for the link of each would take the square of their number."""
    depth = 0
    for child in children:
        if child.type in ("link_open", "link_close"):
            depth += child.nesting
        elif child.type == "image":
            child.meta["is_in_link"] = depth > 0


def _image(
    renderer: RendererHTML,
    tokens: Sequence[Token],
    at: int,
    options: OptionsDict,
    env: MutableMapping[str, Any],
) -> str:
    """A picture of the question, which leads to itself at its own size; words for one that is gone, else a link."""
    words = renderer.renderInlineAsText(tokens[at].children or [], options, env)
    source = str(tokens[at].attrs.get("src", ""))
    known = env.get("pictures")
    size = (known or {}).get(source)
    is_gone = known is not None and size is None and source.startswith("/pictures/")
    shown = Token("text", "", 0, content=words or "image")
    if size is not None:
        shown = Token("picture", "img", 0)
        shown.attrs = {"src": source, "alt": words or "Picture", "loading": "lazy"}
        shown.attrs |= {"width": size[0], "height": size[1]}
    if tokens[at].meta.get("is_in_link") or is_gone:
        return renderer.renderInline([shown], options, env)
    link = Token("link_open", "a", 1, attrs={"href": source})
    return renderer.renderInline([link, shown, Token("link_close", "a", -1)], options, env)


def _link(
    renderer: RendererHTML,
    tokens: Sequence[Token],
    at: int,
    options: OptionsDict,
    env: MutableMapping[str, Any],
) -> str:
    opened = renderer.renderToken(tokens, at, options, env)
    if tokens[at + 1].type != "link_close":
        return opened
    # Screen readers cannot read a link without text, so its address becomes the text.
    address = Token("text", "", 0, content=str(tokens[at].attrs.get("href", "")))
    return opened + renderer.renderInline([address], options, env)


def _heading(
    renderer: RendererHTML,
    tokens: Sequence[Token],
    at: int,
    options: OptionsDict,
    env: MutableMapping[str, Any],
) -> str:
    tokens[at].tag = _HEADING.get(tokens[at].tag, tokens[at].tag)
    return renderer.renderToken(tokens, at, options, env)


def _code(
    renderer: RendererHTML,
    tokens: Sequence[Token],
    at: int,
    options: OptionsDict,
    env: MutableMapping[str, Any],
) -> str:
    # A block may scroll sideways, so the keyboard must reach it.
    code = Token("code_inline", "code", 0, content=tokens[at].content)
    return f'<pre tabindex="0">{renderer.code_inline([code], 0, options, env)}</pre>\n'


class _Links(LinkifyIt):  # type: ignore[misc]
    """Looks for addresses with http:// or https:// only: in answers about code "model.fit" is no host."""

    def __init__(self) -> None:
        super().__init__(options={"fuzzy_link": False, "fuzzy_email": False, "fuzzy_ip": False})
        self.add("ftp:", None).add("//", None).add("mailto:", None)

    def pretest(self, text: str) -> bool:
        """Leave a paragraph as it is that has more addresses than one reads: it takes the square of their number."""
        return text.count("://") <= _MOST_ADDRESSES and bool(super().pretest(text))


def _parser(*, has_tables: bool) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True, "linkify": True})
    # On the whole text: the rule that works on the way takes the square of its length.
    parser.core.ruler.enable("linkify")
    parser.linkify = _Links()
    if has_tables:
        parser.enable("table")
    parser.add_render_rule("image", _image)
    parser.add_render_rule("link_open", _link)
    parser.add_render_rule("heading_open", _heading)
    parser.add_render_rule("heading_close", _heading)
    parser.add_render_rule("fence", _code)
    parser.add_render_rule("code_block", _code)
    return parser


_PARSER, _WITHOUT_TABLES = _parser(has_tables=True), _parser(has_tables=False)
