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
    for name in ("to help today", "check-ins late or missed", "0 to rewrite"):
        expect(page.get_by_role("heading", name=name)).to_be_in_viewport(ratio=1)
    for name in ("E-mail mentor of Ana Ruivo", "All needs"):
        expect(page.get_by_role("link", name=name)).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("button", name="Remind the mentors of Clover")).to_be_in_viewport(ratio=1)
