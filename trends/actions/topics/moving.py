"""Add questions to topics, and remove them. A refresh never changes what an admin did by hand.

A topic stays when its last question is moved by hand. Lists hide it, but the move can be undone.
"""

from datetime import datetime

from django.db import transaction

from lib.refusals import Refused
from people.models import User
from questions.actions.topics.keeping import (
    locked,
    members_of,
    placements_of,
    save_placements,
    wait_for_turn,
)
from questions.actions.topics.representing import choose_representatives
from questions.actions.topics.texts import Texts
from questions.models import NotInTopic, Placement, Question, Topic


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
def keep_out(*, question: Question, topic: Topic, by: User, at: datetime) -> NotInTopic:
    """Remember that a question does not belong to a topic that it may belong to: it is not offered there again.

    Raises:
        Refused: the topic was deleted or merged, or the question is in it.
    """
    topic = locked(topic)
    if question.pk in members_of(topic):
        raise Refused(f"“{question}” was added to “{topic}” since.")
    said, _ = NotInTopic.objects.get_or_create(
        question=question, topic=topic, defaults={"said_by": by, "said_at": at}
    )
    placement = Placement.objects.filter(may_belong_to__in=topic.with_merged(), question=question).first()
    if placement is not None:
        placement.may_belong_to = None
        save_placements([placement], by=by, at=at)
    return said


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
    placement.may_belong_to = Topic.objects.filter(pk=records[1].may_belong_to_id).first()
    _save([placement], {before, after}, by=by, at=at)
    return placement


def _put(question: Question, topic: Topic | None, *, by: User, at: datetime) -> Placement:
    placement = placements_of([question])[question.pk]
    before = placement.topic_id
    placement.topic, placement.may_belong_to, placement.is_by_hand = topic, None, True
    _save([placement], {before, placement.topic_id}, by=by, at=at)
    return placement


def _save(placements: list[Placement], topics: set[int | None], *, by: User, at: datetime) -> None:
    save_placements(placements, by=by, at=at)
    touched = {topic for topic in topics if topic is not None}
    choose_representatives(touched, at=at, texts=Texts())
