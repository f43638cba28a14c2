"""A logged check-in: all of it for mentors and course admins, the shared part for members."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from courses.models import CourseAdmin
from groups.models import Group, Mentorship
from lib.days import day_label
from lib.history import Change, HistoryLine, changes_of
from lib.weeks import Week
from people.models import User
from questions.access.sight import questions_with_known_group
from questions.models import Ask, Question
from tracker.access.check_ins import CheckInAccess
from tracker.access.group_weeks import steps_of_week
from tracker.dashboards.chips import Chip
from tracker.forms.check_in_fields import CheckInForm, EntryForm
from tracker.models import AgreedStep, CheckIn, CheckInEntry
from tracker.standing import Attendance, Outcome

_TONES = {
    Attendance.EXCUSED: "watch",
    Attendance.ABSENT: "act",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInStep:
    text: str
    due_label: str
    state: str
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryBlock:
    """The attendance of a student; `entry`, with all that is in it, is None for members."""

    name: str
    enrolment_id: int
    attendance: Chip
    entry: CheckInEntry | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInDetailPage:
    """Without `sees_all` there is no private note, request or history, and only the reader's own entry."""

    group: Group
    week: Week
    what: str
    logged: str
    summary: str
    sees_all: bool
    may_edit: bool
    private_note: str
    # With a request that the reader may read.
    asked: CheckIn | None
    may_settle_request: bool
    readers: str
    entries: tuple[EntryBlock, ...]
    steps: tuple[CheckInStep, ...]
    older_steps: tuple[CheckInStep, ...]
    questions: tuple[Question, ...]
    history: tuple[HistoryLine, ...]


def check_in_detail_page(user: User, readable: CheckInAccess, now: datetime) -> CheckInDetailPage:
    check_in, access = readable.check_in, readable.access
    entries = check_in.entries.select_related("enrolment__person").order_by("enrolment__person__name", "pk")
    steps = check_in.agreed_steps.select_related("enrolment__person").order_by(
        "enrolment__person__name", "pk"
    )
    older = _older_steps(check_in)
    if not readable.sees_all:
        entries = entries.filter(enrolment__person=user)
        own = Q(enrolment__person=user) | Q(enrolment=None)
        steps, older = steps.filter(own), older.filter(own)
    zone = ZoneInfo(access.group.cohort.time_zone)
    return CheckInDetailPage(
        group=access.group,
        week=check_in.week,
        what=outcome_label(check_in, access.today),
        logged=f"Logged by {check_in.logged_by}{_as(check_in)} on {_day(check_in.logged_at, zone, access.today)}",
        summary=check_in.summary,
        sees_all=readable.sees_all,
        may_edit=access.may_lead and readable.sees_all,
        private_note=check_in.private_note,
        asked=check_in if readable.sees_all and check_in.request else None,
        may_settle_request=readable.may_settle_request and not access.group.cohort.is_read_only(access.today),
        readers=_readers(access.group, check_in.week, access.today) if readable.sees_all else "",
        entries=tuple(_entry(entry, sees_all=readable.sees_all) for entry in entries),
        steps=tuple(_step(step, access.today) for step in steps),
        older_steps=tuple(_older_step(step, zone, access.today) for step in older),
        questions=tuple(_questions(user, check_in, zone, now)),
        history=tuple(_history(check_in)) if readable.sees_all else (),
    )


def note_readers(group_name: str, mentors: Sequence[str], admins: Sequence[str]) -> str:
    of_group = f"{group_name}’s mentors{_in_brackets(mentors)}"
    of_course = f"the course admins{_in_brackets(admins)}"
    return f"Only {of_group} and {of_course} can read this."


def _in_brackets(names: Sequence[str]) -> str:
    return f" ({', '.join(names)})" if names else ""


def outcome_label(check_in: CheckIn, today: date) -> str:
    """ "Held on Tue 15 September, 30 min", "Moved to Mon 21 September", "Cancelled"."""
    outcome = Outcome(check_in.outcome)
    if check_in.held_on is None:
        return outcome.label
    label = "Moved to" if outcome is Outcome.MOVED else f"{outcome.label} on"
    minutes = f", {check_in.minutes} min" if check_in.minutes is not None else ""
    return f"{label} {day_label(check_in.held_on, today)}{minutes}"


def _as(check_in: CheckIn) -> str:
    """The role of the person who logged it, unless it was the mentor."""
    if check_in.logged_as == Mentorship.Role.MENTOR:
        return ""
    return f" ({check_in.get_logged_as_display() or 'course admin'})"


