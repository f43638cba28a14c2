"""Cohorts side by side, over the same weeks of their runs; and the figures at the top of the page."""

from dataclasses import dataclass

from trends.figures import Run, Span, percentile, rate, rate_words, same_weeks, student_weeks, within_label
from trends.panels.answering import Waits
from trends.panels.asking import AskCounts
from trends.panels.figures import (
    Asks,
    ComparedCell,
    ComparedCohort,
    ComparedMilestone,
    Comparison,
    Head,
)
from trends.panels.panels import counted
from trends.panels.studying import Students
from trends.panels.view import TrendView

# As many columns as can be read beside each other.
MOST_COMPARED = 4
_NOTHING = Comparison((), (), 0, "")


@dataclass(frozen=True, slots=True)
class Compared:
    """The cohorts that are laid side by side, earliest first, each with the weeks that are counted of it."""

    runs: tuple[Run, ...]
    spans: dict[int, Span]
    # The cohort of today, and the one before it, if there is one.
    current: Run | None
    before: Run | None


def compared_cohorts(view: TrendView) -> Compared:
    """Say which cohorts are compared: several that were chosen, else the latest that began and the one before it.

    None that began after the period: it has no week in common with any.
    """
    last = view.span.last
    begun = [run for run in view.chosen if run.weeks_so_far and (last is None or run.first_monday <= last)]
    if not begun:
        return Compared((), {}, None, None)
    current = begun[-1]
    at = view.runs.index(current)
    before = view.runs[at - 1] if at else None
    if len(view.filters.cohorts) > 1:
        runs = tuple(begun[-MOST_COMPARED:])
        before = runs[-2] if len(runs) > 1 else before
    else:
        runs = (before, current) if before else (current,)
    spans = {run.cohort_id: same_weeks(current, run, view.span) for run in runs}
    if before:
        spans.setdefault(before.cohort_id, same_weeks(current, before, view.span))
    return Compared(runs, spans, current, before)


def comparison(view: TrendView, found: Compared, counts: AskCounts, students: Students) -> Comparison:
    """Return each milestone in each of the cohorts, by active student. Nothing beside one cohort, or of nothing."""
    if len(found.runs) < 2 or found.current is None:
        return _NOTHING
    asks = {
        run.cohort_id: counts.by_milestone(run.cohort_id, found.spans[run.cohort_id]) for run in found.runs
    }
    rows = []
    for milestone, title in view.milestones.items():
        cells = tuple(
            _cell(view, run, found.spans[run.cohort_id], milestone, asks[run.cohort_id][milestone],
                  students.compared[run.cohort_id, milestone])
            for run in found.runs
        )  # fmt: skip
        if any(cell.asks.asks or cell.students for cell in cells):
            rows.append(ComparedMilestone(milestone, title, cells))
    if not rows:
        return _NOTHING
    return Comparison(
        columns=tuple(
            ComparedCohort(
                run.cohort_id,
                run.title,
                _weeks_words(run, found.spans[run.cohort_id]),
                run is not found.current,
                view.filters.narrowed(cohorts=(run.cohort_id,), since=None, until=None),
            )
            for run in found.runs
        ),
        rows=tuple(rows),
        most=max((cell.rate or 0 for row in rows for cell in row.cells), default=0),
        note=f"Each over {_weeks_words(found.current, found.spans[found.current.cohort_id])} of its own run.",
    )


def _cell(view: TrendView, run: Run, span: Span, milestone: int, asks: int, students: int) -> ComparedCell:
    value = rate(asks, students)
    drill = view.drill_with(cohorts=(run.cohort_id,), milestone=milestone, since=span.first, until=span.last)
    return ComparedCell(counted(asks, drill), students, value, rate_words(value, students))


def _weeks_words(run: Run, span: Span) -> str:
    """Which weeks of its run: "week 3", "weeks 1 to 3"."""
    first = run.week_number(span.first) if span.first else 1
    last = run.week_number(span.last) if span.last else run.weeks_so_far
    first = max(first, 1)
    return f"weeks {first} to {last}" if last > first else f"week {last}"


def head(
    view: TrendView, found: Compared, counts: AskCounts, students: Students, waits: Waits, asks: Asks
) -> Head:
    """Return the figures at the top."""
    there, weeks = _there(view.chosen, view, students, {run.cohort_id: view.span for run in view.chosen})
    value = rate(asks.asks, there, by=weeks)
    before = _weekly(found.before, found, view, counts, students)
    oldest = waits.oldest[0] if waits.oldest else None
    days = (view.now - oldest.asked_at).days if oldest else None
    return Head(
        asks=asks,
        student_weeks=weeks,
        per_student_week=value,
        rate_words=rate_words(value, there),
        before=before,
        before_words=_before_words(found, view, counts, students, before),
        median_to_answer=within_label(percentile(waits.all.answered, 0.5)),
        open=waits.ages.total(),
        open_query=view.drill_of_open().query if waits.ages else "",
        oldest_days=days,
        oldest_words="" if days is None else f"oldest {days} day{'' if days == 1 else 's'}",
        needs_waiting=view.course.needs_waiting,  # type: ignore[attr-defined]
    )


def _there(
    runs: tuple[Run, ...], view: TrendView, students: Students, spans: dict[int, Span]
) -> tuple[int, int]:
    """How many students were there in these weeks of their cohorts, and how many weeks of theirs these were."""
    last_on = {run.cohort_id: run.last_on for run in runs}
    people = weeks = 0
    for (cohort, started_on, ended_on), count in students.stays.items():
        if cohort in last_on:
            each = student_weeks(started_on, ended_on, last_on[cohort], spans[cohort])
            people += count if each else 0
            weeks += count * each
    return people, weeks


def _weekly(
    run: Run | None, found: Compared, view: TrendView, counts: AskCounts, students: Students
) -> float | None:
    """The asks a student and week of one of the compared cohorts."""
    if run is None:
        return None
    span = found.spans[run.cohort_id]
    people, weeks = _there((run,), view, students, {run.cohort_id: span})
    return rate(counts.by_milestone(run.cohort_id, span).total(), people, by=weeks)


def _before_words(
    found: Compared, view: TrendView, counts: AskCounts, students: Students, before: float | None
) -> str:
    """The cohort before in words, and this one where the view holds others too."""
    if found.before is None or found.current is None or before is None:
        return ""
    words = f"{rate_words(before, 1)} in {found.before.title} over the same weeks"
    now = _weekly(found.current, found, view, counts, students)
    if len(view.chosen) > 1 and now is not None:
        words = f"{rate_words(now, 1)} in {found.current.title}, {words}"
    return words
