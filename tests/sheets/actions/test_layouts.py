"""Layouts of sheets beyond the template's: names in two columns, merged cells, several groups below each other."""

from typing import Any

import pytest
from openpyxl import Workbook

from groups.models import Enrolment, Group, Membership
from people.models import User
from questions.models import Question
from sheets.models import SheetImport
from tests.conftest import Cast
from tests.sheets.importing import confirmed, previewed, roster, shown
from tests.sheets.workbooks import Rows, workbook
from tracker.models import Progress

pytestmark = pytest.mark.django_db


def given(cast: Cast, tabs: dict[str, Rows], edit: Any = None, **options: Any) -> SheetImport:
    content = workbook(tabs, edit) if edit else workbook(tabs)
    return previewed("sheet", ("sheets.xlsx", content), by=cast.ines, cohort=cast.cohort, options=options)


def groups_of_new(*names: str) -> dict[str, str]:
    stays = Membership.objects.filter(enrolment__person__name__in=names, ended_on=None)
    return dict(stays.values_list("enrolment__person__name", "group__name"))


def done() -> set[tuple[str, str]]:
    return set(
        Progress.objects.filter(state="done").values_list("enrolment__person__name", "milestone__title")
    )


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (("Prénom", "Nom", "Courriel"), ("Zoé", "Petit", "zoe@example.org")),
        (("Nom", "Prénom", "E-mail professionnel"), ("Petit", "Zoé", "zoe@example.org")),
        (("Nombre", "Apellidos", "Correo de trabajo"), ("Zoé", "Petit", "zoe@example.org")),
        (
            ("Nombre", "Apellido 1", "Apellido 2", "Correo"),
            ("Zoé", "Pe", "tit", "zoe@example.org"),
        ),
        (("Nome", "Apelido", "E-mail do aluno"), ("Zoé", "Petit", "zoe@example.org")),
        (("First name", "Surname", "Work e-mail"), ("Zoé", "Petit", "zoe@example.org")),
        (("Name", "First name", "School email address"), ("Zoé Petit", "Zoé", "zoe@example.org")),
        (("Full name", "Given name", "Personal e-mail"), ("Zoé Petit", "Zo", "zoe@example.org")),
        (("Élève", "Adresse e-mail"), ("Zoé Petit", "zoe@example.org")),
    ],
)
def test_name_in_two_columns_and_address_of_any_kind(
    cast: Cast, header: tuple[str, ...], row: tuple[str, ...]
) -> None:
    confirmed(roster(cast, header, row), cast.ines)
    assert User.objects.get(email="zoe@example.org").name.replace("Pe tit", "Petit") == "Zoé Petit"


def test_tracker_and_questions_with_names_in_two_columns(cast: Cast) -> None:
    tabs: dict[str, Rows] = {
        "Suivi": [["Groupe :", "Clover"], ["Prénom", "Nom", "LLM basics"], ["Ana", "Ruivo", "oui"]],
        "Questions": [["Date", "Prénom", "Nom", "Question"], ["12 sept. 2026", "Ana", "Ruivo", "Pourquoi ?"]],
    }
    confirmed(given(cast, tabs), cast.ines)
    assert done() == {("Ana Ruivo", "LLM basics")}
    question = Question.objects.get()
    assert (question.asked_by.name, f"{question.asked_at:%m-%d}") == ("Ana Ruivo", "09-12")


def test_question_of_an_eleve_is_theirs(cast: Cast) -> None:
    tabs: dict[str, Rows] = {
        "Questions": [["Jour", "Élève", "Question"], ["12 sept.", "Ana Ruivo", "Quoi ?"]]
    }
    [line] = shown(given(cast, tabs), "new")[-1:]
    assert line == ("new", "Quoi ?", "Ana Ruivo, no milestone, 12 September 2026")


def merge(*areas: str) -> Any:
    def edit(book: Workbook) -> None:
        for area in areas:
            book[book.sheetnames[0]].merge_cells(area)

    return edit


def test_merged_cells_hold_for_all_their_rows(cast: Cast) -> None:
    rows: Rows = [
        ["Name", "E-mail", "Group", "Mentor"],
        ["Gus", "gus@example.com", "Fern", "Nadia <nadia@example.com>"],
        ["Ivo", "ivo@example.com", None, None],
        ["Jun", "jun@example.com", "Willow", None],
    ]
    content = workbook({"People": rows}, merge("C2:C3", "D2:D3"))
    sheet_import = previewed("roster", ("people.xlsx", content), by=cast.ines, cohort=cast.cohort)
    confirmed(sheet_import, cast.ines)
    assert groups_of_new("Gus", "Ivo", "Jun") == {"Gus": "Fern", "Ivo": "Fern", "Jun": "Willow"}
    assert Group.objects.get(name="Willow").mentorships.count() == 0


