"""When a group meets, and hours as people write them."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, expect
from pytest_django.live_server_helper import LiveServer

from lib.weeks import monday_of
from tests.browser.conftest import PageAs, signed_in_context
from tests.conftest import Cast
from tests.factories.courses import CourseSectionFactory
from tests.factories.tracker import CheckInFactory

pytestmark = pytest.mark.browser


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
    # The sections of the course are folded on its page, but for the one on what is expected of its reader.
    meeting.get_by_role("link", name="About the course").click()
    expect(page.get_by_role("region", name="What is expected of you")).to_contain_text("Come every week.")
    words = page.get_by_text("Basic Python.")
    expect(words).to_be_hidden()
    page.get_by_text("What to know beforehand").click()
    expect(words).to_be_visible()
    week = monday_of(cast.cohort.starts_on)
    CheckInFactory.create(group=cast.clover, week_starts_on=week, logged_by=cast.marta)
    mentor = page_as("marta")
    mentor.goto("/groups/")
    clover = mentor.get_by_role("region", name="Clover")
    expect(clover).to_contain_text("Today 23:59")
    clover.get_by_role("link", name="Clover", exact=True).click()
    expect(clover).to_contain_text("23:59, by video")


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
