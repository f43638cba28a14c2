from dataclasses import dataclass
from datetime import date

from lib.days import day_label
from lib.weeks import Week
from tracker.dashboards.group_overviews import GroupOverview
from tracker.models import CheckIn
from tracker.standing import CheckInState, CheckInWeek, GroupStatus, Outcome

# How many missed weeks the card offers to log; older ones are on the list of check-ins.
_MISSED_OFFERED = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggableWeek:
    """A week whose check-in can be logged; `state` is "this week", "late" or "missed"."""

    iso: str
    label: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInSummary:
    """`to_log` is the check-in behind the button, `others` are also not logged. `minutes` are this week's.

    `label` says how this week's or a late one stands, amber from Friday on.
    """

    label: str
    is_late: bool
    is_near: bool
    logged_iso: str
    to_log: LoggableWeek | None
    others: tuple[LoggableWeek, ...]
    minutes: int


def check_in_summary(overview: GroupOverview, status: GroupStatus) -> CheckInSummary:
    today = overview.today
    late = [each for each in status.weeks if each.state is CheckInState.LATE]
    missed = [each for each in status.weeks if each.state is CheckInState.MISSED]
    this_week = status.this_week
    is_due = this_week is not None and this_week.state is CheckInState.DUE
    waiting = [*late, *([this_week] if this_week is not None and is_due else [])]
    logged = next((row for row in overview.group.check_ins.all() if row.week == overview.week), None)
    to_log = [_to_log(each, overview.week) for each in [*waiting, *reversed(missed[-_MISSED_OFFERED:])]]
    return CheckInSummary(
        label=_label(late, this_week, logged, today),
        is_late=bool(late),
        # Amber only from Friday on: on Monday every group is due, so a colour would say nothing.
        is_near=is_due and logged is None and this_week is not None and this_week.week.friday <= today,
        logged_iso=overview.week.iso if logged else "",
        to_log=to_log[0] if waiting else None,
        others=tuple(to_log[1:] if waiting else to_log),
        minutes=(logged.minutes or 0) if logged else 0,
    )


def _to_log(each: CheckInWeek, this_week: Week) -> LoggableWeek:
    state = "this week" if each.week == this_week else each.state.value
    return LoggableWeek(iso=each.week.iso, label=each.week.label, state=state)


def _label(
    late: list[CheckInWeek],
    this_week: CheckInWeek | None,
    logged: CheckIn | None,
    today: date,
) -> str:
    if late:
        return f"check-in late since {day_label(late[0].week.next().starts_on, today)}"
    if this_week is None:
        return ""
    if logged is not None:
        return f"check-in {_logged_label(this_week, logged)}"
    if this_week.state is not CheckInState.DUE:
        return "no check-in this week"
    return f"check-in due {'today' if today == this_week.week.ends_on else 'by Sunday'}"


def _logged_label(this_week: CheckInWeek, logged: CheckIn) -> str:
    """ "logged Tue, 30 min", or the outcome if it was not held."""
    if this_week.outcome is Outcome.HELD and logged.held_on is not None:
        label = f"logged {logged.held_on:%a}, {logged.minutes} min"
    else:
        label = f"logged: {logged.get_outcome_display()}"
    return f"{label}, by the cover" if this_week.state is CheckInState.COVERED else label
