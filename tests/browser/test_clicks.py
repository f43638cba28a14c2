"""Clicks for the most usual work: twice for an ordinary check-in besides typing, once for a mark."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, Route, expect

from groups.models import Enrolment, MentorAway
from tests.browser.clock import today
from tests.browser.conftest import PageAs, settled
from tests.browser.test_live import top_of
from tests.conftest import Cast
from tests.factories.tracker import AgreedStepFactory
from tracker.models import CheckInEntry, Progress

pytestmark = pytest.mark.browser
# Kept over all pages of the tab. A key on a button makes a click without a place: `detail` is 0 then.
COUNT_CLICKS = """
addEventListener("click", (event) => {
  if (event.isTrusted && event.detail) sessionStorage.clicks = Number(sessionStorage.clicks || 0) + 1;
}, true);
"""


def opened(page: Page, url: str) -> Page:
    page.add_init_script(COUNT_CLICKS)
    page.goto(url)
    return page


def clicks(page: Page) -> int:
    return page.evaluate("Number(sessionStorage.clicks || 0)")


def test_ordinary_check_in_takes_two_clicks(page_as: PageAs, cast: Cast) -> None:
    page = opened(page_as("marta"), "/groups/")
    page.get_by_role("link", name=re.compile("^Log check-in ?: Clover")).first.click()
    expect(page.get_by_label("Ana Ruivo: next step")).to_be_focused()
    page.keyboard.type("Read the page about chunking")
    page.get_by_role("button", name="Save check-in").click()
    expect(page.get_by_text("Clover’s check-in is saved")).to_be_visible()
    assert clicks(page) == 2
    assert set(CheckInEntry.objects.values_list("enrolment__person__name", "attendance", "note")) == {
        ("Ana Ruivo", "present", ""),
        ("Bruno Sá", "present", ""),
        ("Chidi Okafor", "present", ""),
    }


@pytest.mark.usefixtures("met")
def test_mark_of_a_mentor_takes_one_click(page_as: PageAs, cast: Cast) -> None:
    page = opened(page_as("marta"), "/groups/")
    page.locator(f"#cell-{cast.enrolment('ana').pk}-{cast.milestones[1].pk}").click()
    expect(page.locator("#messages")).to_contain_text("Ana’s Prompt engineering is done.")
    assert clicks(page) == 1
    assert list(Progress.objects.values_list("enrolment__person__name", "state")) == [("Ana Ruivo", "done")]


def test_own_mark_takes_one_click(page_as: PageAs, cast: Cast) -> None:
    page = opened(page_as("ana"), "/week/")
    page.get_by_role("button", name="Done", exact=True).first.click()
    expect(page.locator("#week-done")).to_contain_text("LLM basics is done.")
    assert clicks(page) == 1
    assert list(Progress.objects.values_list("milestone__title", "state")) == [("LLM basics", "done")]


def test_step_of_all_is_ticked_on_my_groups(page_as: PageAs, cast: Cast) -> None:
    step = AgreedStepFactory.create(group=cast.clover, text="Read about chunking", agreed_by=cast.marta)
    page = page_as("marta")
    page.goto("/groups/")
    page.get_by_label("Read about chunking").click()
    expect(page.locator("#messages")).to_contain_text("Done: Read about chunking")
    # The group is shown anew, and no page within it.
    expect(page.get_by_role("main")).to_have_count(1)
    step.refresh_from_db()
    assert step.is_done


def test_a_double_click_on_undo_is_sent_once(page_as: PageAs) -> None:
    page = page_as("ana")
    page.goto("/week/")
    page.get_by_role("button", name="Done", exact=True).first.click()
    sent = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.locator("#week-done").get_by_role("button", name="Undo").dblclick()
    expect(page.locator("#messages")).to_contain_text("Undone.")
    assert len(sent) == 1


def test_a_double_click_on_remove_is_sent_once(page_as: PageAs, cast: Cast) -> None:
    day = today() + timedelta(days=5)
    MentorAway.objects.create(mentorship=cast.clover.mentorships.get(), starts_on=day, ends_on=day)
    page = page_as("marta")
    sent: list[Route] = []
    page.goto("/away/")
    # The server takes its time.
    page.route("**/remove/", lambda route: sent.append(route))
    box = page.locator("form[action$='/remove/'] button").bounding_box()
    assert box
    for _ in range(2):
        page.mouse.click(box["x"] + 5, box["y"] + 5)
        page.wait_for_timeout(100)
    sent[-1].continue_()
    expect(page.locator("#messages")).to_contain_text("Removed your days away from Clover.")
    assert len(sent) == 1


def test_room_above_a_first_mark_goes_once_it_is_scrolled_away(page_as: PageAs, cast: Cast) -> None:
    cast.cohort.starts_on = today()
    cast.cohort.save()
    Enrolment.objects.filter(pk=cast.enrolment("ana").pk).update(hours_a_week=3, mentor_note="I know Python.")
    page = page_as("ana", viewport={"width": 1440, "height": 1000})
    page.goto("/week/")
    heading = page.get_by_role("heading", level=1)
    first_things = page.get_by_role("region", name="Three things to start")
    expect(first_things).to_be_visible()
    mark = page.get_by_role("button", name="Working on it", exact=True).first
    before = top_of(mark)
    mark.click()
    expect(first_things).to_have_count(0)
    settled(page)
    assert top_of(mark) == pytest.approx(before, abs=1)
    at_once = top_of(heading)
    page.mouse.wheel(0, 300)
    expect(page.locator("main")).to_have_css("margin-top", "0px")
    page.evaluate("scrollTo(0, 0)")
    top = top_of(heading)
    page.reload()
    assert (top, at_once > top + 100) == (top_of(heading), True)
