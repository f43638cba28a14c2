"""The sheet of all groups: a click marks, letters set any state, arrows move, and nothing needs JavaScript."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PageAs
from tests.browser.test_every_page import faults_between
from tests.conftest import Cast
from tests.factories.courses import MilestoneFactory
from tests.factories.groups import MentorshipFactory, PlanItemFactory
from tests.factories.tracker import AgreedStepFactory
from tracker.models import Progress

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("met")]


def cell(cast: Cast, name: str, number: int) -> str:
    return f"#cell-{cast.enrolment(name).pk}-{cast.milestones[number].pk}"


def states() -> list[tuple[str, str, str]]:
    rows = Progress.objects.order_by("pk").values_list("enrolment__person__name", "milestone__title", "state")
    return list(rows)


def test_key_on_a_cell_marks_and_a_second_undoes(page_as: PageAs, cast: Cast) -> None:
    page = page_as("marta")
    page.goto("/groups/")
    at = page.locator(cell(cast, "ana", 1))
    at.focus()
    page.keyboard.press("Enter")
    expect(at).to_have_attribute("title", "Ana Ruivo, Prompt engineering: done")
    expect(page.locator("#messages")).to_contain_text("Ana’s Prompt engineering is done.")
    expect(at).to_be_focused()
    assert states() == [("Ana Ruivo", "Prompt engineering", "done")]
    page.keyboard.press("Enter")
    expect(at).to_have_attribute("title", "Ana Ruivo, Prompt engineering: not started")
    expect(at).to_be_focused()
    assert states() == [("Ana Ruivo", "Prompt engineering", "not_started")]


def test_letters_set_any_state_where_the_focus_is(page_as: PageAs, cast: Cast) -> None:
    page = page_as("marta")
    page.goto("/groups/")
    at = page.locator(cell(cast, "ana", 1))
    at.focus()
    for key, label in (("w", "working on it"), ("d", "done"), ("s", "skipped"), ("0", "not started")):
        page.keyboard.press(key)
        expect(at).to_have_attribute("title", f"Ana Ruivo, Prompt engineering: {label}")
        expect(at).to_be_focused()
    # Two at once: the second waits for the first, and is not lost.
    page.keyboard.press("w")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("d")
    expect(page.locator(cell(cast, "ana", 2))).to_have_attribute("title", "Ana Ruivo, Indexation: done")
    expect(at).to_have_attribute("title", "Ana Ruivo, Prompt engineering: working on it")
    page.keyboard.press("h")
    expect(page.locator(cell(cast, "ana", 2))).to_have_attribute("data-state", "need_help")


def test_menu_has_the_other_states_and_help_opens_it_first(page_as: PageAs, cast: Cast) -> None:
    page = page_as("marta")
    page.goto("/groups/")
    menu = page.locator("#cell-menu")
    page.locator(cell(cast, "bruno", 1)).click(button="right")
    expect(menu).to_contain_text("Bruno Sá · Prompt engineering")
    expect(menu.get_by_role("button", name="Done")).to_be_focused()
    expect(menu.get_by_text("Sorted out")).to_be_hidden()
    menu.get_by_role("button", name="Needs help").click()
    at = page.locator(cell(cast, "bruno", 1))
    expect(at).to_have_attribute("data-state", "need_help")
    # A click, or a key, ends no request.
    for open_menu in (at.click, lambda: at.press("d")):
        open_menu()
        expect(menu.get_by_role("link", name="Answer")).to_be_focused()
        page.keyboard.press("Escape")
        expect(menu).to_be_hidden()
    assert states() == [("Bruno Sá", "Prompt engineering", "need_help")]
    at.click()
    menu.get_by_role("button", name="Sorted out").click()
    expect(page.locator("#messages")).to_contain_text("Sorted out. Bruno is working on Prompt engineering.")
    assert states() == [("Bruno Sá", "Prompt engineering", "working")]
    page.locator("#messages").get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bruno needs help")
    assert states() == [("Bruno Sá", "Prompt engineering", "need_help")]


def test_sheet_asks_for_its_own_width_and_its_menu_follows(page_as: PageAs, cast: Cast) -> None:
    page = page_as("marta", viewport={"width": 1440, "height": 900})
    page.goto("/groups/")
    cells = page.locator(f"#row-{cast.enrolment('ana').pk} .cell").filter(visible=True)
    menu = page.locator("#cell-menu")
    # The last one: half a window has all four, beside each other, and three are as on a phone.
    for width, count, is_at_foot in (("60rem", 4, False), ("48rem", 4, False), ("30rem", 3, True)):
        page.locator(".groups").evaluate("(groups, width) => (groups.style.width = width)", width)
        expect(cells).to_have_count(count)
        cells.last.click(button="right")
        expect(menu).to_be_visible()
        foot = menu.evaluate("menu => innerHeight - menu.getBoundingClientRect().bottom")
        assert (foot < 1) == is_at_foot
        page.keyboard.press("Escape")


def test_seven_milestones_break_no_word_on_a_tablet(page_as: PageAs, cast: Cast) -> None:
    for title in ("Fine-tuning", "Agents", "Local deployment"):
        milestone = MilestoneFactory.create(course=cast.course, title=title)
        PlanItemFactory.create(group=cast.clover, milestone=milestone)
    AgreedStepFactory.create(
        group=cast.clover, enrolment=cast.enrolment("ana"), text="Finish the summarization exercise"
    )
    page = page_as("marta")
    page.goto("/groups/")
    assert faults_between(page) == []
    cells = page.locator(f"#row-{cast.enrolment('ana').pk} .cell").filter(visible=True)
    step = page.get_by_text("Finish the summarization exercise")
    # Beside so many there is no room for what was agreed.
    for width, count, is_below in ((744, 7, True), (1024, 7, False), (390, 3, True)):
        page.set_viewport_size({"width": width, "height": 1180})
        expect(cells).to_have_count(count)
        tops = [each.evaluate("each => each.getBoundingClientRect().top") for each in (step, cells.first)]
        assert (tops[0] > tops[1] + 20) == is_below


def test_all_of_a_row_head_leads_to_the_student_on_a_tablet(page_as: PageAs, cast: Cast) -> None:
    page = page_as("marta", viewport={"width": 744, "height": 1180})
    page.goto("/groups/")
    head = page.locator(f"#row-{cast.enrolment('ana').pk} > th")
    box = head.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] - 4, box["y"] + box["height"] - 4)
    expect(page.locator(".detail")).to_contain_text("History")


def test_arrows_move_over_all_groups_and_tab_leaves_the_grid(page_as: PageAs, cast: Cast) -> None:
    MentorshipFactory.create(group=cast.juniper, person=cast.marta)
    page = page_as("marta")
    page.goto("/groups/")
    expect(page.get_by_role("grid")).to_have_count(2)
    first, second = (each.get_attribute("aria-label") for each in page.get_by_role("grid").all())
    assert {first, second} == {"Clover’s progress", "Juniper’s progress"}
    page.locator(cell(cast, "ana", 1)).focus()
    for key, name, number in (
        ("ArrowRight", "ana", 2),
        ("ArrowDown", "bruno", 2),
        ("ArrowLeft", "bruno", 1),
        ("Home", "bruno", 0),
        ("ArrowLeft", "bruno", 0),
        ("End", "bruno", 3),
        ("ArrowUp", "ana", 3),
    ):
        page.keyboard.press(key)
        expect(page.locator(cell(cast, name, number))).to_be_focused()
    last, next_ = ("chidi", "dalia") if first == "Clover’s progress" else ("fatima", "ana")
    page.locator(cell(cast, last, 0)).focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator(cell(cast, next_, 0))).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Tab")
    expect(page.locator(".paths .cell:focus")).to_have_count(0)


def test_undo_in_the_message_restores_what_was_before(page_as: PageAs, cast: Cast) -> None:
    page = page_as("marta")
    page.goto("/groups/")
    page.locator(cell(cast, "bruno", 0)).click()
    page.locator("#messages").get_by_role("button", name="Undo").click()
    expect(page.locator("#messages")).to_contain_text("Undone.")
    assert states() == [("Bruno Sá", "LLM basics", "not_started")]


def test_click_without_javascript_comes_back_to_the_card(page_as: PageAs, cast: Cast) -> None:
    page = page_as("marta", java_script_enabled=False)
    page.goto("/groups/")
    page.locator(cell(cast, "chidi", 3)).click()
    expect(page.locator("#messages")).to_contain_text("Chidi’s RAG is done.")
    assert page.url.endswith(f"/groups/#group-{cast.clover.pk}")
    assert states() == [("Chidi Okafor", "RAG", "done")]
