from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast

from django.core.paginator import Page, Paginator
from django.db.models import Count, F
from django.urls import reverse

from lib.weeks import Week, monday_of
from questions.access.questions import QuestionAccess
from questions.dashboards.question_rows import question_rows
from questions.models import MaterialChange
from questions.models.question import QuestionQuerySet
from trends.access.topics import TopicAccess, questions_that_may_belong, questions_to_count
from trends.charts.bars import Bar
from trends.charts.scale import share
from trends.dashboards.effects import effects_of
from trends.dashboards.topic_events import TopicEvent, topic_events
from trends.dashboards.topic_rows import TopicRow, asks_by_topic, topic_rows

PAGE_SIZE = 25
# The number of latest weeks with asks in the chart.
WEEKS = 12
# Questions that may belong here, shown at once: the next ones take the place of those that were decided.
MOST_POSSIBLE = 5


@dataclass(frozen=True, slots=True)
class GroupOfTopic:
    name: str
    cohort: str
    asks: int
    url: str


@dataclass(frozen=True, slots=True)
class TopicDetail:
    """Everything that the page of a topic shows to one reader.

    `is_topic` is false if fewer than two questions are left: then no list shows it. `url` is the list of its questions.
    """

    row: TopicRow | None
    # What this reader may see as its title: the topic itself is asked only for its id.
    title: str
    is_topic: bool
    questions: tuple[QuestionAccess, ...]
    page: Page[Any]
    # For course admins: the newest of those that may belong here.
    possible: tuple[QuestionAccess, ...]
    weeks: tuple[Bar, ...]
    groups: tuple[GroupOfTopic, ...]
    # Each with whether it helped.
    changes: list[tuple[MaterialChange, str]]
    events: tuple[TopicEvent, ...]
    url: str


def topic_detail(*, access: TopicAccess, now: datetime, page_number: str | None) -> TopicDetail:
    """Return the topic as this reader may see it. The number of queries is constant."""
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
    weeks = _weeks(access, now)
    return TopicDetail(
        row=row,
        title=row.title if row else str(topic),
        is_topic=row is not None and row.size > 1,
        questions=tuple(question_rows(shown, reader=trends.reader)) if row else (),
        page=page,
        possible=tuple(question_rows(possible, reader=trends.reader)) if has_possible else (),
        weeks=weeks,
        groups=_groups(access),
        changes=_changes(row.changes if row else [], now),
        events=topic_events(topic) if access.may_change else (),
        url=_list_url(access),
    )


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
        rows.append(_week(access, Week(monday), asks, most))
        next_week = monday + timedelta(weeks=1)
    return (*rows, *_gap(next_week, monday_of(now.date()) + timedelta(weeks=1)))


def _gap(since: date | None, until: date) -> list[Bar]:
    """The weeks without an ask between two dates, as one line."""
    if since is None or since >= until:
        return []
    last = until - timedelta(weeks=1)
    label = f"{since:%-d %B %Y}" if since == last else f"{since:%-d %B} to {last:%-d %B %Y}"
    return [Bar(label=label, value_label="none", share=0)]


def _week(access: TopicAccess, week: Week, asks: int, most: int) -> Bar:
    return Bar(
        label=f"{week.starts_on:%-d %B %Y}",
        value_label=str(asks),
        share=share(asks, most),
        url=_list_url(access, since=week.starts_on, until=week.ends_on),
    )


def _groups(access: TopicAccess) -> tuple[GroupOfTopic, ...]:
    """The groups that asked, newest cohort first, then by asks."""
    rows = (
        asks_by_topic(access.trends, topics=[access.topic.pk])
        .values_list("group__cohort", "group__name", "group__cohort__title", "group__cohort__starts_on")
        .annotate(asks=Count("pk"))
        .order_by("-group__cohort__starts_on", "group__cohort", "-asks", "group__name")
    )
    return tuple(
        GroupOfTopic(name, cohort, asks, _list_url(access, cohort=cohort_id, group=name))
        for cohort_id, name, cohort, _, asks in rows
    )


def _changes(changes: list[MaterialChange], now: datetime) -> list[tuple[MaterialChange, str]]:
    effects = effects_of(changes, now)
    return [(change, effects[change.pk].summary) for change in changes]


def _list_url(access: TopicAccess, **narrower: Any) -> str:
    query = {"topic": access.topic.pk, **narrower}
    return reverse("trends:asked", args=[access.trends.course.slug], query=query)
