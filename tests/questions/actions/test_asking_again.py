from datetime import timedelta
from typing import Any

import pytest
from django.db.models import QuerySet

from groups.models import Group
from lib.refusals import Refused
from people.models import Event
from questions.actions import (
    answer,
    ask,
    ask_again,
    mark_duplicate,
    publish,
    remove_answer,
    remove_ask,
    undo_duplicate,
)
from questions.models import Ask, Question
from tests.conftest import NOW, Cast
from tests.factories.groups import MentorshipFactory

TYPED = {"title": "Porque a raiz?", "detail": "Ver 12:30."}


@pytest.fixture
def known(cast: Cast) -> Question:
    """Asked in Juniper for the whole cohort, and answered."""
    question = ask(group=cast.juniper, by=cast.person("dalia"), at=NOW, title="Why the root?")
    answer(question=question, by=cast.tomas, at=NOW, body="The products grow.")
    question.refresh_from_db()
    return question


def told() -> QuerySet[Event]:
    return Event.objects.filter(kind="question_asked")


def typed(cast: Cast, question: Question, **given: Any) -> Ask:
    asking: dict[str, Any] = {"group": cast.clover, "by": cast.person("ana"), "at": NOW, "typed": TYPED}
    return ask_again(question=question, **asking | given)


def test_what_was_typed_is_kept_as_an_answered_duplicate_and_tells_nobody(
    cast: Cast, known: Question
) -> None:
    before = told().count()
    made = typed(cast, known, is_answered=True)
    own = made.question
    assert (own.title, own.detail, own.asked_by, own.group) == (
        *TYPED.values(),
        cast.person("ana"),
        cast.clover,
    )
    assert (own.duplicate_of, own.status, own.search_text) == (
        known,
        "duplicate",
        "porque a raiz \n ver 12 30",
    )
    assert (made.is_answered_already, made.enrolment) == (True, cast.enrolment("ana"))
    assert Question.objects.with_ask_count().get(pk=known.pk).ask_count == 2
    assert not Question.objects.open().exists()
    assert told().count() == before
    enrolment = cast.enrolment("ana")
    enrolment.refresh_from_db()
    assert enrolment.last_active_at == NOW
    # A student counts once, whatever they type.
    assert typed(cast, known, is_answered=True, typed={"title": "E a raiz?"}) == made
    assert Question.objects.count() == 2


def test_for_somebody_of_a_group_a_mentor_counts_once_a_group_question_and_week(
    cast: Cast, known: Question
) -> None:
    MentorshipFactory.create(group=cast.juniper, person=cast.marta)
    other = ask(group=cast.juniper, by=cast.person("dalia"), at=NOW, title="Another?")
    answer(question=other, by=cast.tomas, at=NOW, body="So.")

    def counted(question: Question, group: Group, days: int, words: str = "Why?") -> int:
        given = {"typed": {"title": words}, "is_answered": True}
        ask_again(question=question, group=group, by=cast.marta, at=NOW + timedelta(days=days), **given)
        return Ask.objects.filter(is_answered_already=True).count()

    assert counted(known, cast.clover, 0) == 1
    # In other words, and on Sunday.
    assert [counted(known, cast.clover, 0, "And why?"), counted(known, cast.clover, 4)] == [1, 1]
    assert [counted(known, cast.clover, 5), counted(known, cast.juniper, 5)] == [2, 3]
    assert counted(other, cast.clover, 5) == 4
    # That somebody of the group asks it too is counted each time, as before.
    for _ in range(2):
        ask_again(question=known, group=cast.clover, by=cast.marta, at=NOW + timedelta(days=6))
    assert known.asks.filter(group=cast.clover, is_answered_already=False).count() == 2


def test_what_was_typed_for_a_question_that_waits_tells_who_answers(cast: Cast) -> None:
    known = ask(group=cast.juniper, by=cast.person("dalia"), at=NOW, title="Why the root?")
    made = typed(cast, known)
    assert not made.is_answered_already
    assert told().filter(ids={"ask": made.pk}).exists()
    with pytest.raises(Refused, match="no longer has an answer"):
        typed(cast, known, by=cast.person("bruno"), is_answered=True)
    assert Question.objects.count() == 2


