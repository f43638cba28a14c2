"""Mails to a student about what is due soon."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.urls import reverse

from groups.models import Enrolment, Membership
from lib.days import near_day
from lib.text import joined
from people.models import Event, User
from telling.kinds.kind import MailKind
from telling.mails import Mail, Part, zone_of
from tracker.dashboards.facts import facts_of, step_day
from tracker.models import AgreedStep
from tracker.standing import ProgressState, StudentFacts, is_away, work_of

_DAY = timedelta(days=1)
_STEP_AHEAD, _MILESTONE_AHEAD = 1, 2
_MONDAY, _FRIDAY = 0, 4


def days_told_on(day: date, ahead: int) -> tuple[date, ...]:
    """Return the days of which one is told this morning: `ahead` days before, or on the working day before that.

    On a Friday these are three, so that nothing is told at a weekend.
    """
    return tuple(day + (ahead + n) * _DAY for n in range(3 if day.weekday() == _FRIDAY else 1))


def morning_of(event: Event, reader: User) -> date:
    """Return the day that began where the reader lives; it begins for all of one time zone at once."""
    return event.at.astimezone(ZoneInfo(zone_of(reader))).date()


def _stays(people: Collection[int], day: date) -> Iterable[Membership]:
    stays = Membership.objects.open(day).filter(
        enrolment__person__in=people,
        enrolment__in=Enrolment.objects.not_ended(day),
        group__cohort__archived_at=None,
        group__cohort__course__archived_at=None,
    )
    return [
        stay
        for stay in stays.select_related("enrolment__person", "group__cohort__course")
        if not stay.group.cohort.is_closed(day)
    ]


def _days_told(facts: StudentFacts, day: date, ahead: int) -> Sequence[date]:
    """The days of which a student is told this morning: none while away; on their return, those they missed too."""
    days = days_told_on(day, ahead)
    before = day - (3 if day.weekday() == _MONDAY else 1) * _DAY
    if is_away(facts, day):
        return ()
    return [day + n * _DAY for n in range((days[-1] - day).days + 1)] if is_away(facts, before) else days


def _rows(people: Collection[int], day: date, now: datetime) -> Iterator[tuple[Membership, date, str, str]]:
    """Yield what falls due soon: whose, by when, what, and how it stands; as it will be on the day itself."""
    stays = list(_stays(people, day))
    facts = facts_of(stays, now)
    for stay in stays:
        own = facts[stay.enrolment_id]
        begun = {pk for pk, mark in own.marks.items() if mark.state != ProgressState.NOT_STARTED}
        for due_on in _days_told(own, day, _MILESTONE_AHEAD):
            for milestone in work_of(replace(own, today=due_on)).expected:
                if milestone.due_on == due_on and milestone.id not in begun:
                    yield stay, due_on, milestone.title, "not started yet"
    stay_of = {stay.enrolment_id: stay for stay in stays}
    steps = AgreedStep.objects.open().filter(enrolment__in=stay_of).exclude(due_on=None)
    for step in steps.order_by("due_on", "pk"):
        if step.enrolment_id is None:
            continue
        own = facts[step.enrolment_id]
        stay = stay_of[step.enrolment_id]
        for due_on in _days_told(own, day, _STEP_AHEAD):
            if step_day(step, stay.group.cohort, own.absences, due_on) == due_on:
                yield stay, due_on, step.text, "agreed step"


def _people_with_due_dates(people: Collection[int], day: date, now: datetime) -> Iterable[int]:
    yield from (stay.enrolment.person_id for stay, *_ in _rows(people, day, now))


def _write_due(reader: User, event: Event, now: datetime) -> Mail | None:
    found = list(_rows([reader.pk], morning_of(event, reader), now))
    if not found:
        return None
    group = found[0][0].group
    rows = [
        Part(text, label=near_day(due_on, group.cohort.today(now)), note=note, look="row")
        for _, due_on, text, note in found
    ]
    first = rows[0]
    return Mail(
        subject=f"Due {first.label}: {joined((row.text for row in rows), 1)}",
        about=f"for {group}",
        parts=tuple(rows),
        label="Open my week",
        path=reverse("tracker:week", args=[group.pk]),
        why="in the morning before something is due",
    )


DUE = MailKind(
    name="due",
    label="My step is due tomorrow, or a milestone I have not started is due in two days",
    roles=("student",),
    on_mornings=_people_with_due_dates,
    write=_write_due,
)
