"""Markdown that is to stand in somebody else's file says the same there, below its heading, and does no harm."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from lib.markdown_nested import inline, nested

# As the strangest of readers has it: with HTML.
READER = MarkdownIt("commonmark", {"html": True}).enable("table")
# As Trefoil shows it.
TREFOIL = MarkdownIt("commonmark", {"html": False}).enable("table")

PIECES = [
    *"ab1 #-+=>`~[]()<>!|\\:.&\"*_\n", "\n\n", "\n- ", "\n1. ", "\n2) ", "\n> ", "\n    ", "```", "**", "__", "[a](b)",
    "![i](s)", "[x](javascript:y)", "&amp;", "&lt;b&gt;", "| a | b |\n|---|---|\n", "<b>", "</script>", "<!-- c -->",
    "<http://x.y>", "---", "===", "\n```py\n", "\n# T\n", "\n###### T", "[a]: b\n",
]  # fmt: skip


def tokens(text: str) -> list[Token]:
    found = READER.parse(text)
    return found + [child for token in found for child in token.children or ()]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join), st.integers(1, 6))
def test_whatever_was_typed_is_harmless_and_below_its_heading(text: str, under: int) -> None:
    found = tokens(nested(text, under=under))
    assert not {token.type for token in found} & {"html_block", "html_inline", "image"}
    assert all(int(token.tag[1]) > min(under, 5) for token in found if token.type == "heading_open")
    assert not [token for token in found if str(token.attrs.get("href", "")).startswith("javascript")]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=20).map("".join), st.integers(1, 3))
def test_a_file_keeps_what_follows_apart(text: str, under: int) -> None:
    found = READER.parse(f"{nested(text, under=under)}\n\n# The next question\n")
    assert [token.content for token in found if token.type == "inline"][-1] == "The next question"
    assert found[-3].type == "heading_open"
    assert found[-3].level == 0


@pytest.mark.parametrize(
    "text",
    [
        "Use **max_tokens**, *not* `max_length`.",
        "- one\n- two\n  - three\n\n    more\n- four",
        "3. three\n4. four\n\n1) other",
        "> quoted\n> > twice\n\nand `` a`b ``",
        "```python\nprint('# no heading')\n```",
        "    indented\n\n    code",
        "| a | b |\n|:--|--:|\n| `x \\| y` | 2 |",
        "[a link](https://example.org/a_b(c)?x=1&y=2 \"a 'title'\") and <https://example.org>",
        "a line\\\nand a hard break",
        "1\\. no list\n\n\\# no heading\n\n\\- no list either\n\n2 \\* 3 \\* 4",
        "a < b and b > c, AT&T, &copy; and snake_case_names",
        "one\n\n***\n\ntwo",
    ],
)
def test_what_is_read_is_what_was_typed(text: str) -> None:
    def page(markdown: str) -> str:
        return re.sub("%2[89]", lambda found: "()"[int(found[0][-1]) - 8], TREFOIL.render(markdown))

    assert page(nested(text, under=0)).split() == page(text).split()


def test_headings_go_below_the_one_given() -> None:
    text = "# One\n\nTwo\n===\n\n### Three #\n\n> ## Quoted\n\n###### Six"
    assert nested(text, under=3).split("\n") == [
        "#### One", "", "#### Two", "", "###### Three", "", "> ##### Quoted", "", "###### Six",
    ]  # fmt: skip


def test_html_is_words() -> None:
    assert nested("<script>alert(1)</script>\n\nA <b>bold</b> &lt;i>", under=1) == (
        "&lt;script>alert(1)&lt;/script>\n\nA &lt;b>bold&lt;/b> &lt;i>"
    )


def test_images_are_links_and_dangerous_links_are_words() -> None:
    text = "![a cat](https://example.org/cat.png) [x](data:text/html,y) [y](vbscript:z) [t](ftp://x.y/z) [](https://e.org)"
    assert nested(text, under=1) == (
        "[a cat](https://example.org/cat.png) \\[x\\](data:text/html,y) \\[y\\](vbscript:z) t [https://e.org](https://e.org)"
    )


@pytest.mark.parametrize(
    ("words", "written"),
    [
        ("Why <b>?", "Why &lt;b>?"),
        ("# Why *me*", "\\# Why \\*me\\*"),
        ("1. first\nsecond", "1\\. first second"),
        ("- dash", "\\- dash"),
        ("max_tokens", "max_tokens"),
        ("[x](y)", "\\[x\\](y)"),
    ],
)
def test_words_stay_words(words: str, written: str) -> None:
    assert inline(words) == written
    (paragraph,) = [token for token in READER.parse(f"## {inline(words)}") if token.type == "inline"]
    assert "".join(child.content for child in paragraph.children or ()) == " ".join(words.split())


@pytest.mark.parametrize(
    "text", ["> " * 3_000 + "deep", "- " * 3_000 + "deep", "[" * 3_000 + "deep", "*a " * 3_000]
)
def test_nesting_is_bounded(text: str) -> None:
    assert nested(text, under=1).count("\n") < 100
