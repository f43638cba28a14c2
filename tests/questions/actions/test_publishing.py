"""A known question that the next cohort may not see any more is published no longer, whatever was done to it."""

import pytest

from lib.refusals import Refused
from questions.actions import (
    change_question,
    change_status,
    mark_duplicate,
    publish,
    remove_answer,
    restore_answer,
    undo_duplicate,
    undo_publish,
)
from questions.models import Question
from tests.conftest import NOW, Cast
from tests.factories.questions import AnswerFactory, QuestionFactory


@pytest.fixture
def known(cast: Cast) -> Question:
    question = QuestionFactory.create(
        membership=cast.ana, visibility="course", milestone=cast.milestones[0], status="answered",
        first_answered_at=NOW,
    )  # fmt: skip
    AnswerFactory.create(question=question, answered_by=cast.marta)
    publish(question=question, by=cast.ines, at=NOW)
    question.refresh_from_db()
    assert question.published_by == cast.ines
    return question


def is_published(question: Question) -> bool:
    question.refresh_from_db()
    assert (question.published_at is None) == (question.published_by is None)
    return question.published_at is not None


@pytest.mark.parametrize("visibility", ["cohort", "group"])
def test_fewer_readers_undo_its_publishing(cast: Cast, known: Question, visibility: str) -> None:
    known.visibility = visibility
    change_question(question=known, by=cast.person("ana"), at=NOW)
    assert not is_published(known)


@pytest.mark.parametrize(("name", "stays"), [("ana", False), ("marta", True), ("ines", True)])
def test_other_words_leave_it_published_unless_a_student_writes_them(
    cast: Cast, known: Question, name: str, stays: bool
) -> None:
    known.title, known.milestone = "Better words", None
    change_question(question=known, by=cast.person(name), at=NOW)
    assert is_published(known) == stays


def test_a_merge_unpublishes_it_and_parting_does_not_publish_it(cast: Cast, known: Question) -> None:
    original = QuestionFactory.create(membership=cast.dalia, visibility="course")
    mark_duplicate(question=known, original=original, by=cast.ines, at=NOW)
    assert not is_published(known)
    undo_duplicate(question=known, by=cast.ines, at=NOW)
    assert not is_published(known)


def test_the_original_of_a_merge_stays_published(cast: Cast, known: Question) -> None:
    other = QuestionFactory.create(membership=cast.dalia)
    mark_duplicate(question=other, original=known, by=cast.ines, at=NOW)
    assert is_published(known)


def test_without_an_answer_it_is_published_no_longer(cast: Cast, known: Question) -> None:
    given = known.answers.get()
    answer_id = given.pk
    remove_answer(answer=given, by=cast.marta, at=NOW)
    assert not is_published(known)
    restore_answer(question=known, answer_id=answer_id, by=cast.marta, at=NOW)
    assert not is_published(known)
    publish(question=known, by=cast.ines, at=NOW)
    assert is_published(known)


def test_one_that_waits_for_more_is_not_shown_until_it_is_answered_again(cast: Cast, known: Question) -> None:
    for status in ("open", "follow_up"):
        change_status(question=known, status=status, by=cast.marta, at=NOW)
        assert is_published(known)
        assert not Question.objects.known().exists()
        change_status(question=known, status="answered", by=cast.marta, at=NOW)
        assert Question.objects.known().get() == known


def test_what_cannot_be_published_stays_as_it_is(cast: Cast) -> None:
    for question in (
        QuestionFactory.create(membership=cast.ana, visibility="course", milestone=cast.milestones[0]),
        QuestionFactory.create(membership=cast.ana, status="answered", first_answered_at=NOW),
    ):
        with pytest.raises(Refused, match="cannot be published yet"):
            publish(question=question, by=cast.ines, at=NOW)
        assert undo_publish(question=question, by=cast.ines, at=NOW).published_at is None
