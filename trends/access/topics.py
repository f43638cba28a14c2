"""Permissions of topics.

Course admins see all topics of the course, and only they change them; what mentors may add is in `pairs`. A mentor sees
a topic if they may see at least two of its questions and one was asked in a group that they mentor or mentored, so that
no topic reveals a question that they may not see. Their counts include only asks in their groups.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404

from courses.models import Course
from groups.access import to_administer
from lib.ids import as_id
from lib.locking import lock_row
from people.access import refuse
from people.models import User
from questions.models import Ask, Question, Topic
from questions.models.question import QuestionQuerySet
from questions.models.topic import TopicQuerySet
from trends.access.trends import TrendsAccess, trends_access


@dataclass(frozen=True, slots=True)
class TopicAccess:
    topic: Topic
    trends: TrendsAccess

    @property
    def may_change(self) -> bool:
        return self.trends.is_course_admin


def questions_to_count(access: TrendsAccess) -> QuestionQuerySet:
    if access.is_course_admin:
        return _questions_of(access.course.pk)
    if access.readable is not None:
        return Question.objects.filter(pk__in=access.readable)
    visible = access.reader.visible_questions()
    return visible.originals().filter(cohort__course=access.course)


def having_read(access: TrendsAccess, questions: Q) -> TrendsAccess:
    """Return the same access to these questions alone, without asking anew in each query which may be counted.

    For a mentor and a few questions: what a mentor may read takes long to say.
    """
    if access.is_course_admin:
        return access
    read = questions_to_count(access).filter(questions).values_list("pk", flat=True)
    return replace(access, readable=frozenset(read))


def asks_to_count(access: TrendsAccess) -> QuerySet[Ask]:
    """The asks of the course that this person may count: all, or those in groups that they mentor or mentored."""
    if access.group_ids is None:
        return Ask.objects.filter(group__cohort__course=access.course, group__cohort__archived_at=None)
    return Ask.objects.filter(access.asks_known(), group__in=access.group_ids)


def topics_to_read(access: TrendsAccess) -> TopicQuerySet:
    """The topics of the course that this person may see, without merged topics and topics of one question."""
    topics = Topic.objects.standing().filter(course=access.course)
    questions = questions_to_count(access)
    if not access.is_course_admin:
        # Start from the few questions of their groups, so that the other topics are not counted.
        asked = questions.asked_in(asks_to_count(access))
        topics = topics.filter(pk__in=asked.exclude(placement__topic=None).values("placement__topic"))
    return topics.with_size(questions).filter(Q(size__gte=2))


def in_no_topic(access: TrendsAccess, readable: Collection[int] | QuerySet[Any, Any]) -> Q:
    """The condition on questions in no topic, or for a mentor in none that they may see.

    Args:
        readable: the topics that they may see.
    """
    if access.is_course_admin:
        return Q(placement__topic=None)
    return ~Q(placement__topic__in=readable)


def topic_to_read(user: User, topic_id: int, now: datetime) -> TopicAccess:
    """Return a topic that the person may see. 403 for other insiders, 404 for strangers.

    Course admins get any topic of the course, even a merged one or one with fewer than two questions left.
    """
    topic = get_object_or_404(_topics(), pk=topic_id)
    access = trends_access(user, topic.course.slug, now)
    if not access.is_course_admin and not topics_to_read(access).filter(pk=topic_id).exists():
        # The page of a merged topic redirects to the one it is part of.
        if topic.merged_into_id is not None:
            return topic_to_read(user, topic.merged_into_id, now)
        refuse(user, f"read topic {topic_id}", is_insider=True)
    return TopicAccess(topic, access)


def topic_to_change(user: User, topic_id: int, now: datetime, *, is_locked: bool = False) -> Topic:
    """Return the topic for the admins of its course. 403 for other insiders, 404 for strangers.

    Args:
        is_locked: lock it until the end of the transaction, to save a form of it.
    """
    if is_locked:
        lock_row(Topic, topic_id)
    return to_administer(user, _topics(), topic_id, now)


def question_to_place(topic: Topic, question_id: int) -> Question:
    """Return a question of the topic's course that counts there. 404 for any other."""
    return get_object_or_404(_questions_of(topic.course_id).select_related("cohort"), pk=question_id)


def questions_to_place(course: Course, chosen: Iterable[str]) -> list[Question]:
    """Return those of the chosen questions that count in the course, by ids as a form sends them."""
    ids = {pk for value in chosen if (pk := as_id(value)) is not None}
    return list(_questions_of(course.pk).filter(pk__in=ids).select_related("cohort").order_by("pk"))


def _questions_of(course_id: int) -> QuestionQuerySet:
    """Without duplicates, and what was asked in archived cohorts."""
    return Question.objects.originals().filter(cohort__course=course_id, cohort__archived_at=None)


def _topics() -> TopicQuerySet:
    return Topic.objects.select_related("course", "representative", "merged_into", "changed_by")
