"""The week of a group, end to end: a student, the mentor, the course admin, each in a browser of their own."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from groups.models import Enrolment, Group, PlanItem
from people.models import User
from questions.models import Question
from tests.browser.conftest import PageAs
from tests.conftest import Cast
from tests.factories.courses import MaterialFactory
from tests.factories.groups import MentorshipFactory
from tests.factories.tracker import ProgressFactory
from tracker.models import CheckIn, Progress

pytestmark = pytest.mark.browser

QUESTION = "Why does the model forget my first instruction?"
PRIVATE = "Between us: Ana may need a quieter hour."


def the_others_are_on_track(cast: Cast) -> None:
    now = timezone.now()
    for name in ("bruno", "chidi", "dalia", "emre", "fatima"):
        for milestone in cast.milestones[:2]:
            ProgressFactory.create(
                enrolment=cast.enrolment(name), milestone=milestone, state_since=now - timedelta(days=3)
            )
    Enrolment.objects.update(last_active_at=now - timedelta(days=1))
    # Due on the Sunday of this week, on which Ana would be one more behind.
    PlanItem.objects.filter(milestone=cast.milestones[2]).update(
        due_on=cast.cohort.starts_on + timedelta(weeks=3)
    )
    # Nothing is left to set up, which the board would say first.
    Group.objects.update(meeting="By video, as agreed")
    User.objects.update(last_login=now)
    for milestone in cast.milestones:
        MaterialFactory.create(milestone=milestone)
    MentorshipFactory.create(
        group=cast.juniper, person=cast.marta, role="co-mentor", started_on=cast.cohort.starts_on
    )


def the_student_marks_needs_help_and_asks(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("LLM basics")
    page.get_by_role("button", name="Done", exact=True).first.click()
    expect(page.locator("#week-done")).to_contain_text("LLM basics is done.")
    expect(page.get_by_role("heading", level=1)).to_have_text("Prompt engineering")
    page.get_by_role("button", name="Need help", exact=True).first.click()
    expect(page.get_by_label("What do you need?")).to_be_focused()
    page.keyboard.type(QUESTION)
    page.get_by_role("button", name="Tell Marta").click()
    expect(page.locator(".messages")).to_contain_text("You need help with Prompt engineering")
    expect(page.get_by_role("button", name="Need help", exact=True).first).to_be_focused()
    expect(page.locator(".helped", has_text=QUESTION)).to_contain_text("answer promised by")


def the_mentor_sees_it_first_and_answers(page: Page) -> None:
    page.goto("/")
    expect(page.locator("main h3").first).to_have_text("Clover")
    call = page.get_by_role("region", name="Ana needs help", exact=True)
    expect(call).to_contain_text("Ana: Prompt engineering, since today.")
    expect(call).to_contain_text(QUESTION)
    call.get_by_role("link", name="Answer").click()
    page.get_by_label("answer", exact=False).last.fill(
        "Put it **last** as well: the end of a prompt weighs most."
    )
    page.get_by_role("button", name=re.compile("answer", re.IGNORECASE)).last.click()
    expect(page.locator(".prose strong")).to_have_text("last")


def the_mentor_logs_the_check_in(page: Page) -> None:
    page.goto("/groups/")
    clover = page.get_by_role("region", name="Clover", exact=True)
    clover.get_by_role("link", name="Log check-in").click()
    page.get_by_text("Note on Ana").click()
    page.get_by_label("Note", exact=False).first.fill("Instructions get lost in long prompts")
    page.get_by_text("Private note").first.click()
    page.get_by_label("Private note").fill(PRIVATE)
    page.get_by_label("Ana Ruivo: next step").first.fill(
        "Try the same prompt with the instruction at the end"
    )
    page.keyboard.press("Control+Enter")
    expect(page.locator(".messages")).to_contain_text("Clover’s check-in is saved")


def the_student_reads_the_answer_and_the_step(page: Page) -> None:
    page.goto("/week/")
    expect(page.locator("main")).to_contain_text("Try the same prompt with the instruction at the end")
    expect(page.get_by_role("heading", level=1)).to_have_text("Marta answered")
    expect(page.locator(".helped strong")).to_have_text("last")
    assert PRIVATE not in page.content()


def the_student_says_that_it_helps(page: Page) -> None:
    page.get_by_role("button", name="That helps").click()
    expect(page.locator(".messages")).to_contain_text("You are working on Prompt engineering.")
    expect(page.get_by_role("heading", level=1)).to_have_text("Prompt engineering")
    expect(page.locator(".helped:visible")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Marta answered")


def the_board_shows_it(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("1 student to watch")
    expect(page.locator("#attention")).to_contain_text("Ana Ruivo")
    expect(page.locator("#attention")).to_contain_text(
        "asked for help with Prompt engineering, answered today, still marked as “need help”"
    )
    page.get_by_role("link", name="Check-ins by week").click()
    row = page.get_by_role("row").filter(has_text="Clover")
    row.get_by_role("link", name="done, 30 min").last.click()
    expect(page.locator("main")).to_contain_text(PRIVATE)


def test_a_week_from_need_of_help_to_the_board(cast: Cast, page_as: PageAs) -> None:
    cast.cohort.refresh_from_db()
    the_others_are_on_track(cast)
    # Late weeks come first on the mentor's page: this story is of a group whose earlier weeks were logged.
    for weeks in (1, 2):
        for group in (cast.clover, cast.juniper):
            start = cast.cohort.starts_on + timedelta(weeks=weeks - 1)
            CheckIn.objects.create(
                group=group, week_starts_on=start, held_on=start, minutes=30, logged_by=cast.marta,
                logged_at=timezone.now(), logged_as="mentor",
            )  # fmt: skip
    ana, marta = page_as("ana"), page_as("marta")
    the_student_marks_needs_help_and_asks(ana)
    the_mentor_sees_it_first_and_answers(marta)
    the_mentor_logs_the_check_in(marta)
    the_student_reads_the_answer_and_the_step(ana)
    the_board_shows_it(page_as("ines"))
    the_student_says_that_it_helps(ana)
    assert Question.objects.get().status == Question.Status.ANSWERED
    states = Progress.objects.filter(enrolment=cast.enrolment("ana")).order_by("milestone__position")
    assert [progress.state for progress in states] == ["done", "need_help"]
