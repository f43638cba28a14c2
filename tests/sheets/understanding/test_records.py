"""Tabs of our own workbooks: known by their headers, and read cell by cell with a word on what cannot be."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest

from sheets.reading import SheetRow, Table
from sheets.understanding.exported import exported_kind
from sheets.understanding.meanings import proposed
from sheets.understanding.milestones import MilestoneTitles
from sheets.understanding.records.column import header_of
from sheets.understanding.records.students import PersonRecord, ProgressRecord
from sheets.understanding.records.tabs import (
    LAYOUTS,
    RecordKind,
    RecordTab,
    record_kind,
    understand_record_tab,
)
from tests.conftest import NOW
from tests.sheets.headers import CHECK_INS, PEOPLE, PROGRESS, REVIEWS, STEPS


def table(*rows: tuple[Any, ...]) -> Table:
    return Table("group.xlsx", "Tab", tuple(SheetRow(n, row) for n, row in enumerate(rows, start=1)))


def kind_of(made: Table) -> str:
    meaning = proposed(made, MilestoneTitles()).meaning
    assert meaning is not None
    return meaning.kind


def read(headers: Mapping[str, str], *rows: dict[str, Any]) -> RecordTab:
    """A tab with these columns; a row says what stands in some of them."""
    made = table(tuple(headers.values()), *(tuple(row.get(name) for name in headers) for row in rows))
    kind = record_kind(made)
    assert kind is not None
    return understand_record_tab(kind, made, NOW)


@pytest.mark.parametrize("kind", LAYOUTS)
def test_tab_is_known_by_its_headers_and_by_nothing_else(kind: RecordKind) -> None:
    headers = header_of(LAYOUTS[kind].columns)
    made = table(("A title above",), tuple(reversed(headers)))
    assert record_kind(made) == kind
    assert kind_of(made) == f"own {kind}"
    assert record_kind(table(("Name", "Mentor", "LLM basics"), ("Ana", "Marta", True))) is None


@pytest.mark.parametrize(
    ("headers", "row", "reason"),
    [
        (
            PROGRESS,
            {"person": "Ana", "email": "ana@", "milestone": "RAG"},
            "Person: “ana@” is not an e-mail address.",
        ),
        (PROGRESS, {"milestone": "RAG", "state": "done"}, "There is neither a name nor an e-mail address."),
        (PROGRESS, {"person": "Ana", "state": "done"}, "There is no milestone in this row."),
        (
            PROGRESS,
            {"person": "Ana", "milestone": "RAG", "since": "10:00 or so"},
            "Since: “10:00 or so” is not a date.",
        ),
        (
            PEOPLE,
            {"person": "Ana", "role": "queen"},
            "Role: “queen” is not one of: student, mentor, co-mentor, stand-in.",
        ),
        (
            PEOPLE,
            {"person": "Ana", "level": "x" * 201},
            "Level: It has 201 characters; 200 at most are allowed.",
        ),
    ],
)
def test_cell_that_cannot_be_read_is_said_by_its_header(
    headers: Mapping[str, str], row: dict[str, Any], reason: str
) -> None:
    tab = read(headers, row)
    assert (tab.records, [(one.reason, one.location) for one in tab.unread]) == ((), [(reason, "Tab row 2")])


@pytest.mark.parametrize("headers", [CHECK_INS, STEPS, REVIEWS])
def test_tab_for_reading_alone_is_known_by_its_headers(headers: tuple[str, ...]) -> None:
    made = table(("A title above",), tuple(reversed(headers)))
    assert record_kind(made) is None
    assert (kind_of(made), bool(exported_kind(made))) == ("", True)


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        (datetime(2026, 9, 15, 10, 5, 7), datetime(2026, 9, 15, 10, 5, 7, tzinfo=UTC)),  # noqa: DTZ001
        ("2026-09-15 10:05", datetime(2026, 9, 15, 10, 5, tzinfo=UTC)),
        ("15/09/2026 10:05:07", datetime(2026, 9, 15, 10, 5, 7, tzinfo=UTC)),
        (date(2026, 9, 15), datetime(2026, 9, 15, 12, tzinfo=UTC)),
        # Nobody wrote it down, so it is unknown.
        (None, None),
    ],
)
def test_moment_is_read_however_it_is_written(cell: Any, moment: datetime | None) -> None:
    [line] = read(PROGRESS, {"person": "Ana", "milestone": "RAG", "since": cell}).records
    assert isinstance(line, ProgressRecord)
    assert line.progress.state_since == moment


@pytest.mark.parametrize("cell", [datetime(9999, 12, 31, 23, 59), "9999-12-31 23:59", "0001-01-01 00:00"])  # noqa: DTZ001
def test_moment_that_no_course_has_is_said(cell: Any) -> None:
    tab = read(PROGRESS, {"person": "Ana", "milestone": "RAG", "since": cell})
    assert (tab.records, "is not a date" in tab.unread[0].reason) == ((), True)


def test_empty_row_and_unknown_zone_are_passed_over() -> None:
    tab = read(PEOPLE, {}, {"person": "Ana", "time_zone": "Nowhere/Land", "from": "2026-09-01"})
    [line] = tab.records
    assert isinstance(line, PersonRecord)
    assert (line.role, line.time_zone, line.started_on, tab.unread) == ("student", "", date(2026, 9, 1), ())
