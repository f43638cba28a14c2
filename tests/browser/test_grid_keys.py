"""The grid beats a sheet: a click marks, a second takes back, arrows move, and nothing needs JavaScript."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import Cast
from tracker.models import Progress

pytestmark = pytest.mark.browser
type PageAs = Callable[..., Page]


def cell(cast: Cast, name: str, number: int) -> str:
    return f"#cell-{cast.enrolment(name).pk}-{cast.milestones[number].pk}"


def states() -> list[tuple[str, str, str]]:
    rows = Progress.objects.order_by("pk").values_list("enrolment__person__name", "milestone__title", "state")
    return list(rows)


def test_key_on_a_cell_marks_and_a_second_takes_back(page_as: PageAs, cast: Cast) -> None:
    page = page_as("marta")
    page.goto("/groups/")
    share = page.locator(f"#group-{cast.clover.pk} thead small").nth(1)
    page.locator(cell(cast, "ana", 1)).focus()
    page.keyboard.press("Enter")
    expect(page.locator(cell(cast, "ana", 1))).to_have_attribute(
        "title", "Ana Ruivo, Prompt engineering: done"
    )
    expect(share).to_contain_text("· 33\u00a0%")
    expect(page.locator("#messages")).to_contain_text("Prompt engineering of Ana is done.")
    expect(page.locator(cell(cast, "ana", 1))).to_be_focused()
    assert states() == [("Ana Ruivo", "Prompt engineering", "done")]
    page.keyboard.press("Enter")
    expect(share).to_contain_text("· 0\u00a0%")
    expect(page.locator(cell(cast, "ana", 1))).to_be_focused()
    assert states() == [("Ana Ruivo", "Prompt engineering", "not_started")]


def test_arrows_move_inside_the_grid_and_tab_leaves_the_cell(page_as: PageAs, cast: Cast) -> None:
    page = page_as("marta")
    page.goto("/groups/")
    page.locator(cell(cast, "ana", 1)).focus()
    for key, name, number in (
        ("ArrowRight", "ana", 2),
        ("ArrowDown", "bruno", 2),
        ("ArrowLeft", "bruno", 1),
        ("Home", "bruno", 0),
        ("ArrowLeft", "bruno", 0),
        ("End", "bruno", 3),
        ("ArrowUp", "ana", 3),
        ("ArrowUp", "ana", 3),
    ):
        page.keyboard.press(key)
        expect(page.locator(cell(cast, name, number))).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(page.locator(cell(cast, "ana", 2))).to_be_focused()


def test_undo_in_the_message_brings_back_what_was_before(page_as: PageAs, cast: Cast) -> None:
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
    expect(page.locator("#messages")).to_contain_text("RAG of Chidi is done.")
    assert page.url.endswith(f"/groups/?open={cast.clover.pk}#group-{cast.clover.pk}")
    assert states() == [("Chidi Okafor", "RAG", "done")]
