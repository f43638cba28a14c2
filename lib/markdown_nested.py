"""Rewrite user Markdown so that it can be embedded safely in a larger Markdown file, below a heading.

The parser of `lib.markdown` reads the text, and this module writes the parsed tree. So every reader of the file sees
the same as Trefoil shows: headings are below the given level, HTML is text, images are links, and links lead only to
web or e-mail addresses.
"""

import re
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

_PARSER = MarkdownIt("commonmark", {"html": False}).enable("table")
_SCHEMES = {"", "http", "https", "mailto"}
_DEEPEST = 6
_ENTITY = re.compile(r"&(?=#?\w+;)")
_WORD = re.compile(r"[\w+#.-]*")
_OTHER_MARK = {"-": "*", "*": "-", "+": "-", ".": ")", ")": "."}
_ALIGNED = {"text-align:left": ":--", "text-align:right": "--:", "text-align:center": ":-:"}
# Has a meaning at the start of a line: list, heading, quotation, underline of a heading, table.
_BEGINS = re.compile(r"(?P<mark>[-+](?=\s|$)|#{1,6}(?=\s|$)|>|=+\s*$|-+\s*$|[|:\-\s]*-[|:\-\s]*$)")
_NUMBERED = re.compile(r"(\d{1,9})([.)])(?=\s|$)")


def nested(text: str, *, under: int) -> str:
    """Return the Markdown with all headings below level `under` (1 to 6), without blank lines around it."""
    return "\n".join(_blocks(SyntaxTreeNode(_PARSER.parse(text)).children, under))


def inline(text: str) -> str:
    """Escape plain text for one line of a Markdown file."""
    return _begun(_escaped(" ".join(text.split())))


def _blocks(nodes: list[SyntaxTreeNode], under: int, *, is_tight: bool = False) -> list[str]:
    lines: list[str] = []
    mark = ""
    for node in nodes:
        if lines and not is_tight:
            lines.append("")
        # Different markers keep two adjacent lists separate.
        is_list = node.type in ("bullet_list", "ordered_list")
        mark = "" if not is_list else _OTHER_MARK[mark] if node.markup == mark else node.markup
        lines += _block(node, under, mark)
    return lines


def _block(node: SyntaxTreeNode, under: int, mark: str) -> list[str]:
    match node.type:
        case "heading":
            level = min(int(node.tag[1]) + under, _DEEPEST)
            words = " ".join(_inline(node.children).replace("\\\n", " ").split())
            return [f"{'#' * level} {re.sub(r'(#+)$', _escape_each, words)}".rstrip()]
        case "paragraph":
            return [_begun(line) for line in _inline(node.children).split("\n")]
        case "blockquote":
            return [f"> {line}".rstrip() for line in _blocks(node.children, under)] or [">"]
        case "bullet_list" | "ordered_list":
            return _list(node, under, mark)
        case "fence" | "code_block":
            return _code(node)
        case "hr":
            return ["___"]
        case "table":
            return _table(node)
        case kind:
            raise AssertionError(f"The parser knows no {kind}.")


def _list(node: SyntaxTreeNode, under: int, mark: str) -> list[str]:
    paragraphs = [child for item in node.children for child in item.children if child.type == "paragraph"]
    is_tight = bool(paragraphs) and all(paragraph.hidden for paragraph in paragraphs)
    first = int(node.attrs.get("start", 1))
    lines: list[str] = []
    for number, item in enumerate(node.children, start=first):
        sign = mark if node.type == "bullet_list" else f"{number}{mark}"
        inner = _blocks(item.children, under, is_tight=is_tight)
        if lines and not is_tight:
            lines.append("")
        lines.append(f"{sign} {inner[0] if inner else ''}".rstrip())
        lines += [f"{' ' * (len(sign) + 1)}{line}".rstrip() for line in inner[1:]]
    return lines


def _code(node: SyntaxTreeNode) -> list[str]:
    longest = max((len(run) for run in re.findall("`+", node.content)), default=0)
    fence = "`" * max(3, longest + 1)
    language = _WORD.match(node.info.strip()) if node.type == "fence" else None
    lines = node.content.removesuffix("\n").split("\n") if node.content else []
    return [f"{fence}{language[0] if language else ''}", *lines, fence]


