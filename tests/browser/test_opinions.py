"""A student says with one tap how they found a material; a course admin reads what five of two groups said."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.conftest import Cast
from tests.factories.courses import MaterialFactory
from tracker.models import MaterialTick

pytestmark = pytest.mark.browser
type PageAs = Callable[..., Page]


@pytest.mark.parametrize("script", [True, False])
def test_one_tap_says_how_one_found_it(page_as: PageAs, cast: Cast, script: bool) -> None:
    tokens, after = (
        MaterialFactory.create(milestone=cast.milestones[0], title=title, minutes=20)
        for title in ("Tokens and what they are not, with an exercise", "Scaling")
    )
    MaterialTick.objects.bulk_create(
        MaterialTick(
            enrolment=stay.enrolment,
            material=tokens,
            ticked_at=timezone.now(),
            opinion="confusing",
            group=stay.group,
        )
        for stay in (cast.bruno, cast.chidi, cast.dalia, cast.emre)
    )
    page = page_as("ana", viewport={"width": 390, "height": 844}, java_script_enabled=script)
    page.goto("/week/")
    below = page.locator(f"#material-{after.pk}")
    place = below.bounding_box()
    page.locator(f"#material-{tokens.pk}").click()
    if not script:
        page.get_by_role("listitem").filter(has_text="Tokens").get_by_role("button", name="Save").click()
    expect(page.locator("#messages")).to_contain_text("is ticked.")
    confusing = page.get_by_role("group", name="How you found Tokens").get_by_role("button", name="confusing")
    expect(confusing).to_have_attribute("aria-pressed", "false")
    if script:
        assert below.bounding_box() == place
    confusing.press("Enter")
    expect(page.locator("#messages")).to_contain_text("You found Tokens")
    expect(confusing).to_have_attribute("aria-pressed", "true")
    if script:
        expect(confusing).to_be_focused()
        admin = page_as("ines")
        admin.goto("/courses/llm/trends/materials/")
        expect(admin.get_by_role("row").filter(has_text="Tokens")).to_contain_text("5 of 5")
    page.locator("#messages").get_by_role("button", name="Undo").last.click()
    expect(confusing).to_have_attribute("aria-pressed", "false")
    confusing.click()
    expect(confusing).to_have_attribute("aria-pressed", "true")
    confusing.click()
    expect(confusing).to_have_attribute("aria-pressed", "false")
    assert MaterialTick.objects.with_opinion().count() == 4
