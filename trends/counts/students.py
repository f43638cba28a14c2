from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce

from groups.models import Enrolment, Membership
from tracker.models import Progress
from trends.counts.view import TrendView
from trends.figures import Span
from trends.models import StudentSummary
from trends.models.summary import Stay, live_stays


@dataclass(frozen=True, slots=True)
class StudentCounts:
    """Students by id of cohort and milestone, in the view and over the compared weeks, and their stays.

    A stay counts the students of a cohort who came on one day and left on another, or have not left. `undated` were at
    a milestone, but nobody knows when: they are in no other count.
    """

    active: Counter[tuple[int, int]]
    compared: Counter[tuple[int, int]]
    undated: Counter[tuple[int, int]]
    stays: Counter[tuple[int, date, date | None]]


def student_counts(view: TrendView, compared: Mapping[int, Span]) -> StudentCounts:
    """Count the students of the view. Three queries.

    Args:
        compared: the compared weeks by cohort.
    """
    chosen = {run.cohort_id for run in view.chosen}
    runs = {run.cohort_id: run for run in view.runs if run.cohort_id in chosen | compared.keys()}
    undated = _undated(view, runs.keys())
    counts = StudentCounts(Counter(), Counter(), undated, _enrolled(view, runs.keys()))
    for (cohort, milestone, first, last), students in _at_milestones(view, runs.keys()).items():
        run = runs[cohort]
        if cohort in chosen and run.overlaps(first, last, view.span):
            counts.active[cohort, milestone] += students
        if cohort in compared and run.overlaps(first, last, compared[cohort]):
            counts.compared[cohort, milestone] += students
    return counts


def _at_milestones(view: TrendView, cohorts: Collection[int]) -> Mapping[Stay, int]:
    milestone = {"milestone": view.filters.milestone} if view.filters.milestone else {}
    if view.counted_at:
        rows = StudentSummary.objects.filter(cohort__in=cohorts, **milestone)
        columns = rows.values_list("cohort", "milestone", "first_week", "last_week", "students")
        return {(cohort, at, first, last): students for cohort, at, first, last, students in columns}
    progress = Progress.objects.filter(state__in=Progress.BEGUN, enrolment__cohort__in=cohorts, **milestone)
    if view.groups is not None:
        # Work while they were in the group, or before. Students who came after it was done do not count.
        in_group_by_then = Membership.objects.filter(
            Q(ended_on=None) | Q(ended_on__gt=OuterRef("started_on")),
            group__in=view.groups,
            enrolment=OuterRef("enrolment"),
            started_on__lte=Coalesce(OuterRef("finished_on"), F("started_on")),
        )
        of_groups = Membership.objects.filter(group__in=view.groups)
        progress = progress.filter(Exists(in_group_by_then), enrolment__in=of_groups.values("enrolment"))
    return live_stays(progress)


def _undated(view: TrendView, cohorts: Collection[int]) -> Counter[tuple[int, int]]:
    milestone = {"milestone": view.filters.milestone} if view.filters.milestone else {}
    progress = Progress.objects.undated().filter(enrolment__cohort__in=cohorts, **milestone).order_by()
    if view.groups is not None:
        of_groups = Membership.objects.filter(group__in=view.groups)
        progress = progress.filter(enrolment__in=of_groups.values("enrolment"))
    rows = progress.values_list("enrolment__cohort", "milestone").annotate(count=Count("*"))
    return Counter({(cohort, at): count for cohort, at, count in rows})


def left_out_label(undated: int) -> str:
    """Say how much progress is left out of what is counted by week; "" for none."""
    if not undated:
        return ""
    marks = "1 mark of progress was" if undated == 1 else f"{undated:,} marks of progress were"
    return f"{marks} imported without a date and {'is' if undated == 1 else 'are'} left out."


def _enrolled(view: TrendView, cohorts: Collection[int]) -> Counter[tuple[int, date, date | None]]:
    if view.groups is None:
        enrolments = Enrolment.objects.filter(cohort__in=cohorts).order_by()
        rows = enrolments.values_list("cohort", "started_on", "ended_on").annotate(count=Count("*"))
        return Counter({(cohort, first, end): count for cohort, first, end, count in rows})
    memberships = Membership.objects.filter(group__in=view.groups, group__cohort__in=cohorts).order_by()
    stays = memberships.values_list("group__cohort", "started_on", "ended_on").annotate(count=Count("*"))
    return Counter({(cohort, first, end): count for cohort, first, end, count in stays})
