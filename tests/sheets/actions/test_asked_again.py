"""A sheet that is given again: what was solved since, and what was asked again."""

from typing import Any

import pytest

from lib.refusals import Refused
from questions.actions.records import SOLVED
from questions.models import Answer, Ask, Question
from sheets.models import SheetImport
from tests.conftest import Cast
from tests.sheets.actions.test_sheet import CLOVER, book, everything
from tests.sheets.importing import confirmed, previewed, shown, undone

pytestmark = pytest.mark.django_db


def sheet(cast: Cast, *rows: Any) -> SheetImport:
    return previewed("sheet", ("Clover.xlsx", book(CLOVER, rows)), by=cast.ines, cohort=cast.cohort)


def why(day: str, who: str | None, answer: str | None = None, solved: Any = None) -> tuple[Any, ...]:
    return day, who, "RAG", "Why?", answer, None, solved


def asked() -> list[tuple[Any, ...]]:
    rows = Ask.objects.order_by("asked_at").values_list("enrolment__person__name", "asked_at")
    return [(name, f"{at:%m-%d}") for name, at in rows]


def given_again(cast: Cast, *rows: Any) -> SheetImport:
    """Import it: a second time it changes nothing, and undone it leaves everything as it was."""
    before = everything()
    undone(confirmed(sheet(cast, *rows), cast.ines), cast.ines)
    assert everything() == before
    sheet_import = confirmed(sheet(cast, *rows), cast.ines)
    written = everything()
    again = sheet(cast, *rows)
    assert {verdict for verdict, _, _ in shown(again)} == {"unchanged"}
    confirmed(again, cast.ines)
    assert everything() == written
    return sheet_import


def test_question_that_is_solved_since_is_answered(cast: Cast) -> None:
    confirmed(sheet(cast, why("2026-09-10", "Ana Ruivo", solved=False)), cast.ines)
    assert Question.objects.get().status == "open"
    sheet_import = given_again(cast, why("2026-09-10", "Ana Ruivo", solved=True))
    assert shown(sheet_import, "changed") == [("changed", "Why?", "solved")]
    assert (Question.objects.get().status, Answer.objects.get().body) == ("answered", SOLVED)
    # Nobody knows when it was.
    assert (Question.objects.get().first_answered_at, Answer.objects.get().answered_at) == (None, None)


def test_follow_up_that_is_solved_since_keeps_its_answer(cast: Cast) -> None:
    confirmed(sheet(cast, why("2026-09-10", "Ana Ruivo", "So.", solved=False)), cast.ines)
    assert Question.objects.get().status == "follow_up"
    given_again(cast, why("2026-09-10", "Ana Ruivo", "So.", solved="Solved"))
    assert (Question.objects.get().status, Answer.objects.get().body) == ("answered", "So.")


def test_solved_with_an_answer_needs_no_other(cast: Cast) -> None:
    confirmed(sheet(cast, why("2026-09-10", "Ana Ruivo")), cast.ines)
    given_again(cast, why("2026-09-10", "Ana Ruivo", "So.", solved=True))
    assert (Question.objects.get().status, Answer.objects.get().body) == ("answered", "So.")


def test_what_somebody_changed_since_it_was_solved_is_not_undone(cast: Cast) -> None:
    confirmed(sheet(cast, why("2026-09-10", "Ana Ruivo")), cast.ines)
    sheet_import = confirmed(sheet(cast, why("2026-09-10", "Ana Ruivo", solved=True)), cast.ines)
    Question.objects.update(status="follow_up", version=9)
    with pytest.raises(Refused, match="Someone has changed"):
        undone(sheet_import, cast.ines)


def test_question_of_another_student_or_day_is_another_asking(cast: Cast) -> None:
    rows = [
        why("2026-09-10", "Bruno Sá", "So."),
        why("2026-09-09", "Ana Ruivo", "Or so.", True),
        why("2026-09-11", "Bruno Sá"),
        why("2026-09-15", "Bruno Sá"),
        why("2026-09-12", None),
    ]
    sheet_import = given_again(cast, *rows)
    assert shown(sheet_import, "unreadable") == []
    assert asked() == [
        ("Ana Ruivo", "09-09"),
        ("Bruno Sá", "09-10"),
        ("Bruno Sá", "09-11"),
        (None, "09-12"),
        ("Bruno Sá", "09-15"),
    ]
    question = Question.objects.get()
    assert (question.asked_by.name, f"{question.asked_at:%m-%d}", question.status) == (
        "Ana Ruivo",
        "09-09",
        "answered",
    )
    assert set(question.answers.values_list("body", flat=True)) == {"So.", "Or so."}


def test_rows_that_are_added_to_a_sheet_are_more_askings(cast: Cast) -> None:
    rows = [why("2026-09-10", "Bruno Sá")]
    confirmed(sheet(cast, *rows), cast.ines)
    for more in (("2026-09-11", "Ana Ruivo"), ("2026-09-12", "Bruno Sá"), ("2026-09-13", "Ana Ruivo")):
        rows.append(why(*more))
        sheet_import = given_again(cast, *rows)
        assert shown(sheet_import, "changed") == [("changed", "Why?", "asked again")]
    assert [day for _, day in asked()] == ["09-10", "09-11", "09-12", "09-13"]


@pytest.mark.parametrize("day", ["2026-09-10", ""])
def test_same_question_of_the_same_student_and_day_is_listed(cast: Cast, day: str) -> None:
    sheet_import = sheet(cast, why("2026-09-10", "Bruno Sá"), why(day, " bruno sa "))
    assert [line[1:] for line in shown(sheet_import, "duplicate")] == [
        ("Why?", "The same question is in Sheet 3 row 2.")
    ]
