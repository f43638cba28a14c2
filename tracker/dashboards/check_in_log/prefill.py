from datetime import timedelta

from tracker.access.group_weeks import GroupWeek
from tracker.dashboards.group_overviews import GroupOverview
from tracker.forms.check_in import Prefill
from tracker.models import CheckInEntry
from tracker.standing import PlannedMilestone

_A_WEEK = timedelta(days=7)


def prefill_for(overview: GroupOverview, this_week: GroupWeek) -> Prefill:
    week, last = this_week.week, this_week.last_held
    if week.contains(overview.today):
        held_on = overview.today
    else:
        held_on = (
            week.starts_on + timedelta(days=last.held_on.weekday()) if last and last.held_on else week.friday
        )
    milestone = _current_milestone(overview)
    return Prefill(
        held_on=held_on,
        minutes=(last.minutes if last else 0) or overview.thresholds.weekly_minutes or 30,
        next_due_on=held_on + _A_WEEK,
        milestone_id=milestone.id if milestone else None,
        attendances={
            **{
                member.enrolment_id: CheckInEntry.Attendance.PRESENT
                if member.is_in(held_on)
                else CheckInEntry.Attendance.EXCUSED
                for member in this_week.members
            },
            **{
                member.enrolment_id: CheckInEntry.Attendance.EXCUSED
                for member in overview.members
                if any(absence.contains(held_on) for absence in member.facts.absences)
            },
        },
    )


def _current_milestone(overview: GroupOverview) -> PlannedMilestone | None:
    """The one the group is at, as its pages show it; else the last of the plan."""
    milestones = [planned.milestone for planned in overview.plan]
    current = next((each for each in milestones if each.id == overview.current_milestone_id), None)
    return current or (milestones[-1] if milestones else None)
