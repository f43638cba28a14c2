"""A course admin imports a list of people: uploads it, corrects a column, answers, confirms, undoes it."""

import re

import pytest
from playwright.sync_api import FilePayload, expect

from groups.models import Enrolment
from tests.browser.conftest import PageAs, open_place
from tests.conftest import Cast

pytestmark = pytest.mark.browser
ROWS = "Wer,E-mail,Grupo,Mentor\nGus Lind,gus@example.com,Willow,Nadia Rahal\nIvo,ivo@,,\n"


@pytest.mark.parametrize("has_javascript", [True, False])
def test_roster_is_previewed_corrected_confirmed_and_undone(
    cast: Cast, page_as: PageAs, has_javascript: bool
) -> None:
    page = page_as("ines", java_script_enabled=has_javascript)
    page.goto("/courses/llm/")
    open_place(page, "Import")
    page.get_by_role("link", name="Import people").click()
    file = FilePayload(name="people.csv", mimeType="text/csv", buffer=ROWS.encode())
    page.get_by_label("Files").set_input_files(files=[file])
    page.get_by_role("button", name="Check").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("What is what?")
    page.get_by_label("Column A, “Wer”").select_option("name")
    page.get_by_role("button", name="Preview changes").click()
    # Only who has a name is asked about. An address that is typed counts as chosen.
    page.get_by_label("Name and e-mail address: Who is the mentor “Nadia Rahal”?").fill("nadia@example.com")
    page.get_by_role("button", name="Preview changes").click()

    expect(page.get_by_role("row", name="Gus Lind <gus@example.com>")).to_contain_text(
        "joins the cohort; into Willow"
    )
    expect(page.get_by_role("row", name="Ivo <ivo@>")).to_contain_text("“ivo@” is not an e-mail address.")
    # On a phone, a row shows what becomes of it and why without scrolling to the side.
    size = page.viewport_size
    page.set_viewport_size({"width": 390, "height": 844})
    for text in ("not imported", "“ivo@” is not an e-mail address."):
        box = page.get_by_role("row", name="Ivo <ivo@>").get_by_text(text).bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert size is not None
    page.set_viewport_size(size)
    assert not Enrolment.objects.filter(person__email="gus@example.com").exists()
    page.get_by_role("button", name=re.compile("^Import [0-9,]+ change")).click()

    expect(page.get_by_text("Imported on")).to_be_visible()
    assert Enrolment.objects.get(person__email="gus@example.com").memberships.get().group.name == "Willow"
    page.get_by_role("link", name="Undo import").click()
    page.get_by_role("button", name="Undo import").click()

    expect(page.get_by_text("everything is back as it was")).to_be_visible()
    assert not Enrolment.objects.filter(person__email="gus@example.com").exists()
