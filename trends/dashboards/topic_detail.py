from datetime import date, datetime, timedelta
from typing import Any, cast

from django.core.paginator import Paginator
from django.db.models import Count, F
from django.urls import reverse

from lib.weeks import Week, monday_of
from questions.dashboards.question_rows import question_rows
from questions.models.question import QuestionQuerySet
from trends.access.topics import TopicAccess, questions_that_may_belong, questions_to_count
from trends.charts import Bar, share
from trends.dashboards.effects import effects_of
from trends.dashboards.topic_history import topic_history
from trends.dashboards.topic_rows import asks_by_topic, topic_rows

PAGE_SIZE = 25
# The number of latest weeks with asks in the chart.
WEEKS = 12
# Questions that may belong here, shown at once: the next ones take the place of those that were decided.
MOST_POSSIBLE = 5


def topic_detail(*, access: TopicAccess, now: datetime, page_number: str | None) -> dict[str, Any]:
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
    paginator = Paginator(own.with_ask_count().order_by(*order, "-asked_at", "-pk"), PAGE_SIZE)
    paginator.count = row.size if row else 0
    page = paginator.get_page(page_number)
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
        "weeks": _weeks(access, now),
        "groups": _groups(access),
        "changes": [(change, effects[change.pk].summary) for change in (row.changes if row else [])],
        "history": topic_history(topic) if access.may_change else (),
        "url": _list_url(access),
    }


def _weeks(access: TopicAccess, now: datetime) -> tuple[Bar, ...]:
    """The last weeks with asks, oldest first, with the weeks without asks between them and up to this week."""
    counts = dict(
        asks_by_topic(access.trends, topics=[access.topic.pk])
        .filter(week_starts_on__isnull=False)
        .values_list("week_starts_on")
        .annotate(asks=Count("pk"))
        .order_by("-week_starts_on")[:WEEKS]
    )
    most = max(counts.values(), default=0)
    rows: list[Bar] = []
    next_week: date | None = None
    for monday, asks in sorted(counts.items()):
        rows += _gap(next_week, monday)
        url = _list_url(access, since=monday, until=Week(monday).ends_on)
        rows.append(Bar(f"{monday:%-d %B %Y}", str(asks), share(asks, most), url))
        next_week = monday + timedelta(weeks=1)
    return (*rows, *_gap(next_week, monday_of(now.date()) + timedelta(weeks=1)))


def _gap(since: date | None, until: date) -> list[Bar]:
    """The weeks without an ask between two dates, as one line."""
    if since is None or since >= until:
        return []
    last = until - timedelta(weeks=1)
    label = f"{since:%-d %B %Y}" if since == last else f"{since:%-d %B} to {last:%-d %B %Y}"
    return [Bar(label=label, value_label="none", share=0)]


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
