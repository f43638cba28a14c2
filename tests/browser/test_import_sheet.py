"""A course admin brings a tracking sheet in, and answers what it leaves open; a long list shows how far it is."""

from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.conftest import Cast
from tests.sheets.workbooks import workbook
from tracker.models import Progress, Question

pytestmark = pytest.mark.browser
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def test_sheet_is_asked_about_and_confirmed(cast: Cast, page_as: Callable[..., Page]) -> None:
    content = workbook(
        {
            "Tab 1": [
                (None, None, "LLM basics", "RAG (week 4)"),
                ("Name", "Mentor", 0.5, 0),
                ("ana ruivo", "Marta Pires", "x", ""),
                ("Bruno Sá", "Marta Pires", "maybe", True),
            ],
            "Tab 2": [
                ("Date", "Student", "Module", "Question"),
                ("2026-09-10", "Somebody New", "", "Why so?"),
            ],
        }
    )
    page = page_as("ines")
    page.goto(f"/cohorts/{cast.cohort.pk}/imports/")
    page.get_by_role("link", name="Import tracking sheets").click()
    page.get_by_label("Files").set_input_files(
        files=[FilePayload(name="clover.xlsx", mimeType=XLSX, buffer=content)]
    )
    page.get_by_role("button", name="Read it").click()

    module = page.get_by_role("group", name="Which milestone is “RAG (week 4)”?")
    expect(module.get_by_label("RAG", exact=True)).to_be_checked()
    who = page.get_by_role("group", name="Who is “Somebody New”?")
    who.get_by_label("Somebody of the group").check()
    page.get_by_role("button", name="See what would change").click()

    expect(page.get_by_role("row", name="Bruno Sá, LLM basics")).to_contain_text("“maybe” is no mark.")
    page.get_by_role("button", name="Confirm the import").click()
    expect(page.get_by_text("all of it at once")).to_be_visible()
    done = Progress.objects.values_list("enrolment__person__name", "milestone__title", "state")
    assert set(done) == {("Ana Ruivo", "LLM basics", "done"), ("Bruno Sá", "RAG", "done")}
    assert Question.objects.get().title == "Why so?"


def test_long_list_shows_its_steps_and_goes_on_by_itself(cast: Cast, page_as: Callable[..., Page]) -> None:
    page = page_as("ines")
    page.goto(f"/cohorts/{cast.cohort.pk}/imports/roster/")
    rows = "".join(f"Person {n},person{n}@example.com\n" for n in range(6_000))
    file = FilePayload(name="people.csv", mimeType="text/csv", buffer=f"Name,E-mail\n{rows}".encode())
    page.get_by_label("Files").set_input_files(files=[file])
    page.get_by_role("button", name="Read it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Is this how it is meant?", timeout=60_000)
    page.get_by_role("button", name="See what would change").click()
    expect(page.get_by_role("button", name="Confirm the import")).to_be_visible(timeout=60_000)
