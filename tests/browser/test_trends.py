"""The trends for the eye: no fault with everything open, a click on a bar, without JavaScript, on paper."""

from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from questions.models import MaterialChange
from tests.browser.test_every_page import look_at
from tests.conftest import NOW, Cast
from tests.trends.asked_story import AskedStory, tell_asked

pytestmark = pytest.mark.browser
type PageAs = Callable[..., Page]
URL = "/courses/llm/trends/?group=Clover&since=2026-08-31"


@pytest.fixture
def story(cast: Cast) -> AskedStory:
    told = tell_asked(cast)
    change = MaterialChange.objects.create(
        course=cast.course, what="Drawn", changed_on=date(2026, 9, 14), made_by=cast.ines, recorded_at=NOW
    )
    change.topics.add(told.topic)
    return told


@pytest.mark.parametrize("who", ["ines", "marta"])
def test_trends_have_no_fault_with_everything_open(story: AskedStory, page_as: PageAs, who: str) -> None:
    page = page_as(who)
    page.goto("/courses/llm/trends/")
    for summary in page.locator("main summary").all():
        summary.click()
    assert look_at(page, "/courses/llm/trends/") == []
    page.goto("/questions/?course=llm")
    assert look_at(page, "/questions/?course=llm") == []


def test_click_on_a_part_of_a_column_leads_to_its_questions(story: AskedStory, page_as: PageAs) -> None:
    page = page_as("ines")
    page.goto("/courses/llm/trends/?since=2026-08-31")
    part = page.locator(".chart-drawing a", has_text="Prompt engineering, week of 7 Sep: 2")
    part.click()
    expect(page.locator("main")).to_contain_text(
        "2 asks of 2 questions, from the trends of LLM specialisation"
    )
    expect(page.locator(".question-row")).to_have_count(2)


def test_effect_of_a_change_is_said_once_the_page_is_there(story: AskedStory, page_as: PageAs) -> None:
    page = page_as("ines")
    page.goto("/courses/llm/trends/")
    expect(page.locator(".trends-topics .chip", has_text="changed 14 September 2026:")).to_contain_text(
        "asks"
    )


def test_filters_work_without_javascript(story: AskedStory, page_as: PageAs) -> None:
    page = page_as("ines", java_script_enabled=False)
    page.goto("/courses/llm/trends/")
    page.get_by_label("Spring 2026").check()
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(
        f"/courses/llm/trends/?cohort={story.spring.pk}&milestone=&since=&until=&material=&category=&group="
    )
    expect(page.locator("#weeks figcaption")).to_contain_text("2 asks in 8 weeks")


def test_paper_has_the_tables_and_the_filters_in_words(story: AskedStory, page_as: PageAs) -> None:
    page = page_as("ines")
    page.goto(URL)
    expect(page.locator(".trends-said")).to_be_hidden()
    expect(page.locator(".trends-weeks")).to_be_hidden()
    page.emulate_media(media="print")
    expect(page.locator(".trends-said")).to_have_text("Only group Clover")
    expect(page.locator(".trends-weeks")).to_be_visible()
    for hidden in (".trends-filters", ".tabs", ".trends-csv >> nth=0", "summary >> nth=0", ".top nav"):
        expect(page.locator(hidden)).to_be_hidden()
    expect(page.locator(".chart-drawing").first).to_be_visible()
