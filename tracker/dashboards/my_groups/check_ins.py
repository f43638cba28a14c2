from dataclasses import dataclass
from datetime import date, timedelta

from lib.days import relative_day
from lib.weeks import Week
from tracker.dashboards.group_overviews import GroupOverview
from tracker.dashboards.meetings import meeting_ahead
from tracker.standing import CheckInState, GroupStatus, Outcome, check_ins_label, late_and_missed

_MISSED_OFFERED = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggableWeek:
    iso: str
    label: str
    state: str
    draft_label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInSummary:
    """The check-in that the button logs, and the `others` that can be logged too; `minutes` are this week's.

    `is_ahead`: the meeting of the one that the button logs has not begun.
    `label` says how this week's or a late one stands, where that is more than the button says. `draft` is what the
    mentor has begun and not saved.
    """

    label: str
    late_count: int
    missed_count: int
    logged_iso: str
    to_log: LoggableWeek | None
    is_ahead: bool
    others: tuple[LoggableWeek, ...]
    minutes: int
    was_ever_logged: bool
    draft: LoggableWeek | None = None

    @property
    def is_late(self) -> bool:
        return self.late_count + self.missed_count > 0


def check_in_summary(
    overview: GroupOverview, status: GroupStatus, *, draft_on: date | None = None
) -> CheckInSummary:
    """`draft_on`: the Monday of the week of which the mentor has a draft."""
    late = [each for each in status.weeks if each.state is CheckInState.LATE]
    missed = [each for each in status.weeks if each.state is CheckInState.MISSED]
    this_week = status.this_week
    logged = next((row for row in overview.group.check_ins.all() if row.week == overview.week), None)
    ahead = meeting_ahead(overview.group, overview.week, logged, overview.now)
    is_due = this_week is not None and this_week.state is CheckInState.DUE
    # One that was held besides the meeting becomes the meeting's.
    is_due = is_due or (logged is not None and logged.is_besides and ahead is None)
    waiting = [*late, *([this_week] if this_week is not None and is_due else [])]
    to_log = [
        _to_log_in(each.week, overview, "this week" if each.week == overview.week else each.state.value)
        for each in [*waiting, *reversed(missed[-_MISSED_OFFERED:])]
    ]
    # In a break nothing is late.
    late_count, missed_count = (0, 0) if overview.is_in_break else late_and_missed(status.reasons)
    label = ""
    if late_count + missed_count == 1:
        open_week = (late or missed)[-1].week
        is_last = open_week == overview.week.previous()
        label = f"{'last week’s check-in' if is_last else f'the check-in for {open_week.label}'} is missing"
    elif late_count + missed_count:
        label = check_ins_label(late_count, missed_count)
    elif logged is not None:
        held = logged.outcome == Outcome.HELD and logged.held_on
        label = f"checked in {relative_day(held, overview.today)}" if held else logged.get_outcome_display()
    return CheckInSummary(
        label=label,
        late_count=late_count,
        missed_count=missed_count,
        logged_iso=overview.week.iso if logged else "",
        to_log=to_log[0] if waiting else None,
        is_ahead=ahead is not None and waiting == [this_week],
        others=tuple(to_log[1:] if waiting else to_log),
        minutes=(logged.minutes or 0) if logged else 0,
        was_ever_logged=bool(overview.group.check_ins.all()),
        draft=_to_log_in(Week.of(draft_on), overview, "draft") if draft_on else None,
    )


def _to_log_in(week: Week, overview: GroupOverview, state: str) -> LoggableWeek:
    """With "Draft of Wednesday’s check-in", as the group meets then, or "Draft of last week’s check-in"."""
    meets = overview.group.regular_meeting
    draft = f"Draft of the check-in for {week.label}"
    if week == overview.week:
        day = f"{week.starts_on + timedelta(days=min(meets.weekdays)):%A}" if meets else "this week"
        draft = f"Draft of {day}’s check-in"
    elif week == overview.week.previous():
        draft = "Draft of last week’s check-in"
    return LoggableWeek(iso=week.iso, label=week.label, state=state, draft_label=draft)
