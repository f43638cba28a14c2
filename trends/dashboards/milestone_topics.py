"""What is asked about a milestone: its topics, and its questions in no topic, most asked first."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from questions.dashboards.question_rows import question_rows
from questions.models import Question
from questions.models.question import of_original
from trends.access.topics import asks_to_count, in_no_topic, questions_to_count, topics_to_read
from trends.access.trends import TrendsAccess
from trends.dashboards.pairs import likely_pairs
from trends.dashboards.topic_rows import topic_rows

_MOST_TOPICS, _MOST_ALONE = 5, 3


def milestone_topics(access: TrendsAccess, milestone: int, now: datetime) -> dict[str, Any]:
    asks: Any = asks_to_count(access).filter(question__milestone=milestone).order_by()
    asked = asks.annotate(topic=of_original("placement__topic")).values_list("topic")
    ranked = asked.filter(topic__isnull=False).annotate(asks=Count("pk")).order_by("-asks", "topic")
    most_asked = [topic for topic, _ in ranked]
    topics, order = topics_to_read(access), ["-ask_count"]
    if access.is_course_admin:
        topics = topics.filter(pk__in=most_asked)
    readable = set(topics.values_list("pk", flat=True))
    alone = questions_to_count(access).filter(in_no_topic(access, readable), milestone=milestone)
    if access.is_course_admin:
        alone_count = alone.count()
    else:
        # What their groups asked: to a mentor, not even the order tells how often others did.
        # They are few, and what a mentor may read takes long to say: it is asked once.
        own = list(alone.asked_in(asks_to_count(access)).values_list("pk", flat=True))
        alone, alone_count, order = Question.objects.filter(pk__in=own), len(own), []
    ids = [topic for topic in most_asked if topic in readable]
    rows = alone.with_ask_count().order_by(*order, "-asked_at", "-pk")[:_MOST_ALONE]
    return {
        "topics": topic_rows(ids[:_MOST_TOPICS], access=access, now=now),
        "alone": question_rows(rows, reader=access.reader),
        "alone_count": alone_count,
        "pairs": likely_pairs(access, Q(question__milestone=milestone)),
    }
