"""From a list of people to a first day, a question that was answered before it was asked, and a check-in."""

import re
from collections.abc import Callable
from dataclasses import astuple
from datetime import date
from operator import le
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import BrowserContext, FilePayload, Page, expect
from pytest_django.live_server_helper import LiveServer

from people.actions.invitations import mailed_link
from people.models import Invitation
from questions.actions import answer, ask
from questions.models import Question
from tests.browser.conftest import PageAs, listen, open_place, settled
from tests.browser.test_one_screen import Size, size_of
from tests.browser.test_pictures import SCREEN, hand
from tests.conftest import Cast
from tracker.models import CheckIn

pytestmark = pytest.mark.browser

MONDAY = date(2026, 9, 14)


ROWS = """Name,E-mail,Group,Mentor
Ida Holm,ida@example.com,Willow,Nadia Rahal <nadia@example.com>
Gus Lind,gus@example.com,Willow,Nadia Rahal <nadia@example.com>
"""
TITLE = "Where do I put the API key so that the notebook finds it?"
TYPED = "Onde ponho a API key para o notebook a encontrar?"


@pytest.fixture
def known(cast: Cast, settings: Any) -> Question:
    """The cohort begins this week; in Juniper something was asked and answered."""
    settings.SENDS_MAIL = True
    cast.cohort.starts_on = MONDAY
    cast.cohort.save()
    first, now = cast.milestones[0], timezone.now()
    known = ask(group=cast.juniper, by=cast.person("dalia"), at=now, title=TITLE, milestone=first)
    answer(question=known, by=cast.tomas, at=now, body="In a file `.env` beside it.")
    return known


def move_in(page: Page) -> None:
    """A course admin imports a list of people, and invites them."""
    page.goto("/courses/llm/")
    open_place(page, "Import")
    page.get_by_role("link", name="Import people").click()
    file = FilePayload(name="people.csv", mimeType="text/csv", buffer=ROWS.encode())
    page.get_by_label("Files").set_input_files(files=[file])
    page.get_by_role("button", name="Check").click()
    page.get_by_role("button", name="Preview changes").click()
    expect(page.get_by_role("row", name="Ida Holm <ida@example.com>")).to_contain_text("into Willow")
    page.get_by_role("button", name=re.compile("^Import [0-9,]+ change")).click()
    page.get_by_role("link", name="On to the groups").click()
    page.get_by_role("link", name=re.compile(r"^Invite \d+ people")).click()
    page.get_by_role("button", name=re.compile(r"^Invite \d+ people")).click()
    expect(page.locator("main")).to_contain_text("invitations are being sent.")


def accept(page: Page, email: str) -> None:
    link = mailed_link(Invitation.objects.get(person__email=email, revoked_at=None))
    page.goto(reverse("tracker:invitation-accept", args=[link.rstrip("/").rsplit("/", 1)[-1]]))
    page.get_by_role("button", name="Continue").click()


