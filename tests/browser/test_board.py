from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import Cast

pytestmark = pytest.mark.browser


def test_board_shows_without_scrolling_who_to_help_what_is_late_and_what_to_rewrite(
    page_as: Callable[..., Page], cast: Cast
) -> None:
    page = page_as("ines")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"/cohorts/{cast.cohort.pk}/")
    for name in ("Needs help today", "Check-ins late", "What to rewrite", "Asked most in four weeks"):
        expect(page.get_by_role("heading", name=name)).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("link", name="0 needs waiting")).to_be_in_viewport(ratio=1)
