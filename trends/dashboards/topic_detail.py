from datetime import datetime
from typing import Any, cast

from django.db.models import Count, F
from django.http import QueryDict
from django.urls import reverse

from lib.pages import page_of
from questions.dashboards.question_rows import question_rows
from questions.models.question import QuestionQuerySet
from trends.access.topics import TopicAccess, questions_that_may_belong, questions_to_count
from trends.dashboards.effects import effects_of
from trends.dashboards.topic_history import topic_history
from trends.dashboards.topic_rows import asks_by_topic, topic_rows

# Questions that may belong here, shown at once: the next ones take the place of those that were decided.
MOST_POSSIBLE = 5


def topic_detail(*, access: TopicAccess, now: datetime, address: QueryDict) -> dict[str, Any]:
    """Return the topic as this reader may see it. The number of queries is constant.

    `title` is what they may see of it: the topic itself is asked only for its id. `is_topic` is false if fewer than two
    questions are left: then no list shows it. `possible` are, for course admins, the newest that may belong here. `url`
    is the list of its questions.
    """
    topic, trends = access.topic, access.trends
    rows = topic_rows([topic.pk], access=trends, now=now)
    row = rows[0] if rows else None
    own = questions_to_count(trends).filter(placement__topic=topic)
    # A mentor must not learn how often others asked, not even from the order.
    order = [F("ask_count").desc()] if access.may_change else []
    own = own.with_ask_count().order_by(*order, "-asked_at", "-pk")
    page = page_of(address, own, count=row.size if row else 0)
    shown = cast(QuestionQuerySet, page.object_list)
    possible = questions_that_may_belong(access).order_by("-asked_at", "-pk")[:MOST_POSSIBLE]
    has_possible = row is not None and row.possible_count > 0
    effects = effects_of(row.changes if row else [], now)
    return {
        "row": row,
        "title": row.title if row else str(topic),
        "is_topic": row is not None and row.size > 1,
        "questions": question_rows(shown, reader=trends.reader) if row else [],
        "page": page,
        "possible": question_rows(possible, reader=trends.reader) if has_possible else [],
        "groups": _groups(access),
        "changes": [(change, effects[change.pk].summary) for change in (row.changes if row else [])],
        "history": topic_history(topic) if access.may_change else (),
        "url": _list_url(access),
    }


def _groups(access: TopicAccess) -> list[tuple[str, str, int, str]]:
    """The groups that asked, newest cohort first, then by asks: name, cohort, asks, and where these are listed."""
    rows = (
        asks_by_topic(access.trends, topics=[access.topic.pk])
        .values_list("group__cohort", "group__name", "group__cohort__title", "group__cohort__starts_on")
        .annotate(asks=Count("pk"))
        .order_by("-group__cohort__starts_on", "group__cohort", "-asks", "group__name")
    )
    return [
        (name, cohort, asks, _list_url(access, cohort=cohort_id, group=name))
        for cohort_id, name, cohort, _, asks in rows
    ]


def _list_url(access: TopicAccess, **narrower: Any) -> str:
    query = {"topic": access.topic.pk, **narrower}
    return reverse("trends:asked", args=[access.trends.course.slug], query=query)
