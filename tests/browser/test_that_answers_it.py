"""Asked in Portuguese with a picture, answered by what was asked in English before: kept, and counted in the trends."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect

from questions.actions import answer, ask
from questions.models import Question
from tests.browser.test_pictures import SCREEN, hand
from tests.conftest import Cast

pytestmark = pytest.mark.browser

TITLE = "Where do I put the API key so that the notebook finds it?"
TYPED = "Onde ponho a API key para o notebook a encontrar?"


@pytest.mark.parametrize("width", [390, 1440])
def test_what_answers_a_question_in_other_words_is_chosen_and_counted(
    cast: Cast, page_as: Callable[..., Page], width: int
) -> None:
    now, viewport = timezone.now(), {"width": width, "height": 844}
    known = ask(
        group=cast.juniper, by=cast.person("dalia"), at=now, title=TITLE, milestone=cast.milestones[0]
    )
    answer(question=known, by=cast.tomas, at=now, body="In a file `.env` beside it.")
    page = page_as("ana", viewport=viewport)
    page.goto(f"/groups/{cast.clover.pk}/questions/new/")
    page.get_by_text("Who sees it, material, kind").click()
    page.get_by_label("My group and its mentors").check()
    line = page.get_by_label("What do you want to know?")
    line.press_sequentially("Onde ponho a chave?")
    page.get_by_label("Details").press_sequentially("O notebook diz: KeyError, API key")
    hand(page, SCREEN)
    expect(page.locator(".picture")).to_have_count(1)
    line.fill(TYPED)
    offered = page.locator(".suggestion")
    expect(offered).to_have_count(1)
    expect(offered).to_contain_text("In a file .env beside it.")
    # Both buttons can be pressed: none is outside of the page.
    button = page.get_by_role("button", name=f"That answers it: {TITLE}")
    box = button.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    assert Axe().run(page).response["violations"] == []
    button.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(page.locator("#messages")).to_contain_text("What you typed is kept with it. It counts as answered")
    own = Question.objects.get(duplicate_of=known)
    assert (own.title, own.visibility) == (TYPED, "group")
    picture = own.pictures.get()
    said = ["O notebook diz: KeyError, API key", "", f"![]({picture.get_absolute_url()})"]
    assert own.detail.splitlines() == said
    assert picture.unused_since is None
    # Nothing waits for an answer.
    assert not Question.objects.open().exists()
    trends = page_as("ines", viewport=viewport)
    trends.goto("/courses/llm/trends/")
    expect(trends.get_by_text("1 question was answered before it was asked.").first).to_be_visible()
    trends.locator("#answered summary").click()
    expect(trends.locator("#answered")).to_contain_text(cast.milestones[0].title)
    assert Axe().run(trends).response["violations"] == []
    # The next one who asks in those words finds it by them.
    page = page_as("bruno", viewport=viewport)
    page.goto(f"/groups/{cast.clover.pk}/questions/new/")
    page.get_by_label("What do you want to know?").press_sequentially("Onde é que ponho isso para encontrar?")
    expect(page.get_by_role("button", name=f"That answers it: {TITLE}")).to_be_visible()
    # Undone, it is as if nothing had been asked.
    page = page_as("ana", viewport=viewport)
    page.goto(known.get_absolute_url())
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#messages")).to_contain_text("no longer counts as asked by you")
    assert list(Question.objects.all()) == [known]
