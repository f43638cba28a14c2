from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from lib.weeks import Week
from tracker.models import GroupSnapshot
from tracker.standing import CheckInState, Outcome

# Only the latest weeks fit on a screen; the pages of the groups have all.
WEEKS_SHOWN = 16


@dataclass(frozen=True, slots=True)
class WeekCell:
    week: Week
    state: CheckInState
    label: str

    @property
    def is_logged(self) -> bool:
        return self.state in {CheckInState.DONE, CheckInState.STAND_IN}

    @property
    def is_late(self) -> bool:
        return self.state in {CheckInState.MISSED, CheckInState.LATE}


def weeks_of(rows: Iterable[GroupSnapshot]) -> list[Week]:
    """The columns of the check-ins of these groups, the latest last."""
    mondays = sorted({monday for row in rows for monday, *_ in row.weeks})[-WEEKS_SHOWN:]
    return [Week(date.fromisoformat(monday)) for monday in mondays]


def cells_of(row: GroupSnapshot, weeks: Iterable[Week]) -> Iterator[WeekCell | None]:
    """Yield the check-in of each week; None where none was expected."""
    by_monday = {monday: logged for monday, *logged in row.weeks}
    for week in weeks:
        value, outcome, minutes = by_monday.get(week.starts_on.isoformat(), (CheckInState.NONE, None, None))
        state = CheckInState(value)
        is_other = outcome is not None and outcome != Outcome.HELD
        label = (Outcome(outcome) if is_other else state).label.lower()
        label = label if minutes is None else f"{label}, {minutes} min"
        yield None if state is CheckInState.NONE else WeekCell(week, state, label)
