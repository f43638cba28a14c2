from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from people.models import User
from tests.conftest import Cast

pytestmark = pytest.mark.browser


def test_who_asks_for_help_is_told_to_the_mentor_first_and_a_mark_moves_no_cell(
    page_as: Callable[..., Page], cast: Cast
) -> None:
    User.objects.filter(pk=cast.person("bruno").pk).update(last_login="2026-09-01T09:00Z")
    bruno = page_as("bruno")
    bruno.goto("/week/")
    bruno.get_by_role("button", name="Need help", exact=True).first.click()
    bruno.get_by_role("button", name="Tell Marta").click()
    expect(bruno.locator("#messages, [data-message]").first).to_be_visible()
    marta = page_as("marta")
    marta.goto("/groups/")
    needs = marta.get_by_role("region", name="Bruno needs help")
    expect(needs).to_contain_text("LLM basics, since today.")
    expect(marta.get_by_role("heading", level=1)).to_have_text("Bruno needs help")
    row = marta.locator(f"#row-{cast.enrolment('bruno').pk}")
    expect(row).to_contain_text("needs help")
    cell = marta.locator(f"#cell-{cast.enrolment('bruno').pk}-{cast.milestones[0].pk}")
    cell.hover()
    before = cell.bounding_box()
    cell.click()
    marta.locator("#cell-menu").get_by_role("button", name="Done").click()
    expect(row).not_to_contain_text("needs help")
    assert cell.bounding_box() == before
