"""Mails about a check-in: to its group what was said and agreed, to its mentor the answer to a request."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from people.models import Event, User
from telling.kinds.in_groups import (
    everybody_in,
    facts_in,
    members_of,
    mentor_to_reply_to,
    mentors_on,
)
from telling.kinds.kind import MailKind
from telling.mails import Mail, Part, cut, meeting_parts, near_day
from tracker.access.check_ins import CheckInAccess, check_in_to_read
from tracker.dashboards.facts import step_day
from tracker.dashboards.meetings import meeting_of_week
from tracker.models import AgreedStep, CheckIn

# Time to undo a mistake before anybody hears of it.
UNDONE_SOON = timedelta(minutes=10)


def _check_in(event: Event) -> CheckIn:
    return CheckIn.objects.select_related("group__cohort").get(pk=event.ids["check_in"])


def _read(reader: User, event: Event, now: datetime) -> CheckInAccess:
    check_in = _check_in(event)
    return check_in_to_read(reader, check_in.group_id, check_in.week.iso, now)


def _thread(event: Event) -> str:
    check_in = _check_in(event)
    return f"check-in {check_in.group_id} {check_in.week.iso}"


def _write_logged(reader: User, event: Event, now: datetime) -> Mail | None:
    access = _read(reader, event, now)
    if access.check_in.outcome != CheckIn.Outcome.HELD:
        return None
    check_in, group, today = access.check_in, access.group, access.access.today
    studies = access.access.studies
    own = [studies.enrolment_id] if studies else []
    steps = AgreedStep.objects.open().of_groups([group.pk], own).order_by("due_on", "pk")
    facts = facts_in(group, reader, now)
    parts = [Part(cut(check_in.summary), look="quote")] if check_in.summary else []
    held_on = check_in.held_on or today
    subject = f"{group}: what you agreed on {near_day(held_on, today)}"
    planned = meeting_of_week(group, check_in.week, None)
    if planned and not check_in.is_besides and held_on < planned.on and today <= planned.on:
        # Those who were not there do not know.
        day = near_day(planned.on, today)
        subject = f"{group} met {near_day(held_on, today)} instead of {day}"
        parts.insert(0, Part(f"There is no meeting {day}."))
    if steps:
        parts.append(Part("What you agreed on", look="head"))
        for step in steps:
            note = "" if step.enrolment_id else "for the whole group"
            due_on = step_day(step, group.cohort, facts.absences if facts else (), today)
            by = f"By {near_day(due_on, today)}" if due_on else ""
            parts.append(Part(step.text, label=by, note=note, look="row"))
    if not parts:
        return None
    return Mail(
        subject=subject,
        about=f"for {group}",
        parts=tuple(parts),
        label="Open the check-in",
        path=check_in.get_absolute_url(),
        why=f"because you study in {group}",
        reply_to=mentor_to_reply_to(group, now),
    )


def _write_meeting(reader: User, event: Event, now: datetime) -> Mail | None:
    access = _read(reader, event, now)
    check_in, group, today = access.check_in, access.group, access.access.today
    # Nobody needs to hear that a past meeting does not take place.
    if check_in.outcome == CheckIn.Outcome.CANCELLED and check_in.week.ends_on >= today:
        subject = f"{group} does not meet in the week of {check_in.week.label}"
    elif check_in.outcome == CheckIn.Outcome.MOVED and check_in.held_on and check_in.held_on >= today:
        clock = f" at {check_in.held_at:%H:%M}" if check_in.held_at else ""
        subject = f"{group} meets {near_day(check_in.held_on, today)}{clock} instead"
    else:
        return None
    return Mail(
        subject=subject,
        about=f"for {group}",
        parts=(
            Part(f"Week of {check_in.week.label}.", look="muted"),
            *([Part(cut(check_in.summary), look="quote")] if check_in.summary else []),
            *(meeting_parts(group) if check_in.outcome == CheckIn.Outcome.MOVED else []),
        ),
        label="Open the check-in",
        path=check_in.get_absolute_url(),
        why=f"because {group} is your group",
        reply_to=check_in.logged_by if check_in.logged_by.is_active else None,
    )


def _who_asked(event: Event, now: datetime) -> Iterable[User]:
    check_in = _check_in(event)
    mentors = mentors_on(check_in.group, check_in.group.cohort.today(now))
    return list({person.pk: person for person in (*mentors, check_in.logged_by)}.values())


def _write_request(reader: User, event: Event, now: datetime) -> Mail | None:
    access = _read(reader, event, now)
    if not access.sees_all:
        return None
    check_in = access.check_in
    answer, by = check_in.request_answer, check_in.request_settled_by
    if by is None:
        return None
    return Mail(
        subject=f"{by.get_short_name()} answered {access.group}’s request",
        about=f"for {access.group}",
        parts=(
            Part(cut(check_in.request), label="Asked", look="quote"),
            Part(answer, look="markdown") if answer else Part("Marked as resolved, without an answer."),
        ),
        label="Open the check-in",
        path=check_in.get_absolute_url(),
        why=f"because you mentor {access.group} or logged the request",
        reply_to=by if by.is_active else None,
    )


CHECK_IN = MailKind(
    name="check-in",
    label="My group’s check-in is logged: its summary and my steps",
    waits=UNDONE_SOON,
    roles=("student",),
    events=("check_in_logged",),
    thread=_thread,
    recipients=lambda event, now: members_of(_check_in(event).group, now),
    write=_write_logged,
)
MEETING = MailKind(
    name="meeting",
    label="My group’s meeting is rescheduled or cancelled",
    waits=UNDONE_SOON,
    roles=("student", "mentor"),
    events=("meeting_changed",),
    thread=_thread,
    recipients=lambda event, now: everybody_in(_check_in(event).group, now),
    write=_write_meeting,
)
REQUEST = MailKind(
    name="request",
    label="A course admin answers my group’s request",
    roles=("mentor", "course admin"),
    events=("request_answered",),
    thread=_thread,
    recipients=_who_asked,
    write=_write_request,
)
