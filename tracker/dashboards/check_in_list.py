from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from groups.access import GroupAccess
from lib.weeks import Week
from tracker.access.check_ins import day_of
from tracker.dashboards.check_in_sentence import sentence_of
from tracker.dashboards.group_overviews import group_overview, group_statuses
from tracker.models import CheckIn
from tracker.standing import CheckInState

_TONES = {CheckInState.LATE: "late", CheckInState.MISSED: "help"}


@dataclass(frozen=True, slots=True)
class ListedWeek:
    """A week of a group, and its check-in if it was logged."""

    week: Week
    state: CheckInState
    check_in: CheckIn | None

    @property
    def label(self) -> str:
        return "Not expected" if self.state is CheckInState.NONE else self.state.label

    @property
    def tone(self) -> str:
        return _TONES.get(self.state, "muted")

    @property
    def sentence(self) -> str:
        return sentence_of(self.check_in) if self.check_in else ""

    @property
    def can_log(self) -> bool:
        return self.check_in is None and self.state is not CheckInState.NONE


def listed_weeks(access: GroupAccess, now: datetime) -> list[ListedWeek]:
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
    return [ListedWeek(week, states.get(week, CheckInState.DONE), logged.get(week)) for week in weeks]
