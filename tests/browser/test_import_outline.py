"""A course admin imports a README again, by keyboard, and chooses between what was edited here and the file."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import PageAs
from tests.conftest import Cast
from tests.factories.courses import CourseSectionFactory

pytestmark = pytest.mark.browser
README = """# Bees

Hello 🐝. See [the ledger](https://docs.example.com/ledger-of-hives-with-a-long-name).

## Gloves

Theirs, of *tulle*.

## Veil

White.

<img src="veil.jpg">

Week 1 (3 hours)

- Smoke
  - Video: https://youtu.be/smoke
"""


@pytest.mark.parametrize("has_javascript", [True, False])
def test_one_tick_takes_the_text_of_the_file(cast: Cast, page_as: PageAs, has_javascript: bool) -> None:
    CourseSectionFactory.create(course=cast.course, title="Gloves", body="Ours, of leather.", position=1)
    page = page_as("ines", java_script_enabled=has_javascript)
    page.goto("/courses/llm/imports/outline/")
    page.get_by_label("Or paste the text of the README").fill(README)
    page.get_by_role("button", name="Check").click()

    gloves = page.get_by_role("row", name="Gloves")
    expect(gloves).to_contain_text("Ours, of leather.")
    expect(gloves).to_contain_text("Theirs, of tulle.")
    expect(page.get_by_role("row", name="HTML: 1")).to_contain_text("Only the words of it stay")
    take = page.get_by_role("checkbox", name="Gloves, edited here")
    expect(take).not_to_be_checked()
    for scheme in ("light", "dark") if has_javascript else ():
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        assert Axe().run(page).response["violations"] == []
    # Beside what a row is about, there is room for the reason.
    for width in (744, 820, 1024):
        page.set_viewport_size({"width": width, "height": 900})
        reason = page.get_by_role("row", name="HTML: 1").get_by_role("cell").nth(1).bounding_box()
        assert reason
        assert reason["width"] > 0.25 * width
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    take.press("Space")
    page.get_by_role("checkbox", name="Veil, new").press("Space")
    page.get_by_role("button", name="Import what is ticked").press("Enter")

    expect(page.get_by_text("Imported on")).to_be_visible()
    expect(page.get_by_role("row", name="Veil")).to_contain_text("Left as it is, as you chose.")
    bodies = dict(cast.course.sections.values_list("title", "body"))
    assert bodies.keys() == {"Welcome", "Gloves"}
    assert bodies["Gloves"] == "Theirs, of *tulle*."
    smoke = cast.course.milestones.get(title="Smoke")
    assert [(one.title, one.kind) for one in smoke.materials.all()] == [("Video: Smoke", "video")]
