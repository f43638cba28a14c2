"""On Tuesday a mentor logs a check-in of a group that meets on Wednesday: besides the meeting, or instead of it."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from groups.models import Group
from lib.weeks import monday_of
from tests.browser.clock import today
from tests.browser.conftest import PageAs
from tests.conftest import Cast
from tracker.models import CheckIn

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("met", "_tuesday")]
LISBON = ZoneInfo("Europe/Lisbon")
CALL = "https://meet.example/clover"


def at(weekday: int, hour: int) -> datetime:
    """A moment of the week in which the journeys begin."""
    return datetime.combine(monday_of(today()) + timedelta(days=weekday), time(hour, 30), LISBON)


@pytest.fixture
def _tuesday(cast: Cast) -> Iterator[None]:
    Group.objects.filter(pk=cast.clover.pk).update(meeting="Wednesdays 18:00", call=CALL)
    # Last week, too, or it would be what is to be logged first.
    for group in (cast.clover, cast.juniper):
        first = group.check_ins.get()
        first.pk, first.week_starts_on = None, monday_of(today()) - timedelta(days=7)
        first.save(force_insert=True)
    with time_machine.travel(at(1, 10)):
        yield


def clover_of(page: Page, cast: Cast) -> Locator:
    page.goto("/groups/")
    return page.locator(f"#group-{cast.clover.pk} .group-head")


def choose(page: Page, besides: str) -> None:
    """What a mentor says who met today."""
    group = page.get_by_role("group", name="What happened?")
    group.locator("label", has_text="We met").click()
    page.get_by_label(besides).check()
    page.get_by_label("Day", exact=True).select_option(label=f"{at(1, 10):%A %-d %b}")
    page.get_by_label("Minutes").fill("20")
    for row in page.locator(".came fieldset").all():
        row.locator("label", has_text="Present").click()


def test_met_besides_the_meeting_which_stays(page_as: PageAs, cast: Cast) -> None:
    page = page_as("marta", viewport={"width": 390, "height": 844})
    clover = clover_of(page, cast)
    expect(clover.locator(".btn-primary")).to_have_text("Join Clover’s call")
    clover.get_by_role("link", name="Log check-in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Clover meets tomorrow")
    assert not Axe().run(page).response["violations"]
    page.get_by_role("link", name="Cancel or reschedule").click()
    sentence = page.locator("[data-sentence]")
    expect(sentence).to_be_empty()
    page.get_by_role("button", name="Save check-in").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose what happened.")
    # What is shown again was sent, and is no draft.
    expect(page.get_by_text("restored")).to_have_count(0)
    choose(page, "Besides it: tomorrow’s meeting stays")
    expect(sentence).to_have_text(f"{at(1, 10):%A %-d %B}, 20 minutes, everyone came, besides the meeting.")
    assert not Axe().run(page).response["violations"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="Save check-in").click()
    expect(page.locator("#messages")).to_contain_text("Clover’s check-in is saved")

    student = page_as("ana")
    student.goto("/week/")
    meeting = student.get_by_role("region", name="Next meeting")
    expect(meeting).to_contain_text("Tomorrow 18:00")
    expect(meeting.get_by_role("link", name="Join Clover’s call")).to_have_attribute("href", CALL)

    with time_machine.travel(at(2, 18)):
        clover = clover_of(page, cast)
        expect(clover.locator(".btn-primary")).to_contain_text("Log check-in")
        clover.get_by_role("link", name="Log check-in").click()
        expect(page.locator("[data-sentence]")).to_have_text(
            f"{at(2, 18):%A %-d %B}, 20 minutes, everyone came."
        )
        page.get_by_role("button", name="Save check-in").click()
        expect(page.locator("#messages")).to_contain_text("Clover’s check-in is saved")
    check_in = CheckIn.objects.get(week_starts_on=monday_of(today()))
    assert (check_in.is_besides, check_in.held_on) == (False, at(2, 18).date())


def test_met_instead_of_the_meeting_which_goes_until_that_is_undone(page_as: PageAs, cast: Cast) -> None:
    """Without JavaScript."""
    page = page_as("marta", java_script_enabled=False)
    clover_of(page, cast).get_by_role("link", name="Log check-in").click()
    page.get_by_role("link", name="We met today instead").click()
    page.get_by_role("button", name="Save check-in").last.click()
    expect(page.locator("#messages")).to_contain_text("Clover’s check-in is saved")

    student = page_as("ana")
    student.goto("/week/")
    meeting = student.get_by_role("region", name="Next meeting")
    expect(meeting).to_contain_text(f"{at(9, 18):%-d %b} 18:00")

    page.locator("#messages").get_by_role("button", name="Undo").click()
    expect(page.get_by_label("Instead of tomorrow’s meeting")).to_be_checked()
    student.reload()
    expect(meeting).to_contain_text("Tomorrow 18:00")
    assert not CheckIn.objects.filter(week_starts_on=monday_of(today())).exists()
