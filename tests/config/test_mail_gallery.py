"""There is a sample of each kind, in every look of a part, and the text of a mail says what its HTML does.

Whether samples say what is written, tests/telling/kinds/test_kinds.py knows.
"""

import re
from html import unescape
from pathlib import Path

import pytest
from django.http import Http404
from django.test import RequestFactory

from config.mail_gallery import mail_sample
from config.mail_samples import SAMPLES
from telling.kinds import KINDS

TEMPLATE = Path(__file__).resolve().parents[2] / "templates/telling/_mail_part.html"


def shown(name: str, ext: str) -> str:
    return mail_sample(RequestFactory().get("/"), name, ext).content.decode()


def words(text: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>|[*`]", " ", text)).split())


def test_every_kind_has_a_sample() -> None:
    assert list(SAMPLES) == list(KINDS)


def test_every_look_has_a_sample() -> None:
    looks = set(re.findall(r'part\.look == [\'"](\w+)', TEMPLATE.read_text())) | {"text"}
    assert {part.look for mail in SAMPLES.values() for part in mail.parts} == looks


@pytest.mark.parametrize("name", SAMPLES)
def test_both_say_the_same(name: str) -> None:
    mail, html, text = SAMPLES[name], words(shown(name, "html")), words(shown(name, "txt"))
    said = [mail.title, mail.about, mail.label, mail.why]
    said += [
        one for part in mail.parts if part.look != "markdown" for one in (part.text, part.label, part.note)
    ]
    for one in filter(None, said):
        assert words(one) in html
        assert words(one).casefold() in text.casefold()
    for path in [mail.path, *(part.path for part in mail.parts if part.path)]:
        assert f"http://127.0.0.1:8000{path}" in text
        assert f'href="http://127.0.0.1:8000{path}"' in shown(name, "html")


@pytest.mark.parametrize("name", SAMPLES)
def test_lines_of_the_text_fit_a_window_of_80_characters(name: str) -> None:
    lines = shown(name, "txt").splitlines()
    assert [line for line in lines if len(line) > 80 and "http" not in line] == []
    # No three empty lines in a row, which templates leave easily.
    assert "\n\n\n" not in shown(name, "txt").strip()


@pytest.mark.parametrize("name", SAMPLES)
def test_no_link_is_empty(name: str) -> None:
    links = re.findall(r"<a [^>]*>(.*?)</a>", shown(name, "html"), re.DOTALL)
    assert links
    assert all(link.strip() for link in links)


def test_a_mail_asks_no_other_host_for_anything() -> None:
    for name in SAMPLES:
        assert not re.search(r"<(?:img|link|script|iframe)|url\(", shown(name, "html"))


@pytest.mark.parametrize(("name", "ext"), [("nothing", "html"), ("help", "pdf")])
def test_there_is_no_other_sample(name: str, ext: str) -> None:
    with pytest.raises(Http404):
        mail_sample(RequestFactory().get("/"), name, ext)
