"""A student is away and comes back, with and without a script, on a phone; their mentor sees both."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from groups.models import Absence
from tests.browser.conftest import PageAs
from tests.browser.test_every_page import faults_between
from tests.conftest import Cast

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("script", [True, False])
def test_student_is_away_and_comes_back(page_as: PageAs, cast: Cast, script: bool) -> None:
    page = page_as("bruno", viewport={"width": 390, "height": 844}, java_script_enabled=script)
    page.goto(f"/week/{cast.clover.pk}/")
    page.locator("main").get_by_role("link", name="I’m away").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("I’m away")
    today = cast.cohort.today(timezone.now())
    page.get_by_label("From").fill(f"{today}")
    page.get_by_label("To").first.fill(f"{today + timedelta(days=20)}")
    page.get_by_label("Why").fill("I move house")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("Your mentor can add more than 14 days at a time.")
    # Nothing that was typed is lost.
    expect(page.get_by_label("Why")).to_have_value("I move house")
    page.get_by_label("To").first.fill(f"{today + timedelta(days=3)}")
    page.get_by_role("button", name="Save").click()
    band = page.locator(".away-line")
    expect(band).to_contain_text("You are away until")
    if script:
        assert list(faults_between(page)) == []
    mentor = page_as("marta")
    mentor.goto(f"/students/{cast.bruno.enrolment_id}/")
    expect(mentor.get_by_role("heading", level=1)).to_contain_text("Bruno is away until")
    fellow = page_as("ana")
    fellow.goto(f"/week/{cast.clover.pk}/")
    row = fellow.locator(f"#row-{cast.bruno.enrolment_id}")
    expect(row).to_contain_text("away until")
    expect(fellow.locator("main")).not_to_contain_text("I move house")
    band.get_by_role("button", name="I’m back").press("Enter")
    expect(page.locator(".messages, [role=status]").filter(has_text="You are back.")).not_to_have_count(0)
    expect(band).to_have_count(0)
    assert not Absence.objects.exists()
    page.get_by_role("button", name="Undo").first.click()
    expect(band).to_contain_text("You are away until")
    mentor.reload()
    expect(mentor.get_by_role("heading", level=1)).to_contain_text("Bruno is away until")
