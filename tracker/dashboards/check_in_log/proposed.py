"""Initial values of the check-in form: the day and the states."""

from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from tracker.access.group_weeks import GroupWeek
from tracker.dashboards.grid import Member
from tracker.dashboards.group_overviews import GroupOverview
from tracker.dashboards.meetings import Meeting, day_to_log
from tracker.forms.check_in import Proposed
from tracker.models import CheckIn, CheckInEntry
from tracker.standing import ProgressState, is_away

_MINUTES = 30


def proposed_for(
    overview: GroupOverview, this_week: GroupWeek, meeting: Meeting | None, *, met_today: bool
) -> Proposed:
    """Return the initial values of a check-in; one that was logged keeps what it says.

    Before the day of the meeting nothing is proposed, unless somebody says that they `met_today`: instead of it. One
    that was held besides it becomes the meeting's once that has begun.
    """
    check_in, zone = this_week.check_in, ZoneInfo(overview.group.cohort.time_zone)
    held_on = day_to_log(overview.group, this_week.week, check_in, overview.today)
    is_instead = met_today and held_on is None
    held_on = overview.today if is_instead else held_on
    has_begun = meeting is not None and meeting.begins(zone) <= overview.now
    minutes = (overview.thresholds.weekly_minutes or _MINUTES) if held_on else None
    main: dict[str, Any] = {"outcome": CheckIn.Outcome.HELD if held_on else None, "minutes": minutes}
    if is_instead:
        main["is_besides"] = False
    if check_in is not None:
        main |= {"outcome": check_in.outcome, "minutes": check_in.minutes or minutes}
        if check_in.outcome == CheckIn.Outcome.MOVED:
            main["moved_to"] = check_in.held_on
        elif check_in.is_besides and has_begun:
            main["is_besides"] = None
        else:
            held_on = check_in.held_on or held_on
    main["held_on"] = held_on
    away = {member.enrolment_id for member in overview.members if held_on and is_away(member.facts, held_on)}
    # The one the group is at, as its pages show it; else the last of the plan.
    milestone = overview.current_milestone_id or (overview.plan[-1].id if overview.plan else None)
    return {
        "main": main,
        "question": {"milestone": milestone},
        **{
            f"e{enrolment}": {
                "attendance": None
                if held_on is None
                else CheckInEntry.Attendance.EXCUSED
                if enrolment in away
                else CheckInEntry.Attendance.PRESENT
            }
            for enrolment in this_week.enrolments - this_week.entries.keys()
        },
        **{f"p{member.enrolment_id}": _state(member) for member in overview.members},
    }


def of_the_meeting(proposed: Proposed) -> str:
    """Return what is proposed of the meeting itself, as the form sends it: a draft does not keep it.

    When the draft is restored, another day may be proposed.
    """
    main = proposed["main"]
    fields = {name: main[name] or "" for name in ("outcome", "held_on", "minutes")}
    attendances = {
        f"{prefix}-attendance": values["attendance"] or ""
        for prefix, values in proposed.items()
        if "attendance" in values
    }
    return urlencode(fields | attendances)


def _state(member: Member) -> dict[str, object]:
    """Return the milestone with an unanswered request for help, else with any, else the next of the plan."""
    states = {milestone_id: mark.state for milestone_id, mark in member.facts.marks.items()}
    needed = [pk for pk, state in states.items() if state == ProgressState.NEED_HELP]
    milestone = next(iter([*member.requests, *needed]), member.standing.next_milestone_id)
    state = states.get(milestone, ProgressState.NOT_STARTED) if milestone else ""
    return {"milestone": milestone, "state": str(state), "was": str(state)}
