from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from groups.access import GroupAccess
from groups.models import Group
from lib.weeks import Week
from tracker.access.check_ins import day_of
from tracker.dashboards.check_in_sentence import sentence_of
from tracker.dashboards.group_overviews import group_overview, group_statuses
from tracker.models import CheckIn
from tracker.standing import CheckInState, CheckInWeek

_TONES = {CheckInState.LATE: "watch", CheckInState.MISSED: "act", CheckInState.DONE: "ok"}


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInListRow:
    week: Week
    state: str
    tone: str
    what: str
    summary: str
    logged_by: str
    is_logged: bool
    can_log: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInListPage:
    """`logged_iso` is this week, once its check-in is logged."""

    group: Group
    may_lead: bool
    is_over: bool
    logged_iso: str
    weeks: tuple[CheckInListRow, ...]


def check_in_list_page(access: GroupAccess, now: datetime) -> CheckInListPage:
    """Return every week for mentors and course admins, the readable logged ones for members and those who left."""
    zone = ZoneInfo(access.group.cohort.time_zone)
    logged = {
        check_in.week: check_in
        for check_in in CheckIn.objects.filter(group=access.group).select_related("logged_by").newest_first()
        if access.may_read_shared(day_of(check_in, zone))
    }
    states: dict[Week, CheckInWeek] = {}
    if access.may_lead:
        status = group_statuses([group_overview(access.group, now=now)])[access.group.pk]
        states = {each.week: each for each in status.weeks}
    weeks = sorted({*logged, *states}, reverse=True)
    this_week = Week.of(access.today)
    return CheckInListPage(
        group=access.group,
        may_lead=access.may_lead,
        is_over=access.group.cohort.is_closed(access.today),
        logged_iso=this_week.iso if this_week in logged else "",
        weeks=tuple(_line(week, logged.get(week), states.get(week)) for week in weeks),
    )


def _line(week: Week, check_in: CheckIn | None, each: CheckInWeek | None) -> CheckInListRow:
    state = each.state if each is not None else CheckInState.DONE
    return CheckInListRow(
        week=week,
        state="not expected" if state is CheckInState.NONE else state.label.lower(),
        tone=_TONES.get(state, "quiet"),
        what=sentence_of(check_in) if check_in else "",
        summary=check_in.summary if check_in else "",
        logged_by=str(check_in.logged_by) if check_in else "",
        is_logged=check_in is not None,
        can_log=check_in is None and state in (CheckInState.DUE, CheckInState.LATE, CheckInState.MISSED),
    )
