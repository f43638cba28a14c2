from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import (
    CharField,
    Count,
    DateField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce

from groups.models import Enrolment, Membership
from lib.weeks import monday_of
from tracker.models import Progress
from trends.counts.view import TrendView
from trends.figures import Span
from trends.models import StudentTally


@dataclass(frozen=True, slots=True)
class StudentCounts:
    """Students by id of cohort and milestone, in the view and over the compared weeks, and their stays.

    A stay counts the students of a cohort who came on one day and left on another, or have not left.
    """

    active: Counter[tuple[int, int]]
    compared: Counter[tuple[int, int]]
    stays: Counter[tuple[int, date, date | None]]


def student_counts(view: TrendView, compared: Mapping[int, Span]) -> StudentCounts:
    """Count the students of the view. One query.

    Args:
        compared: the compared weeks by cohort.
    """
    cohorts = frozenset(run.cohort_id for run in view.chosen) | compared.keys()
    rows = _active(view, cohorts, compared).union(_stays(view, cohorts), all=True)
    counts = StudentCounts(Counter(), Counter(), Counter())
    chosen = {run.cohort_id for run in view.chosen}
    for kind, cohort, milestone, started_on, ended_on, count, other in rows:
        if kind == "stay":
            counts.stays[cohort, started_on, ended_on] = count
            continue
        if cohort in chosen:
            counts.active[cohort, milestone] = count
        counts.compared[cohort, milestone] = other
    return counts


_COLUMNS = ("r_kind", "r_cohort", "r_milestone", "r_started", "r_ended", "r_count", "r_compared")


def _active(view: TrendView, cohorts: frozenset[int], compared: Mapping[int, Span]) -> QuerySet[Any, Any]:
    if view.groups is None:
        rows, students, at_it = _tallied(view, cohorts)
    else:
        rows, students, at_it = _one_by_one(view, cohorts)
    in_compared = Q(pk__in=[])
    for cohort, span in compared.items():
        in_compared |= Q(at_cohort=cohort) & at_it(span)
    summed: QuerySet[Any, Any] = (
        rows.order_by()
        .values(
            r_kind=Value("active", output_field=CharField()),
            r_cohort=F("at_cohort"),
            r_milestone=F("milestone"),
            r_started=Cast(Value(None), DateField()),
            r_ended=Cast(Value(None), DateField()),
        )
        .annotate(r_count=students(at_it(view.span)), r_compared=students(in_compared))
        .values_list(*_COLUMNS)
    )
    return summed


type _Counted = tuple[QuerySet[Any, Any], Callable[[Q], Combinable], Callable[[Span], Q]]


def _tallied(view: TrendView, cohorts: frozenset[int]) -> _Counted:
    tallies = StudentTally.objects.filter(cohort__in=cohorts, **_milestone(view))

    def at_it(span: Span) -> Q:
        condition = Q(first_week__lte=span.last) if span.last else Q()
        if span.first:
            condition &= Q(last_week=None) | Q(last_week__gte=span.first)
            condition &= _runs_still(view, span.first)
        return condition

    return tallies.annotate(at_cohort=F("cohort")), lambda of: Sum("students", filter=of, default=0), at_it


def _one_by_one(view: TrendView, cohorts: frozenset[int]) -> _Counted:
    stays = Membership.objects.filter(group__in=view.groups or (), group__cohort__in=cohorts)
    # Work while they were in the group, or before. Students who came after it was done do not count.
    in_group_by_then = stays.filter(
        Q(ended_on=None) | Q(ended_on__gt=OuterRef("started_on")),
        enrolment=OuterRef("enrolment"),
        started_on__lte=Coalesce(OuterRef("finished_on"), F("started_on")),
    )
    progress = Progress.objects.filter(
        Exists(in_group_by_then),
        state__in=Progress.BEGUN,
        enrolment__in=stays.values("enrolment"),
        **_milestone(view),
    )

    def at_it(span: Span) -> Q:
        condition = Q(started_on__lt=span.ends_before) if span.ends_before else Q()
        if span.first:
            condition &= Q(finished_on=None) | Q(finished_on__gte=span.first)
            condition &= Q(enrolment__ended_on=None) | Q(enrolment__ended_on__gt=span.first)
            condition &= _runs_still(view, span.first)
        return condition

    rows = progress.annotate(at_cohort=F("enrolment__cohort"))
    return rows, lambda of: Count("pk", filter=of), at_it


def _runs_still(view: TrendView, first: date) -> Q:
    """The cohort runs in that week or later. Closing it ends no enrolment, but its students are gone."""
    return Q(at_cohort__in=[run.cohort_id for run in view.runs if monday_of(run.last_on) >= first])


def _milestone(view: TrendView) -> dict[str, int]:
    return {"milestone": view.filters.milestone} if view.filters.milestone else {}


def _stays(view: TrendView, cohorts: frozenset[int]) -> QuerySet[Any, Any]:
    rows: QuerySet[Any, Any]
    if view.groups is None:
        rows, cohort = Enrolment.objects.filter(cohort__in=cohorts), F("cohort")
    else:
        rows = Membership.objects.filter(group__in=view.groups, group__cohort__in=cohorts)
        cohort = F("group__cohort")
    return (
        rows.order_by()
        .values(
            r_kind=Value("stay", output_field=CharField()),
            r_cohort=cohort,
            r_milestone=Cast(Value(None), IntegerField()),
            r_started=F("started_on"),
            r_ended=F("ended_on"),
        )
        .annotate(r_count=Count("*"), r_compared=Value(0, output_field=IntegerField()))
        .values_list(*_COLUMNS)
    )
