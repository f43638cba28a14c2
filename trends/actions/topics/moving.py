"""Add questions to topics, and remove them. A refresh never changes what an admin did by hand.

A topic stays when its last question is moved by hand. Lists hide it, but the move can be undone.
"""

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
        topic = Topic(course_id=question.cohort.course_id, found_at=at)
        save(topic, by=by, at=at)
        add_to_topic(question=other, topic=topic, by=by, at=at)
    add_to_topic(question=question, topic=topic, by=by, at=at)
    return topic


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
def undo_move(*, question: Question, topic: Topic, by: User, at: datetime) -> Placement:
    """Undo the last move of a question into the topic, or out of it.

    Raises:
        Refused: it was not moved by hand, or its previous topic was deleted or merged.
    """
    wait_for_turn(topic.course_id)
    placement = Placement.objects.filter(question=question, is_by_hand=True).first()
    records = placement.history.order_by("-history_date", "-history_id")[:2] if placement else []
    if placement is None or len(records) < 2:
        raise Refused(f"“{question}” was not moved.")
    before, after = records[1].topic_id, placement.topic_id
    if before is not None and not Topic.objects.standing().filter(pk=before).exists():
        raise Refused(f"The topic that “{question}” was in no longer exists. Add it to another one.")
    placement.topic_id, placement.is_by_hand = before, records[1].is_by_hand
    placement.likest = Question.objects.filter(pk=records[1].likest_id).first()
    placement.likeness = records[1].likeness
    _save([placement], {before, after}, by=by, at=at)
    return placement


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
