"""The calendar of a cohort: the weeks that are taught, and the due day of each milestone.

Rules for pauses:

- The first week is the week (Monday to Sunday) that contains the start of the cohort.
- A week is not taught if pauses cover all of Monday to Friday. It is skipped, so later weeks are a week later.
- A shorter pause moves no week. A due day inside it moves to the first day after it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from datetime import date, timedelta
from itertools import islice
from typing import Protocol

from lib.weeks import Period, Week, after_pause, monday_of

_WEEK = timedelta(weeks=1)
# A holiday of a cohort: only its days matter here. The model of the same name stores it.
Pause = Period


def teaching_weeks(starts_on: date, pauses: Sequence[Pause], count: int) -> tuple[Week, ...]:
    """Return the first ``count`` weeks that are taught, or fewer if a pause without an end begins before them."""
    return tuple(islice(_weeks_taught(starts_on, pauses), count))


def due_dates(
    starts_on: date, pauses: Sequence[Pause], weeks: Mapping[int, int | None]
) -> dict[int, date | None]:
    """Return the due day of each milestone id. `weeks` has the teaching week of each milestone, counted from 1.

    The due day is the Sunday of the week. If a pause contains that Sunday, it is the first day after the pause.
    It is None for a milestone without a week, and after a pause without an end. Raises ValueError for a week below 1.
    """
    numbers = [number for number in weeks.values() if number is not None]
    if min(numbers, default=1) < 1:
        raise ValueError("Teaching weeks are counted from 1.")
    taught = teaching_weeks(starts_on, pauses, max(numbers, default=0))
    due = dict(enumerate((after_pause(week.ends_on, pauses) for week in taught), start=1))
    return {milestone: None if number is None else due.get(number) for milestone, number in weeks.items()}


class Planned(Protocol):
    """A milestone of a group's plan, with the group's own day."""

    @property
    def due_on(self) -> date | None: ...


def is_expected(due_on: date | None, joined_on: date) -> bool:
    """Whether a milestone is expected of a student: one that was due on the day they joined, or before, is not."""
    return due_on is None or joined_on < due_on


def in_turn[Item: Planned](open_ones: Iterable[Item], joined_on: date) -> list[Item]:
    """Return what a student still has to do, what comes next first: what is expected of them comes before the rest.

    `open_ones` are in plan order.
    """
    return sorted(open_ones, key=lambda each: not is_expected(each.due_on, joined_on))


def teaching_week_number(starts_on: date, pauses: Sequence[Pause], today: date) -> int | None:
    """Return the number of the teaching week, counted from 1; None before the start and in a pause week.

    It continues to count after the last milestone: the caller knows when the weeks of the cohort are over.
    """
    week = Week.of(today)
    if today < starts_on or week.is_paused(pauses):
        return None
    return weeks_taught(starts_on, paused_weeks(pauses), week.starts_on)


def paused_weeks(pauses: Iterable[Pause]) -> frozenset[date]:
    """Return the Mondays of the weeks that pauses with an end cover from Monday to Friday."""
    periods = tuple(pauses)
    mondays = set()
    for pause in periods:
        monday = monday_of(pause.starts_on)
        while pause.ends_on is not None and monday <= pause.ends_on:
            mondays.add(monday)
            monday += _WEEK
    return frozenset(monday for monday in mondays if Week(monday).is_paused(periods))


def weeks_taught(starts_on: date, paused: Set[date], monday: date) -> int:
    """Count the weeks that are taught, from the start to the week that begins on this Monday; 0 or less before."""
    first = monday_of(starts_on)
    return (monday - first).days // 7 + 1 - sum(first <= each <= monday for each in paused)


def _weeks_taught(starts_on: date, pauses: Sequence[Pause]) -> Iterator[Week]:
    """Yield the weeks that are taught. This never ends, unless a pause has no end."""
    week = Week.of(starts_on)
    while True:
        if not week.is_paused(pauses):
            yield week
        elif after_pause(week.friday, pauses) is None:
            return
        week = week.next()
