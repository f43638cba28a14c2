from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from lib.refusals import Refused
from questions.actions import (
    answer,
    ask,
    change_answer,
    change_status,
    mark_duplicate,
    remove_answer,
    restore_answer,
)
from questions.models import Answer, Question
from questions.search import matching
from tests.conftest import NOW, Cast


@pytest.fixture
def question(cast: Cast) -> Question:
    return ask(group=cast.clover, by=cast.person("ana"), at=NOW, title="Why?")


def test_answer_makes_the_question_answered(cast: Cast, question: Question) -> None:
    given = answer(question=question, by=cast.marta, at=NOW, body=" Because of softmax. ")
    question.refresh_from_db()
    assert (question.status, question.first_answered_at) == ("answered", NOW)
    assert (given.body, given.answered_by, given.answered_at) == ("Because of softmax.", cast.marta, NOW)
    assert list(matching(Question.objects.all(), "softmax")) == [question]
    assert question.history.order_by("-history_id")[0].history_user == cast.marta


def test_answer_keeps_when_the_first_was_given(cast: Cast, question: Question) -> None:
    for hours in (1, 2):
        answer(question=question, by=cast.marta, at=NOW + timedelta(hours=hours), body="So.")
    question.refresh_from_db()
    assert question.first_answered_at == NOW + timedelta(hours=1)


def test_answer_of_a_student_counts_as_activity(cast: Cast, question: Question) -> None:
    bruno = cast.enrolment("bruno")
    answer(question=question, by=bruno.person, at=NOW, body="So.", enrolment_id=bruno.pk)
    bruno.refresh_from_db()
    assert bruno.last_active_at == NOW


def test_answer_refuses_no_words(cast: Cast, question: Question) -> None:
    with pytest.raises(Refused):
        answer(question=question, by=cast.marta, at=NOW, body=" \n")
    assert not Answer.objects.exists()


def test_answer_sends_from_a_duplicate_to_its_original(cast: Cast, question: Question) -> None:
    duplicate = ask(group=cast.clover, by=cast.person("bruno"), at=NOW, title="Why so?")
    mark_duplicate(question=duplicate, original=question, by=cast.marta, at=NOW)
    with pytest.raises(Refused, match="Answer “Why"):
        answer(question=duplicate, by=cast.marta, at=NOW, body="So.")


def test_change_answer_is_searched_and_kept(cast: Cast, question: Question) -> None:
    given = answer(question=question, by=cast.marta, at=NOW, body="Because of softmax.")
    given.body = "Because of variance."
    change_answer(answer=given, by=cast.marta, at=NOW)
    assert (given.version, given.changed_by) == (2, cast.marta)
    assert [row.body for row in given.history.order_by("history_id")] == [
        "Because of softmax.",
        "Because of variance.",
    ]
    assert not matching(Question.objects.all(), "softmax").exists()
    assert list(matching(Question.objects.all(), "variance")) == [question]


def test_remove_answer_reopens_with_the_last_only(cast: Cast, question: Question) -> None:
    first, second = (
        answer(question=question, by=cast.marta, at=NOW + timedelta(hours=n), body=f"So {n}.") for n in (1, 2)
    )
    remove_answer(answer=first, by=cast.marta, at=NOW)
    question.refresh_from_db()
    assert (question.status, question.first_answered_at) == ("answered", NOW + timedelta(hours=2))
    remove_answer(answer=second, by=cast.marta, at=NOW)
    question.refresh_from_db()
    assert (question.status, question.first_answered_at, question.search_text) == ("open", None, "why")
    assert Answer.history.filter(history_type="-", history_user=cast.marta).count() == 2


def test_remove_answer_leaves_a_follow_up_a_follow_up(cast: Cast, question: Question) -> None:
    given = answer(question=question, by=cast.marta, at=NOW, body="So.")
    change_status(question=question, status="follow_up", by=cast.marta, at=NOW)
    remove_answer(answer=given, by=cast.marta, at=NOW)
    question.refresh_from_db()
    assert question.status == "follow_up"


