"""The first day of a mentor and of a student, from the link in the mail to the first mark and the first meeting."""

from collections.abc import Callable
from dataclasses import astuple
from datetime import date, timedelta
from operator import le
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from groups.models import Enrolment, Group, Membership, PlanItem
from people.actions.invitations import invite, mailed_link, queue_invitation
from people.models import Invitation, User
from tests.browser.conftest import listen
from tests.browser.test_one_screen import Size, size_of
from tests.conftest import Cast
from tracker.models import CheckIn, Progress

pytestmark = pytest.mark.browser

MONDAY = date(2026, 9, 14)


@pytest.fixture
def first_week(cast: Cast, settings: Any) -> Cast:
    """The cohort began on Monday; Clover has said nothing, and neither its mentor nor its students have signed in."""
    settings.SENDS_MAIL = True
    cast.cohort.starts_on = MONDAY
    cast.cohort.save()
    Enrolment.objects.update(started_on=MONDAY, enrolled_at=timezone.now() - timedelta(weeks=1))
    Membership.objects.update(started_on=MONDAY)
    PlanItem.objects.update(due_on=F("due_on") + timedelta(weeks=2))
    Group.objects.filter(pk=cast.clover.pk).update(meeting="")
    for name in ("marta", "ana", "bruno", "chidi"):
        person = cast.person(name)
        User.objects.filter(pk=person.pk).update(last_login=None, password="!")
        person.refresh_from_db()
        at = timezone.now()
        invitation = invite(email=person.email, name=person.name, by=cast.ines, at=at)
        assert invitation is not None
        queue_invitation(invitation, at=at)
        Invitation.objects.filter(pk=invitation.pk).update(sent_at=at)
    return cast


def accept(page: Page, person: User) -> None:
    link = mailed_link(Invitation.objects.get(person=person, revoked_at=None))
    page.goto(reverse("groups:invitation-accept", args=[link.rstrip("/").rsplit("/", 1)[-1]]))
    page.get_by_label("Password").fill("three green leaves")
    page.get_by_role("button", name="Set password and continue").click()


def holds(page: Page, most: Size, width: int) -> None:
    """The first page is no longer than that, fits a narrow phone, and everybody can use it, in the dark, too."""
    counted = size_of(page, "/")
    assert all(map(le, astuple(counted), astuple(most))), counted
    for scheme, wide in (("light", 320), ("dark", width)):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": wide, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= wide
        assert Axe().run(page).response["violations"] == []


@pytest.mark.parametrize("width", [1440, 390])
def test_first_day_from_the_invitation_to_a_mark_and_a_meeting(
    new_context: Callable[..., BrowserContext], live_server: LiveServer, first_week: Cast, width: int
) -> None:
    problems: list[str] = []

    def newcomer() -> Page:
        context = new_context(base_url=live_server.url, viewport={"width": width, "height": 900})
        listen(context, live_server.url, problems)
        return context.new_page()

    mentor = newcomer()
    accept(mentor, first_week.marta)
    expect(mentor.get_by_role("heading", level=1)).to_have_text("Welcome, Marta")
    clover = mentor.get_by_role("region", name="Clover", exact=True)
    holds(mentor, Size(words=180, fields=6, headings=4, desk=1100, phone=1450), width)
    clover.get_by_label("When and where you meet").fill("Wednesdays 18:00, room 2.04")
    clover.get_by_label("A word to the group").fill("Hello, I am Marta.")
    clover.get_by_role("button", name="Save").click()
    expect(mentor.locator("#messages")).to_contain_text("The meeting of Clover is saved.")
    expect(clover.get_by_label("A word to the group")).to_have_count(0)
    expect(clover).to_contain_text("Ana, Bruno and Chidi have not signed in, invited today")
    clover.get_by_role("button", name="Invite again").click()
    expect(mentor.locator("#messages")).to_contain_text("Ana, Bruno and Chidi are invited again.")

    student = newcomer()
    accept(student, first_week.person("bruno"))
    expect(student.get_by_role("heading", level=1)).to_have_text("Welcome, Bruno")
    head = student.locator("#week-head")
    expect(head).to_contain_text("You are in Clover with Ana and Chidi. Marta is your mentor.")
    expect(head).to_contain_text("Hello, I am Marta.")
    student.get_by_label("Hours a week, in most weeks").fill("3")
    student.get_by_role("button", name="Save hours a week").click()
    first = student.get_by_role("region", name="Three things to start")
    expect(first).to_contain_text("You have 3 hours a week")
    first.get_by_role("link", name="Write your mentor a note").click()
    student.get_by_label("Note for the mentor").fill("I know Python.")
    student.get_by_role("button", name="Save").click()
    expect(first).to_contain_text("Your mentor has a note from you")
    holds(student, Size(words=150, fields=4, headings=5, desk=1080, phone=1320), width)
    student.get_by_role("button", name="Working on it", exact=True).click()
    expect(student.get_by_role("heading", level=1)).to_have_text("LLM basics")
    expect(first).to_have_count(0)
    expect(student.get_by_role("button", name="Working on it", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    assert Progress.objects.get().enrolment == first_week.enrolment("bruno")

    mentor.goto("/groups/")
    expect(clover).to_contain_text("Ana and Chidi have not signed in")
    expect(clover).to_contain_text("Agree how many hours a week each has Bruno: 3")
    clover.get_by_role("link", name="Bruno", exact=True).click()
    expect(clover).to_contain_text("I know Python.")
    mentor.goto("/groups/")
    expect(clover.get_by_role("button", name="Bruno Sá, LLM basics: working on it")).to_be_visible()
    clover.get_by_role("link", name="Log check-in").click()
    mentor.get_by_role("button", name="Save check-in").click()
    expect(mentor.locator("#messages")).to_contain_text("Clover’s check-in is saved")
    assert CheckIn.objects.get().minutes
    mentor.goto("/groups/")
    expect(clover.locator(".start")).to_have_count(0)
    assert problems == []
