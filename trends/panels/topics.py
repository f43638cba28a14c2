"""The topics of the view with asks: new this week first, then pinned, then by asks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import (
    Case,
    Count,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
    Window,
)
from django.db.models.expressions import Combinable
from django.urls import reverse
from django.utils import timezone

from lib.weeks import monday_of
from questions.models import Placement
from trends.access.topics import questions_to_count
from trends.counts import TrendCounts, TrendView
from trends.counts.asks import live_asks, within
from trends.dashboards.topic_rows import TopicRow, topic_rows
from trends.figures import Span
from trends.models import TopicTally, TopicTotal
from trends.panels.panel import CsvRow, Panel

TOPICS_SHOWN = 6
# The changes shown beside a topic, latest first. The page of the topic has all of them.
CHANGES_SHOWN = 2


@dataclass(frozen=True, slots=True)
class TopicsAsked:
    """The first topics of the view. `count` is the number of all topics with an ask in it."""

    rows: tuple[TopicRow, ...]
    count: int
    # The URL that loads whether the changes beside the topics helped. "" without changes, and for mentors.
    effects_url: str


def topics_asked(counts: TrendCounts) -> TopicsAsked:
    """Rank the topics that the reader may see, and return the first. One query, plus those of `topic_rows`."""
    view = counts.view
    ranked = list(_ranked(view)[:TOPICS_SHOWN])
    shown = topic_rows([row["at_topic"] for row in ranked], access=view.access, now=view.now)
    # A topic needs two questions, as in `topics_to_read`.
    rows = tuple(row for row in shown if row.size > 1)
    return TopicsAsked(rows, ranked[0]["of_all"] if ranked else 0, _effects_url(view, rows))


def _effects_url(view: TrendView, rows: Sequence[TopicRow]) -> str:
    changes = [("change", f"{row.id}-{change.id}") for row in rows for change in row.changes[:CHANGES_SHOWN]]
    if not changes or not view.access.is_course_admin:
        return ""
    return f"{reverse('trends:trends-effects', args=[view.course.slug])}?{urlencode(changes)}"


def _ranked(view: TrendView) -> QuerySet[Any, Any]:
    rows, counts, is_new = _of_course(view) if view.groups is None else _of_groups(view)
    # The condition costs time on each row, so it is left out if no topic comes first.
    cases = [When(is_new, then=0)] if is_new else []
    if view.pinned_topics:
        cases.append(When(at_topic__in=view.pinned_topics, then=1))
    first = [Case(*cases, default=2)] if cases else []
    ranked: QuerySet[Any, Any] = (
        rows.order_by()
        .values("at_topic")
        .annotate(**counts)
        .filter(asked__gt=0)
        .annotate(of_all=Window(Count("*")))
        .order_by(*first, "-asked", "at_topic")
    )
    return ranked


# Rows of asks by topic, the aggregate that counts the view's asks as `asked`, and whether all are from this week.
type _Asked = tuple[QuerySet[Any, Any], dict[str, Combinable], Q]


def _monday(view: TrendView) -> date:
    return monday_of(timezone.localdate(view.now))


def _of_course(view: TrendView) -> _Asked:
    """From the tallies, or from the totals of topics if no filter needs more detail."""
    cohorts = [run.cohort_id for run in view.chosen]
    rows: QuerySet[Any, Any]
    if view.about() == Q() and view.span == Span():
        rows = TopicTotal.objects.filter(cohort__in=cohorts)
    else:
        rows = TopicTally.objects.filter(view.about(), within(view.span), cohort__in=cohorts)
    return (
        rows.exclude(topic__in=_of_one()).annotate(at_topic=F("topic")),
        {"asked": Sum("asks")},
        Q(at_topic__in=view.new_topics) if view.new_topics else Q(),
    )


def _of_one() -> QuerySet[Any, Any]:
    """The topics with a single placement. It ignores that duplicates leave a topic only within a minute.

    There are few of them, so excluding them is cheaper than selecting the others.
    """
    # No join: an index counts the placements of a topic, but a join would read all questions.
    placed = Placement.objects.filter(topic__isnull=False).order_by().values("topic")
    alone: QuerySet[Any, Any] = placed.annotate(placed=Count("*")).filter(placed=1).values("topic")
    return alone


def _of_groups(view: TrendView) -> _Asked:
    # The rule of `topics_to_read` for the few topics of these asks: no topic of one question.
    questions = questions_to_count(view.access).filter(placement__topic=OuterRef("at_topic")).order_by()
    seen = questions.values(every=Value(1)).annotate(count=Count("*")).values("count")
    cohorts = [run.cohort_id for run in view.chosen]
    asks = live_asks(view).filter(group__cohort__in=cohorts, at_topic__isnull=False)
    asks = asks.annotate(seen=Subquery(seen, output_field=IntegerField())).filter(seen__gte=2)
    counts: dict[str, Combinable] = {
        "asked": Count("pk", filter=within(view.span)),
        "earlier": Count("pk", filter=Q(week_starts_on__lt=_monday(view))),
    }
    return asks, counts, Q(earlier=0)


def _csv_rows(counts: TrendCounts) -> Iterator[CsvRow]:
    for row in topics_asked(counts).rows:
        tally = row.tally
        yield (
            *(row.title, row.size, tally.asks, tally.this_week, tally.weeks_before),
            *(
                _day(tally.first_at),
                _day(tally.last_at),
                row.group_count,
                ", ".join(row.cohorts),
                row.answered,
            ),
        )


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


TOPICS = Panel(
    name="topics",
    title="Topics",
    note="new this week first",
    template="trends/_trends_topics.html",
    content=topics_asked,
    csv_columns=(
        *("Topic", "Questions", "Asks", "This week", "In the 4 weeks before"),
        *("First asked", "Last asked", "Groups", "Cohorts", "Questions answered"),
    ),
    csv_rows=_csv_rows,
)
