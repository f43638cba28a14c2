from datetime import date, timedelta
from typing import Any

from lib.rows import day
from lib.weeks import Week
from tracker.access.group_weeks import GroupWeek
from tracker.dashboards.group_overviews import GroupOverview, Member
from tracker.forms.check_in import Prefill
from tracker.models import CheckInEntry
from tracker.standing import Attention, ReasonCode

_A_WEEK = timedelta(days=7)


def last_held(overview: GroupOverview) -> tuple[date, int] | None:
    rows: list[dict[str, Any]] = overview.group.held_rows  # type: ignore[attr-defined]
    held_on = day(rows[0]["held_on"]) if rows else None
    return (held_on, rows[0]["minutes"]) if held_on else None


def prefill_for(overview: GroupOverview, this_week: GroupWeek) -> Prefill:
    week, last = this_week.week, last_held(overview)
    if week.contains(overview.today):
        held_on = overview.today
    else:
        held_on = week.starts_on + timedelta(days=last[0].weekday()) if last else week.friday
    milestone = _current_milestone(overview, week)
    return Prefill(
        held_on=held_on,
        minutes=(last[1] if last else 0) or overview.thresholds.weekly_minutes or 30,
        next_due_on=held_on + _A_WEEK,
        milestone_id=milestone,
        attendances={
            **{member.enrolment_id: CheckInEntry.Attendance.PRESENT for member in this_week.members},
            **{
                member.enrolment_id: CheckInEntry.Attendance.EXCUSED
                for member in overview.members
                if any(absence.contains(held_on) for absence in member.facts.absences)
            },
        },
        paces={member.enrolment_id: _pace(member) for member in overview.members},
    )


def _pace(member: Member) -> str:
    """The pace by progress, or stuck if the student has needed help for too long."""
    is_stuck = any(
        reason.code is ReasonCode.NEEDS_HELP and reason.attention is Attention.ACT
        for reason in member.standing.reasons
    )
    return CheckInEntry.Pace.STUCK if is_stuck else member.standing.pace.value


def _current_milestone(overview: GroupOverview, week: Week) -> int | None:
    """The first milestone due in the week or later, else the last of the plan."""
    dated = [planned.item for planned in overview.plan if planned.item.due_on is not None]
    current = next((item for item in dated if item.due_on and item.due_on >= week.starts_on), None)
    item = current or (dated[-1] if dated else None)
    return None if item is None else item.milestone_id


def current_milestone_title(overview: GroupOverview, week: Week) -> str:
    current = _current_milestone(overview, week)
    return next(
        (planned.facts.title for planned in overview.plan if planned.item.milestone_id == current), ""
    )
