"""The one box: opened by a key or a link, walked by arrows, left by Escape; and a page without a script."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import BrowserContext, Route, expect
from pytest_django.live_server_helper import LiveServer

from questions.actions import answer, ask
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
    hits = page.get_by_role("list", name="Go to").get_by_role("link")
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
    said = "Not found. Ask it: an answer is promised within 1 weekday."
    expect(page.get_by_role("status").filter(has_text=said)).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_label("What do you want to know?")).to_have_value("What is an index?")
    # The page's milestone, and who reads it.
    expect(page.get_by_label("Milestone")).to_have_value(str(cast.milestones[2].pk))
    expect(page.get_by_text("Students and mentors in Autumn 2026 read this")).to_be_visible()
    assert not Question.objects.exists()


@pytest.fixture
def answered(cast: Cast, known: Question) -> Question:
    answer(
        question=known, by=cast.tomas, at=timezone.now(), body="The **dot products** grow.\n\nSo they shrink."
    )
    return known


LIKE_IT = "divide by a square root"


@pytest.mark.parametrize("is_dark", [False, True])
def test_box_answers_what_is_typed_and_a_student_says_so_and_undoes_it(
    page_as: PageAs, cast: Cast, answered: Question, is_dark: bool
) -> None:
    page = page_as("ana", color_scheme="dark" if is_dark else "light")
    page.goto("/week/")
    page.keyboard.press("/")
    # Two words name a thing, three may be a question.
    page.keyboard.type("square root")
    expect(page.get_by_role("list", name="Go to")).to_be_visible()
    expect(page.get_by_role("list", name="Answered before")).to_have_count(0)
    page.get_by_role("searchbox", name=FIELD).fill("divide by a square")
    before = page.get_by_role("list", name="Answered before").get_by_role("listitem")
    expect(before).to_have_count(1)
    expect(before).to_contain_text("The dot products grow.")
    page.keyboard.type(" root")
    # At once, before the answer to the last key: Down waits for it, and Enter opens the answer in the box.
    page.keyboard.press("ArrowDown")
    expect(before.locator("summary")).to_be_focused()
    page.keyboard.press("Enter")
    expect(before.get_by_text("So they shrink.", exact=True)).to_be_visible()
    settled(page)
    assert Axe().run(page).response["violations"] == []
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_accessible_name(f"That answers it: {TITLE}")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(page.locator(".messages")).to_contain_text("It counts as answered: nobody else has to answer it.")
    own = Question.objects.get(asked_by=cast.person("ana"))
    # As it was typed in the end, though what is offered stayed as it was.
    assert (own.title, own.duplicate_of) == (LIKE_IT, answered)
    assert own.asks.get().is_answered_already
    page.locator(".messages").get_by_role("button", name="Undo").click()
    expect(page.locator(".messages")).to_contain_text("no longer counts as asked by you")
    assert not Question.objects.filter(asked_by=cast.person("ana")).exists()


def test_a_student_has_what_the_box_found_too_and_undoes_it(
    page_as: PageAs, cast: Cast, known: Question
) -> None:
    page = page_as("ana", viewport={"width": 390, "height": 844}, has_touch=True)
    page.goto("/week/")
    page.get_by_role("link", name="Search or ask", exact=True).click()
    page.get_by_role("searchbox", name=FIELD).fill(LIKE_IT)
    asked = page.get_by_role("list", name="Asked before")
    expect(asked.get_by_role("link", name=TITLE)).to_be_visible()
    expect(asked.get_by_role("button", name="That answers it")).to_have_count(0)
    settled(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert Axe().run(page).response["violations"] == []
    asked.get_by_role("button", name=f"I have this too: {TITLE}").click()
    expect(page.locator(".messages")).to_contain_text(f"You asked “{TITLE}” too.")
    assert Question.objects.get(asked_by=cast.person("ana")).duplicate_of == known
    page.locator(".messages").get_by_role("button", name="Undo").click()
    expect(page.locator(".messages")).to_contain_text("no longer counts as asked by you")
    assert known.asks.count() == 1
    assert not Question.objects.filter(asked_by=cast.person("ana")).exists()


def test_ctrl_enter_leads_a_mentor_to_where_it_is_asked(page_as: PageAs, cast: Cast) -> None:
    page = page_as("marta")
    page.goto("/groups/")
    page.keyboard.press("/")
    page.keyboard.type("What is an index?")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_label("What do you want to know?")).to_have_value("What is an index?")


def test_box_answers_on_its_page_and_in_the_list_of_questions_without_a_script(
    page_as: PageAs, cast: Cast, answered: Question
) -> None:
    page = page_as("ana", java_script_enabled=False)
    for path in (f"/search/?q={LIKE_IT}", f"/questions/?q={LIKE_IT}"):
        page.goto(path)
        page.get_by_role("button", name=f"That answers it: {TITLE}").click()
        expect(page.locator(".messages")).to_contain_text(f"You asked “{TITLE}” too.")
        assert Question.objects.get(asked_by=cast.person("ana")).title == LIKE_IT
        page.locator(".messages").get_by_role("button", name="Undo").click()
        expect(page.locator(".messages")).to_contain_text("no longer counts as asked by you")
        assert not Question.objects.filter(asked_by=cast.person("ana")).exists()


@pytest.mark.parametrize("before", ["", "key"])
def test_down_and_enter_wait_for_what_is_still_looked_up(
    page_as: PageAs, cast: Cast, answered: Question, before: str
) -> None:
    page = page_as("ana")
    page.goto("/week/")
    page.keyboard.press("/")
    page.keyboard.type(before)
    expect(page.locator("#box-hits a")).to_have_count(3 if before else 0)
    settled(page)
    held: list[Route] = []
    page.route("**/search/?q=divide*", lambda route: held.append(route))
    field = page.get_by_role("searchbox", name=FIELD)
    field.fill(LIKE_IT)
    with page.expect_request("**/search/?q=divide*"):
        field.press("ArrowDown")
        field.press("Enter")
    # Neither has left the field, and nothing is asked or searched.
    expect(field).to_be_focused()
    assert page.url.endswith("/week/")
    (late,) = held
    late.continue_()
    page.unroute("**/search/?q=divide*")
    said = page.get_by_role("list", name="Answered before").get_by_text("So they shrink.", exact=True)
    expect(said).to_be_visible()
    expect(page.locator("#box-hits summary").first).to_be_focused()
    # Opened once; and where nothing is looked up, Enter of the field searches or asks.
    field.press("Enter")
    expect(page.get_by_label("What do you want to know?")).to_have_value(LIKE_IT)


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
