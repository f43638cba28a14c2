"""What is asked about a milestone: its topics, and its questions in no topic, most asked first."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from questions.dashboards.question_rows import question_rows
from questions.models import Question
from questions.models.question import of_original
from trends.access.topics import (
    asks_to_count,
    having_read,
    in_no_topic,
    questions_to_count,
    topics_to_read,
)
from trends.access.trends import TrendsAccess
from trends.dashboards.pairs import likely_pairs
from trends.dashboards.topic_rows import topic_rows

_MOST_TOPICS, _MOST_ALONE = 5, 3


def milestone_topics(access: TrendsAccess, milestone: int, now: datetime) -> dict[str, Any]:
    pairs = likely_pairs(access, Q(question__milestone=milestone))
    asks: Any = asks_to_count(access)
    asked = asks.filter(question__milestone=milestone).annotate(topic=of_original("placement__topic"))
    ranked = asked.filter(topic__isnull=False).order_by().values_list("topic").annotate(asks=Count("pk"))
    most_asked = [topic for topic, _ in ranked.order_by("-asks", "topic")]
    about, order = Q(milestone=milestone), ["-ask_count"]
    if not access.is_course_admin:
        # What their groups asked: to a mentor, not even the order tells how often others did.
        own = dict(Question.objects.filter(about).asked_in(asks).values_list("pk", "placement__topic"))
        about, order = Q(pk__in=own), []
        access = having_read(access, about | Q(placement__topic__in={*most_asked, *own.values()} - {None}))
    topics = topics_to_read(access)
    if access.is_course_admin:
        topics = topics.filter(pk__in=most_asked)
    readable = set(topics.values_list("pk", flat=True))
    alone = questions_to_count(access).filter(about, in_no_topic(access, readable))
    rows = alone.with_ask_count().order_by(*order, "-asked_at", "-pk")[:_MOST_ALONE]
    ids = [topic for topic in most_asked if topic in readable]
    return {
        "topics": topic_rows(ids[:_MOST_TOPICS], access=access, now=now),
        "alone": question_rows(rows, reader=access.reader),
        "alone_count": alone.count(),
        "pairs": pairs,
    }
