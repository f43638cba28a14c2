import pytest

from sheets.reading import CellValue, SheetRow, Table
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


@pytest.mark.parametrize("no_day", ["2026-09-31", "0001-01-01", "2026-13-01"])
def test_paragraph_of_an_answer_that_names_no_day_stays_text(no_day: str) -> None:
    """In the CSV of questions, where "Name, day:" begins an answer."""
    header = ("Date", "Student", "Question", "Answer", "Seen by", "Times asked", "Status", "Name hidden")
    paragraph = f"See the notes, {no_day}: page 3."
    texts = (paragraph, f"Marta Pires, 2026-09-10: So.\n\n{paragraph}")
    rows = [("2026-09-10", "Ana Ruivo", "Why?", text, "", 1, "", "") for text in texts]
    held = tuple(SheetRow(n, row) for n, row in enumerate((header, *rows), start=1))
    plain, dated = understand_questions(Table("questions.csv", "Questions", held), NOW).questions
    assert (plain.answer, plain.answers) == (paragraph, ())
    assert [(one.answer.body, one.person.name) for one in dated.answers if one.person] == [
        (f"So.\n\n{paragraph}", "Marta Pires")
    ]
