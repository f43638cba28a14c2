from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count

from groups.group_days import GroupDays
from groups.models import Enrolment, Membership
from lib.weeks import monday_of
from tracker.models import Progress
from tracker.models.progress import ProgressQuerySet
from trends.counts.view import TrendView
from trends.figures import Span


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
    """Count the students of the view. At most four queries.

    Args:
        compared: the compared weeks by cohort.
    """
    days = None
    if view.groups is not None:
        # Where the students of the view's groups were, in other groups too.
        stays = Membership.objects.filter(group__in=view.groups)
        days = GroupDays(Membership.objects.filter(enrolment__in=stays.values("enrolment")))
    chosen = {run.cohort_id for run in view.chosen}
    runs = {run.cohort_id: run for run in view.runs if run.cohort_id in chosen | compared.keys()}
    undated = _undated(view, runs.keys(), days)
    counts = StudentCounts(Counter(), Counter(), undated, _enrolled(view, runs.keys()))
    for cohort, milestone, spans, students in _at_milestones(view, runs.keys(), days):
        run = runs[cohort]
        if cohort in chosen and any(run.overlaps(*span, view.span) for span in spans):
            counts.active[cohort, milestone] += students
        if cohort in compared and any(run.overlaps(*span, compared[cohort]) for span in spans):
            counts.compared[cohort, milestone] += students
    return counts


# The Mondays of the first and the last week at a milestone; None: they are still at it.
type _Weeks = tuple[date, date | None]


def _at_milestones(
    view: TrendView, cohorts: Collection[int], days: GroupDays | None
) -> Iterator[tuple[int, int, Collection[_Weeks], int]]:
    """Yield cohort, milestone, weeks, and how many students were at it in these weeks."""
    milestone = {"milestone": view.filters.milestone} if view.filters.milestone else {}
    progress = Progress.objects.filter(state__in=Progress.BEGUN, enrolment__cohort__in=cohorts, **milestone)
    if view.groups is not None and days is not None:
        yield from _in_groups(progress, view.groups, days)
        return
    # Counted by week at once: students of one week are many.
    counted: Counter[tuple[int, int, _Weeks]] = Counter()
    days_at = (
        progress.dated()
        .order_by()
        .values_list("enrolment__cohort", "milestone", "started_on", "finished_on", "enrolment__ended_on")
    )
    for cohort, at, started_on, finished_on, ended_on, students in days_at.annotate(count=Count("*")):
        last_on = _last_day_at(finished_on, ended_on)
        counted[cohort, at, (monday_of(started_on), monday_of(last_on) if last_on else None)] += students
    for (cohort, at, weeks), students in counted.items():
        yield cohort, at, [weeks], students


def _in_groups(
    progress: ProgressQuerySet, groups: Collection[int], days: GroupDays
) -> Iterator[tuple[int, int, Collection[_Weeks], int]]:
    """Yield students one by one, with the weeks at a milestone in which they were in one of the groups."""
    stays = Membership.objects.filter(group__in=groups)
    rows: Any = progress.dated().filter(enrolment__in=stays.values("enrolment")).order_by()
    for enrolment, cohort, milestone, started_on, finished_on, ended_on in rows.values_list(
        "enrolment", "enrolment__cohort", "milestone", "started_on", "finished_on", "enrolment__ended_on"
    ):
        last_on = _last_day_at(finished_on, ended_on)
        weeks: list[_Weeks] = []
        for group, first, last in days.spans(enrolment):
            begun, done = max(started_on, first), min(last_on or date.max, last)
            if group in groups and begun <= done:
                weeks.append((monday_of(begun), None if done.year == date.max.year else monday_of(done)))
        if weeks:
            yield cohort, milestone, weeks, 1


def _last_day_at(finished_on: date | None, ended_on: date | None) -> date | None:
    """The last day at a milestone: when they did it, or earlier when they left; `ended_on` is the day after that."""
    ends = [finished_on, ended_on - timedelta(days=1) if ended_on else None]
    return min((day for day in ends if day), default=None)


def _undated(view: TrendView, cohorts: Collection[int], days: GroupDays | None) -> Counter[tuple[int, int]]:
    milestone = {"milestone": view.filters.milestone} if view.filters.milestone else {}
    progress = Progress.objects.undated().filter(enrolment__cohort__in=cohorts, **milestone).order_by()
    if view.groups is not None and days is not None:
        stays = Membership.objects.filter(group__in=view.groups)
        rows = progress.filter(enrolment__in=stays.values("enrolment"))
        return Counter(
            (cohort, at)
            for enrolment, cohort, at in rows.values_list("enrolment", "enrolment__cohort", "milestone")
            if days.on(enrolment, None) in view.groups
        )
    counted = progress.values_list("enrolment__cohort", "milestone").annotate(count=Count("*"))
    return Counter({(cohort, at): count for cohort, at, count in counted})


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
