"""A course admin brings a tracking sheet in, answers what it leaves open, and takes it out again."""

import re
from datetime import datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook
from playwright.sync_api import FilePayload, expect

from questions.models import Question
from tests.browser.conftest import PageAs, open_place
from tests.conftest import Cast
from tests.sheets.workbooks import workbook
from tracker.models import Progress

pytestmark = pytest.mark.browser
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def test_sheet_is_asked_about_confirmed_and_given_back(cast: Cast, page_as: PageAs) -> None:
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
    page.get_by_role("button", name="Check").click()

    column = page.get_by_label("Column D, “RAG (week 4)”")
    expect(column.locator("option:checked")).to_have_text("RAG")
    somebody = "Someone in the group (the name is not kept)"
    page.get_by_label("Who is “Somebody New”?").first.select_option(somebody)
    page.get_by_role("button", name="Preview changes").click()

    expect(page.get_by_role("row", name="Bruno Sá, LLM basics")).to_contain_text("“maybe” is not understood.")
    page.get_by_role("button", name=re.compile("^Import [0-9,]+ change")).click()
    expect(page.get_by_text("Imported on")).to_be_visible()
    done = Progress.objects.values_list("enrolment__person__name", "milestone__title", "state")
    assert set(done) == {("Ana Ruivo", "LLM basics", "done"), ("Bruno Sá", "RAG", "done")}
    assert Question.objects.get().title == "Why so?"

    page.goto("/courses/llm/")
    open_place(page, "Export")
    page.get_by_role("combobox", name="Group").first.fill("Clover")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download workbook").click()
    assert download.value.suggested_filename == "Clover.xlsx"
    book = load_workbook(BytesIO(download.value.path().read_bytes()))
    assert [[cell.value for cell in row[:6]] for row in book["Tracker"].iter_rows(min_row=5)] == [
        ["Ana Ruivo", "Marta Pires", True, False, False, False],
        ["Bruno Sá", "Marta Pires", False, False, False, True],
        ["Chidi Okafor", "Marta Pires", False, False, False, False],
    ]
    [question] = book["Questions"].iter_rows(min_row=2, max_col=4, values_only=True)
    assert question == (datetime(2026, 9, 10), None, None, "Why so?")  # noqa: DTZ001
    assert [row[:2] for row in book["People"].iter_rows(min_row=2, values_only=True)] == [
        ("Marta Pires", "marta@example.com"),
        ("Ana Ruivo", "ana@example.com"),
        ("Bruno Sá", "bruno@example.com"),
        ("Chidi Okafor", "chidi@example.com"),
    ]
