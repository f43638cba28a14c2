from django.db.models import F

from questions.dashboards.question_rows import question_rows
from questions.models import Question, Topic
from questions.models.topic import TopicQuerySet
from questions.search import matching
from trends.access.topics import questions_to_count
from trends.access.trends import TrendsAccess

_MOST_FOUND = 20


def topics_found(others: TopicQuerySet, text: str, *, access: TrendsAccess) -> list[int]:
    """Return the ids of these topics that match by name or by a question, those by name first, largest first."""
    words = matching(questions_to_count(access), text).filter(placement__topic__isnull=False)
    by_words = others.filter(pk__in=words.values("placement__topic"))
    by_name = others.filter(title__icontains=text)
    return list(dict.fromkeys([*_first(by_name), *_first(by_words)]))[:_MOST_FOUND]


def _first(topics: TopicQuerySet) -> list[int]:
    return list(topics.order_by(F("size").desc(), "pk").values_list("pk", flat=True)[:_MOST_FOUND])


def question_choice(topic: Topic, *, access: TrendsAccess, text: str) -> list[Question]:
    if not text:
        return []
    matches = matching(questions_to_count(access), text).exclude(placement__topic=topic)
    found = question_rows(matches.order_by("-asked_at", "-pk")[:_MOST_FOUND], reader=access.reader)
    return [row.question for row in found]
