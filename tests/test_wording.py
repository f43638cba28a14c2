"""Words that pages, messages, e-mails and documents avoid: each has a plain equivalent, and one action has one verb."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[1]
APPS = (
    "config",
    "demo",
    "worker",
    "sheets",
    "telling",
    "trends",
    "tracker",
    "questions",
    "groups",
    "courses",
    "people",
    "lib",
)

# Pattern: what to write instead.
BANNED = {
    r"(take|takes|taken|taking|took) (it |this |that |them |one's own )?(back|away)": "Undo, Remove or Revoke",
    r"(put|puts|putting) (aside|right)": "pause; correct",
    r"(take|takes|taken) out": "Remove",
    r"throw(s|n)? .{0,8}away": "Delete",
    r"(bring|brings) (it |them )?(in|back)": "Import; Restore",
    r"nought": "0, negative",
    r"(behind|ahead) by (\d|one)": "1 milestone behind",
    r"found the pace": "Marked as stuck at the last check-in",
    r"to give / to get": "For me to review / My code",
    r"look at this": "Please check",
    r"once more": "again",
    r"not saved yet": "Please correct the following",
    r"not logged either": "Also not logged",
    r"any more": "no longer",
    r"whom|whoever": "who, anyone who, the people who",
    r"shall": "will, should",
    r"in the meantime|meanwhile": "say what happened: was changed, was removed",
    r"if you like|as many as you like|as you said": "optional, any number",
    r"for this refers": "because it is used by",
    r"what (becomes|became) of": "Result, Next steps",
    r"worth knowing": "Notes",
    r"for good": "permanently",
    r"stands? (in|at|under|below|above|here|there|first|twice|beside|on its own|alone|where|with)": "is in, appears",
    r"(asks?|minutes?|row|card|column|entry|workbook|person|line) an? "
    r"(student|student-week|week|group|person|line|milestone|active student|material)": "per",
    r"an? (student|group) and week": "per student per week",
    r"is no (date|mark|workbook|number|kind|time zone|web address|address|duplicate|course admin|topic|student|id)": (
        "is not a"
    ),
    r"called (so|like)": "has this name, matches",
    r"tell who asked": "Notify the people who asked",
    r"to do again": "moved back, waiting again",
    # Stock sentences of allauth and Django.
    r"bad token|special code|you specified|contact us|signup process|logged in as|successfully signed": "our own words",
}
# One name a thing, as pages, mails and the README have it. Decisions and the changelog tell of earlier names.
OTHER_NAMES = {
    r"known questions?": "frequent questions",
    r"operators?": "site admin",
    r"(a|the|your|without a) cover|covers mentors": "stand-in",
    r"flagged|flags (an?|too|no|some)": "alert, needs somebody",
    r"(first|your) agreement|agreement with": "expectations",
    r"discard(s|ed|ing)?|unpublish": "delete, remove",
    r"retire[sd]?": "archive",
    r"cr(y|ies) for help": "request for help",
    r"your chat|the chat of": "Slack or Mattermost",
}
# The words of pages, mails and help; "…" stands for what a template or f-string fills in.
UNSAID = {
    r"(plans?|check-ins?|meeting|invitation|mentors|progress|requests?|days|questions) of …": "Clover’s plan",
    r"of (mine|yours|theirs)": "my, your, their",
    r"(in|for|of) the week …": "in the week of …",
    r"…: …:": "one colon",
    r"(?-i:Who) (belongs?|mentors?|reads?|logged|added|wrote|may|leads?|has|is (away|invited|part)) [^.?|]*": (
        "People who, Mentors"
    ),
    r"anew": "again",
    r"begun": "started",
    r"\d asks|asks (per|by|of)|no asks": "times asked",
    r"told nothing|told of|hears? nothing": "notified",
    r"(withdr[aeo]wn?|withdraws?) .{0,20}invitation": "revoke",
    r"(dates|mentors|students) of (now|today)": "current",
    r"opens? it again|opened again": "reopen",
}
# File and words that stay, with the reason.
ALLOWED = {
    # Words that search leaves out.
    ("questions/similar/words.py", "whom"),
    ("questions/similar/words.py", "shall"),
    # Words for people in a list.
    ("sheets/understanding/roster.py", "stand in"),
    # A column of files that were exported before.
    ("sheets/understanding/records/students.py", "begun"),
    ("sheets/dashboards/living.py", "begun"),
}
PATTERN = re.compile("|".join(rf"\b(?:{words})\b" for words in BANNED), re.IGNORECASE)
OTHER_NAMES_PATTERN = re.compile("|".join(rf"\b(?:{words})\b" for words in OTHER_NAMES), re.IGNORECASE)
UNSAID_PATTERN = re.compile("|".join(rf"(?<!\w)(?:{words})(?!\w)" for words in UNSAID), re.IGNORECASE)


def text_of_template(source: str) -> str:
    """The text that people read: text, labels and titles, and the words handed to components."""
    source = re.sub(r"\{% comment %\}.*?\{% endcomment %\}|\{#.*?#\}", " ", source, flags=re.DOTALL)
    tags = " ".join(re.findall(r"\{%.*?%\}", source))
    rest = re.sub(r"\{\{.*?\}\}", "…", source, flags=re.DOTALL)
    rest = re.sub(r"\{%.*?%\}", " ", rest, flags=re.DOTALL)
    attributes = re.findall(r'(?:aria-label|title|placeholder|alt|content)="([^"]*)"', rest)
    parts = [re.sub(r"<[^>]*>", " ", rest), *attributes, *re.findall(r'"([^"]*)"', tags)]
    return " | ".join(" ".join(part.split()) for part in parts)


def strings_of_python(source: str) -> Iterator[str]:
    """String literals with more than one word, docstrings left out."""
    tree = ast.parse(source)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        if node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = [part.value if isinstance(part, ast.Constant) else "…" for part in node.values]
            yield "".join(str(part) for part in parts)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            if " " in node.value:
                yield node.value


@cache
def texts() -> tuple[tuple[str, str], ...]:
    return tuple(_texts())


def _texts() -> Iterator[tuple[str, str]]:
    for path in sorted((TOP / "templates").rglob("*")):
        if path.suffix in (".html", ".txt", ".md"):
            yield str(path.relative_to(TOP)), text_of_template(path.read_text())
    for app in APPS:
        for path in sorted(path for path in (TOP / app).rglob("*.py") if path.parent.name != "migrations"):
            for text in strings_of_python(path.read_text()):
                yield str(path.relative_to(TOP)), text
    for path in sorted([*(TOP / "docs").rglob("*.md"), TOP / "README.md", TOP / "CHANGELOG.md"]):
        yield str(path.relative_to(TOP)), path.read_text()


def test_no_banned_words_in_what_people_read() -> None:
    hits = {
        f"{name}: … {' '.join(text[max(match.start() - 30, 0) : match.end() + 30].split())} …"
        for name, text in texts()
        for match in PATTERN.finditer(text)
        if (name, match[0].lower()) not in ALLOWED
    }
    assert sorted(hits) == []


def test_each_thing_has_one_name_on_pages_and_in_mails() -> None:
    read = [each for each in texts() if each[0] == "README.md" or not each[0].endswith(".md")]
    hits = [
        f"{name}: {match[0]}"
        for name, text in read
        for match in OTHER_NAMES_PATTERN.finditer(text)
        if (name, match[0].lower()) not in ALLOWED
    ]
    assert sorted(hits) == []
    assert OTHER_NAMES_PATTERN.search("Ask an operator about Known questions")


def test_pages_mails_and_help_speak_plainly() -> None:
    read = [
        each
        for each in texts()
        if each[0].startswith("docs/for-") or not (each[0].endswith(".md") or "/models/" in each[0])
    ]
    hits = {
        f"{name}: … {' '.join(text[max(match.start() - 30, 0) : match.end() + 30].split())} …"
        for name, text in read
        for match in UNSAID_PATTERN.finditer(text)
        if (name, match[0].lower()) not in ALLOWED
    }
    assert sorted(hits) == []


@pytest.mark.parametrize(
    "text",
    [
        "Take it back",
        "Behind by 1",
        "Nobody studies here any more.",
        "A number below nought",
        "asks a student-week",
    ],
)
def test_banned_words_are_recognised(text: str) -> None:
    assert PATTERN.search(text)


@pytest.mark.parametrize(
    "text", ["Undo", "1 milestone behind", "asks per student", "takes part", "background"]
)
def test_plain_words_are_not(text: str) -> None:
    assert not PATTERN.search(text)


def test_template_text_is_what_people_read() -> None:
    source = (
        '{# once more #}<h1 class="for good">{% include "a.html" with title="Read  it" only %}</h1>'
        '<a aria-label="Open the page" href="whom">{{ whoever }} now</a>'
    )
    text = text_of_template(source)
    assert PATTERN.search(text) is None
    assert all(words in text for words in ("Read it", "Open the page", "now"))
