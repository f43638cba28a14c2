from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from courses.models import Cohort
from lib.weeks import Week
from tracker.dashboards.group_overviews import GroupOverview
from tracker.models import CheckIn
from tracker.standing import CheckInState, CheckInWeek, GroupStatus

# Only the latest weeks fit on a screen; the pages of the groups have all.
WEEKS_SHOWN = 16
REQUESTS_SHOWN = 8


@dataclass(frozen=True, slots=True)
class WeekColumn:
    week: Week
    label: str
    is_now: bool


@dataclass(frozen=True, slots=True)
class WeekCell:
    week: Week
    state: CheckInState
    label: str
    is_logged: bool

    @property
    def tone(self) -> str:
        return {CheckInState.MISSED: "act", CheckInState.LATE: "watch"}.get(self.state, "quiet")


@dataclass(frozen=True, slots=True)
class CheckInRow:
    """A group's check-ins in the order of the columns; None where none was expected."""

    group_id: int
    group_name: str
    cells: tuple[WeekCell | None, ...]


@dataclass(frozen=True, slots=True)
class RequestRow:
    group_id: int
    group_name: str
    week: Week
    text: str
    by: str


def week_columns(statuses: Iterable[GroupStatus], today: date) -> tuple[WeekColumn, ...]:
    weeks = sorted({entry.week for status in statuses for entry in status.weeks})[-WEEKS_SHOWN:]
    return tuple(
        WeekColumn(week, f"{week.starts_on.day} {week.starts_on:%b}", week.contains(today)) for week in weeks
    )


def check_in_row(overview: GroupOverview, status: GroupStatus, columns: tuple[WeekColumn, ...]) -> CheckInRow:
    by_week = {entry.week: entry for entry in status.weeks}
    return CheckInRow(
        overview.group.pk,
        overview.group.name,
        tuple(_cell(by_week.get(column.week)) for column in columns),
    )


def _cell(entry: CheckInWeek | None) -> WeekCell | None:
    if entry is None or entry.state is CheckInState.NONE:
        return None
    is_logged = entry.state in {CheckInState.DONE, CheckInState.COVERED}
    label = entry.state.label.lower()
    if is_logged and entry.outcome is not None and entry.outcome != "held":
        label = entry.outcome.label.lower()
    if is_logged and entry.minutes is not None:
        label = f"{label}, {entry.minutes} min"
    return WeekCell(entry.week, entry.state, label, is_logged)


def request_rows(cohort: Cohort) -> tuple[RequestRow, ...]:
    rows = (
        CheckIn.objects.filter(group__cohort=cohort, request_settled_at=None)
        .exclude(request="")
        .select_related("group", "logged_by")
        .order_by("-week_starts_on", "-pk")[:REQUESTS_SHOWN]
    )
    return tuple(
        RequestRow(row.group_id, row.group.name, row.week, row.request, row.logged_by.name) for row in rows
    )