def test_header_that_is_merged_over_two_rows_is_nobody(cast: Cast) -> None:
    tabs: dict[str, Rows] = {
        "T": [["Name", "Mentor", "LLM basics"], [None, None, 0.5], ["Ana Ruivo", "Marta Pires", True]]
    }
    sheet_import = given(cast, tabs, merge("A1:A2", "B1:B2"))
    assert next(line[1] for line in shown(sheet_import)) == "Ana Ruivo <ana@example.com>"
    assert shown(sheet_import, "new", "unreadable") == []


TWO_GROUPS: dict[str, Rows] = {
    "labels": [
        ["Group:", "Fern"], ["Name", "Mentor", "LLM basics", "RAG"], ["Gus <gus@example.com>", None, True, False],
        [], ["Group: Willow"], ["Name", "Mentor", "LLM basics", "RAG"], ["Ivo <ivo@example.com>", None, True, True],
    ],
    "labels below one header": [
        ["Name", "Mentor", "LLM basics", "RAG"], ["Group: Fern"], ["Gus <gus@example.com>", None, True, False],
        ["Grupo: Willow"], ["Ivo <ivo@example.com>", None, True, True],
    ],
    "names of groups without a colon": [
        ["Name", "Mentor", "LLM basics", "RAG"], ["Team Fern"], ["Gus <gus@example.com>", None, True, False],
        ["Team Willow"], ["Ivo <ivo@example.com>", None, True, True],
    ],
    "names above repeated headers": [
        ["Fern"], [None, None, "LLM basics", "RAG"], ["Name", "Mentor", 1.0, 0.0],
        ["Gus <gus@example.com>", None, True, False], [],
        ["Willow"], [None, None, "LLM basics", "RAG"], ["Name", "Mentor", 1.0, 1.0],
        ["Ivo <ivo@example.com>", None, True, True],
    ],
    "a column of groups": [
        ["Group", "Name", "LLM basics", "RAG"], ["Fern", "Gus <gus@example.com>", True, False],
        ["Willow", "Ivo <ivo@example.com>", True, True],
    ],
}  # fmt: skip


@pytest.mark.parametrize("layout", TWO_GROUPS)
def test_groups_below_each_other_in_one_tab(cast: Cast, layout: str) -> None:
    sheet_import = given(cast, {"Tracker": TWO_GROUPS[layout]})
    assert shown(sheet_import, "unreadable") == []
    confirmed(sheet_import, cast.ines)
    groups = groups_of_new("Gus", "Ivo")
    assert {name: group.removeprefix("Team ") for name, group in groups.items()} == {
        "Gus": "Fern",
        "Ivo": "Willow",
    }
    assert done() == {("Gus", "LLM basics"), ("Ivo", "LLM basics"), ("Ivo", "RAG")}
    assert Enrolment.objects.filter(cohort=cast.cohort).count() == 8


def test_merged_column_of_groups_and_the_questions_of_each(cast: Cast) -> None:
    tabs: dict[str, Rows] = {
        "Tracker": [
            ["Group", "Name", "LLM basics"],
            ["Fern", "Gus <gus@example.com>", True],
            [None, "Hana <hana@example.com>", False],
            ["Willow", "Ivo <ivo@example.com>", True],
        ],
        "Questions": [
            ["Date", "Student", "Question"],
            ["2026-09-10", "Gus", "Whose is this?"],
            ["2026-09-10", "Ivo", "And this?"],
        ],
    }
    confirmed(given(cast, tabs, merge("A2:A3")), cast.ines)
    assert groups_of_new("Gus", "Hana", "Ivo") == {"Gus": "Fern", "Hana": "Fern", "Ivo": "Willow"}
    asked = Question.objects.values_list("title", "group__name", "asked_by__name")
    assert set(asked) == {("Whose is this?", "Fern", "Gus"), ("And this?", "Willow", "Ivo")}


@pytest.mark.parametrize(
    ("file", "tab", "above", "called"),
    [
        ("export (3).xlsx", "Folha1", [["Grupo Oliveira"]], "Grupo Oliveira"),
        ("export (3).xlsx", "Lavande", [], "Lavande"),
        ("group_7.xlsx", "Wochen", [], "Group 7"),
        ("Fern.xlsx", "Tracker", [["Autumn 2026"]], "Fern"),
        ("Clover.xlsx", "Lavande", [], "Clover"),
    ],
)
def test_group_is_called_like_its_title_or_tab_before_its_file(
    cast: Cast, file: str, tab: str, above: Rows, called: str
) -> None:
    content = workbook({tab: [*above, ["Name", "RAG"], ["Gus <gus@example.com>", "x"]]})
    sheet_import = previewed("sheet", (file, content), by=cast.ines, cohort=cast.cohort)
    confirmed(sheet_import, cast.ines)
    assert groups_of_new("Gus") == {"Gus": called}
