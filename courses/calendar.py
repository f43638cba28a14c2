"""The calendar of a cohort: which weeks are taught, and on which day each milestone is due.

The rule about pauses, in one place:

- The first week is the one, from Monday to Sunday, that holds the cohort's start.
- A week in which pauses cover all of Monday to Friday is not taught. It is left out, and every later week moves back by it.
- A shorter pause moves no week. Only a due day that lies in it moves, to the first day after it.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from lib.weeks import Period, Week

# A holiday of a cohort. The model of the same name keeps it; here only its days count.
Pause = Period


def teaching_weeks(starts_on: date, pauses: Iterable[Pause], count: int) -> tuple[Week, ...]:
    """The first ``count`` weeks that are taught; fewer when a pause without an end begins before them."""
    raise NotImplementedError


def due_dates(
    starts_on: date, pauses: Iterable[Pause], weeks: Mapping[int, int | None]
) -> dict[int, date | None]:
    """The due day of each milestone (its id) from the number of its teaching week, counted from 1.

    That is the Sunday of the week, or the first day after a pause that holds it. None for a milestone without a week, and
    when a pause without an end comes first. Raises ValueError for a week below 1.
    """
    raise NotImplementedError


def teaching_week_number(starts_on: date, pauses: Iterable[Pause], today: date) -> int | None:
    """Which teaching week it is: None before the start, in a pause week the number of the week taught before it.

    It keeps counting beyond the last milestone: a cohort has no last week of its own.
    """
    raise NotImplementedError
