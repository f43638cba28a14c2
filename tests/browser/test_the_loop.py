"""From the most asked questions to the material and back, on the demo: clicked as a course admin and as a student."""

import re
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from courses.models import Cohort
from demo.loading import load_demo
from people.models import User
from questions.models import MaterialChange, MaterialNeed
from tests.browser.conftest import PageAs

pytestmark = pytest.mark.browser

TOPIC = "Which chunk size should I use?"
WHAT = "The page on ingestion has a section on the size of chunks."
KEY = "Where do I put the API key so that the notebook finds it?"


def from_trends_to_the_topic(page: Page, cohort: Cohort) -> None:
    page.goto("/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Trends").click()
    topics = page.get_by_role("region", name="Indexation and ingestion")
    topics.get_by_role("link", name=TOPIC, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TOPIC)
    expect(page.locator("main")).to_contain_text(cohort.title)


def it_is_to_improve(page: Page) -> None:
    page.get_by_role("link", name="Improve", exact=True).click()
    page.get_by_label("why", exact=False).first.fill("Eight asked it, and the page names no number.")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".messages")).to_contain_text(f"“{TOPIC}” needs material")
    page.get_by_role("region", name="To improve").get_by_role("link").click()
    expect(page.locator("main")).to_contain_text("Open.")


def the_change_is_recorded(page: Page) -> None:
    page.get_by_role("link", name="Record what was changed").click()
    page.get_by_label("What was changed").fill(WHAT)
    expect(page.get_by_role("checkbox", name=TOPIC)).to_be_checked()
    page.get_by_role("button", name="Record", exact=False).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(WHAT)
    # It was changed today.
    expect(page.get_by_role("region", name="Did it help?")).to_contain_text("Too early to say")


def those_who_asked_are_told(page: Page) -> None:
    page.get_by_role("link", name="Notify the people who asked").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Notify 8 people who asked?")
    expect(page.locator("blockquote")).to_have_text(WHAT)
    page.get_by_role("button", name="Notify them").click()
    expect(page.locator(".messages")).to_contain_text("8 people notified.")
    expect(page.get_by_role("region", name="People who asked")).to_contain_text("by Inês Duarte")


def the_change_of_the_last_cohort_helped(page: Page) -> None:
    page.get_by_role("link", name="What was changed").first.click()
    page.get_by_role("link", name="The page on prompting begins with the API key.").click()
    # On a Monday somebody of the demo joined a week earlier.
    said = r"Fell by about 87%, asked 10 → 2 times in 12 → 1[89] student-weeks; unlikely to be chance alone"
    expect(page.get_by_role("region", name="Did it help?")).to_contain_text(re.compile(said))


def a_student_of_the_next_cohort_reads_what_is_known(page: Page) -> None:
    page.goto("/week/")
    expect(page.locator("#week-news")).to_contain_text("because you asked")
    page.get_by_role("link", name="3 frequent questions").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Frequent questions")
    # On paper the answers are there, and nothing to press.
    page.emulate_media(media="print")
    expect(page.get_by_text("A notebook that is running already does not see it")).to_be_visible()
    expect(page.get_by_role("link", name="Link to this question")).to_have_count(0)
    page.emulate_media(media="screen")
    page.locator("summary", has_text=KEY).click()
    expect(page.get_by_text("A notebook that is running already does not see it")).to_be_visible()
    # Its address opens it.
    page.get_by_role("link", name="Link to this question").click()
    page.reload()
    expect(page.get_by_text("A notebook that is running already does not see it")).to_be_visible()
    assert "Lucía" not in page.content()


def one_more_is_published(page: Page) -> None:
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Course").click()
    page.get_by_role("link", name="Indexation and ingestion", exact=True).click()
    page.get_by_role("link", name="Frequent questions").click()
    row = page.get_by_role("listitem").filter(
        has_text="Which versions does the first ingestion notebook need?"
    )
    row.get_by_role("button", name="Publish").click()
    expect(page.locator(".messages")).to_contain_text("is published as a frequent question")
    expect(page.get_by_role("heading", name="4 questions asked before")).to_be_visible()


def test_from_what_is_asked_most_to_did_it_help(page_of: PageAs, tmp_path: Path) -> None:
    demo = load_demo(at=timezone.now())
    ines, ana = (page_of(User.objects.get(email=f"{name}@demo.example")) for name in ("ines", "ana"))
    from_trends_to_the_topic(ines, demo.now.cohort)
    it_is_to_improve(ines)
    the_change_is_recorded(ines)
    those_who_asked_are_told(ines)
    the_change_of_the_last_cohort_helped(ines)
    a_student_of_the_next_cohort_reads_what_is_known(ana)
    one_more_is_published(ines)
    change = MaterialChange.objects.get(what=WHAT)
    need = MaterialNeed.objects.get(topic__representative__title=TOPIC)
    assert (need.state, need.change, change.told_by) == (
        "changed",
        change,
        User.objects.get(name="Inês Duarte"),
    )
