from dataclasses import replace
from typing import Any

import pytest

from courses.models import Milestone
from sheets.reading import CellValue, Formula, SheetRow, Table
from sheets.understanding.books import Book, understand_books
from sheets.understanding.meanings import proposed
from sheets.understanding.milestones import MilestoneTitles
from sheets.understanding.tracker import Tracker, understand_tracker
from sheets.understanding.tracker_columns import propose_tracker
from tests.conftest import NOW

MILESTONES = MilestoneTitles([Milestone(pk=1, title="LLM basics"), Milestone(pk=2, title="RAG")])


def books(*tables: Table) -> list[Book]:
    return understand_books([proposed(one, MILESTONES) for one in tables], NOW)[0]


def tracker(
    *rows: tuple[CellValue, ...], header: tuple[str, ...] = ("Name", "Mentor", "LLM basics", "RAG")
) -> Tracker:
    held = tuple(SheetRow(n, row) for n, row in enumerate((header, *rows), start=1))
    made = Table("clover.xlsx", "Tracker", held)
    return understand_tracker(replace(made, meaning=propose_tracker(made, MILESTONES)))


@pytest.mark.parametrize(
    "name", ["Soma Banerjee", "Suma Rao", "Media Sá", "Mean Gene", "Groupe Yves", "Total Eclipse"]
)
@pytest.mark.parametrize(
    "marks", [(True, False), ("x", None), (1, 0), ("1", "0"), (None, None), (False, False)]
)
def test_student_is_called_like_a_total(name: str, marks: tuple[CellValue, ...]) -> None:
    read = tracker((name, None, *marks), ("Ana Ruivo", None, True, False))
    assert [one.person.name for one in read.students] == [name, "Ana Ruivo"]
    assert (read.unread, read.prepared) == ((), 0)


@pytest.mark.parametrize(
    "name",
    [
        "Total",
        "Totals:",
        "TOTAL (3)",
        "Average of the group",
        "Soma",
        "Média %",
        "Group progress",
        "Suma total",
    ],
)
@pytest.mark.parametrize(
    "marks", [(2, 1), (0.5, 1), ("50 %", "100%"), ("2", "0,5"), (Formula("=SUM(C2:C4)"), None), (None, None)]
)
def test_row_of_totals_is_no_student(name: str, marks: tuple[CellValue, ...]) -> None:
    read = tracker((name, None, *marks), ("Ana Ruivo", None, True, False))
    assert [one.person.name for one in read.students] == ["Ana Ruivo"]
    assert (read.unread, read.prepared) == ((), 1)


@pytest.mark.parametrize(
    ("name", "marks"),
    [("Soma", (True, False)), ("Total", ("x", None)), ("Suma Rao", (0.5, 0.25)), ("Total ticked", (2, None))],
)
def test_what_may_be_a_total_or_a_person_is_somebody_to_be_asked_about(
    name: str, marks: tuple[CellValue, ...]
) -> None:
    read = tracker((name, None, *marks))
    assert ([one.person.name for one in read.students], read.prepared) == ([name], 0)


def test_address_says_that_it_is_a_person() -> None:
    read = tracker(("Soma <soma@example.com>", None, 0.5, 0.25))
    assert [one.person.name for one in read.students] == ["Soma"]


def table(*rows: tuple[CellValue, ...]) -> Table:
    return Table("clover.xlsx", "Tracker", tuple(SheetRow(n, row) for n, row in enumerate(rows, start=1)))


@pytest.mark.parametrize(
    "rows",
    [
        (
            ("Colleagues", "Mentor", "LLM basics", "RAG"),
            ("Ana Ruivo", "Marta", True, False),
            ("Bo", None, None, "x"),
        ),
        (("Colleagues", "LLM basics", "RAG"), ("Ana Ruivo", True, False), ("Bo", "x", None)),
        (
            ("Learning path:", "LLM"),
            (None, "LLM basics", "RAG"),
            ("Colleagues", 0.5, 0.5),
            ("Ana Ruivo", True, False),
        ),
        (("Our list",), (None, "LLM basics", "RAG"), (None, 0.5, 0.5), ("Ana Ruivo", True, False)),
    ],
)
def test_tracker_whose_names_no_header_tells_is_read_as_said(rows: tuple[tuple[CellValue, ...], ...]) -> None:
    made = table(*rows)
    # Nothing is read until somebody says which column has the names.
    assert not any(tracker.students for book in books(made) for _, tracker in book.trackers)
    header = next(n for n, row in enumerate(made.rows) if "Ana Ruivo" in row.cells) - 1
    said: dict[str, Any] = {"kind": "progress", "header": header}
    meant = proposed(made, MILESTONES, said).meaning
    assert meant is not None
    names = next(n for n in range(2) if any(row.text(n) == "Ana Ruivo" for row in made.rows))
    said["columns"] = {**meant.columns, names: "name"}
    [(_, read)] = understand_books([proposed(made, MILESTONES, said)], NOW)[0][0].trackers
    assert (read.modules, read.understood.missing) == (((1, "LLM basics"), (2, "RAG")), ())
    assert [one.person.name for one in read.students][:1] == ["Ana Ruivo"]
    assert [cell.mark.state for cell in read.students[0].cells] == ["done", "not_started"]


@pytest.mark.parametrize(
    "rows",
    [
        (("Just", "words"), (1, 2)),
        (("Week", "Room"), ("First", "x"), ("Second", None)),
        (("Setting", "On"), ("Mail", True)),
    ],
)
def test_other_tabs_are_no_trackers(rows: tuple[tuple[CellValue, ...], ...]) -> None:
    assert books(table(*rows)) == []


def test_tab_that_looks_like_a_tracker_is_none_beside_one() -> None:
    real = table(("Name", "LLM basics"), ("Ana Ruivo", True))
    other = Table("clover.xlsx", "Rooms", table(("Room", "Mon", "Tue"), ("A1", True, False)).rows)
    assert [[n for n, _ in book.trackers] for book in books(other, real)] == [[1]]


def test_tracker_that_counts_questions_is_no_list_of_them() -> None:
    rows = (
        ("Name", "LLM basics", "RAG", "Questions"),
        ("Ana Ruivo", True, False, 2),
        ("Bo", "x", None, None),
    )
    [book] = books(table(*rows))
    assert ([title for _, title in book.trackers[0][1].modules], book.questions) == (
        ["LLM basics", "RAG"],
        [],
    )


def test_questions_beside_marks_are_a_list_of_them() -> None:
    rows = (("Name", "Question", "Urgent", "Known", "Solved"), ("Ana Ruivo", "Why?", True, False, True))
    [book] = books(table(*rows))
    assert (book.trackers, len(book.questions)) == ([], 1)


@pytest.mark.parametrize("share", [0.5, "50 %", "1/2", Formula("=SUM(C3:C4)/2")])
def test_title_over_a_share_is_that_of_its_milestone_whatever_stands_below(share: CellValue) -> None:
    made = table(
        (None, None, "LLM basics", "RAG"),
        ("Name", "Mentor", share, share),
        ("Ana Ruivo", "Marta", "x", ""),
        ("Bruno Sá", "Marta", "maybe", True),
    )
    assert propose_tracker(made, MILESTONES).columns == {0: "name", 1: "mentor", 2: "marks:1", 3: "marks:2"}