def holds(page: Page, most: Size, width: int) -> None:
    """The first page is no longer than that, fits a narrow phone, and everybody can use it, in the dark, too."""
    counted = size_of(page, "/")
    assert all(map(le, astuple(counted), astuple(most))), counted
    for scheme, wide in (("light", 320), ("dark", width)):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.set_viewport_size({"width": wide, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= wide
        assert Axe().run(page).response["violations"] == []


@pytest.mark.parametrize("width", [1440, 390])
def test_from_the_list_of_people_to_a_question_that_was_answered_before_it_was_asked(
    new_context: Callable[..., BrowserContext],
    live_server: LiveServer,
    page_as: PageAs,
    cast: Cast,
    known: Question,
    width: int,
) -> None:
    problems: list[str] = []
    viewport = {"width": width, "height": 900}

    def newcomer() -> Page:
        context = new_context(base_url=live_server.url, viewport=viewport)
        listen(context, live_server.url, problems)
        return context.new_page()

    admin = page_as("ines", viewport=viewport)
    move_in(admin)
    mentor = newcomer()
    accept(mentor, "nadia@example.com")
    expect(mentor.get_by_role("heading", level=1)).to_have_text("Welcome, Nadia")
    willow = mentor.get_by_role("region", name="Willow", exact=True)
    holds(mentor, Size(words=110, fields=0, headings=4, desk=900, phone=1000), width)
    willow.get_by_role("link", name="Find a time").click()
    mentor.get_by_role("link", name="Type a day and time").click()
    mentor.get_by_label("When and where you meet").fill("Wednesdays 18:00")
    mentor.get_by_label("Link to the call").fill("https://meet.example.com/willow")
    mentor.get_by_label("A word to the group").fill("Hello, I am Nadia.")
    mentor.get_by_role("button", name="Save").click()
    expect(mentor.locator("#messages")).to_contain_text("Willow’s meeting is saved.")
    expect(willow).to_contain_text("1 step left")
    expect(willow.get_by_role("link", name="Write")).to_have_count(0)
    expect(willow).to_contain_text("Gus and Ida have not signed in")
    # It would ask whether it still holds.
    mentor.goto("about:blank")

    student = newcomer()
    accept(student, "gus@example.com")
    expect(student.get_by_role("heading", level=1)).to_have_text("Welcome, Gus")
    head = student.locator("#week-head")
    expect(head).to_contain_text("You are in Willow with Ida. Nadia is your mentor.")
    expect(head).to_contain_text("Hello, I am Nadia.")
    join = student.get_by_role("link", name="Join").first
    expect(join).to_have_attribute("href", "https://meet.example.com/willow")
    student.get_by_label("Hours a week, in most weeks").fill("3")
    student.get_by_role("button", name="Save hours a week").click()
    first = student.get_by_role("region", name="Three things to start")
    expect(first).to_contain_text("You have 3 hours a week")
    first.get_by_role("link", name="Write your mentor a note").click()
    student.get_by_label("Note for the mentor").fill("I know Python.")
    student.get_by_role("button", name="Save").click()
    expect(first).to_contain_text("Your mentor has a note from you")
    holds(student, Size(words=160, fields=4, headings=5, desk=1150, phone=1400), width)
    student.get_by_role("button", name="Working on it", exact=True).click()
    expect(student.get_by_role("heading", level=1)).to_have_text("LLM basics")
    expect(first).to_have_count(0)

    # They ask in Portuguese, with a picture; what was asked in English answers it.
    student.keyboard.press("/")
    student.keyboard.type(TYPED)
    student.keyboard.press("Enter")
    line = student.get_by_label("What do you want to know?")
    expect(line).to_have_value(TYPED)
    expect(student.get_by_label("Milestone")).to_have_value(str(cast.milestones[0].pk))
    student.get_by_text("Who sees it, material, kind").click()
    student.get_by_label("My group and its mentors").check()
    student.get_by_label("Details").press_sequentially("O notebook diz: KeyError, API key")
    hand(student, SCREEN)
    expect(student.locator(".picture")).to_have_count(1)
    offered = student.locator(".suggestion")
    expect(offered).to_contain_text("In a file .env beside it.")
    # The last typed words are looked for. Both buttons can be pressed: none is outside of the page.
    settled(student)
    button = student.get_by_role("button", name=f"That answers it: {TITLE}")
    box = button.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    assert Axe().run(student).response["violations"] == []
    button.click()
    expect(student.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(student.locator("#messages")).to_contain_text(
        "What you typed is kept with it. It counts as answered"
    )
    own = Question.objects.get(duplicate_of=known)
    picture = own.pictures.get()
    assert (own.title, own.visibility, picture.unused_since) == (TYPED, "group", None)
    said = ["O notebook diz: KeyError, API key", "", f"![]({picture.get_absolute_url()})"]
    assert own.detail.splitlines() == said
    assert not Question.objects.open().exists()

    # The trends count it, and the next one who asks in those words finds the answer by them.
    admin.goto("/courses/llm/trends/")
    expect(admin.get_by_text("Answered before they were asked: 1").first).to_be_visible()
    assert Axe().run(admin).response["violations"] == []
    mentor.goto(f"/groups/{own.group_id}/questions/new/")
    mentor.get_by_label("What do you want to know?").press_sequentially(
        "Onde é que ponho isso para encontrar?"
    )
    expect(mentor.get_by_role("button", name=f"That answers it: {TITLE}")).to_be_visible()
    # Undone, it is as if nothing had been asked.
    student.reload()
    student.get_by_role("button", name="Undo").click()
    expect(student.locator("#messages")).to_contain_text("no longer counts as asked by you")
    assert list(Question.objects.all()) == [known]

    mentor.goto("/groups/")
    # He has begun, so the group stands in the sheet.
    willow.get_by_role("link", name="Gus", exact=True).click()
    expect(willow).to_contain_text("I know Python.")
    mentor.goto("/groups/")
    willow.get_by_role("link", name="Log check-in").click()
    # Until the meeting begins it is an agenda.
    mentor.get_by_role("link", name=re.compile("^We met")).click()
    mentor.get_by_role("button", name="Save check-in").click()
    expect(mentor.locator("#messages")).to_contain_text("Willow’s check-in is saved")
    assert CheckIn.objects.get().minutes
    mentor.goto("/groups/")
    expect(willow.locator(".door")).to_have_count(0)
    assert problems == []
