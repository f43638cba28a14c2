"""Each home page is one screen: how much may be on it, counted in the demo of a Wednesday and of a Saturday.

What a page gains, something else on it makes room for. Words, fields and headings are those that are visible when the
page opens; what is folded counts by its one line.
"""

from collections.abc import Callable
from dataclasses import asdict, astuple, dataclass
from datetime import UTC, datetime
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse
from playwright.sync_api import Page

from groups.models import Group
from people.models import User

pytestmark = pytest.mark.browser

DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}

COUNT = """() => {
    const isSeen = (node) => node.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true })
        && !node.closest(".visually-hidden, .skip-link, [hidden]");
    const seen = (selector) => [...document.querySelectorAll(selector)].filter(isSeen);
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    let words = 0;
    while (texts.nextNode()) {
        const parent = texts.currentNode.parentElement;
        if (isSeen(parent) && !parent.closest("script, style, option")) {
            words += texts.currentNode.data.split(/\\s+/).filter((word) => /[\\p{L}\\p{N}]/u.test(word)).length;
        }
    }
    return {
        words,
        fields: seen("input:not([type=hidden]), select, textarea").length,
        headings: seen("h1, h2, h3, h4, h5, h6").length,
        height: document.documentElement.scrollHeight,
    };
}"""


@dataclass
class Size:
    """How much is on a page: visible words, fields and headings, and its height on a desk and on a phone in px."""

    words: int
    fields: int
    headings: int
    desk: int
    phone: int


def size_of(page: Page, address: str) -> Size:
    page.set_viewport_size(PHONE)
    page.goto(address)
    page.wait_for_load_state("networkidle")
    phone = page.evaluate(COUNT)["height"]
    page.set_viewport_size(DESK)
    page.reload()
    page.wait_for_load_state("networkidle")
    counted = page.evaluate(COUNT)
    return Size(counted["words"], counted["fields"], counted["headings"], counted["height"], phone)


def history_of(student: User) -> str:
    return reverse("tracker:student-detail", args=[student.enrolments.get().pk])


AT_MOST = {
    "my week": Size(words=220, fields=16, headings=6, desk=1100, phone=2300),
    "my groups": Size(words=270, fields=8, headings=6, desk=1300, phone=2600),
    "Clover's check-in": Size(words=230, fields=26, headings=6, desk=1350, phone=2500),
    "board": Size(words=380, fields=0, headings=8, desk=1500, phone=2900),
    "Bruno's history": Size(words=385, fields=0, headings=4, desk=1450, phone=2500),
    "own history": Size(words=320, fields=0, headings=4, desk=1300, phone=2250),
}
# Names of 40 letters may take a fifth more.
LONG = "Wolfeschlegelsteinhausenberger Dorffmann"


@pytest.mark.parametrize(("day", "more"), [(16, 1.0), (19, 1.0), (16, 1.2)])
def test_home_pages_are_one_screen(
    page_of: Callable[..., Page], transactional_db: None, day: int, more: float
) -> None:
    with time_machine.travel(datetime(2026, 9, day, 10, tzinfo=UTC)):
        call_command("load_demo", stdout=StringIO())
        ana, bruno, marta, ines = (
            User.objects.get(name=name) for name in ("Ana Ruivo", "Bruno Sá", "Marta Pires", "Inês Duarte")
        )
        if more > 1:
            User.objects.update(name=LONG)
        clover = Group.objects.get(name="Clover")
        pages = {
            "my week": (ana, "/"),
            "my groups": (marta, "/"),
            "Clover's check-in": (marta, reverse("tracker:check-in-now", args=[clover.pk])),
            "board": (ines, "/"),
            "Bruno's history": (marta, history_of(bruno)),
            "own history": (ana, history_of(ana)),
        }
        sizes = {name: size_of(page_of(person), address) for name, (person, address) in pages.items()}
    too_much = {
        f"{name}: {counted} {what}, {most * more:g} at most"
        for name, size in sizes.items()
        for what, counted, most in zip(asdict(size), astuple(size), astuple(AT_MOST[name]), strict=True)
        if counted > most * more
    }
    assert too_much == set()
