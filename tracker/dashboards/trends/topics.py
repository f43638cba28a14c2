"""Which topics of the view are asked about: those new this week first, then the pinned ones, then by asks."""

from collections.abc import Callable
from typing import Any

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
from django.utils import timezone

from lib.weeks import monday_of
from tracker.access.topics import questions_to_count
from tracker.dashboards.topic_rows import topic_rows
from tracker.dashboards.trends.asking import live_asks, within
from tracker.dashboards.trends.figures import TopicsPanel
from tracker.dashboards.trends.view import TrendView
from tracker.models import Topic, TopicTally

TOPICS_SHOWN = 12


def topics_panel(view: TrendView) -> TopicsPanel:
    """Rank the topics that the reader may see, and show the first of them. One query, and those of `topic_rows`."""
    rows = list(_ranked(view)[:TOPICS_SHOWN])
    ids = [row["at_topic"] for row in rows]
    return TopicsPanel(
        rows=tuple(topic_rows(ids, access=view.access, now=view.now)),
        count=rows[0]["of_all"] if rows else 0,
    )


def _ranked(view: TrendView) -> QuerySet[Any, Any]:
    rows, asks = _asks_by_topic(view)
    this_week = monday_of(timezone.localdate(view.now))
    pinned = Topic.objects.filter(course=view.course, pinned_at__isnull=False)
    order = Case(When(earlier=0, then=0), When(at_topic__in=pinned.values("pk"), then=1), default=2)
    ranked: QuerySet[Any, Any] = (
        rows.values("at_topic")
        .annotate(asked=asks(within(view.span)), earlier=asks(Q(week_starts_on__lt=this_week)))
        .filter(asked__gt=0)
        .annotate(of_all=Window(Count("*")))
        .order_by(order, "-asked", "at_topic")
    )
    return ranked


def _asks_by_topic(view: TrendView) -> tuple[QuerySet[Any, Any], Callable[[Q], Combinable]]:
    """The rows that hold the asks of each topic, over all weeks, and what counts them under a condition."""
    cohorts = [run.cohort_id for run in view.chosen]
    if view.groups is None:
        tallies = TopicTally.objects.filter(view.about(), cohort__in=cohorts)
        return tallies.annotate(at_topic=F("topic")).order_by(), lambda of: Sum("asks", filter=of, default=0)
    # As `topics_to_read` says it, asked of the few topics of these asks instead of all: no topic of one.
    questions = questions_to_count(view.access).filter(placement__topic=OuterRef("at_topic")).order_by()
    seen = questions.values(every=Value(1)).annotate(count=Count("*")).values("count")
    asks = live_asks(view).filter(group__cohort__in=cohorts, at_topic__isnull=False)
    asks = asks.annotate(seen=Subquery(seen, output_field=IntegerField())).filter(seen__gte=2)
    return asks.order_by(), lambda of: Count("pk", filter=of)
