"""A student who finished a milestone says with a tap how they found a material; a course admin reads what five said."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.conftest import PageAs
from tests.conftest import Cast
from tests.factories.courses import MaterialFactory
from tracker.models import MaterialTick

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("script", [True, False])
def test_one_tap_says_how_one_found_it(page_as: PageAs, cast: Cast, script: bool) -> None:
    title = "Tokens and what they are not, with an exercise"
    tokens = MaterialFactory.create(milestone=cast.milestones[0], title=title)
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
    ana = cast.enrolment("ana")
    MaterialTick.objects.create(enrolment=ana, material=tokens, ticked_at=timezone.now())
    page.goto("/week/")
    page.get_by_role("button", name="Done", exact=True).click()
    finished = page.get_by_text("which material was not worth it?")
    finished.click()
    confusing = page.get_by_role("group", name="How you found Tokens").get_by_role("button", name="confusing")
    expect(confusing).to_have_attribute("aria-pressed", "false")
    confusing.press("Enter")
    expect(page.locator("#messages")).to_contain_text("You found Tokens")
    if not script:
        finished.click()
    expect(confusing).to_have_attribute("aria-pressed", "true")
    if script:
        expect(confusing).to_be_focused()
        admin = page_as("ines")
        admin.goto("/courses/llm/trends/materials/")
        expect(admin.get_by_role("row").filter(has_text="Tokens")).to_contain_text("5 of 5")
    page.locator("#messages").get_by_role("button", name="Undo").last.click()
    expect(page.locator("#messages")).to_contain_text("You removed your opinion of Tokens")
    finished.click()
    expect(confusing).to_have_attribute("aria-pressed", "false")
    for says in ("true", "false"):
        confusing.click()
        if not script:
            finished.click()
        expect(confusing).to_have_attribute("aria-pressed", says)
    assert MaterialTick.objects.with_opinion().count() == 4
