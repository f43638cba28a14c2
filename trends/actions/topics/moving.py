"""Take questions out of topics, put them in, and make a topic of some: an admin's word, which no refresh changes.

A topic of which the last question was moved by hand stays, in no list: it is there when that is undone.
"""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from people.models import User
from questions.actions.topics.keeping import (
    TopicError,
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
def put_in(*, question: Question, topic: Topic, by: User, at: datetime) -> Placement:
    """Put a question into a topic, out of the one in which it stands.

    Raises:
        TopicError: the topic is gone or merged; the question is a duplicate, or of another course.
    """
    topic = locked(topic)
    if question.cohort.course_id != topic.course_id:
        raise TopicError(f"“{question}” is a question of another course.")
    if question.duplicate_of_id is not None:
        raise TopicError(f"“{question}” is a duplicate: it stands where “{question.duplicate_of}” does.")
    return _put(question, topic, by=by, at=at)


@transaction.atomic
def take_out(*, question: Question, topic: Topic, by: User, at: datetime) -> Placement:
    """Take a question out of its topic: it stands in none, until somebody puts it into one.

    Raises:
        TopicError: it is not in the topic.
    """
    wait_for_turn(topic.course_id)
    if question.pk not in members_of(topic):
        raise TopicError(f"“{question}” is not in “{topic}” any more.")
    return _put(question, None, by=by, at=at)


@transaction.atomic
def undo_move(*, question: Question, by: User, at: datetime) -> Placement:
    """Put a question back to where it stood before it was last moved, by hand or not, as it was.

    Raises:
        TopicError: it was not moved by hand, or where it stood is gone or merged.
    """
    wait_for_turn(question.cohort.course_id)
    placement = Placement.objects.filter(question=question, is_by_hand=True).first()
    records = placement.history.order_by("-history_date", "-history_id")[:2] if placement else []
    if placement is None or len(records) < 2:
        raise TopicError(f"“{question}” was not moved.")
    before, after = records[1].topic_id, placement.topic_id
    if before is not None and not Topic.objects.standing().filter(pk=before).exists():
        raise TopicError(f"The topic in which “{question}” stood is gone. Put it into another one.")
    placement.topic_id, placement.is_by_hand = before, records[1].is_by_hand
    _save([placement], {before, after}, by=by, at=at)
    return placement


@transaction.atomic
def split_topic(*, topic: Topic, questions: Collection[int], title: str, by: User, at: datetime) -> Topic:
    """Make a topic of its own of some of a topic's questions; return it.

    Raises:
        TopicError: fewer than two were chosen, fewer than two would stay, or one is not in the topic any more.
    """
    topic = locked(topic)
    members = members_of(topic)
    if not set(questions) <= members.keys():
        raise TopicError(f"Somebody moved questions of “{topic}” in the meantime. Look again.")
    if len(set(questions)) < 2 or len(members) - len(set(questions)) < 2:
        raise TopicError("A topic is of two questions or more: choose at least two, and leave at least two.")
    made = Topic(course=topic.course, title=title.strip(), found_at=at)
    save(made, by=by, at=at)
    moving = [members[pk] for pk in sorted(set(questions))]
    for placement in moving:
        placement.topic, placement.is_by_hand = made, True
    _save(moving, {topic.pk, made.pk}, by=by, at=at)
    made.refresh_from_db()
    return made


def _put(question: Question, topic: Topic | None, *, by: User, at: datetime) -> Placement:
    placement = placements_of([question])[question.pk]
    before = placement.topic_id
    placement.topic, placement.is_by_hand = topic, True
    _save([placement], {before, placement.topic_id}, by=by, at=at)
    return placement


def _save(placements: list[Placement], topics: set[int | None], *, by: User, at: datetime) -> None:
    save_placements(placements, by=by, at=at)
    touched = {topic for topic in topics if topic is not None}
    choose_representatives(touched, at=at, texts=Texts())
