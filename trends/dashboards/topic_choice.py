from datetime import datetime
from typing import Any

from django.db.models import F

from questions.dashboards.question_rows import question_rows
from questions.models import Question, Topic
from questions.models.topic import TopicQuerySet
from questions.search import matching
from trends.access.topics import questions_to_count, topics_to_read
from trends.access.trends import TrendsAccess
from trends.dashboards.topic_rows import topic_rows

_MOST_FOUND = 20


def topic_choice(
    topic: Topic, *, access: TrendsAccess, now: datetime, text: str, chosen: int | None
) -> dict[str, Any]:
    """`name`: how the two will be called; empty if nobody named either."""
    others = topics_to_read(access).exclude(pk=topic.pk)
    ids: list[int] = []
    if chosen:
        ids = list(others.filter(pk=chosen).values_list("pk", flat=True))
    elif text:
        words = matching(questions_to_count(access), text).filter(placement__topic__isnull=False)
        by_words = others.filter(pk__in=words.values("placement__topic"))
        by_name = others.filter(title__icontains=text)
        ids = list(dict.fromkeys([*_first(by_name), *_first(by_words)]))[:_MOST_FOUND]
    rows = {row.id: row for row in topic_rows([topic.pk, *ids], access=access, now=now)}
    matches = [rows[pk] for pk in ids if pk in rows]
    return {
        "own": rows.get(topic.pk),
        "matches": [] if chosen else matches,
        "chosen": matches[0] if chosen and matches else None,
        "name": (Topic.objects.get(pk=chosen).title if chosen and matches else "") or topic.title,
        "text": text,
    }


def _first(topics: TopicQuerySet) -> list[int]:
    return list(topics.order_by(F("size").desc(), "pk").values_list("pk", flat=True)[:_MOST_FOUND])


def question_choice(topic: Topic, *, access: TrendsAccess, text: str) -> list[Question]:
    if not text:
        return []
    matches = matching(questions_to_count(access), text).exclude(placement__topic=topic)
    found = question_rows(matches.order_by("-asked_at", "-pk")[:_MOST_FOUND], reader=access.reader)
    return [row.question for row in found]
