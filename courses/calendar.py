"""The calendar of a cohort: which weeks are taught, and on which day each milestone is due.

The rules about pauses:

- The first week is the one, from Monday to Sunday, that holds the cohort's start.
- A week in which pauses cover all of Monday to Friday is not taught. It is left out, and every later week moves
  back by it.
- A shorter pause moves no week. Only a due day that lies in it moves, to the first day after it.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import islice, takewhile

from lib.weeks import Period, Week, after_pause

# A holiday of a cohort: only its days matter here. The model of the same name stores it.
Pause = Period


def teaching_weeks(starts_on: date, pauses: Sequence[Pause], count: int) -> tuple[Week, ...]:
    """The first ``count`` weeks that are taught; fewer when a pause without an end begins before them."""
    return tuple(islice(_weeks_taught(starts_on, pauses), count))


def due_dates(
    starts_on: date, pauses: Sequence[Pause], weeks: Mapping[int, int | None]
) -> dict[int, date | None]:
    """The due day of each milestone (by its id) from the number of its teaching week, counted from 1.

    That is the Sunday of the week, or the first day after a pause that holds it. None for a milestone without a
    week, and when a pause without an end comes first. Raises ValueError for a week below 1.
    """
    numbers = [number for number in weeks.values() if number is not None]
    if min(numbers, default=1) < 1:
        raise ValueError("Teaching weeks are counted from 1.")
    taught = teaching_weeks(starts_on, pauses, max(numbers, default=0))
    due = dict(enumerate((after_pause(week.ends_on, pauses) for week in taught), start=1))
    return {milestone: None if number is None else due.get(number) for milestone, number in weeks.items()}


def teaching_week_number(starts_on: date, pauses: Sequence[Pause], today: date) -> int | None:
    """Which teaching week it is: None before the start, in a pause week the number of the week before it.

    None too in a pause week at the very start. It counts on beyond the last milestone: the caller knows when the
    cohort's weeks are over.
    """
    if today < starts_on:
        return None
    begun = takewhile(lambda week: week.starts_on <= today, _weeks_taught(starts_on, pauses))
    return sum(1 for _ in begun) or None


def _weeks_taught(starts_on: date, pauses: Sequence[Pause]) -> Iterator[Week]:
    """Every week that is taught, without end unless a pause has none."""
    week = Week.of(starts_on)
    while True:
        if not week.is_paused(pauses):
            yield week
        elif after_pause(week.friday, pauses) is None:
            return
        week = week.next()
