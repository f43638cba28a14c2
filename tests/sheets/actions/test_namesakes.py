"""Two students of one name: whom a sheet means is known by its group, else asked of each group, and of each row."""

from typing import Any

import pytest

from groups.models import Membership
from people.models import User
from questions.models import Question
from sheets.models import SheetImport
from tests.conftest import Cast
from tests.sheets.actions.test_sheet import book, states
from tests.sheets.importing import confirmed, previewed

pytestmark = pytest.mark.django_db
WHY = ("2026-09-10", "Ana Ruivo", "RAG", "Why?", None, None, None)


@pytest.fixture(autouse=True)
def dalia_is_called_ana_ruivo_too(cast: Cast) -> None:
    """Ana is in Clover, and Dalia in Juniper."""
    User.objects.filter(pk=cast.person("dalia").pk).update(name="Ana Ruivo")


def sheets(cast: Cast, *files: tuple[str, bytes], **options: Any) -> SheetImport:
    return previewed("sheet", *files, by=cast.ines, cohort=cast.cohort, options=options)


def of(*marks: bool, mate: str = "", questions: Any = ()) -> bytes:
    rows = [("Ana Ruivo", None, *marks), *([(mate, None, False, False, False, False)] if mate else [])]
    return book(rows, questions)


ONE, BOTH = (True, False, False, False), (True, True, False, False)


@pytest.mark.parametrize(
    ("clover", "juniper"), [(("Clover", ""), ("Juniper", "")), (("one", "Bruno Sá"), ("two", "Emre Kaya"))]
)
def test_group_of_the_sheet_tells_whom_it_means(
    cast: Cast, clover: tuple[str, str], juniper: tuple[str, str]
) -> None:
    """By the name of the file, and by who else stands in it."""
    files = [
        (f"{clover[0]}.xlsx", of(*ONE, mate=clover[1], questions=[WHY])),
        (f"{juniper[0]}.xlsx", of(*BOTH, mate=juniper[1], questions=[WHY])),
    ]
    sheet_import = sheets(cast, *files)
    assert sheet_import.understood["questions"] == []
    confirmed(sheet_import, cast.ines)
    assert states(cast, "ana") == {"LLM basics": "done"}
    assert states(cast, "dalia") == {"LLM basics": "done", "Prompt engineering": "done"}
    asked = Question.objects.order_by("pk").values_list("group__name", "asked_by__email")
    assert list(asked) == [("Clover", "ana@example.com"), ("Juniper", "dalia@example.com")]


def test_name_that_no_group_tells_is_asked_about_in_each_group(cast: Cast) -> None:
    files = [("Fern.xlsx", of(*ONE)), ("Sorrel.xlsx", of(*BOTH))]
    questions = sheets(cast, *files).understood["questions"]
    assert [one["text"] for one in questions] == [
        "Who is “Ana Ruivo”? 2 people in the cohort have this name.",
        "Who is “Ana Ruivo” of Sorrel.xlsx, Sheet 2? 2 people in the cohort have this name.",
    ]
    answers = {questions[0]["key"]: "ana@example.com", questions[1]["key"]: "dalia@example.com"}
    confirmed(sheets(cast, *files, answers=answers), cast.ines)
    assert states(cast, "ana") == {"LLM basics": "done"}
    assert states(cast, "dalia") == {"LLM basics": "done", "Prompt engineering": "done"}


def test_somebody_new_of_one_name_in_two_groups_may_be_two(cast: Cast) -> None:
    rows = [("Gus Lind", None, *ONE)], [("Gus Lind", None, *BOTH)]
    files = [("Fern.xlsx", book(rows[0])), ("Sorrel.xlsx", book(rows[1]))]
    first, second = sheets(cast, *files).understood["questions"]
    answers = {first["key"]: "gus@example.com", second["key"]: "gus2@example.com"}
    confirmed(sheets(cast, *files, answers=answers), cast.ines)
    stays = Membership.objects.filter(enrolment__person__name="Gus Lind")
    assert dict(stays.values_list("enrolment__person__email", "group__name")) == {
        "gus@example.com": "Fern",
        "gus2@example.com": "Sorrel",
    }


def test_name_that_stands_twice_in_a_table_is_asked_about_in_each_row(cast: Cast) -> None:
    User.objects.filter(pk=cast.person("bruno").pk).update(name="Ana Ruivo")
    content = book([("Ana Ruivo", None, *ONE), ("Ana Ruivo", None, *BOTH)], [WHY])
    questions = sheets(cast, ("Clover.xlsx", content)).understood["questions"]
    assert len(questions) == 3
    answers = dict(
        zip(
            [one["key"] for one in questions],
            ["bruno@example.com", "ana@example.com", "ana@example.com"],
            strict=True,
        )
    )
    confirmed(sheets(cast, ("Clover.xlsx", content), answers=answers), cast.ines)
    assert states(cast, "bruno") == {"LLM basics": "done"}
    assert states(cast, "ana") == {"LLM basics": "done", "Prompt engineering": "done"}
    assert Question.objects.get().asked_by == cast.person("ana")


def test_somebody_is_found_by_what_they_are_called(cast: Cast) -> None:
    User.objects.filter(pk=cast.person("bruno").pk).update(short_name="Bru")
    rows = [("Bru", None, *ONE)]
    sheet_import = sheets(cast, ("Clover.xlsx", book(rows, ())))
    assert sheet_import.understood["questions"] == []
    confirmed(sheet_import, cast.ines)
    assert states(cast, "bruno") == {"LLM basics": "done"}
