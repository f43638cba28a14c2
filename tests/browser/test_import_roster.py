"""A course admin brings a list of people in: gives it, corrects a column, answers, confirms, takes it back."""

from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, Page, expect

from groups.models import Enrolment
from tests.conftest import Cast

pytestmark = pytest.mark.browser
ROWS = "Wer,E-mail,Grupo,Mentor\nGus Lind,gus@example.com,Willow,Nadia Rahal\nIvo,ivo@,,\n"


@pytest.mark.parametrize("has_javascript", [True, False])
def test_roster_is_previewed_corrected_confirmed_and_taken_back(
    cast: Cast, page_as: Callable[..., Page], has_javascript: bool
) -> None:
    page = page_as("ines", java_script_enabled=has_javascript)
    page.goto(f"/cohorts/{cast.cohort.pk}/")
    page.get_by_role("link", name="Import", exact=True).click()
    page.get_by_role("link", name="Import people").click()
    file = FilePayload(name="people.csv", mimeType="text/csv", buffer=ROWS.encode())
    page.get_by_label("Files").set_input_files(files=[file])
    page.get_by_role("button", name="Read it").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Is this how it is meant?")
    page.get_by_label("Column A, “Wer”").select_option("name")
    page.get_by_label("The person with this address:").check()
    page.get_by_label("Their name and e-mail address").fill("nadia@example.com")
    page.get_by_role("button", name="See what would change").click()

    expect(page.get_by_role("row", name="Gus Lind <gus@example.com>")).to_contain_text(
        "joins the cohort; into Willow"
    )
    expect(page.get_by_role("row", name="Ivo <ivo@>")).to_contain_text("“ivo@” is no e-mail address.")
    assert not Enrolment.objects.filter(person__email="gus@example.com").exists()
    page.get_by_role("button", name="Confirm the import").click()

    expect(page.get_by_text("all of it at once")).to_be_visible()
    assert Enrolment.objects.get(person__email="gus@example.com").memberships.get().group.name == "Willow"
    page.get_by_role("link", name="Take it back").click()
    page.get_by_role("button", name="Take it back").click()

    expect(page.get_by_text("all is as it was before")).to_be_visible()
    assert not Enrolment.objects.filter(person__email="gus@example.com").exists()
