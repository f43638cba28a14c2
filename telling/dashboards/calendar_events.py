"""The events of a person's calendar: meetings of their groups, due dates, and their own agreed steps.

The calendar is read by services of others. It names no student, and has nothing that somebody wrote about one.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, Q

from groups.models import Group, Membership, Mentorship, PlanItem
from groups.relations import Relation, RelationKind, relations_of
from groups.who_is_there import absence_on
from lib.text import folded
from people.models import User
from telling.calendar import CalendarEvent
from tracker.dashboards.facts import facts_of, step_day
from tracker.dashboards.meetings import WEEKS_AHEAD, Meeting, meetings_between
from tracker.models import AgreedStep, CheckIn
from tracker.standing import StudentFacts, own_day, work_of

_DAY = timedelta(days=1)
_BACK = 28 * _DAY
_AHEAD = 366 * _DAY
_MOST = 2_000
_WORD = re.compile(r"[^\W_]+")
_STAYS = Membership.objects.select_related("enrolment__person").only("group", "enrolment__person__name")


def calendar_events(person: User, now: datetime) -> list[CalendarEvent]:
    """Return what is coming before what is past, the soonest first. Nothing of groups that the person has left."""
    relations = relations_of(person, now)
    held = (*relations.open(RelationKind.MENTORS), *relations.open(RelationKind.STUDIES))
    own = {row.group_id: row for row in held if row.group_id is not None}
    today = now.date()
    events: list[CalendarEvent] = []
    steps, facts = _own_steps(own), _own_facts(own, now)
    for group in _groups(own, since=today - _BACK):
        events += _of_group(
            group, own[group.pk], facts.get(group.pk), steps[group.pk], group.cohort.today(now)
        )
    return sorted(events, key=lambda event: (event.on < today, event.on, event.uid))[:_MOST]


def _own_facts(own: Mapping[int, Relation], now: datetime) -> dict[int, StudentFacts]:
    """What is on record of the person, by the group in which they study."""
    studied = {row.enrolment_id: pk for pk, row in own.items() if row.kind is RelationKind.STUDIES}
    if not studied:
        return {}
    stays = Membership.objects.filter(enrolment__in=studied, group__in=studied.values())
    facts = facts_of(stays.select_related("enrolment__person", "group__cohort__course"), now)
    return {studied[enrolment_id]: each for enrolment_id, each in facts.items()}


def _own_steps(own: Mapping[int, Relation]) -> dict[int, list[AgreedStep]]:
    """The person's open steps by the group they are in now: they keep those of an earlier one."""
    group_of = {row.enrolment_id: pk for pk, row in own.items() if row.kind is RelationKind.STUDIES}
    steps = AgreedStep.objects.open().of_groups(group_of.values(), group_of).exclude(due_on=None)
    found: dict[int, list[AgreedStep]] = defaultdict(list)
    for step in steps.prefetch_related(Prefetch("group__memberships", _STAYS.all())):
        found[group_of.get(step.enrolment_id, step.group_id)].append(step)
    return found


def _groups(own: Iterable[int], since: date) -> Iterable[Group]:
    """A query for each kind of row, however many groups these are."""
    check_ins = CheckIn.objects.filter(Q(week_starts_on__gte=since - 6 * _DAY) | Q(held_on__gte=since))
    return (
        Group.objects.filter(pk__in=own)
        .select_related("cohort__course")
        .prefetch_related(
            "cohort__pauses",
            Prefetch("mentorships", Mentorship.objects.select_related("person")),
            "mentorships__away",
            Prefetch("check_ins", check_ins.shared().defer("summary")),
            Prefetch("plan_items", PlanItem.objects.select_related("milestone")),
            Prefetch("memberships", _STAYS.all()),
        )
    )