def _table(node: SyntaxTreeNode) -> list[str]:
    rows = [row for part in node.children for row in part.children]
    marks = [_ALIGNED.get(str(cell.attrs.get("style", "")), "---") for cell in rows[0].children]
    lines = [" | ".join(_inline(cell.children, is_cell=True) for cell in row.children) for row in rows]
    return [f"| {line} |" for line in (lines[0], " | ".join(marks), *lines[1:])]


def _inline(nodes: list[SyntaxTreeNode], *, is_cell: bool = False) -> str:
    """Return the inline content of a block. It is the only child of the block."""
    return "".join(_spans(node.children, is_cell) for node in nodes).strip()


def _spans(nodes: list[SyntaxTreeNode], is_cell: bool) -> str:
    parts: list[str] = []
    for node in nodes:
        part = _span(node, is_cell)
        if parts and parts[-1].endswith("!") and part.startswith("["):
            parts[-1] = f"{parts[-1][:-1]}\\!"
        parts.append(part)
    return "".join(parts)


def _span(node: SyntaxTreeNode, is_cell: bool) -> str:
    match node.type:
        case "text":
            return _escaped(node.content)
        case "softbreak":
            return "\n"
        case "hardbreak":
            return "\\\n"
        case "code_inline":
            return _code_span(node.content, is_cell)
        case "em" | "strong":
            return f"{node.markup}{_spans(node.children, is_cell)}{node.markup}"
        case "link":
            words = _spans(node.children, is_cell)
            return _link(words, str(node.attrs.get("href", "")), str(node.attrs.get("title", "")))
        case "image":
            return _image(node)
        case kind:
            raise AssertionError(f"The parser knows no {kind}.")


def _image(node: SyntaxTreeNode) -> str:
    words = _escaped(" ".join(_words(node).split()) or "image")
    is_in_link = any(above.type == "link" for above in _above(node))
    return words if is_in_link else _link(words, str(node.attrs.get("src", "")), "")


def _words(node: SyntaxTreeNode) -> str:
    if node.type in ("text", "code_inline"):
        return node.content
    return " " if node.type in ("softbreak", "hardbreak") else "".join(map(_words, node.children))


def _above(node: SyntaxTreeNode) -> list[SyntaxTreeNode]:
    return [node.parent, *_above(node.parent)] if node.parent else []


def _link(words: str, address: str, title: str) -> str:
    try:
        scheme = urlsplit(address).scheme.lower()
    except ValueError:
        return words
    if scheme not in _SCHEMES:
        return words
    address = _ENTITY.sub("&amp;", address).replace("(", "%28").replace(")", "%29").replace("|", "%7C")
    words = words or _escaped(address)
    about = f' "{_titled(title)}"' if title else ""
    return f"[{words}]({address or '<>'}{about})"


def _titled(title: str) -> str:
    return re.sub(r'([\\"|])', r"\\\1", _ENTITY.sub("&amp;", " ".join(title.split())).replace("<", "&lt;"))


def _code_span(content: str, is_cell: bool) -> str:
    runs = {len(run) for run in re.findall("`+", content)}
    fence = next("`" * length for length in range(1, len(runs) + 2) if length not in runs)
    is_padded = (
        content[:1] == "`" or content[-1:] == "`" or (content[:1] == content[-1:] == " " and content.strip())
    )
    inner = f" {content} " if is_padded else content
    return f"{fence}{inner.replace('|', chr(92) + '|') if is_cell else inner}{fence}"


def _escaped(text: str) -> str:
    """Escape text that Markdown would interpret anywhere in a line."""
    text = re.sub(r"([\\`*\[\]~|])", r"\\\1", _ENTITY.sub("&amp;", text)).replace("<", "&lt;")
    # An underscore between letters or digits has no meaning: max_tokens does not change.
    text = re.sub(r"(?<![^\W_])_|_(?![^\W_])", r"\\_", text)
    return text.replace("\n", "&#10;").replace("\t", "&#9;").replace("\xa0", "&nbsp;")


def _begun(line: str) -> str:
    """Escape characters that Markdown would interpret at the start of a line."""
    if found := _NUMBERED.match(line):
        return f"{found[1]}\\{line[len(found[1]) :]}"
    return f"\\{line}" if _BEGINS.match(line) else line


def _escape_each(found: re.Match[str]) -> str:
    return "".join(f"\\{letter}" for letter in found[0])
