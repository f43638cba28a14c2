"""Mails to a student about what is due soon."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.urls import reverse

from groups.models import Enrolment, Membership, PlanItem
from people.models import Event, User
from telling.kinds.kind import MailKind
from telling.mails import Mail, Part, near_day, zone_of
from tracker.models import AgreedStep, Progress

_DAY = timedelta(days=1)
_STEP_AHEAD, _MILESTONE_AHEAD = 1, 2
_FRIDAY = 4


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
        for stay in stays.select_related("enrolment", "group__cohort__course")
        if not stay.group.cohort.is_closed(day)
    ]


def _steps(stays: Iterable[Membership], day: date) -> Iterator[AgreedStep]:
    steps = AgreedStep.objects.open().filter(
        enrolment__in=[stay.enrolment_id for stay in stays], due_on__in=days_told_on(day, _STEP_AHEAD)
    )
    yield from steps.order_by("due_on", "pk")


def _milestones(stays: Iterable[Membership], day: date) -> Iterator[tuple[int, PlanItem]]:
    """Yield what is due in the plan of a group and not begun, by enrolment."""
    group_of = {stay.enrolment_id: stay.group_id for stay in stays}
    items = PlanItem.objects.filter(
        group__in=group_of.values(), due_on__in=days_told_on(day, _MILESTONE_AHEAD)
    ).select_related("milestone")
    items_of: dict[int, list[PlanItem]] = {}
    for item in items.in_order():
        items_of.setdefault(item.group_id, []).append(item)
    begun = Progress.objects.filter(enrolment__in=group_of).exclude(state=Progress.State.NOT_STARTED)
    is_begun = set(begun.values_list("enrolment", "milestone")) if items_of else set()
    for enrolment_id, group_id in group_of.items():
        for item in items_of.get(group_id, ()):
            if (enrolment_id, item.milestone_id) not in is_begun:
                yield enrolment_id, item


def _people_with_due_dates(people: Collection[int], day: date, now: datetime) -> Iterable[int]:
    stays = _stays(people, day)
    person_of = {stay.enrolment_id: stay.enrolment.person_id for stay in stays}
    yield from (person_of[step.enrolment_id] for step in _steps(stays, day) if step.enrolment_id)
    yield from (person_of[enrolment_id] for enrolment_id, _ in _milestones(stays, day))


def _write_due(reader: User, event: Event, now: datetime) -> Mail | None:
    day = morning_of(event, reader)
    stays = list(_stays([reader.pk], day))
    if not stays:
        return None
    today = stays[0].group.cohort.today(now)
    rows = [
        Part(item.milestone.title, label=near_day(item.due_on, today), note="not started yet", look="row")
        for _, item in _milestones(stays, day)
        if item.due_on
    ]
    rows += [
        Part(step.text, label=near_day(step.due_on, today), note="agreed step", look="row")
        for step in _steps(stays, day)
        if step.due_on
    ]
    if not rows:
        return None
    first = rows[0]
    return Mail(
        subject=f"Due {first.label}: {first.text}" + (f", and {len(rows) - 1} more" if rows[1:] else ""),
        heading="Due soon" if rows[1:] else f"Due {first.label}",
        about=f"for {stays[0].group}",
        parts=tuple(rows),
        label="Open my week",
        path=reverse("tracker:week", args=[stays[0].group_id]),
        why="in the morning before something is due",
        again="",
    )


DUE = MailKind(
    name="due",
    label="My step is due tomorrow, or a milestone I have not started is due in two days",
    roles=("student",),
    on_mornings=_people_with_due_dates,
    write=_write_due,
)
