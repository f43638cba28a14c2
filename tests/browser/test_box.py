"""The one box: opened by a key or a link, walked by arrows, left by Escape; and a page without a script."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import BrowserContext, expect
from pytest_django.live_server_helper import LiveServer

from questions.actions import ask
from questions.models import Question
from tests.browser.conftest import PageAs, settled, signed_in_context
from tests.conftest import Cast
from tests.factories.courses import MaterialFactory

pytestmark = pytest.mark.browser
TITLE = "Why divide by the square root of the key size?"
FIELD = "Search, or ask a question"


@pytest.fixture
def known(cast: Cast) -> Question:
    MaterialFactory.create(
        milestone=cast.milestones[0], title="Keys and values", url="https://example.com/keys"
    )
    return ask(group=cast.juniper, by=cast.person("dalia"), at=timezone.now(), title=TITLE)


def test_box_is_used_by_the_keyboard_alone(page_as: PageAs, cast: Cast, known: Question) -> None:
    page = page_as("ana")
    page.goto("/questions/")
    before = page.get_by_role("link", name="My week")
    before.focus()
    page.keyboard.press("Control+k")
    field = page.get_by_role("searchbox", name=FIELD)
    expect(field).to_be_focused()
    page.keyboard.type("key")
    hits = page.locator("#box-hits .hit a")
    expect(hits).to_have_text(["Keys and values", TITLE])
    expect(page.get_by_role("status").filter(has_text="2 found")).to_have_count(1)
    settled(page)
    assert Axe().run(page).response["violations"] == []
    # Arrows walk through what was found and back to the field; Escape closes it and leads back to where one was.
    page.keyboard.press("ArrowDown")
    expect(hits.first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(hits.last).to_be_focused()
    for _ in range(2):
        page.keyboard.press("ArrowUp")
    expect(field).to_be_focused()
    page.keyboard.press("Escape")
    expect(field).to_be_hidden()
    expect(before).to_be_focused()
    # The typed words are still there, and Enter opens the chosen hit.
    page.keyboard.press("/")
    expect(field).to_have_value("key")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)


def test_a_slash_is_typed_where_one_types(page_as: PageAs, cast: Cast, known: Question) -> None:
    page = page_as("ana")
    page.goto("/questions/?sort=newest")
    page.get_by_role("search", name="Find questions").get_by_role("searchbox").press("/")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_enter_of_a_student_leads_to_where_it_is_asked(page_as: PageAs, cast: Cast) -> None:
    page = page_as("ana")
    page.goto(f"/milestones/{cast.milestones[2].pk}/questions/")
    page.keyboard.press("/")
    page.keyboard.type("What is an index?")
    expect(page.get_by_role("status").filter(has_text="Nothing has this name")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.get_by_label("What do you want to know?")).to_have_value("What is an index?")
    # The page's milestone, and who reads it.
    expect(page.get_by_label("Milestone")).to_have_value(str(cast.milestones[2].pk))
    expect(page.get_by_text("Students and mentors in Autumn 2026 read this")).to_be_visible()
    assert not Question.objects.exists()


def test_late_answers_are_ignored(
    new_context: Callable[..., BrowserContext], live_server: LiveServer, cast: Cast, known: Question
) -> None:
    # Not `page_as`: htmx notes on the console what it no longer waits for.
    page = signed_in_context(new_context, live_server, cast.person("ana")).new_page()
    page.goto("/reviews/")
    page.keyboard.press("/")
    held = []
    page.route("**/search/?q=rag*", lambda route: held.append(route))
    with page.expect_request("**/search/?q=rag*"):
        page.keyboard.type("rag")
    page.get_by_role("searchbox", name=FIELD).fill("key")
    hits = page.locator("#box-hits .hit a")
    expect(hits).to_have_text(["Keys and values", TITLE])
    (late,) = held
    late.fulfill(body='<p class="hit"><a>Late</a></p>')
    settled(page)
    expect(hits).to_have_text(["Keys and values", TITLE])


def test_box_on_a_phone_is_a_sheet(page_as: PageAs, cast: Cast, known: Question) -> None:
    page = page_as("ana", viewport={"width": 320, "height": 844}, has_touch=True)
    page.goto("/week/")
    for link in ("Ask", "Search or ask"):
        page.get_by_role("link", name=link, exact=True).click()
        field = page.get_by_role("searchbox", name=FIELD)
        expect(field).to_be_focused()
        field.fill("key")
        expect(page.locator("#box-hits .hit a").last).to_be_in_viewport(ratio=1)
        settled(page)
        assert page.evaluate("document.documentElement.scrollWidth") == 320
        assert Axe().run(page).response["violations"] == []
        page.keyboard.press("Escape")
        expect(field).to_be_hidden()


def test_box_without_a_script_is_a_page(page_as: PageAs, cast: Cast, known: Question) -> None:
    page = page_as("ana", java_script_enabled=False, viewport={"width": 320, "height": 844})
    page.goto("/week/")
    page.get_by_role("link", name="Search or ask", exact=True).click()
    expect(page.get_by_role("searchbox", name=FIELD)).to_be_focused()
    page.get_by_role("searchbox", name=FIELD).fill("key")
    page.get_by_role("button", name="Search").click()
    expect(page.locator(".hit a")).to_have_text(["Keys and values", TITLE])
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_label("What do you want to know?")).to_have_value("key")
    expect(page.get_by_label("Milestone")).to_have_value(str(cast.milestones[0].pk))


def test_its_own_page_has_the_box_open(page_as: PageAs, cast: Cast, known: Question) -> None:
    # In the light it is looked at above.
    page = page_as("marta", color_scheme="dark")
    page.goto("/search/?q=key")
    expect(page.locator(".hit a")).to_have_text(["Keys and values", TITLE])
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name=FIELD)).to_be_focused()
    page.keyboard.type("ana")
    expect(page.locator(".hit a")).to_have_text(["Ana Ruivo"])
    settled(page)
    assert Axe().run(page).response["violations"] == []
