from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from zoneinfo import ZoneInfo

from django.db.models import F, Prefetch, QuerySet, prefetch_related_objects
from django.http import Http404

from courses.models import Cohort
from groups.access import (
    GroupAccess,
    group_access,
    group_to_lead,
    group_to_read,
    refuse_if_closed,
)
from groups.actions.locking import locked_groups
from groups.models import Group, Mentorship
from lib.weeks import Week
from people.access import refuse
from people.models import User
from tracker.access.group_weeks import GroupWeek, group_week
from tracker.access.written_about import check_ins_about, mask
from tracker.models import AgreedStep, CheckIn


@dataclass(frozen=True, slots=True)
class CheckInAccess:
    """A check-in that this person may read: all of it with `sees_all`, else only what members may read."""

    access: GroupAccess
    check_in: CheckIn
    sees_all: bool

    @property
    def group(self) -> Group:
        return self.access.group

    @property
    def may_settle_request(self) -> bool:
        return self.access.is_course_admin and self.sees_all


def private_note_readers(group: Group, week: Week, today: date) -> tuple[list[User], list[User]]:
    """The mentors of a group now and in that week, and its course admins."""
    prefetch_related_objects([group], Prefetch("mentorships", Mentorship.objects.select_related("person")))
    mentors = [
        row.person
        for row in sorted(group.mentorships.all(), key=attrgetter("place"))
        if row.started_on <= max(today, week.ends_on) and not row.has_ended(week.starts_on)
    ]
    admins = User.objects.filter(course_adminships__course=group.cohort.course_id).order_by("name")
    return list(dict.fromkeys(mentors)), list(admins)


def week_in_url(iso: str) -> Week:
    try:
        return Week.from_iso(iso)
    except ValueError as error:
        raise Http404 from error


def week_to_log(user: User, group_id: int, iso: str, now: datetime) -> tuple[GroupAccess, Week]:
    """Return a week to log if the user leads the group; 404 while the week has not begun.

    A week in which the user studied in the group, logged by others, is not theirs to read or change: 403.
    """
    week = week_in_url(iso)
    access = group_to_lead(user, group_id, now)
    if week.starts_on > access.today:
        raise Http404
    about = check_ins_about(user, now)
    if about and CheckIn.objects.filter(pk__in=about, group=group_id, week_starts_on=week.starts_on).exists():
        refuse(user, f"log the check-in of group {group_id} in {iso}, which is about them", is_insider=True)
    return access, week


def locked_week_to_log(user: User, group_id: int, iso: str, now: datetime) -> tuple[GroupAccess, GroupWeek]:
    """Return the group and its week as `week_to_log` does, with the group locked until the transaction ends.

    Every change to a check-in takes this lock: if two people save, the second sees what the first saved, and no week
    gets two check-ins.
    """
    # No group has such a number, and SQLite refuses to look for it in a list.
    if group_id >= 2**63:
        raise Http404
    locked_groups([group_id])
    access, week = week_to_log(user, group_id, iso, now)
    return access, group_week(access.group, week)


def check_in_to_read(user: User, group_id: int, iso: str, now: datetime) -> CheckInAccess:
    """Return a check-in: all of it if the user leads the group or mentored it that day, the shared part if a member.

    Raises:
        Http404: nothing was logged for the week, or the user is a stranger.
        PermissionDenied: for other insiders, for former mentors if the day is outside their mentorship, and for former
            members if it is after they left.
    """
    access = group_to_read(user, group_id, now)
    check_in = (
        CheckIn.objects.filter(group=access.group, week_starts_on=week_in_url(iso).starts_on)
        .select_related("logged_by", "request_taken_by", "request_settled_by")
        .first()
    )
    if check_in is None:
        raise Http404
    check_in.group = access.group
    day = day_of(check_in, ZoneInfo(access.group.cohort.time_zone))
    if not access.may_read_shared(day):
        refuse(user, f"read the check-in of group {group_id} in {iso}", is_insider=True)
    sees_all = access.may_read_day(day) and check_in.pk not in check_ins_about(user, now)
    if not sees_all:
        # Members never get these, whatever the page.
        mask(check_in)
    return CheckInAccess(access, check_in, sees_all)


def request_to_settle(
    user: User, group_id: int, iso: str, now: datetime, *, may_be_removed: bool = False
) -> CheckInAccess:
    """Return a check-in that has a request, for course admins; 403 to other insiders, 404 if it has no request."""
    access = check_in_to_read(user, group_id, iso, now)
    if not access.may_settle_request:
        refuse(user, f"settle the request of group {group_id} in {iso}", is_insider=True)
    if not access.check_in.request and not may_be_removed:
        raise Http404
    return access


def requests_to_settle(user: User, cohort: Cohort, now: datetime) -> QuerySet[CheckIn]:
    """Return the check-ins with a request, for a course admin; not what may be about the reader as a student."""
    return (
        CheckIn.objects.with_request()
        .filter(group__cohort=cohort)
        .exclude(pk__in=check_ins_about(user, now))
        .select_related("group", "logged_by", "request_taken_by", "request_settled_by")
    )


def longest_wait_first(requests: QuerySet[CheckIn]) -> QuerySet[CheckIn]:
    return requests.filter(request_settled_at=None).order_by(
        F("requested_at").asc(nulls_first=True), "week_starts_on", "pk"
    )


def day_of(check_in: CheckIn, zone: ZoneInfo) -> date:
    """The day on which the check-in was held; if it was not, the day on which it was logged."""
    is_past = check_in.outcome in (CheckIn.Outcome.HELD, CheckIn.Outcome.GROUP_ABSENT)
    if is_past and check_in.held_on is not None:
        return check_in.held_on
    return check_in.logged_at.astimezone(zone).date()


def step_to_close(user: User, step_id: int, now: datetime) -> tuple[GroupAccess, AgreedStep]:
    """Return a step that the user may close; 403 to other insiders and in a closed cohort, 404 to strangers.

    Its student may, and those who lead the student's current group. Members may close a step of the whole group.
    """
    step = AgreedStep.objects.select_related("enrolment__cohort").filter(pk=step_id).first()
    if step is None:
        raise Http404
    group_id = step.group_id
    if step.enrolment is not None:
        stays = step.enrolment.memberships.open(step.enrolment.cohort.today(now))
        group_id = stays.values_list("group", flat=True).first() or group_id
    access = group_access(user, group_id, now)
    is_own = access.studies is not None and step.enrolment_id in (None, access.studies.enrolment_id)
    if not (access.may_lead or is_own):
        refuse(user, f"close step {step_id}", is_insider=True)
    refuse_if_closed(user, access.group.cohort, now)
    return access, step