def _day(at: datetime, zone: ZoneInfo, today: date) -> str:
    return day_label(at.astimezone(zone).date(), today)


def _readers(group: Group, week: Week, today: date) -> str:
    mentorships = Mentorship.objects.filter(
        Q(ended_on=None) | Q(ended_on__gt=week.starts_on),
        group=group,
        started_on__lte=max(today, week.ends_on),
    ).order_by("role", "started_on", "pk")
    admins = CourseAdmin.objects.filter(course=group.cohort.course_id).order_by("person__name")
    return note_readers(
        group.name,
        list(dict.fromkeys(mentorships.values_list("person__name", flat=True))),
        list(admins.values_list("person__name", flat=True)),
    )


def _entry(entry: CheckInEntry, *, sees_all: bool) -> EntryBlock:
    attendance = Attendance(entry.attendance)
    return EntryBlock(
        name=str(entry.enrolment.person),
        enrolment_id=entry.enrolment_id,
        attendance=Chip(text=attendance.label, tone=_TONES.get(attendance, "ok")),
        entry=entry if sees_all else None,
    )


def _step(step: AgreedStep, today: date) -> CheckInStep:
    return CheckInStep(
        text=step.text,
        due_label=f"by {day_label(step.due_on, today)}" if step.due_on else "",
        state=step.state,
        who=str(step.enrolment.person) if step.enrolment else "",
    )


def _older_steps(check_in: CheckIn) -> QuerySet[AgreedStep]:
    """Steps agreed before, that were open when the check-in was held."""
    previous = CheckIn.objects.filter(group=check_in.group, week_starts_on__lt=check_in.week_starts_on)
    steps = steps_of_week(
        check_in.group,
        check_in.week,
        list(check_in.entries.values_list("enrolment", flat=True)),
        previous.newest_first().first(),
    )
    older = steps.filter(agreed_at__lte=check_in.logged_at).exclude(check_in=check_in)
    return older.select_related("enrolment__person")


def _older_step(step: AgreedStep, zone: ZoneInfo, today: date) -> CheckInStep:
    shown = _step(step, today)
    if step.closed_at is None:
        return shown
    return replace(shown, due_label=f"{step.get_state_display()} on {_day(step.closed_at, zone, today)}")


def _questions(user: User, check_in: CheckIn, zone: ZoneInfo, now: datetime) -> Iterable[Question]:
    """Questions asked in the group that week that this person may see."""
    start = datetime.combine(check_in.week_starts_on, time.min, tzinfo=zone)
    end = datetime.combine(check_in.week_starts_on + timedelta(days=7), time.min, tzinfo=zone)
    asks = Ask.objects.dated().filter(group=check_in.group_id, asked_at__gte=start, asked_at__lt=end)
    known = questions_with_known_group(user, now).filter(pk__in=asks.values("question"))
    return known.order_by("asked_at", "pk")


def _history(check_in: CheckIn) -> list[HistoryLine]:
    """Changes since it was logged, newest first."""
    lines = list(
        _lines(
            changes_of(
                check_in.history.select_related("history_user", "request_taken_by", "request_settled_by"),
                (*CheckInForm.Meta.fields, "request_taken_by", "request_answer", "request_settled_by"),
            ),
            "Check-in",
        )
    )
    records: dict[int, list[Any]] = {}
    of_entries = CheckInEntry.history.filter(check_in=check_in.pk)
    for record in of_entries.select_related("history_user", "enrolment__person"):
        records.setdefault(record.id, []).append(record)
    for each in records.values():
        name = str(each[0].enrolment.person)
        lines += _lines(changes_of(each, EntryForm.Meta.fields), name, since=check_in.logged_at)
    return sorted(lines, key=lambda line: line.at, reverse=True)


def _lines(changes: Iterable[Change], thing: str, since: datetime | None = None) -> Iterator[HistoryLine]:
    """One line for each changed field. Entries created together with the check-in are left out."""
    for change in changes:
        if change.what == "changed":
            for field in change.fields:
                yield HistoryLine(
                    at=change.at,
                    by=change.by,
                    field=f"{thing}: {field.label}",
                    before=field.before,
                    after=field.after,
                )
        elif change.what == "deleted":
            yield HistoryLine(at=change.at, by=change.by, field=thing, before="there", after="removed")
        elif since is None or change.at > since:
            yield HistoryLine(at=change.at, by=change.by, field=thing, before="—", after="logged")
