"""When a group meets, a review that is undone, hours as people write them, and a second role that shows no note."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from groups.actions.mentorship import assign_mentor
from lib.weeks import Week
from tests.browser.conftest import signed_in_context
from tests.conftest import Cast
from tests.factories.courses import CourseSectionFactory
from tests.factories.tracker import CheckInEntryFactory, CheckInFactory, CodeReviewFactory
from tests.moving import end_enrolment

pytestmark = pytest.mark.browser
type PageAs = Callable[..., Page]


@pytest.fixture
def open_as(cast: Cast, new_context: Callable[..., BrowserContext], live_server: LiveServer) -> PageAs:
    """As `page_as`, for pages whose forms are refused: the browser notes that as an error."""
    return lambda name: signed_in_context(new_context, live_server, cast.person(name)).new_page()


def test_next_meeting_and_what_is_expected_stand_on_the_first_pages(page_as: PageAs, cast: Cast) -> None:
    today = timezone.now().astimezone(ZoneInfo(cast.cohort.time_zone))
    cast.clover.meeting = f"{today:%A}s 23:59, by video"
    cast.clover.save()
    CourseSectionFactory.create(course=cast.course, title="What to know beforehand", body="Basic Python.")
    CourseSectionFactory.create(course=cast.course, meant_for="students", body="Come every week.")
    page = page_as("ana")
    page.goto("/week/")
    meeting = page.get_by_role("region", name="First meeting")
    expect(meeting).to_contain_text("Today 23:59")
    expect(meeting).to_contain_text("by video")
    # What the course says of itself is folded on its page, but for what is expected of who reads it.
    meeting.get_by_role("link", name="About the course").click()
    expect(page.get_by_role("region", name="What is expected of you")).to_contain_text("Come every week.")
    words = page.get_by_text("Basic Python.")
    expect(words).to_be_hidden()
    page.get_by_text("What to know beforehand").click()
    expect(words).to_be_visible()
    mentor = page_as("marta")
    mentor.goto("/groups/")
    clover = mentor.get_by_role("region", name="Clover")
    expect(clover).to_contain_text("Today 23:59")
    clover.get_by_role("link", name="Clover", exact=True).click()
    expect(clover).to_contain_text("23:59, by video")


def test_review_asks_before_it_drops_words_and_is_undone(open_as: PageAs, cast: Cast) -> None:
    review = CodeReviewFactory.create(
        group=cast.clover,
        author=cast.enrolment("ana"),
        reviewer=cast.enrolment("bruno"),
        milestone=cast.milestones[0],
    )
    page = open_as("bruno")
    page.goto(review.get_absolute_url())
    page.get_by_role("textbox", name="What should be changed").fill("Name the loops.")
    page.get_by_role("button", name="Approve", exact=True).click()
    page.get_by_role("button", name="Approve anyway").click()
    page.get_by_role("button", name="Undo your review").click()
    expect(page.get_by_role("button", name="Ask for changes")).to_be_visible()
    review.refresh_from_db()
    assert review.state == "requested"


@pytest.mark.usefixtures("met")
def test_hours_with_a_comma_are_taken_and_letters_refused_beside_the_field(
    open_as: PageAs, cast: Cast
) -> None:
    page = open_as("ana")
    page.goto("/week/")
    hours = page.get_by_label("Hours", exact=False).first
    hours.fill("3,5")
    hours.press("Enter")
    expect(page.locator("#messages")).to_contain_text("3.5")
    hours = page.get_by_label("Hours", exact=False).first
    hours.fill("three")
    hours.press("Enter")
    expect(hours).to_have_value("three")
    expect(page.locator(".invalid-feedback, .error").first).to_be_visible()
    assert [f"{row.hours}" for row in cast.enrolment("ana").progress.all()] == ["3.50"]


def test_student_who_mentors_the_group_later_reads_no_note_about_them(page_as: PageAs, cast: Cast) -> None:
    monday = cast.cohort.starts_on
    check_in = CheckInFactory.create(
        group=cast.clover,
        week_starts_on=monday,
        held_on=monday,
        logged_by=cast.marta,
        private_note="Ana is about to give up.",
        summary="We began.",
    )
    CheckInEntryFactory.create(check_in=check_in, enrolment=cast.enrolment("ana"), note="Lost in the maths.")
    today = cast.cohort.today(timezone.now())
    end_enrolment(
        enrolment=cast.enrolment("ana"), on=today, end_reason="finished", by=cast.ines, at=timezone.now()
    )
    assign_mentor(
        group=cast.clover,
        person=cast.person("ana"),
        role="co-mentor",
        on=today,
        by=cast.ines,
        at=timezone.now(),
    )
    url = reverse("tracker:check-in-detail", args=[cast.clover.pk, Week(monday).iso])
    marta = page_as("marta")
    marta.goto(url)
    expect(marta.locator("main")).to_contain_text("Ana is about to give up.")
    ana = page_as("ana")
    for address in (url, reverse("tracker:student-detail", args=[cast.ana.enrolment_id])):
        ana.goto(address)
        expect(ana.get_by_role("heading", level=1)).to_be_visible()
        expect(ana.locator("body")).not_to_contain_text("give up")
        expect(ana.locator("body")).not_to_contain_text("Lost in the maths")
