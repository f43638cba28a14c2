from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from groups.access import GroupAccess
from lib.weeks import Week
from tracker.access.check_ins import day_of
from tracker.dashboards.check_in_sentence import sentence_of
from tracker.dashboards.group_overviews import group_overview, group_statuses
from tracker.models import CheckIn
from tracker.standing import CheckInState

_TONES = {CheckInState.LATE: "late", CheckInState.MISSED: "help"}


def listed_weeks(access: GroupAccess, now: datetime) -> list[dict[str, Any]]:
    """Return every week for mentors and course admins, the readable logged ones for members and those who left."""
    zone = ZoneInfo(access.group.cohort.time_zone)
    logged = {
        check_in.week: check_in
        for check_in in CheckIn.objects.filter(group=access.group).select_related("logged_by").newest_first()
        if access.may_read_shared(day_of(check_in, zone))
    }
    states: dict[Week, CheckInState] = {}
    if access.may_lead:
        status = group_statuses([group_overview(access.group, now=now)])[access.group.pk]
        states = {each.week: each.state for each in status.weeks}
    weeks = sorted({*logged, *states}, reverse=True)
    listed = []
    for week in weeks:
        state, check_in = states.get(week, CheckInState.DONE), logged.get(week)
        is_expected = state is not CheckInState.NONE
        listed.append(
            {
                "week": week,
                "check_in": check_in,
                "sentence": sentence_of(check_in) if check_in else "",
                "label": state.label if is_expected else "Not expected",
                "tone": _TONES.get(state, "muted"),
                "can_log": check_in is None and is_expected,
            }
        )
    return listed
