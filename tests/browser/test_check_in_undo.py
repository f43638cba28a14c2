"""A mentor undoes a check-in, though a student has ticked a step of it meanwhile."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.conftest import PageAs
from tests.conftest import Cast
from tracker.models import AgreedStep, CheckIn

pytestmark = pytest.mark.browser


def test_undo_of_a_check_in_with_a_step_ticked_meanwhile(page_as: PageAs, cast: Cast) -> None:
    page = page_as("marta")
    page.goto(reverse("tracker:check-in-now", args=[cast.clover.pk]))
    ana = cast.enrolment("ana").pk
    summary = page.locator("[name=summary]")
    summary.fill("We read the plan")
    step = page.locator(f"[name=n{ana}-text]")
    if not step.is_visible():
        page.locator("details", has=step).first.locator("summary").first.click()
    step.fill("Read the paper")
    page.get_by_role("button", name="Save check-in").click()
    expect(page.locator("#messages")).to_contain_text("Clover’s check-in is saved")

    student = page_as("ana")
    student.goto("/week/")
    student.get_by_role("checkbox", name="Read the paper").check()
    expect(student.locator("#messages")).to_contain_text("Done: Read the paper")

    page.keyboard.press("F8")
    page.keyboard.press("Enter")
    message = page.locator("#messages [data-message]").first
    expect(message).to_contain_text("Changed since, so it stays: the step “Read the paper”: done")
    # It leads to the form, where nobody was before.
    expect(message).to_be_focused()
    expect(summary).to_have_value("We read the plan")
    assert not CheckIn.objects.exists()
    assert AgreedStep.objects.get().state == "done"
