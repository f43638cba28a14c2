import pytest

from sheets.reading import Formula, Row, Table, Value
from sheets.understanding.tracker import Tracker, understand_tracker


def tracker(
    *rows: tuple[Value, ...], header: tuple[str, ...] = ("Name", "Mentor", "LLM basics", "RAG")
) -> Tracker:
    held = tuple(Row(n, row) for n, row in enumerate((header, *rows), start=1))
    return understand_tracker(Table("clover.xlsx", "Tracker", held))


@pytest.mark.parametrize(
    "name", ["Soma Banerjee", "Suma Rao", "Media Sá", "Mean Gene", "Groupe Yves", "Total Eclipse"]
)
@pytest.mark.parametrize(
    "marks", [(True, False), ("x", None), (1, 0), ("1", "0"), (None, None), (False, False)]
)
def test_student_is_called_like_a_total(name: str, marks: tuple[Value, ...]) -> None:
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
def test_row_of_totals_is_no_student(name: str, marks: tuple[Value, ...]) -> None:
    read = tracker((name, None, *marks), ("Ana Ruivo", None, True, False))
    assert [one.person.name for one in read.students] == ["Ana Ruivo"]
    assert (read.unread, read.prepared) == ((), 1)


@pytest.mark.parametrize(
    ("name", "marks"),
    [
        ("Soma", (True, False)),
        ("Total", ("x", None)),
        ("Suma Rao", (0.5, 0.25)),
        ("Total ticked", (2, Formula("=A1"))),
    ],
)
def test_what_may_be_a_total_or_a_person_is_listed(name: str, marks: tuple[Value, ...]) -> None:
    read = tracker((name, None, *marks))
    assert (read.students, read.prepared) == ((), 0)
    assert [(one.what, one.reason[:27]) for one in read.unread] == [(name, "It may be a row of totals, ")]


def test_address_says_that_it_is_a_person() -> None:
    read = tracker(("Soma <soma@example.com>", None, 0.5, 0.25))
    assert [one.person.name for one in read.students] == ["Soma"]
