import pytest

from sheets.reading import CellValue, Formula, SheetRow, Table
from sheets.understanding.books import understand_books
from sheets.understanding.tracker import Tracker, understand_tracker
from tests.conftest import NOW


def tracker(
    *rows: tuple[CellValue, ...], header: tuple[str, ...] = ("Name", "Mentor", "LLM basics", "RAG")
) -> Tracker:
    held = tuple(SheetRow(n, row) for n, row in enumerate((header, *rows), start=1))
    return understand_tracker(Table("clover.xlsx", "Tracker", held))


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
    [
        ("Soma", (True, False)),
        ("Total", ("x", None)),
        ("Suma Rao", (0.5, 0.25)),
        ("Total ticked", (2, Formula("=A1"))),
    ],
)
def test_what_may_be_a_total_or_a_person_is_listed(name: str, marks: tuple[CellValue, ...]) -> None:
    read = tracker((name, None, *marks))
    assert (read.students, read.prepared) == ((), 0)
    assert [(one.what, one.reason[:27]) for one in read.unread] == [(name, "This may be a row of totals")]


def test_address_says_that_it_is_a_person() -> None:
    read = tracker(("Soma <soma@example.com>", None, 0.5, 0.25))
    assert [one.person.name for one in read.students] == ["Soma"]


@pytest.mark.parametrize(
    "header",
    [
        "Alunos",
        "Nome do aluno",
        "Estudantes",
        "Étudiants",
        "Nom de l'étudiant",
        "Mentees",
        "Learner name",
        "Nombre del alumno",
        "Estudiantes",
        "Student name",
    ],
)
def test_names_stand_below_a_plural_or_a_name_of(header: str) -> None:
    read = tracker(("Ana Ruivo", None, True, False), header=(header, "Mentor", "LLM basics", "RAG"))
    assert [one.person.name for one in read.students] == ["Ana Ruivo"]


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
def test_tracker_whose_names_no_header_tells_can_be_corrected(
    rows: tuple[tuple[CellValue, ...], ...],
) -> None:
    [book] = understand_books([table(*rows)], None, NOW).books
    [(_, read)] = book.trackers
    assert [one.name for one in read.understood.missing] == ["name"]
    assert ([title for title, _ in read.modules], read.students) == (["LLM basics", "RAG"], ())
    names = next(one for one in read.understood.columns if "Ana Ruivo" in one.samples)
    said = {read.understood.layout: {str(names.number): "name"}}
    [(_, read)] = understand_books([table(*rows)], said, NOW).books[0].trackers
    assert read.understood.missing == ()
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
    assert understand_books([table(*rows)], None, NOW).books == ()


def test_tab_that_looks_like_a_tracker_is_none_beside_one() -> None:
    real = table(("Name", "LLM basics"), ("Ana Ruivo", True))
    other = Table("clover.xlsx", "Rooms", table(("Room", "Mon", "Tue"), ("A1", True, False)).rows)
    shelf = understand_books([real, other], None, NOW)
    assert ([len(book.trackers) for book in shelf.books], shelf.unknown) == ([1], (other,))


def test_tracker_that_counts_questions_is_no_list_of_them() -> None:
    rows = (
        ("Name", "LLM basics", "RAG", "Questions"),
        ("Ana Ruivo", True, False, 2),
        ("Bo", "x", None, None),
    )
    [book] = understand_books([table(*rows)], None, NOW).books
    assert ([title for title, _ in book.trackers[0][1].modules], book.questions) == (
        ["LLM basics", "RAG"],
        [],
    )


def test_questions_beside_marks_are_a_list_of_them() -> None:
    rows = (("Name", "Question", "Urgent", "Known", "Solved"), ("Ana Ruivo", "Why?", True, False, True))
    [book] = understand_books([table(*rows)], None, NOW).books
    assert (book.trackers, len(book.questions)) == ([], 1)
