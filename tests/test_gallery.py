"""The gallery shows every component; the looks keep their promises of contrast and of the policy."""

import re
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Template
from django.test import RequestFactory
from django.test.signals import template_rendered

from config.gallery import gallery
from telling import mail_tags

ROOT = Path(__file__).resolve().parent.parent
TEXT = 4.5
NOT_TEXT = 3.0

HUES = [f"hue-{n}" for n in range(1, 7)]
GROUNDS = ("paper", "surface", "sunk", "clover-weak", "red-weak")

PAIRS = [
    *((ink, ground, TEXT) for ink in ("ink", "muted", "clover", "amber", "red") for ground in GROUNDS),
    ("on-clover", "clover", TEXT),
    ("on-clover", "clover-strong", TEXT),
    ("on-red", "red", TEXT),
    *((words, "message", TEXT) for words in ("on-message", "message-deed")),
    *((mark, "message", NOT_TEXT) for mark in ("message-watch", "message-act")),
    *(("edge", ground, NOT_TEXT) for ground in ("paper", "surface", "sunk", "clover-weak")),
    *((bar, "paper", NOT_TEXT) for bar in ("bar", "bar-other")),
    *(("on-hue", hue, 6.3) for hue in HUES),
    *((hue, ground, 5) for hue in HUES for ground in GROUNDS),
]


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb, as WCAG 2.2 defines it."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.fixture(scope="module")
def colours() -> dict[str, tuple[str, str]]:
    """Each token of a colour, by day and by night."""
    css = (ROOT / "static/css/tokens.css").read_text()
    return {
        name: (day, night)
        for name, day, night in re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", css)
    }


def test_gallery_shows_every_component(rf: RequestFactory) -> None:
    request = rf.get("/gallery/", {"status": "open"})
    request.user = AnonymousUser()
    shown = set()

    def note(sender: object, template: Template, **kwargs: object) -> None:
        shown.add(str(template.name))

    template_rendered.connect(note)
    try:
        page = gallery(request).content.decode()
    finally:
        template_rendered.disconnect(note)
    files = {f"components/{file.name}" for file in (ROOT / "templates/components").glob("*.html")}
    assert {name for name in shown if name.startswith("components/")} == files
    assert "{#" not in page
    assert 'href="?status=open&amp;page=3"' in page


def test_component_says_its_arguments() -> None:
    silent = [
        file.name
        for file in (ROOT / "templates/components").glob("*.html")
        if not file.read_text().startswith(("{#", "{% comment %}"))
    ]
    assert silent == []


@pytest.mark.parametrize(("ink", "ground", "least"), PAIRS)
def test_contrast_by_day_and_by_night(
    colours: dict[str, tuple[str, str]], ink: str, ground: str, least: float
) -> None:
    for scheme in (0, 1):
        assert contrast(colours[ink][scheme], colours[ground][scheme]) >= least


def test_colours_are_written_in_the_tokens_only() -> None:
    found = {
        name: re.findall(r"#[0-9a-fA-F]{3,8}\b", (ROOT / "static/css" / name).read_text())
        for name in ("base.css", "components.css", "charts.css")
    }
    assert found == {"base.css": [], "components.css": [], "charts.css": []}


def test_templates_have_no_inline_style_or_script() -> None:
    """The policy of the pages refuses both, silently for the reader. A mail has no other place for its looks."""
    inline = re.compile(
        r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=|hx-on|javascript:", re.IGNORECASE
    )
    found = [
        str(file.relative_to(ROOT))
        for file in (ROOT / "templates").rglob("*.html")
        if inline.search(file.read_text())
    ]
    assert sorted(found) == [
        f"templates/telling/{name}.html" for name in ("_mail_leaf", "_mail_mark", "_mail_part", "mail")
    ]


def test_mails_have_the_colours_of_the_pages(colours: dict[str, tuple[str, str]]) -> None:
    """A mail cannot ask the tokens."""
    css = (ROOT / "templates/telling/mail.html").read_text()
    dark = re.findall(
        r"\.mark\.(hue-\d) \{ background-color: (#\w+) !important; color: (#\w+) !important", css
    )
    assert [(name, *(colours[of][1] for of in (name, "on-hue"))) for name in HUES] == dark
    assert [colours["sunk"][0], *(colours[name][0] for name in HUES)] == list(mail_tags.HUES)
    tones = {"help": "red", "late": "amber", "quiet": "muted"}
    assert {tone: colours[name][0] for tone, name in tones.items()} == mail_tags.TONES
    assert dict(re.findall(r"\.tone-(\w+) \{ color: (#\w+) !important", css)) == {
        tone: colours[name][1] for tone, name in tones.items()
    }
