"""Add questions to topics, and remove them. A refresh never changes what an admin did by hand.

A topic stays when its last question is moved by hand. Lists hide it, but the move can be undone.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from lib.refusals import Refused
from people.models import User
from questions.actions.topics.keeping import (
    delete_empty_topics,
    locked,
    members_of,
    placements_of,
    save,
    save_placements,
    wait_for_turn,
)
from questions.actions.topics.representing import choose_representatives
from questions.actions.topics.texts import Texts
from questions.models import Placement, Question, Topic


@transaction.atomic
def add_to_topic(*, question: Question, topic: Topic, by: User, at: datetime) -> Placement:
    """Move a question into a topic, out of its current one if it has one.

    Raises:
        Refused: the topic was deleted or merged, or the question is a duplicate or in another course.
    """
    topic = locked(topic)
    if question.cohort.course_id != topic.course_id:
        raise Refused(f"“{question}” is a question of another course.")
    if question.duplicate_of_id is not None:
        raise Refused(f"“{question}” is a duplicate: it belongs to the topic of “{question.duplicate_of}”.")
    return _put(question, topic, by=by, at=at)


@transaction.atomic
def remove_from_topic(*, question: Question, topic: Topic, by: User, at: datetime) -> Placement:
    """Remove a question from its topic. It has no topic until someone adds it by hand.

    Raises:
        Refused: it is not in the topic.
    """
    wait_for_turn(topic.course_id)
    if question.pk not in members_of(topic):
        raise Refused(f"“{question}” is no longer in “{topic}”.")
    return _put(question, None, by=by, at=at)


@transaction.atomic
def join_topics(*, question: Question, other: Question, by: User, at: datetime) -> Topic:
    """Put a question in no topic together with the other one: in its topic, or in a new one.

    Raises:
        Refused: the question is in a topic by now, or one of them is a duplicate.
    """
    wait_for_turn(question.cohort.course_id)
    placements = placements_of([question, other])
    if placements[question.pk].topic_id is not None:
        raise Refused(f"“{question}” is in a topic since.")
    topic = placements[other.pk].topic
    if topic is None:
        return make_topic(questions=[other, question], by=by, at=at)
    add_to_topic(question=question, topic=topic, by=by, at=at)
    return topic


@transaction.atomic
def make_topic(*, questions: Sequence[Question], by: User, at: datetime) -> Topic:
    """Make a topic of questions of a course that are in none.

    Raises:
        Refused: fewer than two, or one of them is in a topic by now, a duplicate, or in another course.
    """
    if len(questions) < 2:
        raise Refused("Choose two questions at least: a topic is what several of them ask.")
    course_id = questions[0].cohort.course_id
    wait_for_turn(course_id)
    for placement in placements_of(questions).values():
        if placement.topic_id is not None:
            raise Refused(f"“{placement.question}” is in a topic since.")
    topic = Topic(course_id=course_id, found_at=at)
    save(topic, by=by, at=at)
    for question in questions:
        add_to_topic(question=question, topic=topic, by=by, at=at)
    # It is called after one of its questions.
    topic.refresh_from_db()
    return topic


@transaction.atomic
def undo_topic(*, topic: Topic, by: User, at: datetime) -> None:
    """Take out the questions that the topic was made of, and with the last one the topic goes.

    Raises:
        Refused: it was merged, or went.
    """
    topic = locked(topic)
    for placement in topic.placements.filter(placed_at=topic.found_at, is_by_hand=True).select_related(
        "question"
    ):
        undo_move(question=placement.question, topic=topic, by=by, at=at)
    delete_empty_topics([topic.pk])


@transaction.atomic
def undo_join(*, question: Question, other: Question, by: User, at: datetime) -> None:
    """Undo that they were put together, and with it a topic that this founded.

    Raises:
        Refused: the question was moved since, or they were not put together.
    """
    wait_for_turn(question.cohort.course_id)
    placement = placements_of([question])[question.pk]
    topic, joined_at = placement.topic, placement.placed_at
    if topic is None or not topic.placements.filter(question=other).exists():
        raise Refused(f"“{question}” was moved since.")
    undo_move(question=question, topic=topic, by=by, at=at)
    if topic.placements.filter(question=other, is_by_hand=True, placed_at=joined_at).exists():
        undo_move(question=other, topic=topic, by=by, at=at)
        delete_empty_topics([topic.pk])


@transaction.atomic
def undo_move(*, question: Question, topic: Topic, by: User, at: datetime) -> None:
    """Undo the last move of a question into the topic, or out of it.

    One that was moved before it was compared waits again.

    Raises:
        Refused: it was not moved by hand, or its previous topic was deleted or merged.
    """
    wait_for_turn(topic.course_id)
    placement = Placement.objects.filter(question=question, is_by_hand=True).first()
    if placement is None:
        raise Refused(f"“{question}” was not moved.")
    after = placement.topic_id
    records = placement.history.order_by("-history_date", "-history_id")[:2]
    if len(records) < 2:
        placement.delete()
        choose_representatives([] if after is None else [after], at=at, texts=Texts())
        return
    before = records[1].topic_id
    if before is not None and not Topic.objects.standing().filter(pk=before).exists():
        raise Refused(f"The topic that “{question}” was in no longer exists. Add it to another one.")
    placement.topic_id, placement.is_by_hand = before, records[1].is_by_hand
    placement.likest = Question.objects.filter(pk=records[1].likest_id).first()
    placement.likeness = records[1].likeness
    _save([placement], {before, after}, by=by, at=at)


def _put(question: Question, topic: Topic | None, *, by: User, at: datetime) -> Placement:
    placement = placements_of([question])[question.pk]
    before = placement.topic_id
    placement.topic, placement.is_by_hand = topic, True
    placement.likest, placement.likeness = None, 0.0
    _save([placement], {before, placement.topic_id}, by=by, at=at)
    return placement


def _save(placements: list[Placement], topics: set[int | None], *, by: User, at: datetime) -> None:
    save_placements(placements, by=by, at=at)
    touched = {topic for topic in topics if topic is not None}
    choose_representatives(touched, at=at, texts=Texts())
