"""Asking: what was asked before appears while it is typed, and is asked again by the keyboard."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Route, expect

from questions.actions import answer, ask
from questions.models import Question
from tests.browser.conftest import PageAs, settled
from tests.conftest import Cast

pytestmark = pytest.mark.browser

# The one group in which one asks.
ASK = "/search/?ask=on"
TITLE = "Why divide by the square root of the key size?"


@pytest.fixture
def known(cast: Cast) -> Question:
    now = timezone.now()
    question = ask(group=cast.juniper, by=cast.person("dalia"), at=now, title=TITLE)
    ask(group=cast.juniper, by=cast.person("dalia"), at=now, title="Divide our root?", visibility="group")
    answer(question=question, by=cast.tomas, at=now, body=f"The **dot products** grow. {'More of it. ' * 30}")
    return question


def test_what_was_asked_before_is_asked_again_from_the_line(
    cast: Cast, page_as: PageAs, known: Question
) -> None:
    page = page_as("ana")
    page.goto(ASK)
    page.get_by_label("What do you want to know?").press_sequentially("divide by a square root")
    found = page.locator(".suggestion")
    expect(found).to_have_count(1)
    expect(found).to_contain_text(TITLE)
    expect(page.get_by_role("status").filter(has_text="1 question asked before")).to_have_count(1)
    settled(page)
    assert Axe().run(page).response["violations"] == []
    # By the keyboard: the question found, which opens its answer, the buttons that it answers and to have it too.
    page.keyboard.press("Tab")
    expect(found.locator("summary")).to_be_focused()
    page.keyboard.press("Enter")
    expect(found.locator(".prose strong")).to_have_text("dot products")
    for name in ("Open the question", f"That answers it: {TITLE}", f"I have this too: {TITLE}"):
        page.keyboard.press("Tab")
        expect(page.locator(":focus")).to_have_accessible_name(name)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(page.locator(".messages")).to_contain_text(f"You asked “{TITLE}” too.")
    own = Question.objects.get(asked_by=cast.person("ana"))
    assert (own.title, own.duplicate_of) == ("divide by a square root", known)
    assert not own.asks.get().is_answered_already


def test_what_is_offered_again_stays_as_it_is_and_is_busy_until_it_is_answered(
    page_as: PageAs, known: Question
) -> None:
    page = page_as("ana")
    page.goto(ASK)
    line = page.get_by_label("What do you want to know?")
    region = page.locator("form[data-keep] [data-looks-up]")
    line.press_sequentially("divide by a square root")
    have_it = page.get_by_role("button", name=f"I have this too: {TITLE}")
    have_it.focus()
    held: list[Route] = []
    page.route("**/similar/", lambda route: held.append(route))
    with page.expect_request("**/similar/"):
        line.evaluate("""(line) => {
            line.value += " of the key";
            line.dispatchEvent(new Event("input", { bubbles: true }));
        }""")
        assert region.get_attribute("aria-busy") == "true"
    expect(region).to_have_attribute("aria-busy", "true")
    held[0].continue_()
    settled(page)
    expect(region).not_to_have_attribute("aria-busy", "true")
    # It is the same button: it has the focus still.
    expect(have_it).to_be_focused()


def test_enter_in_the_line_asks_what_was_typed(cast: Cast, page_as: PageAs, known: Question) -> None:
    page = page_as("ana")
    page.goto(f"/groups/{cast.clover.pk}/questions/new/")
    page.get_by_label("What do you want to know?").press_sequentially("divide by a square root")
    expect(page.locator(".suggestion")).to_have_count(1)
    # Cleared, nothing is offered; typed again, it is.
    page.get_by_label("What do you want to know?").fill("")
    expect(page.locator(".suggestion")).to_have_count(0)
    page.get_by_label("What do you want to know?").fill("divide by a square root")
    expect(page.locator(".suggestion")).to_have_count(1)
    page.keyboard.press("Enter")
    # It stood there while it was typed: the step after sending is not needed.
    expect(page.get_by_role("heading", level=1)).to_have_text("divide by a square root")
    assert known.asks.count() == 1


def test_without_javascript_it_is_offered_once_it_is_sent(
    cast: Cast, page_as: PageAs, known: Question
) -> None:
    page = page_as("ana", java_script_enabled=False)
    page.goto(ASK)
    page.get_by_label("What do you want to know?").fill("divide by a square root")
    page.get_by_role("button", name="Ask", exact=True).click()
    told = page.get_by_role("region", name="This was answered")
    expect(told).to_contain_text("The dot products grow.")
    told.get_by_role("button", name=f"I have this too: {TITLE}").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    assert Question.objects.get(asked_by=cast.person("ana")).duplicate_of == known
