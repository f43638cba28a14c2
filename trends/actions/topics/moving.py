"""Add questions to topics, and remove them. A refresh never changes what an admin did by hand.

A topic stays when its last question is moved by hand. Lists hide it, but the move can be undone.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from lib.refusals import Refused
from people.models import User
from questions.actions import mark_not_the_same
from questions.actions.topics.keeping import (
    delete_empty_topics,
    delete_placements,
    locked,
    members_of,
    placements_of,
    save,
    save_placements,
    wait_for_turn,
)
from questions.actions.topics.representing import choose_representatives
from questions.actions.topics.texts import Texts
from questions.models import NotTheSame, Placement, Question, Topic


@transaction.atomic
def add_to_topic(*, question: Question, topic: Topic, by: User, at: datetime) -> None:
    """Move a question into a topic, out of its current one if it has one.

    Raises:
        Refused: the topic was deleted or merged, or the question is a duplicate or in another course.
    """
    _add([question], locked(topic), by=by, at=at)


@transaction.atomic
def remove_from_topic(*, question: Question, topic: Topic, by: User, at: datetime) -> None:
    """Remove a question from its topic. It has no topic until someone adds it by hand.

    Raises:
        Refused: it is not in the topic.
    """
    wait_for_turn(topic.course_id)
    if question.pk not in members_of(topic):
        raise Refused(f"“{question}” is no longer in “{topic}”.")
    _put([question], None, by=by, at=at)


@transaction.atomic
def join_topics(*, question: Question, other: Question, by: User, at: datetime) -> Topic:
    """Put a question in no topic together with the other one: in its topic, or in a new one.

    Raises:
        Refused: somebody has said that they differ, the question is in a topic by now, or one of them is a duplicate.
    """
    wait_for_turn(question.cohort.course_id)
    if NotTheSame.objects.of(question.pk, other.pk).exists():
        raise Refused(f"Somebody has said that “{question}” does not ask the same as “{other}”.")
    placements = placements_of([question, other])
    if placements[question.pk].topic_id is not None:
        raise Refused(f"“{question}” has been put into a topic.")
    topic = placements[other.pk].topic
    if topic is None:
        return make_topic(questions=[other, question], by=by, at=at)
    add_to_topic(question=question, topic=topic, by=by, at=at)
    return topic


@transaction.atomic
def keep_apart(*, question: Question, other: Question, by: User, at: datetime) -> None:
    """Remember that a question does not ask the same as the other one, so that no refresh puts it there.

    Raises:
        Refused: somebody has put both into one topic, or as for `mark_not_the_same`.
    """
    wait_for_turn(question.cohort.course_id)
    if Placement.objects.filter(question=question, topic__placements__question=other).exists():
        raise Refused(f"Somebody has said that “{question}” asks the same as “{other}”.")
    mark_not_the_same(question=question, other=other, by=by, at=at)


@transaction.atomic
def make_topic(*, questions: Sequence[Question], by: User, at: datetime) -> Topic:
    """Make a topic of questions of a course that are in none.

    Raises:
        Refused: fewer than two, or one of them is in a topic by now, a duplicate, or in another course.
    """
    if len(questions) < 2:
        raise Refused("Choose at least two questions: a topic is what several of them ask.")
    course_id = questions[0].cohort.course_id
    wait_for_turn(course_id)
    for placement in placements_of(questions).values():
        if placement.topic_id is not None:
            raise Refused(f"“{placement.question}” has been put into a topic.")
    topic = Topic(course_id=course_id, found_at=at)
    save(topic, by=by, at=at)
    _add(questions, topic, by=by, at=at)
    # It is called after one of its questions.
    topic.refresh_from_db()
    return topic


@transaction.atomic
def undo_topic(*, topic: Topic, by: User, at: datetime) -> None:
    """Take out the questions that the topic was made of, and with them the topic goes.

    Raises:
        Refused: it went, was merged, or something else was done with it since.
    """
    topic = locked(topic)
    _undo(topic.placements.filter(placed_at=topic.found_at, is_by_hand=True), by=by, at=at)
    delete_empty_topics([topic.pk])
    if Topic.objects.filter(pk=topic.pk).exists():
        raise Refused(
            # Not by its name: that may be a question which who undoes may not read.
            "The topic stays: since it was made, it got another question, a name, a pin or something to improve."
            " A course admin can still take questions out of it."
        )


@transaction.atomic
def undo_join(*, question: Question, other: Question, by: User, at: datetime) -> None:
    """Undo that they were put together, and with it a topic that this founded.

    Raises:
        Refused: the question was moved since, they were not put together, or `undo_topic` refuses.
    """
    wait_for_turn(question.cohort.course_id)
    placement = placements_of([question])[question.pk]
    topic, joined_at = placement.topic, placement.placed_at
    if topic is None or not topic.placements.filter(question=other).exists():
        raise Refused(f"“{question}” was moved since.")
    if topic.placements.filter(question=other, is_by_hand=True, placed_at=joined_at).exists():
        undo_topic(topic=topic, by=by, at=at)
    else:
        undo_move(question=question, topic=topic, by=by, at=at)


@transaction.atomic
def undo_move(*, question: Question, topic: Topic, by: User, at: datetime, is_removal: bool = False) -> None:
    """Undo the last move of a question into the topic, or out of it.

    One that was moved before it was compared waits again.

    Raises:
        Refused: it is no longer where that move put it, or its previous topic was deleted or merged.
    """
    wait_for_turn(topic.course_id)
    moved_to = None if is_removal else topic
    placements = Placement.objects.filter(question=question, topic=moved_to, is_by_hand=True)
    if not placements:
        raise Refused(f"“{question}” was moved since.")
    _undo(placements, by=by, at=at)


def _add(questions: Sequence[Question], topic: Topic, *, by: User, at: datetime) -> None:
    for question in questions:
        if question.cohort.course_id != topic.course_id:
            raise Refused(f"“{question}” is a question of another course.")
        if question.duplicate_of_id is not None:
            raise Refused(
                f"“{question}” is a duplicate: it belongs to the topic of “{question.duplicate_of}”."
            )
    _put(questions, topic, by=by, at=at)


def _put(questions: Sequence[Question], topic: Topic | None, *, by: User, at: datetime) -> None:
    now = (topic.pk if topic else None, True)
    # A second click moves nothing, and Undo means the first.
    placements = [row for row in placements_of(questions).values() if (row.topic_id, row.is_by_hand) != now]
    before = [placement.topic_id for placement in placements]
    for placement in placements:
        placement.topic, placement.is_by_hand = topic, True
        placement.likest, placement.likeness = None, 0.0
    save_placements(placements, by=by, at=at)
    _choose_again([*before, topic.pk if topic else None], at=at)


def _undo(placements: QuerySet[Placement], *, by: User, at: datetime) -> None:
    """Undo the last move of each question. Those whose first move this was wait again."""
    rows = list(placements.select_related("question"))
    touched = [row.topic_id for row in rows]
    moves: dict[int, list[Any]] = {row.pk: [] for row in rows}
    for record in Placement.history.filter(id__in=moves).order_by("history_date", "history_id"):
        moves[record.id].append(record)
    before = {pk: records[-2] for pk, records in moves.items() if len(records) > 1}
    topics = Topic.objects.standing().in_bulk([record.topic_id for record in before.values()])
    likest = Question.objects.in_bulk([record.likest_id for record in before.values()])
    back = [row for row in rows if row.pk in before]
    for row in back:
        record = before[row.pk]
        if record.topic_id is not None and record.topic_id not in topics:
            raise Refused(f"The topic that “{row.question}” was in no longer exists. Add it to another one.")
        row.topic_id, row.is_by_hand = record.topic_id, record.is_by_hand
        row.likest, row.likeness = likest.get(record.likest_id), record.likeness
    save_placements(back, by=by, at=at)
    first = [row for row in rows if row.pk not in before]
    for row in first:
        # Its history does not end by hand: nothing restores it once the question was a duplicate.
        row.is_by_hand = False
    delete_placements(first, by=by, at=at)
    _choose_again([*touched, *topics], at=at)


def _choose_again(topics: Iterable[int | None], *, at: datetime) -> None:
    choose_representatives({topic for topic in topics if topic is not None}, at=at, texts=Texts())
