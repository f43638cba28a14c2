"""A finished milestone is a moment: with a script and without, quietly, and still for who wants less motion."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.conftest import PageAs, settled
from tests.conftest import Cast
from tests.factories.tracker import ProgressFactory
from tracker.models import Progress

pytestmark = pytest.mark.browser

MOTION = """() => document.getAnimations()
    .filter((one) => one instanceof CSSAnimation)
    .map((one) => [one.animationName, one.effect.getComputedTiming().endTime])"""


def finish(page: Page) -> list[tuple[str, float]]:
    """Press Done, and return what moves then, and for how long."""
    page.goto("/week/")
    page.locator("#week-state").get_by_role("button", name="Done").click()
    expect(page.locator("td.just")).to_have_count(1)
    # Without a script it is another page, whose cell may be there before its style sheets.
    page.wait_for_load_state()
    return [(name, end) for name, end in page.evaluate(MOTION)]


@pytest.mark.parametrize("has_script", [True, False])
def test_tick_is_drawn_once_and_what_all_finished_is_said(
    page_as: PageAs, cast: Cast, has_script: bool
) -> None:
    basics, prompting, *_ = cast.milestones
    done = [("ana", basics), *((name, each) for name in ("bruno", "chidi") for each in (basics, prompting))]
    for name, milestone in done:
        ProgressFactory.create(
            enrolment=cast.enrolment(name), milestone=milestone, state="done", state_since=timezone.now()
        )
    page = page_as("ana", java_script_enabled=has_script)
    moves = finish(page)
    assert {"ring", "grow", "leaf"} <= {name for name, _ in moves}
    assert max(end for _, end in moves) < 1_000
    expect(page.get_by_role("heading", name="Clover finished Prompt engineering")).to_be_visible()
    if has_script:
        assert not Axe().run(settled(page)).response["violations"]
    page.reload()
    expect(page.locator("td.just")).to_have_count(0)
    expect(page.get_by_role("heading", name="Clover finished Prompt engineering")).to_be_visible()
    assert page.evaluate(MOTION) == []


def test_nothing_moves_for_who_wants_less_motion(page_as: PageAs) -> None:
    assert finish(page_as("ana", reduced_motion="reduce")) == []


def test_next_milestone_is_shown_with_what_was_finished_and_its_undo(page_as: PageAs) -> None:
    page = page_as("ana")
    page.goto("/week/")
    heading = page.get_by_role("heading", level=1)
    page.locator("#week-state").get_by_role("button", name="Done").focus()
    page.keyboard.press("Enter")
    expect(heading).to_have_text("Prompt engineering")
    done = page.locator("#week-done")
    expect(done).to_contain_text("LLM basics is done.")
    # Neither is the button of the next milestone under the same key, nor does a second click reach it.
    expect(done).to_be_focused()
    page.keyboard.press("F8")
    page.keyboard.press("Enter")
    expect(heading).to_have_text("LLM basics")
    expect(page.locator("#messages [data-message]")).to_be_focused()
    page.locator("#week-state").get_by_role("button", name="Done").dblclick()
    expect(done).to_contain_text("LLM basics is done.")
    settled(page)
    assert list(Progress.objects.filter(state="done").values_list("milestone__title")) == [("LLM basics",)]
    page.reload()
    expect(heading).to_have_text("Prompt engineering")
    expect(done).to_have_count(0)
