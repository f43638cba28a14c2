"""The rows that cannot be read, downloaded, corrected and given again: they go where they belong."""

import io
from typing import Any

import pytest
from openpyxl import load_workbook

from groups.models import Group, Membership
from questions.models import Question
from sheets.dashboards.unreadable import unreadable_file
from sheets.models import SheetImport
from tests.conftest import Cast
from tests.sheets.importing import confirmed, previewed, shown
from tests.sheets.workbooks import Rows, workbook

pytestmark = pytest.mark.django_db
QUESTIONS = ("Date", "Student", "Module", "Question", "Answer", "Answered by", "Solved")


def tracker(group: str | None, *students: Any) -> Rows:
    label: Rows = [("Learning path:", None, "LLM", None, "Group:", group)] if group else []
    return [*label, (None, None, "LLM basics", "RAG"), ("Name", "Mentor", 0.5, 0.5), *students]


def corrected(sheet_import: SheetImport, wrong: str, right: str) -> tuple[str, bytes]:
    """The file of rows that cannot be read, with one text for another."""
    file = unreadable_file(sheet_import)
    assert file is not None
    if file.name.endswith(".csv"):
        return file.name, file.content.replace(wrong.encode(), right.encode())
    book = load_workbook(io.BytesIO(file.content))
    for cell in (cell for tab in book for row in tab for cell in row):
        if cell.value is not None:
            cell.value = str(cell.value).replace(wrong, right)
    changed = io.BytesIO()
    book.save(changed)
    return file.name, changed.getvalue()


def given(cast: Cast, *files: tuple[str, bytes]) -> SheetImport:
    return confirmed(previewed("sheet", *files, by=cast.ines, cohort=cast.cohort), cast.ines)


def groups(cast: Cast) -> dict[str, list[str]]:
    stays = Membership.objects.filter(group__cohort=cast.cohort, ended_on=None).order_by(
        "enrolment__person__name"
    )
    return {
        group.name: [stay.enrolment.person.name for stay in stays if stay.group_id == group.pk]
        for group in Group.objects.filter(cohort=cast.cohort).exclude(name__in=["Clover", "Juniper"])
    }


@pytest.mark.parametrize("label", ["Fern", None])
def test_corrected_rows_of_a_workbook_go_into_their_group(cast: Cast, label: str | None) -> None:
    students = [
        ("Gus Lind <gus@example.com>", None, True, False),
        ("Hana <hana@@example.com>", None, True, True),
    ]
    questions = [QUESTIONS, ("last week", "Gus Lind", "RAG", "Why?", None, None, False)]
    book = workbook({"Tracker": tracker(label, *students), "Questions": questions})
    first = given(cast, ("fern.xlsx", book))
    again = given(cast, corrected(first, "@@", "@"))
    assert shown(again, "new") == [
        ("new", "Hana <hana@example.com>", "joins the cohort; into Fern; LLM basics: done; RAG: done")
    ]
    given(cast, corrected(again, "last week", "2026-09-10"))
    assert groups(cast) == {"Fern": ["Gus Lind", "Hana"]}
    assert list(Question.objects.values_list("group__name", "title")) == [("Fern", "Why?")]


def test_corrected_rows_of_several_workbooks_go_each_into_its_group(cast: Cast) -> None:
    files = []
    for name in ("Fern", "Sorrel"):
        person = f"{name} One <{name.lower()}@@example.com>"
        questions = [QUESTIONS, ("last week", None, "RAG", f"Why {name}?", None, None, False)]
        tabs = {"Tracker": tracker(name, (person, None, True, True)), "Questions": questions}
        files.append((f"{name}.xlsx", workbook(tabs)))
    first = given(cast, *files)
    assert groups(cast) == {"Fern": [], "Sorrel": []}
    again = given(cast, corrected(first, "@@", "@"))
    given(cast, corrected(again, "last week", "2026-09-10"))
    assert groups(cast) == {"Fern": ["Fern One"], "Sorrel": ["Sorrel One"]}
    assert set(Question.objects.values_list("group__name", "title")) == {
        ("Fern", "Why Fern?"),
        ("Sorrel", "Why Sorrel?"),
    }


def test_corrected_rows_of_csv_files_go_into_their_group(cast: Cast) -> None:
    people = b"Name,Mentor,LLM basics,RAG\nGus Lind <gus@example.com>,,x,\nHana <hana@@example.com>,,x,x\n"
    first = given(cast, ("Fern.csv", people))
    name, content = corrected(first, "@@", "@")
    assert name.endswith(".csv")
    given(cast, (name, content))
    assert groups(cast) == {"Fern": ["Gus Lind", "Hana"]}


def test_corrected_questions_of_a_csv_file_go_to_their_group(cast: Cast) -> None:
    tab = b"Group:,Clover,\nDate,Student,Question\nlast week,Ana Ruivo,Why?\n"
    first = given(cast, ("questions.csv", tab))
    given(cast, corrected(first, "last week", "2026-09-10"))
    assert groups(cast) == {}
    assert list(Question.objects.values_list("group__name", "title")) == [("Clover", "Why?")]
