"""Mails about a check-in: to its group what was said and agreed, to its mentor the answer to a request."""

from collections.abc import Iterable
from datetime import datetime

from lib.days import near_day
from people.models import Event, User
from people.outbox import UNDONE_SOON
from telling.chat.wording import Post, write_post
from telling.kinds.in_groups import (
    everybody_in,
    facts_in,
    members_of,
    mentor_to_reply_to,
)
from telling.kinds.kind import MailKind, never_urgent
from telling.kinds.undone import write_undone
from telling.mails import Mail, write_mail
from telling.models import Channel
from tracker.access.check_ins import CheckInAccess, check_in_to_read
from tracker.dashboards.facts import step_day
from tracker.dashboards.meetings import meeting_ahead, meeting_day, meeting_of_week
from tracker.models import AgreedStep, CheckIn


def _check_in(event: Event) -> CheckIn:
    return CheckIn.objects.select_related("group__cohort").get(pk=event.ids["check_in"])


def _read(reader: User, event: Event, now: datetime) -> CheckInAccess:
    check_in = _check_in(event)
    return check_in_to_read(reader, check_in.group_id, check_in.week.iso, now)


def _thread(event: Event) -> str:
    check_in = _check_in(event)
    return f"check-in {check_in.group_id} {check_in.week.iso}"


def _readers_of_logged(event: Event, now: datetime) -> Iterable[User]:
    """The members of the check-in, and those of today, who may not know that a meeting goes."""
    check_in = _check_in(event)
    return [*check_in.group.members_on(meeting_day(check_in)).people(), *members_of(check_in.group, now)]


def _write_logged(reader: User, event: Event, now: datetime) -> Mail | None:
    """What was said and agreed, to who was in the group on that day, as far as they may still read it."""
    access = _read(reader, event, now)
    if access.check_in.outcome != CheckIn.Outcome.HELD:
        return None
    check_in, group, today = access.check_in, access.group, access.access.today
    studies = access.access.studies
    stays = group.members_on(meeting_day(check_in)).filter(enrolment__person=reader)
    own = list(stays.values_list("enrolment", flat=True))
    open_steps = AgreedStep.objects.open().of_groups([group.pk] if studies else [], own)
    open_steps = open_steps.order_by("due_on", "pk")
    facts = facts_in(group, reader, now)
    absences = facts.absences if facts else ()
    steps = [(step, step_day(step, group.cohort, absences, today)) for step in open_steps]
    held_on, planned = check_in.held_on or today, meeting_of_week(group, check_in.week, None)
    # Those who were not there do not know.
    is_instead = planned and not check_in.is_besides and held_on < planned.on and today <= planned.on
    if not (studies and is_instead):
        planned = None
    if not (planned or (own and (check_in.summary or steps))):
        return None
    context = {
        "check_in": check_in,
        "held_on": held_on,
        "planned": planned,
        "steps": steps,
        "studies": studies,
    }
    mentor, path = mentor_to_reply_to(group, now), check_in.get_absolute_url()
    return write_mail("check_in", reader, now, context, path=path, group=group, reply_to=mentor)


def _write_undone(reader: User, event: Event, now: datetime) -> Mail | None:
    """An undone correction leaves the check-in as it was before, which is told as it stands."""
    check_in = CheckIn.objects.filter(pk=event.ids["check_in"]).first()
    if check_in is None:
        return write_undone(reader, event, now)
    write = _write_logged if check_in.outcome == CheckIn.Outcome.HELD else _write_meeting
    return write(reader, event, now)


def _write_meeting(reader: User, event: Event, now: datetime) -> Mail | None:
    access = _read(reader, event, now)
    check_in, group, today = access.check_in, access.group, access.access.today
    # Nobody needs to hear that a past meeting does not take place.
    is_cancelled = check_in.outcome == CheckIn.Outcome.CANCELLED and check_in.week.ends_on >= today
    is_moved = check_in.outcome == CheckIn.Outcome.MOVED and check_in.held_on and check_in.held_on >= today
    if not (is_cancelled or is_moved):
        return None
    week, path = check_in.week, check_in.get_absolute_url()
    meeting = meeting_ahead(group, week, check_in, now, reader_zone=reader.time_zone) if is_moved else None
    context: dict[str, object] = {"check_in": check_in}
    if meeting and meeting.reader_at:
        day = near_day(meeting.reader_at.date(), meeting.reader_today)
        context["for_reader"] = f"{day} {meeting.reader_at:%H:%M}"
    return write_mail("meeting", reader, now, context, path=path, group=group, reply_to=check_in.logged_by)


def _post(channel: Channel, event: Event, now: datetime) -> Post | None:
    check_in = CheckIn.objects.shared().select_related("group__cohort").get(pk=event.ids["check_in"])
    today, outcomes = check_in.group.cohort.today(now), CheckIn.Outcome
    is_over = (check_in.held_on or check_in.week.ends_on) < today
    if check_in.outcome != outcomes.HELD and (
        is_over or check_in.outcome not in (outcomes.CANCELLED, outcomes.MOVED)
    ):
        return None
    context, path = {"check_in": check_in, "today": today}, check_in.get_absolute_url()
    return write_post("meeting", context, f"check_in.{check_in.outcome}", path, check_in.summary)


def _who_asked(event: Event, now: datetime) -> Iterable[User]:
    check_in = _check_in(event)
    mentors = check_in.group.mentors_on(check_in.group.cohort.today(now)).people()
    return list({person.pk: person for person in (*mentors, check_in.logged_by)}.values())


def _write_request(reader: User, event: Event, now: datetime) -> Mail | None:
    access = _read(reader, event, now)
    if not access.sees_all:
        return None
    check_in = access.check_in
    by = check_in.request_settled_by
    if by is None:
        return None
    context, path = {"check_in": check_in, "by": by}, check_in.get_absolute_url()
    return write_mail("request", reader, now, context, path=path, group=access.group, reply_to=by)


CHECK_IN = MailKind(
    name="check-in",
    label="My group’s check-in is logged: its summary and my steps",
    waits=UNDONE_SOON,
    roles=("student",),
    events=("check_in_logged",),
    thread=_thread,
    recipients=_readers_of_logged,
    write=_write_logged,
    write_undone=_write_undone,
    post=_post,
)
MEETING = MailKind(
    name="meeting",
    label="My group’s meeting is rescheduled or cancelled",
    waits=UNDONE_SOON,
    roles=("student", "mentor"),
    events=("meeting_changed",),
    thread=_thread,
    # A week has one meeting.
    corrects=lambda event, before: True,
    recipients=lambda event, now: everybody_in(_check_in(event).group, now),
    write=_write_meeting,
    write_undone=_write_undone,
    post=_post,
)
REQUEST = MailKind(
    name="request",
    topic="questions",
    label="A course admin answers my group’s request",
    roles=("mentor", "course admin"),
    events=("request_answered",),
    is_urgent=never_urgent,
    thread=_thread,
    recipients=_who_asked,
    write=_write_request,
)
