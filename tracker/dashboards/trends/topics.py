"""Which topics of the view are asked about: those new this week first, then the pinned ones, then by asks."""

from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
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
from tracker.models import Topic, TopicTally, TopicTotal
from tracker.trends import Span

TOPICS_SHOWN = 8


def topics_panel(view: TrendView) -> TopicsPanel:
    """Rank the topics that the reader may see, and show the first of them. One query, and those of `topic_rows`."""
    rows = list(_ranked(view)[:TOPICS_SHOWN])
    ids = [row["at_topic"] for row in rows]
    return TopicsPanel(
        rows=tuple(topic_rows(ids, access=view.access, now=view.now)),
        count=rows[0]["of_all"] if rows else 0,
    )


def _ranked(view: TrendView) -> QuerySet[Any, Any]:
    rows, counts, is_new = _of_course(view) if view.groups is None else _of_groups(view)
    pinned = Topic.objects.filter(course=view.course, pinned_at__isnull=False)
    order = Case(When(is_new, then=0), When(at_topic__in=pinned.values("pk"), then=1), default=2)
    ranked: QuerySet[Any, Any] = (
        rows.order_by()
        .values("at_topic")
        .annotate(**counts)
        .filter(asked__gt=0)
        .annotate(of_all=Window(Count("*")))
        .order_by(order, "-asked", "at_topic")
    )
    return ranked


# Rows that hold asks topic by topic; what counts those of the view as `asked`; whether nobody asked before this week.
type _Asked = tuple[QuerySet[Any, Any], dict[str, Combinable], Q]


def _this_week(view: TrendView) -> Q:
    return Q(week_starts_on__gte=monday_of(timezone.localdate(view.now)))


def _of_course(view: TrendView) -> _Asked:
    """From the tallies: from the totals of topics where no filter needs more."""
    before = TopicTally.objects.filter(~_this_week(view), topic=OuterRef("topic"))
    new = TopicTally.objects.filter(
        _this_week(view), ~Exists(before), cohort__in=[run.cohort_id for run in view.runs], asks__gt=0
    )
    cohorts = [run.cohort_id for run in view.chosen]
    rows: QuerySet[Any, Any]
    if view.about() == Q() and view.span == Span():
        rows = TopicTotal.objects.filter(cohort__in=cohorts)
    else:
        rows = TopicTally.objects.filter(view.about(), within(view.span), cohort__in=cohorts)
    return rows.annotate(at_topic=F("topic")), {"asked": Sum("asks")}, Q(at_topic__in=new.values("topic"))


def _of_groups(view: TrendView) -> _Asked:
    """From the few asks of these groups, one by one."""
    # As `topics_to_read` says it, asked of the few topics of these asks instead of all: no topic of one.
    questions = questions_to_count(view.access).filter(placement__topic=OuterRef("at_topic")).order_by()
    seen = questions.values(every=Value(1)).annotate(count=Count("*")).values("count")
    cohorts = [run.cohort_id for run in view.chosen]
    asks = live_asks(view).filter(group__cohort__in=cohorts, at_topic__isnull=False)
    asks = asks.annotate(seen=Subquery(seen, output_field=IntegerField())).filter(seen__gte=2)
    counts: dict[str, Combinable] = {
        "asked": Count("pk", filter=within(view.span)),
        "earlier": Count("pk", filter=~_this_week(view)),
    }
    return asks, counts, Q(earlier=0)