def _of_group(
    group: Group, own: Relation, facts: StudentFacts | None, steps: Iterable[AgreedStep], today: date
) -> Iterator[CalendarEvent]:
    """Yield what falls into the person's own time in the group, while its cohort is open.

    A student has what is expected of them, on their own days; who mentors has the days of the group.
    """
    cohort = group.cohort
    first = max(filter(None, (today - _BACK, own.started_on, cohort.starts_on)))
    until = min(filter(None, (today + _AHEAD, own.ended_on, cohort.closed_on)))
    names = _names(group)
    name = _without(names, group.name)
    pauses = cohort.pause_periods
    meetings_until = min(until, today + 7 * WEEKS_AHEAD * _DAY)
    for meeting in meetings_between(group, group.check_ins.all(), first, meetings_until):
        yield _meeting(group, meeting, name, _without(names, meeting.how), today)
    own_days = {each.id: each.due_on for each in work_of(facts).expected} if facts else None
    for item in group.plan_items.all():
        day = own_day(item.due_on, pauses) if item.due_on else None
        due_on = day if own_days is None else own_days.get(item.milestone_id)
        if due_on and first <= due_on < until:
            yield CalendarEvent(
                uid=f"due-{group.pk}-{item.milestone_id}",
                summary=f"Due: {item.milestone.title} ({name})",
                starts=due_on,
                path=group.get_absolute_url(),
                sequence=group.version + item.milestone.version,
                changed_at=_latest(group.changed_at, item.milestone.changed_at),
            )
    for step in steps:
        due_on = step_day(step, cohort, facts.absences if facts else (), today)
        if due_on and first <= due_on < until:
            yield CalendarEvent(
                uid=f"step-{step.pk}",
                summary=f"Agreed: {_without(names | _names(step.group), step.text)}",
                starts=due_on,
                path=group.get_absolute_url(),
                changed_at=step.agreed_at,
            )


def _meeting(group: Group, meeting: Meeting, name: str, place: str, today: date) -> CalendarEvent:
    cohort, check_in = group.cohort, meeting.check_in
    starts: date | datetime = meeting.on
    if meeting.at:
        starts = datetime.combine(meeting.on, meeting.at, ZoneInfo(cohort.time_zone))
    told = f"{name} meets"
    if meeting.is_off and check_in:
        told = f"{check_in.get_outcome_display().capitalize()}: {told}"
    else:
        if meeting.is_moved:
            told = f"{told} (rescheduled)"
        if meeting.on >= today and absence_on(group.mentorships.all(), meeting.on, today):
            told = f"{told} (no mentor yet)"
    return CalendarEvent(
        uid=f"meeting-{group.pk}-{meeting.week.iso}-{meeting.number}",
        summary=told,
        starts=starts,
        lasts=timedelta(minutes=cohort.course.weekly_minutes) if meeting.at else None,
        path=group.get_absolute_url(),
        place=", ".join(filter(None, (place, group.call))),
        sequence=cohort.version + group.version + (check_in.version if check_in else 0),
        changed_at=_latest(
            cohort.changed_at,
            group.changed_at,
            *((check_in.logged_at, check_in.changed_at) if check_in else ()),
        ),
        is_cancelled=meeting.is_off,
    )


def _latest(*moments: datetime | None) -> datetime | None:
    return max(filter(None, moments), default=None)


def _names(group: Group) -> set[str]:
    """The names of who was ever in the group, whole and by word."""
    names = {stay.enrolment.person.name for stay in group.memberships.all()}
    # "de" and "van" are no names. A word of one or two letters counts only as it is written.
    parts = {part for name in names for part in _WORD.findall(name) if not part[0].islower()}
    return names | {folded(part) if len(part) > 2 else part for part in parts}


def _without(names: set[str], text: str) -> str:
    for name in names:
        # In scripts without spaces a name is no word of its own.
        text = text.replace(name, "…") if len(name) > 2 or not name.isascii() else text
    return _WORD.sub(lambda word: "…" if word[0] in names or folded(word[0]) in names else word[0], text)
