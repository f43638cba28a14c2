import pytest

from courses.models import Milestone
from sheets.reading import CellValue, SheetRow, Table
from sheets.understanding.meanings import PROGRESS, QUESTIONS, kind_of, proposed
from sheets.understanding.milestones import MilestoneTitles
from sheets.understanding.questions import QuestionTab, understand_questions
from tests.conftest import NOW


def questions(*rows: tuple[CellValue, ...], last: str = "Solved") -> QuestionTab:
    header = ("Date", "Student", "Question", "Answer", last)
    held = tuple(SheetRow(n, row) for n, row in enumerate((header, *rows), start=1))
    return understand_questions(Table("clover.xlsx", "Questions", held), NOW)


@pytest.mark.parametrize(
    ("said", "is_solved"),
    [
        ("Solved", True),
        ("Answered", True),
        ("Resolvida", True),
        ("Résolue", True),
        ("Open", False),
        ("Aberto", False),
        ("Pendiente", False),
        ("En attente", False),
        ("sim", True),
        ("no", False),
        (None, False),
    ],
)
@pytest.mark.parametrize("header", ["Solved", "Status", "Resolvida"])
def test_status_is_understood_in_words(header: str, said: CellValue, is_solved: bool) -> None:
    read = questions(("2026-09-10", "Ana Ruivo", "Why?", "So.", said), last=header)
    assert [(one.is_solved, one.notes) for one in read.questions] == [(is_solved, ())]


def test_status_that_is_not_understood_is_said_and_decides_nothing() -> None:
    read = questions(("2026-09-10", "Ana Ruivo", "Why?", "So.", "later"))
    assert [one.is_solved for one in read.questions] == [None]
    assert read.questions[0].notes == (
        "Questions E2: “later” is not understood. The question counts as solved if it has an answer.",
    )


@pytest.mark.parametrize(
    ("header", "rows", "kind"),
    [
        (
            ("Student", "Question", "Solved"),
            [("Ana Ruivo", "Why?", True), ("Bruno Sá", "How?", False)],
            QUESTIONS,
        ),
        (("Student", "Questions", "Problem solved"), [("Ana", 2, True), ("Bruno", 0, False)], PROGRESS),
    ],
)
def test_column_of_solved_questions_is_no_milestone_of_that_name(
    header: tuple[str, ...], rows: list[tuple[CellValue, ...]], kind: str
) -> None:
    held = tuple(SheetRow(n, row) for n, row in enumerate([header, *rows], start=1))
    titles = MilestoneTitles([Milestone(pk=1, title="Problem solved"), Milestone(pk=2, title="Tokens")])
    assert kind_of(proposed(Table("clover.xlsx", "Sheet1", held), titles)) == kind
