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
    expect(bruno.locator("#messages, [data-message]").first).to_be_visible()
    marta = page_as("marta")
    marta.goto("/groups/")
    needs = marta.get_by_role("list", name="Why Clover needs you").get_by_role("listitem")
    expect(needs.first).to_contain_text("Bruno needs help with LLM basics, asked today")
    expect(needs.first).to_have_class("act")
    expect(marta.get_by_role("heading", level=1)).to_have_text("Bruno needs help")
    cell = marta.locator(f"#cell-{cast.enrolment('bruno').pk}-{cast.milestones[0].pk}")
    cell.hover()
    before = cell.bounding_box()
    cell.click()
    expect(marta.get_by_text("needs help with LLM basics")).to_have_count(0)
    assert cell.bounding_box() == before
