"""Files that no import can take, and those that it takes with a word of warning: a message, and nothing written."""

import time
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from openpyxl import Workbook

from lib.refusals import Refused
from sheets.models import ImportLine, SheetImport
from sheets.reading.limits import LIMITS
from tests.conftest import Cast
from tests.sheets.actions.test_sheet import everything
from tests.sheets.bad_files import bomb, encrypted, old_kind, with_macros
from tests.sheets.importing import confirmed, previewed
from tests.sheets.workbooks import sheet_xml, with_part, workbook

SHEET = "xl/worksheets/sheet1.xml"
TRACKER: list[list[Any]] = [["Name", "Mentor", "LLM basics"], ["Ana Ruivo", "Marta Pires", True]]
# Far above what any of them takes, and far below what their makers have in mind.
SECONDS, BYTES = 30, 250_000_000


def given(cast: Cast, content: bytes) -> SheetImport:
    """Upload the file and preview it, in bounded time and memory; nothing is written."""
    before = everything()
    tracemalloc.start()
    began = time.process_time()
    try:
        sheet_import = previewed("sheet", ("group.xlsx", content), by=cast.ines, cohort=cast.cohort)
    finally:
        seconds = time.process_time() - began
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert (seconds < SECONDS, most < BYTES) == (True, True), (seconds, most)
    assert everything() == before
    return sheet_import


@pytest.fixture
def few_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tenth of the empty rows that may be: to count them all in is 5 s of CPU."""
    monkeypatch.setattr("sheets.actions.tabs.LIMITS", replace(LIMITS, rows_with_empty_ones=20_000))


def endless_empty_rows() -> bytes:
    rows = b'<row r="1"><c><v>1</v></c></row>' + b'<row ht="15"/>' * 25_000
    return with_part(workbook({"Tracker": TRACKER}), SHEET, sheet_xml(rows))


def cut_in_half() -> bytes:
    content = workbook({"Tracker": TRACKER})
    return content[: len(content) // 2]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: b"\x00\x01\x02 not a workbook \x00", "neither a workbook"),
        (lambda: b"%PDF-1.7 and so on", "is a PDF"),
        (encrypted, "is protected by a password"),
        (old_kind, "in the old .xls format"),
        (with_macros, "contains macros"),
        (bomb, "would unpack to 9,664 MB; the limit is 300 MB"),
        (lambda: bomb(declared=1_000), "“group.xlsx” is damaged"),
        (endless_empty_rows, "The tab “Tracker” of “group.xlsx” has more than 20,000 rows"),
        (lambda: workbook({"Tracker": [["x"] * 200]}), "more than 100 columns in row 1"),
        (cut_in_half, "is damaged, perhaps cut off"),
        (lambda: workbook({"A": [], "B": []}), "all its tabs are empty"),
    ],
    ids=[
        "no workbook", "pdf", "password", "old .xls format", "macros", "bomb", "lying bomb", "endless empty rows",
        "200 columns", "cut in half", "empty tabs",
    ],
)  # fmt: skip
@pytest.mark.usefixtures("few_rows")
def test_bad_file_is_refused_with_the_reason(cast: Cast, make: Callable[[], bytes], words: str) -> None:
    sheet_import = given(cast, make())
    assert words in sheet_import.understood["refusal"]
    assert sheet_import.lines.count() == 0
    with pytest.raises(Refused):
        confirmed(sheet_import, cast.ines)


def test_empty_file_is_not_even_kept(cast: Cast) -> None:
    with pytest.raises(Refused, match="is empty"):
        given(cast, b"")
    assert not SheetImport.objects.exists()


def test_bomb_is_as_small_and_as_big_as_it_says() -> None:
    assert len(bomb()) < 10_000_000


def book(*students: list[Any], change: Callable[[Workbook], None] | None = None) -> bytes:
    return workbook({"Tracker": [*TRACKER, *students]}, change)


def hide_and_merge(made: Workbook) -> None:
    made["Tracker"].row_dimensions[2].hidden = True
    made["Tracker"].merge_cells("A3:A4")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (book(change=hide_and_merge), "Tracker: hidden rows are imported like the others: 2"),
        (
            book(["Bruno Sá", None, True], change=hide_and_merge),
            "Tracker: a merged cell (A3:A4)",
        ),
        (book(["Bruno Sá", None, "=1+1"]), "Tracker, C3: a formula without a saved value"),
    ],
    ids=["hidden row", "merged cells", "formula"],
)
def test_what_a_person_must_know_is_noted_with_its_place(cast: Cast, content: bytes, words: str) -> None:
    assert [note for note in given(cast, content).understood["notes"] if note.startswith(words)]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (["n" * 10_000, None, True], "The name has 10,000 characters; 150 at most are allowed."),
        (["Bruno Sá", None, "=1+1"], "It contains a formula without a saved value."),
        (["Bruno Sá", None, "maybe"], "“maybe” is not understood."),
    ],
)
def test_row_that_cannot_be_read_is_listed_with_its_place(cast: Cast, row: list[Any], reason: str) -> None:
    [line] = given(cast, book(row)).lines.filter(verdict=ImportLine.Verdict.UNREADABLE)
    assert (line.reason, line.location.removeprefix("Tracker ") in ("row 3", "C3")) == (reason, True)


@pytest.mark.parametrize("name", ["مرحبا بالعالم", "👩‍💻 Zoë 🍀"], ids=["right to left", "emoji"])
def test_name_in_any_script_comes_in_as_it_is(cast: Cast, name: str) -> None:
    confirmed(given(cast, book([f"{name} <gus@example.com>", None, True])), cast.ines)
    assert [student["name"] for student in everything()["User"] if student["email"] == "gus@example.com"] == [
        name
    ]


def test_row_of_percentages_is_no_formula_without_a_value(cast: Cast) -> None:
    """Neither ours, which no spreadsheet has opened yet, nor that of anybody else."""
    content = workbook(
        {
            "Tracker": [
                [None, None, "LLM basics"],
                ["Name", "Mentor", "=COUNTIF(C3:C9,TRUE)/COUNTA(A3:A9)"],
                ["Ana Ruivo", None, True],
                [None, None, "=SUM(C3:C3)"],
            ]
        }
    )
    assert [note for note in given(cast, content).understood["notes"] if "formula" in note] == []
