"""What is new on my week: it is read once, and moves nothing while it is read."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect

from questions.actions import answer, ask
from tests.browser.conftest import PageAs
from tests.conftest import Cast
from tests.factories.courses import MaterialFactory

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}


# Below the head, whose words may take another line.
PLACE = """each => [
    each.getBoundingClientRect().top - each.previousElementSibling.getBoundingClientRect().bottom, each.offsetHeight]"""


@pytest.mark.parametrize("viewport", [None, PHONE])
def test_news_stays_while_the_page_is_open_and_is_not_shown_again(
    page_as: PageAs, cast: Cast, viewport: dict[str, int] | None
) -> None:
    MaterialFactory.create(milestone=cast.milestones[0], title="Tokens")
    now = timezone.now()
    for number in range(4):
        asked = ask(
            group=cast.clover, by=cast.person("ana"), at=now - timedelta(days=2), title=f"Why {number}?"
        )
        answer(question=asked, by=cast.marta, at=now - timedelta(hours=number + 1), body="So.")
    page = page_as("ana", viewport=viewport) if viewport else page_as("ana")
    page.goto("/week/")
    news = page.locator("#week-news")
    expect(news).to_contain_text("Marta answered Why 2?")
    expect(news.get_by_role("link", name="Why 3?")).to_be_hidden()
    news.get_by_text("1 more").click()
    expect(news.get_by_role("link", name="Why 3?")).to_be_visible()
    assert not Axe().run(page).response["violations"]
    before = news.evaluate(PLACE)
    page.get_by_role("checkbox", name="Tokens").check()
    expect(page.locator("#week-head")).to_contain_text("none of 1 materials left")
    expect(news.get_by_role("link", name="Why 3?")).to_be_visible()
    assert news.evaluate(PLACE) == before
    page.reload()
    expect(news).to_be_hidden()
