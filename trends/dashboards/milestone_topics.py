"""What is asked about a milestone: its topics, and its questions in no topic, most asked first."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from questions.dashboards.question_rows import question_rows
from questions.models.question import of_original
from trends.access.topics import asks_to_count, in_no_topic, questions_to_count, topics_to_read
from trends.access.trends import TrendsAccess
from trends.dashboards.pairs import likely_pairs
from trends.dashboards.topic_rows import topic_rows

_MOST_TOPICS, _MOST_ALONE = 5, 5


def milestone_topics(access: TrendsAccess, milestone: int, now: datetime) -> dict[str, Any]:
    asks: Any = asks_to_count(access).filter(question__milestone=milestone).order_by()
    asked = asks.annotate(topic=of_original("placement__topic")).values_list("topic")
    topics = topics_to_read(access).filter(pk__in=asked.order_by().values("topic"))
    most_asked = asked.filter(topic__in=topics.values("pk")).annotate(asks=Count("pk"))
    ids = [topic for topic, _ in most_asked.order_by("-asks", "topic")[:_MOST_TOPICS]]
    alone, order = questions_to_count(access).filter(in_no_topic(access), milestone=milestone), ["-ask_count"]
    if not access.is_course_admin:
        # What their groups asked. They must not learn how often others asked, not even from the order.
        alone, order = alone.asked_in(asks_to_count(access)), []
    rows = alone.with_ask_count().order_by(*order, "-asked_at", "-pk")[:_MOST_ALONE]
    return {
        "topics": topic_rows(ids, access=access, now=now),
        "alone": question_rows(rows, reader=access.reader),
        "alone_count": alone.count(),
        "pairs": likely_pairs(access, Q(question__milestone=milestone)),
    }