def test_question_that_was_removed_meanwhile_says_so(cast: Cast, question: Question) -> None:
    Question.objects.get(pk=question.pk).delete()
    with pytest.raises(Refused, match="has been removed"):
        answer(question=question, by=cast.marta, at=NOW, body="So.")


def test_restore_answer_brings_it_back_as_it_was(cast: Cast, question: Question) -> None:
    given = answer(question=question, by=cast.marta, at=NOW, body="So.")
    pk = given.pk
    remove_answer(answer=given, by=cast.marta, at=NOW + timedelta(hours=1))
    back = restore_answer(question=question, answer_id=pk, by=cast.marta, at=NOW + timedelta(hours=2))
    question.refresh_from_db()
    assert (back.pk, back.body, back.answered_by, back.answered_at) == (pk, "So.", cast.marta, NOW)
    assert (question.status, question.first_answered_at) == ("answered", NOW)
    assert list(matching(Question.objects.all(), "so")) == [question]
    with pytest.raises(Refused):
        restore_answer(question=question, answer_id=pk, by=cast.marta, at=NOW)
    assert question.answers.count() == 1


def test_restore_answer_refuses_one_of_another_question(cast: Cast, question: Question) -> None:
    other = ask(group=cast.clover, by=cast.person("ana"), at=NOW, title="What?")
    given = answer(question=other, by=cast.marta, at=NOW, body="So.")
    pk = given.pk
    remove_answer(answer=given, by=cast.marta, at=NOW)
    with pytest.raises(Refused):
        restore_answer(question=question, answer_id=pk, by=cast.marta, at=NOW)


def test_settle_needs_an_answer(cast: Cast, question: Question) -> None:
    with pytest.raises(Refused):
        change_status(question=question, status="answered", by=cast.marta, at=NOW)
    answer(question=question, by=cast.marta, at=NOW, body="So.")
    assert change_status(question=question, status="open", by=cast.person("ana"), at=NOW).status == "open"
    assert (
        change_status(question=question, status="answered", by=cast.person("ana"), at=NOW).status
        == "answered"
    )
    assert change_status(question=question, status="follow_up", by=cast.marta, at=NOW).status == "follow_up"
    assert [row.status for row in question.history.order_by("history_id")] == [
        "open",
        "answered",
        "open",
        "answered",
        "follow_up",
    ]


def test_status_that_is_so_already_is_no_change(cast: Cast, question: Question) -> None:
    change_status(question=question, status="open", by=cast.marta, at=NOW)
    assert question.history.count() == 1


@pytest.mark.parametrize("status", ["answered", "open", "follow_up"])
def test_duplicate_has_no_status_of_its_own(cast: Cast, question: Question, status: str) -> None:
    duplicate = ask(group=cast.clover, by=cast.person("bruno"), at=NOW, title="Why so?")
    mark_duplicate(question=duplicate, original=question, by=cast.marta, at=NOW)
    with pytest.raises(Refused):
        change_status(question=duplicate, status=status, by=cast.marta, at=NOW)
    duplicate.refresh_from_db()
    assert duplicate.status == "duplicate"


@pytest.mark.parametrize(
    "wrong",
    [{"status": "answered"}, {"status": "duplicate"}, {"duplicate_of": "itself"}, {"duplicate_of": "other"}],
)
def test_database_refuses_what_must_never_be(
    cast: Cast, question: Question, wrong: dict[str, object]
) -> None:
    other = ask(group=cast.clover, by=cast.person("bruno"), at=NOW, title="Why so?")
    found = {"itself": question, "other": other}.get(str(wrong.get("duplicate_of")))
    values = {"duplicate_of": found} if found else wrong
    with pytest.raises(IntegrityError), transaction.atomic():
        Question.objects.filter(pk=question.pk).update(**values)
