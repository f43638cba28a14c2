"""The lines of a README as pages show them, and the links in them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import dedent
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import normalizeReference

from lib.markdown import pieces_of_line

# Left out: HTML, and addresses beside the file. Code stays, and so does a link.
_NOT_SHOWN = re.compile(
    r"(?P<code>(?<!`)(?P<ticks>`{1,3})(?!`)[^`]{1,500}(?P=ticks)(?!`))"
    r"|<a\s[^<>]{0,500}?href=[\"']?(?P<href>https?://[^\"'\s<>]{1,1000})[^<>]*>(?P<linked>[^<>]*\w[^<>]*)</a>"
    r"|(?P<html><!--(?:(?!-->).)*(?:-->|\Z)|</?[a-z][a-z0-9-]*(?:\s[^<>]*)?/?>)"
    r"|!?\[(?P<words>[^\[\]]{0,500})\]\((?!\s*<?(?:https?:|mailto:))[^()\s]{0,1000}(?:\s[^()]{0,300})?\)"
    r"|\[(?P<named>[^\[\]]{1,500})\]\[(?P<label>[^\[\]]{0,200})\]",
    re.IGNORECASE | re.DOTALL,
)
_LIST_MARK = re.compile(r"^\s*(?:(?:[-*+]|\d{1,9}[.)])\s+(?:\[[ x]\]\s+)?)?", re.IGNORECASE)
# Most lines have no mark of Markdown, and parsing takes a while.
_MARKED = re.compile(r"\]\(|[<`*_\\&]|://")
_ADDRESS = re.compile(r"https?://[\w-]+(?:\.[\w-]+)+(?::\d+)?(?:[/?#]\S{0,900})?", re.IGNORECASE)
# Words beside a link that only say what it is: "Video: ".
_LABEL = re.compile(r"[\W_]*(?:([^.:!?]{1,40}):)?[\W_]*")
_SAYS_NOTHING = re.compile(
    r"https?://.*|(?:\W|\b(?:link|to|the|here|this|video|watch|click|more|details|repository|repo|aqui|ici)\b)*",
    re.IGNORECASE,
)
_KINDS = {
    "Video": re.compile(r"https?://(?:[\w-]+\.)*(?:youtube\.com|youtu\.be|vimeo\.com)/.*"),
    "Chat": re.compile(
        r"https?://(?:[\w-]+\.)*(?:slack\.com|discord\.(?:com|gg)|teams\.microsoft\.com|t\.me)/.*"
    ),
    # Deeper down is a page of the repository.
    "Repository": re.compile(r"https?://(?:github|gitlab|codeberg|bitbucket)\.(?:com|org)/[^/]+/[^/?#]+/?"),
}


@dataclass(frozen=True, slots=True)
class OutlineLink:
    """A link to another host. `line` counts from 1; `kind` is Video, Chat, Repository, or empty."""

    line: int
    name: str
    url: str
    kind: str


@dataclass(frozen=True, slots=True)
class ReadmeLine:
    """A line without the marks of Markdown, and its links. The title leaves links out that stand behind a label."""

    text: str
    title: str
    links: tuple[OutlineLink, ...] = ()
    # It says nothing else.
    is_links: bool = False


def read_line(number: int, line: str, about: str = "") -> ReadmeLine:
    """Read a line, as it is written. A link whose words say nothing is named after what it is `about`."""
    line = _LIST_MARK.sub("", line, count=1)
    pieces = pieces_of_line(line) if _MARKED.search(line) else [(line, "")]
    text = " ".join("".join(words for words, _ in pieces).split())
    label = _LABEL.fullmatch("".join(words for words, url in pieces if not url))
    told = label[1].strip() if label and label[1] else ""
    links = []
    for words, url in pieces:
        if _ADDRESS.fullmatch(url):
            name = " ".join(words.split())
            kind = next((kind for kind, address in _KINDS.items() if address.fullmatch(url)), "")
            if _SAYS_NOTHING.fullmatch(name):
                name = ": ".join(filter(None, (told or kind, about))) or url
            elif told and about:
                name = f"{told}: {name}"
            links.append(OutlineLink(number, name, url, kind))
    before = pieces[0][0].rstrip() if links and not pieces[0][1] else ""
    title = before.strip(" :-–—") if before.endswith((":", "-", "–", "—")) else text
    return ReadmeLine(text, title, tuple(links), bool(links and label))


def dedented(lines: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
    """The lines of an item of a list without its mark, as a text of their own."""
    first = _LIST_MARK.sub(lambda mark: " " * mark.end(), lines[0][1], count=1)
    text = dedent("\n".join([first, *(line for _, line in lines[1:])]))
    return list(zip((number for number, _ in lines), text.split("\n"), strict=True))


def shown_lines(text: str) -> tuple[list[str], dict[str, list[int]]]:
    """The lines as pages show them, and the numbers of those in which something was left out, by what it was."""
    lines = re.sub("[^\\x00-\\x7f]+", _mended, text.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    left_out: dict[str, list[int]] = {}
    env: dict[str, Any] = {}
    # Without inline Markdown: many repeated brackets would take seconds.
    tokens = MarkdownIt("commonmark").disable("inline").parse("\n".join(lines), env)
    addresses = {name: found["href"] for name, found in env.get("references", {}).items()}

    def shown(match: re.Match[str]) -> str:
        words = match["words"] or match["linked"] or match["named"] or ""
        address = match["href"] or (
            match["named"] and addresses.get(normalizeReference(match["label"] or words))
        )
        ends = "\n" * match[0].count("\n")
        if match["code"] or (match["named"] and not address):
            return match[0]
        if address and _ADDRESS.fullmatch(address):
            return f"[{' '.join(words.split())}]({address}){ends}"
        left_out.setdefault("HTML" if match["html"] else "Links beside the file", []).append(start + 1)
        return words + (ends or " " * match[0].lower().startswith("<br"))

    for token in tokens:
        start, end = token.map or (0, 0)
        if token.type == "html_block":
            whole = _NOT_SHOWN.sub(shown, "\n".join(lines[start:end]))
            lines[start:end] = [line.strip() for line in whole.split("\n")]
        elif token.type == "inline":
            lines[start:end] = [_NOT_SHOWN.sub(shown, line) for line in lines[start:end]]
    return lines, left_out


def _mended(letters: re.Match[str]) -> str:
    """Repair text that an editor saved after it took UTF-8 for cp1252: "ðŸŽ‰" is an emoji."""
    try:
        return letters[0].encode("cp1252").decode()
    except UnicodeError:
        return letters[0]
