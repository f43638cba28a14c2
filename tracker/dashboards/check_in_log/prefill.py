from datetime import timedelta

from lib.weeks import Week
from tracker.access.group_weeks import GroupWeek
from tracker.dashboards.group_overviews import GroupOverview
from tracker.forms.check_in import Prefill
from tracker.models import CheckInEntry

_A_WEEK = timedelta(days=7)


def prefill_for(overview: GroupOverview, this_week: GroupWeek) -> Prefill:
    week, last = this_week.week, this_week.last_held
    if week.contains(overview.today):
        held_on = overview.today
    else:
        held_on = (
            week.starts_on + timedelta(days=last.held_on.weekday()) if last and last.held_on else week.friday
        )
    milestone = _current_milestone(overview, week)
    return Prefill(
        held_on=held_on,
        minutes=(last.minutes if last else 0) or overview.thresholds.weekly_minutes or 30,
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
        # Stuck is for the mentor to say.
        paces={member.enrolment_id: member.standing.pace.value for member in overview.members},
    )


def _current_milestone(overview: GroupOverview, week: Week) -> int | None:
    """The first milestone due in the week or later, else the last of the plan."""
    dated = [planned.milestone for planned in overview.plan if planned.milestone.due_on is not None]
    current = next((each for each in dated if each.due_on and each.due_on >= week.starts_on), None)
    milestone = current or (dated[-1] if dated else None)
    return None if milestone is None else milestone.id


def current_milestone_title(overview: GroupOverview, week: Week) -> str:
    current = _current_milestone(overview, week)
    return next(
        (planned.milestone.title for planned in overview.plan if planned.milestone.id == current),
        "",
    )
