"""What was asked most at a milestone is there before somebody asks it again: for a student, and for the mentor."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import Cast
from tests.tracker.views.test_known_questions_close import begin, known

pytestmark = pytest.mark.browser
type PageAs = Callable[..., Page]


@pytest.mark.parametrize("script", [True, False])
def test_known_questions_are_read_and_closed_once(page_as: PageAs, cast: Cast, script: bool) -> None:
    begin(cast, "ana", "bruno")
    for number, title in enumerate(("Why divide?", "Where is the key?", "Which version?", "Which plot?")):
        known(cast, title, 5 - number)
    for who, address, width in (("ana", "/week/", 390), ("marta", "/groups/", 1440)):
        page = page_as(who, viewport={"width": width, "height": 844}, java_script_enabled=script)
        page.goto(address)
        offered = page.get_by_role("group", name="Asked before at LLM basics")
        offered.get_by_text("4 questions asked before at LLM basics").press("Enter")
        expect(offered.locator("details > summary")).to_have_text(
            ["Why divide?", "Where is the key?", "Which version?"]
        )
        answer = offered.get_by_text("Answer to Why divide?")
        expect(answer).to_be_hidden()
        offered.get_by_text("Why divide?", exact=True).press("Enter")
        expect(answer).to_be_visible()
        offered.get_by_role("button", name="Do not show again").press("Enter")
        expect(offered).to_have_count(0)
        page.reload()
        expect(page.get_by_role("heading", name="Clover").first).to_be_visible()
        expect(offered).to_have_count(0)
