"""Who may log, read and go on with check-ins and agreed steps."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404

from groups.access import GroupAccess, group_access, group_to_lead, group_to_read
from groups.models import Group, Membership
from lib.weeks import Week
from people.access import refuse
from people.models import User
from tracker.access.group_weeks import GroupWeek, group_week, with_week
from tracker.models import AgreedStep, CheckIn


@dataclass(frozen=True, slots=True)
class WeekToLog:
    """A week that has begun, of a group that this person leads; `logged_as` is their role in it today."""

    access: GroupAccess
    week: Week

    @property
    def logged_as(self) -> str:
        return self.access.mentors.role if self.access.mentors else ""


@dataclass(frozen=True, slots=True)
class CheckInToRead:
    """A check-in, and whether all of it is for this person: else what a member reads."""

    access: GroupAccess
    check_in: CheckIn
    sees_all: bool

    @property
    def may_settle_request(self) -> bool:
        return self.access.is_course_admin


@dataclass(frozen=True, slots=True)
class StepToClose:
    """An agreed step that this person may tick off; only who leads the group may drop it."""

    step: AgreedStep
    access: GroupAccess

    @property
    def may_drop(self) -> bool:
        return self.access.may_lead


def week_in_url(iso: str) -> Week:
    """Read the week of an address; 404 for what is none."""
    try:
        return Week.from_iso(iso)
    except ValueError as error:
        raise Http404 from error


def week_to_log(
    user: User, group_id: int, iso: str, now: datetime, groups: QuerySet[Group] | None = None
) -> WeekToLog:
    """Return a week to log for who leads the group; 404 while it has not begun."""
    week = week_in_url(iso)
    access = group_to_lead(user, group_id, now, groups)
    if week.starts_on > access.today:
        raise Http404
    return WeekToLog(access, week)


def locked_week_to_log(user: User, group_id: int, iso: str, now: datetime) -> tuple[WeekToLog, GroupWeek]:
    """Return the week as `week_to_log` does, and what stands in it, the group locked until the transaction ends.

    Every change to a check-in takes this lock: of two who save, the second sees the first, and no week gets two.
    """
    locked = Group.objects.select_for_update(of=("self",), no_key=True)
    place = week_to_log(user, group_id, iso, now, with_week(locked, week_in_url(iso)))
    return place, group_week(place.access.group, place.week)


def check_in_to_read(user: User, group_id: int, iso: str, now: datetime) -> CheckInToRead:
    """Return a check-in: all of it to who leads the group or mentored it that day, the shared part to members.

    Raises:
        Http404: there is none.
        PermissionDenied: for other insiders, and for former mentors after their days.
    """
    access = group_to_read(user, group_id, now)
    check_in = (
        CheckIn.objects.filter(group=access.group, week_starts_on=week_in_url(iso).starts_on)
        .select_related("logged_by", "request_settled_by")
        .first()
    )
    if check_in is None:
        raise Http404
    check_in.group = access.group
    sees_all = reads_all(check_in, access)
    if not (sees_all or access.studies):
        refuse(user, f"read the check-in of group {group_id} in {iso}", is_insider=True)
    return CheckInToRead(access, check_in, sees_all)


def request_to_settle(user: User, group_id: int, iso: str, now: datetime) -> CheckInToRead:
    """Return a check-in with a request for the course's admins; 403 to other insiders, 404 where nothing is asked."""
    place = check_in_to_read(user, group_id, iso, now)
    if not place.may_settle_request:
        refuse(user, f"settle the request of group {group_id} in {iso}", is_insider=True)
    if not place.check_in.request:
        raise Http404
    return place


def reads_all(check_in: CheckIn, access: GroupAccess) -> bool:
    """Whether the private note and the words about students are for this person.

    They are for who leads the group, and for who mentored it on the day of the check-in.
    """
    return access.may_read_day(day_of(check_in, ZoneInfo(access.group.cohort.time_zone)))


def day_of(check_in: CheckIn, zone: ZoneInfo) -> date:
    """The day on which it happened; for one that did not, the day on which that was logged."""
    is_past = check_in.outcome in (CheckIn.Outcome.HELD, CheckIn.Outcome.GROUP_ABSENT)
    if is_past and check_in.held_on is not None:
        return check_in.held_on
    return check_in.logged_at.astimezone(zone).date()


def step_to_close(user: User, step_id: int, now: datetime) -> StepToClose:
    """Return a step for who leads the group where its student is now, for the student, and a group's step for members.

    404 to strangers, 403 to other insiders.
    """
    stay = Membership.objects.filter(enrolment=OuterRef("enrolment"), ended_on=None)
    step: Any = (
        AgreedStep.objects.filter(pk=step_id)
        .annotate(group_now_id=Subquery(stay.values("group_id")[:1]))
        .first()
    )
    if step is None:
        raise Http404
    access = group_access(user, step.group_now_id or step.group_id, now)
    is_own = access.studies is not None and step.enrolment_id in (None, access.studies.enrolment_id)
    if not (access.may_lead or is_own):
        refuse(user, f"close step {step_id}", is_insider=True)
    return StepToClose(step, access)