@pytest.mark.parametrize(
    ("original", "chosen", "kept"),
    [
        ("course", "course", "course"),
        ("course", "group", "group"),
        ("cohort", "course", "cohort"),
        ("cohort", "group", "group"),
        ("group", "course", "group"),
        ("group", "cohort", "group"),
    ],
)
def test_a_kept_duplicate_is_shown_to_no_more_people_than_either(
    cast: Cast, original: str, chosen: str, kept: str
) -> None:
    known = ask(group=cast.clover, by=cast.person("bruno"), at=NOW, title="Why?", visibility=original)
    own = typed(cast, known, typed=TYPED | {"visibility": chosen, "is_asker_hidden": True}).question
    assert (own.duplicate_of, own.visibility, own.is_asker_hidden) == (known, kept, True)


def test_nothing_is_kept_where_not_even_the_group_sees_the_original(cast: Cast) -> None:
    known = ask(group=cast.juniper, by=cast.person("dalia"), at=NOW, title="Why?", visibility="group")
    made = typed(cast, known, by=cast.ines)
    assert (made.question, made.group) == (known, cast.clover)
    assert Question.objects.count() == 1


def test_a_duplicate_of_a_duplicate_points_at_the_original(cast: Cast, known: Question) -> None:
    twin = ask(group=cast.juniper, by=cast.person("emre"), at=NOW, title="Root?")
    mark_duplicate(question=twin, original=known, by=cast.tomas, at=NOW)
    assert typed(cast, twin, is_answered=True).question.duplicate_of == known


def test_undoing_removes_what_was_kept(cast: Cast, known: Question) -> None:
    made = typed(cast, known, is_answered=True)
    own = made.question.pk
    assert remove_ask(ask=made, by=cast.person("ana"), at=NOW) == known
    assert not Question.objects.filter(pk=own).exists()
    assert known.asks.count() == Ask.objects.count() == 1


def test_undoing_follows_the_original_when_it_was_merged(cast: Cast, known: Question) -> None:
    made = typed(cast, known, is_answered=True)
    other = ask(group=cast.juniper, by=cast.person("emre"), at=NOW, title="Root?")
    mark_duplicate(question=known, original=other, by=cast.tomas, at=NOW)
    made = Ask.objects.get(pk=made.pk)
    assert remove_ask(ask=made, by=cast.person("ana"), at=NOW) == other


def test_what_a_mentor_parted_is_neither_answered_nor_removed_with_its_ask(
    cast: Cast, known: Question
) -> None:
    made = typed(cast, known, is_answered=True)
    undo_duplicate(question=made.question, by=cast.marta, at=NOW)
    made = Ask.objects.get(pk=made.pk)
    assert (made.question.status, made.is_answered_already) == ("open", False)
    mark_duplicate(question=made.question, original=known, by=cast.marta, at=NOW)
    with pytest.raises(Refused, match="first ask"):
        remove_ask(ask=Ask.objects.get(pk=made.pk), by=cast.person("ana"), at=NOW)


def test_what_was_kept_is_told_when_its_answer_went_and_another_one_came(cast: Cast, known: Question) -> None:
    typed(cast, known, is_answered=True)
    remove_answer(answer=known.answers.get(), by=cast.tomas, at=NOW)
    before = Event.objects.filter(kind="question_answered").count()
    answer(question=known, by=cast.ines, at=NOW, body="They grow with the size.")
    assert Event.objects.filter(kind="question_answered").count() == before + 1


def test_what_was_kept_is_never_published(cast: Cast, known: Question) -> None:
    Question.objects.filter(pk=known.pk).update(visibility="course", milestone=cast.milestones[0])
    known.refresh_from_db()
    own = typed(cast, known, is_answered=True, typed=TYPED | {"visibility": "course"}).question
    with pytest.raises(Refused, match="cannot be published yet"):
        publish(question=own, by=cast.ines, at=NOW)
    assert own.why_not_published == "It is a duplicate: publish the original instead."
