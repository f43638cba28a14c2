"""Mails about a group of the reader: its beginning, its people, its mentors and their absences, its dates."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

from django.urls import reverse

from courses.calendar import is_expected
from groups.access import group_to_read
from groups.models import Enrolment, Group, Membership, MentorAway, Mentorship
from lib.days import day_label, day_range_label
from lib.weeks import holds
from people.models import Event, User
from telling.kinds.in_groups import (
    admins_of,
    everybody_in,
    facts_in,
    members_of,
    mentor_to_reply_to,
    mentors_of,
    mentors_on,
    names_of_mentors,
)
from telling.kinds.kind import MailKind
from telling.mails import Mail, Part, meeting_parts, near_day
from tracker.dashboards.facts import facts_of, plans_of
from tracker.standing import work_of

# Dates of a plan in a mail; the page has all of them.
_MOST_DATES = 12


def _mail(
    reader: User,
    group: Group,
    now: datetime,
    *,
    subject: str,
    parts: Iterable[Part],
    since: date | None = None,
    why: str = "",
    reply_to: User | None = None,
) -> Mail:
    """Write a mail that leads to the group.

    Args:
        since: the day on which the reader comes into it, if they are new: before it, its page is closed to them.
    """
    opens = since is None or since <= group.cohort.today(now)
    if opens:
        group_to_read(reader, group.pk, now)
    return Mail(
        subject=subject,
        about=f"for {group}",
        parts=tuple(parts),
        label=f"Open {group}" if opens else "Open Trefoil",
        path=group.get_absolute_url() if opens else reverse("tracker:home"),
        why=why or f"because {group} is your group",
        reply_to=reply_to if reply_to and reply_to.is_active and reply_to != reader else None,
        again="",
    )


def _labelled(label: str, names: Iterable[str]) -> list[Part]:
    text = ", ".join(filter(None, names))
    return [Part(text, label=label)] if text else []


def _group(event: Event) -> Group:
    return Group.objects.select_related("cohort").get(pk=event.ids["group"])


# A group begins.


def _belonging_to(group: Group, now: datetime) -> tuple[dict[User, date], dict[User, date]]:
    """Students and mentors of a group, also from a later day on, and since when."""
    today = group.cohort.today(now)
    stays = Membership.objects.not_ended(today).filter(group=group).select_related("enrolment__person")
    mentorships = Mentorship.objects.not_ended(today).filter(group=group).select_related("person")
    return (
        {stay.enrolment.person: stay.started_on for stay in stays.order_by("enrolment__person__name", "pk")},
        {mentorship.person: mentorship.started_on for mentorship in mentorships.order_by("pk")},
    )


def _new_members(event: Event, now: datetime) -> Iterable[User]:
    students, mentors = _belonging_to(_group(event), now)
    return [*students, *mentors]


def _write_begin(reader: User, event: Event, now: datetime) -> Mail | None:
    group = _group(event)
    students, mentors = _belonging_to(group, now)
    if reader not in {**students, **mentors}:
        return None
    first = min(students.values(), default=group.cohort.starts_on)
    day = near_day(students.get(reader, first), group.cohort.today(now))
    others = [person for person in mentors if person != reader]
    return _mail(
        reader, group, now,
        subject=f"You {'mentor' if reader in mentors else 'are in'} {group}",
        parts=[
            Part(f"You {'mentor' if reader in mentors else 'are in'} {group} from {day} on."),
            *_labelled("Students", [person.name for person in students if person != reader]),
            *_labelled("Mentors", [person.name for person in others]),
            *meeting_parts(group),
        ],
        since=students.get(reader, mentors.get(reader)),
        reply_to=next(iter(others), None),
    )  # fmt: skip


# A student comes or goes.


def _stay(event: Event) -> tuple[Membership, Group | None]:
    """Return the stay that began, while it is open, and the group that the student left for it."""
    stays = Membership.objects.select_related("group__cohort__course", "enrolment__person")
    stay = stays.get(pk=event.ids["membership"], ended_on=None)
    before = stays.filter(enrolment=stay.enrolment, end_reason=Membership.EndReason.MOVED)
    before = before.filter(ended_on__lte=stay.started_on).order_by("-ended_on", "-pk")
    return stay, next((left.group for left in before[:1]), None)


def _readers_of_move(event: Event, now: datetime) -> Iterable[User]:
    stay, left = _stay(event)
    fellows = members_of(stay.group, now) if stay.started_on > stay.group.cohort.starts_on else []
    mentors = [*mentors_of(stay.group, now), *(mentors_of(left, now) if left else [])]
    return [stay.enrolment.person, *fellows, *mentors]


def _counted_from(stay: Membership, whom: str, now: datetime) -> list[Part]:
    """Say of who comes to the cohort after something was due that it is not expected of them, and what comes first."""
    facts = facts_of([stay], now)[stay.enrolment_id]
    since = facts.joined_on
    if all(is_expected(each.due_on, since) for each in facts.plan):
        return []
    said = f"Milestones due before {day_label(since, since)} are not expected of {whom}."
    work = work_of(facts)
    first = next(iter(work.to_do), None)
    if first is not None and is_expected(first.due_on, since):
        due = f", due {day_label(day, since)}" if (day := work.days.get(first.id)) else ""
        said += f" The first one is {first.title}{due}."
    return [Part(said)]


def _write_move(reader: User, event: Event, now: datetime) -> Mail | None:
    stay, left = _stay(event)
    group, person, name = stay.group, stay.enrolment.person, stay.enrolment.person.get_short_name()
    today = group.cohort.today(now)
    day = near_day(stay.started_on, today)
    if reader == person:
        return _mail(
            reader, group, now,
            subject=f"You are in {group} {'now' if stay.started_on <= today else f'from {day} on'}",
            parts=[
                Part(f"You are in {group} from {day} on."),
                *_counted_from(stay, "you", now),
                *_labelled("Mentors", [names_of_mentors(group, now)]),
                *meeting_parts(group),
            ],
            since=stay.started_on,
            reply_to=mentor_to_reply_to(group, now),
        )  # fmt: skip
    if left and reader not in [*mentors_of(group, now), *members_of(group, now)]:
        # Their mentor of before need not know the new group.
        said = f"{name} is in another group from {day} on."
        return _mail(reader, left, now, subject=f"{name} left {left}", parts=[Part(said)])
    said = f"{name} is in {group} from {day} on."
    parts = [Part(said), *_counted_from(stay, name, now)]
    return _mail(reader, group, now, subject=f"{name} joins {group}", parts=parts)


def _left(event: Event) -> tuple[Enrolment, Group | None, date]:
    """Return who left which group, if they were in one, and when, unless that is undone."""
    enrolments = Enrolment.objects.select_related("cohort", "person")
    enrolment = enrolments.get(pk=event.ids["enrolment"])
    stays = enrolment.memberships.select_related("group__cohort")
    stay = stays.get(pk=event.ids["membership"]) if "membership" in event.ids else None
    ended_on = stay.ended_on if stay else enrolment.ended_on
    if ended_on is None:
        raise Enrolment.DoesNotExist
    return enrolment, stay.group if stay else None, ended_on


def _readers_of_leaving(event: Event, now: datetime) -> Iterable[User]:
    enrolment, group, _ = _left(event)
    return [enrolment.person, *(mentors_on(group, enrolment.cohort.today(now)) if group else [])]


def _write_left(reader: User, event: Event, now: datetime) -> Mail | None:
    enrolment, group, on = _left(event)
    cohort, name = enrolment.cohort, enrolment.person.get_short_name()
    is_past = on <= cohort.today(now)
    day = near_day(on, cohort.today(now))
    is_ended = enrolment.ended_on is not None and enrolment.ended_on <= on
    if reader == enrolment.person:
        place = group or cohort
        over, no_group = f"you are no longer enrolled in {cohort}", f"you are in no group of {cohort}"
        return Mail(
            subject=f"You are no longer in {place}" if is_past else f"You leave {place}, from {day} on",
            about=f"for {place}",
            parts=(Part(f"From {day} on, {over if is_ended else no_group}."),),
            label="Open Trefoil",
            path=reverse("tracker:home"),
            why=f"because you were in {place}",
            reply_to=event.by if event.by and event.by.is_active else None,
            again="",
        )
    if group is None:
        return None
    over = f"is no longer enrolled ({enrolment.get_end_reason_display().lower()})"
    return _mail(
        reader, group, now,
        subject=f"{name} {'left' if is_past else 'leaves'} {group}",
        parts=[Part(f"From {day} on, {name} {over if is_ended else 'is in no group'}.")],
        reply_to=event.by,
    )  # fmt: skip


# Its mentors, and their days away.


def _mentorship(event: Event) -> Mentorship:
    return Mentorship.objects.select_related("group__cohort", "person").get(pk=event.ids["mentorship"])


def _readers_of_mentor(event: Event, now: datetime) -> Iterable[User]:
    mentorship = _mentorship(event)
    return [mentorship.person, *everybody_in(mentorship.group, now)]


def _write_mentor(reader: User, event: Event, now: datetime) -> Mail | None:
    mentorship = _mentorship(event)
    group, role, today = mentorship.group, mentorship.get_role_display(), mentorship.group.cohort.today(now)
    until = "on"
    if mentorship.ended_on:
        if mentorship.role != Mentorship.Role.STAND_IN or holds(today, mentorship.ended_on, None):
            return None
        until = f"until {near_day(mentorship.ended_on - timedelta(days=1), today)}"
    is_self = reader == mentorship.person
    who = "You are" if is_self else f"{mentorship.person} is"
    parts = [Part(f"{who} {group}’s {role} from {near_day(mentorship.started_on, today)} {until}.")]
    if is_self and mentorship.started_on <= today:
        parts += _labelled("Students", [person.name for person in members_of(group, now)])
    parts += meeting_parts(group)
    if is_self:
        mentorships = Mentorship.objects.open(today).filter(group=group)
        away = MentorAway.objects.filter(mentorship__in=mentorships, ends_on__gte=today)
        parts += [
            Part(
                day_range_label(each.starts_on, each.ends_on, today),
                label=f"{each.mentorship.person} is away",
            )
            for each in away.select_related("mentorship__person").order_by("starts_on", "pk")
        ]
    return _mail(
        reader, group, now, subject=f"{who} {group}’s {role}", parts=parts,
        since=mentorship.started_on if is_self else None, reply_to=mentorship.person,
    )  # fmt: skip


def _away(event: Event, now: datetime) -> tuple[MentorAway, list[User]]:
    """Return the days, unless they are over, and who mentors the group when they begin and is not away then, too."""
    rows = MentorAway.objects.select_related("mentorship__person", "mentorship__group__cohort")
    away = rows.get(pk=event.ids["away"])
    group = away.mentorship.group
    today = group.cohort.today(now)
    if away.ends_on < today:
        raise MentorAway.DoesNotExist
    return away, mentors_on(group, max(away.starts_on, today))


def _readers_of_away(event: Event, now: datetime) -> Iterable[User]:
    away, others = _away(event, now)
    return others or admins_of(away.mentorship.group)


def _write_away(reader: User, event: Event, now: datetime) -> Mail | None:
    away, others = _away(event, now)
    group, person = away.mentorship.group, away.mentorship.person
    days = day_range_label(away.starts_on, away.ends_on, group.cohort.today(now))
    if others:
        own = Mentorship.objects.filter(group=group, person=reader).order_by("started_on")
        said = f"On these days, you look after {group}’s check-ins, questions and requests for help."
        return _mail(
            reader, group, now, subject=f"{person} is away {days}", parts=[Part(said)],
            since=own.values_list("started_on", flat=True).last(), reply_to=person,
        )  # fmt: skip
    group_to_read(reader, group.pk, now)
    return Mail(
        subject=f"{group} needs a stand-in {days}",
        about=f"for {group}",
        parts=(Part(f"{person} is away, and nobody else mentors {group}."),),
        label="Assign a stand-in",
        path=f"{reverse('tracker:group-set-up', args=[group.pk])}#mentors",
        why=f"because you run {group}’s course",
        reply_to=person if person.is_active else None,
        again="",
    )


# Its dates.


def _write_dates(reader: User, event: Event, now: datetime) -> Mail | None:
    access = group_to_read(reader, event.ids["group"], now)
    group = access.group
    facts = facts_in(group, reader, now)
    plan = work_of(facts).expected if facts else plans_of([group])[group.pk]
    rows = [
        Part(each.title, label=near_day(each.due_on, access.today), look="row")
        for each in plan
        if each.due_on and each.due_on >= access.today
    ][:_MOST_DATES]
    if not rows:
        return None
    return Mail(
        subject=f"New due dates for {group}",
        about=f"for {group}",
        parts=tuple(rows),
        label="See the whole plan",
        path=group.get_absolute_url(),
        why=f"because {group} is your group",
        reply_to=event.by if event.by and event.by.is_active and event.by != reader else None,
    )


# By the kind of the event: who hears of it, and what they read.
_EVENTS: dict[
    str, tuple[Callable[[Event, datetime], Iterable[User]], Callable[[User, Event, datetime], Mail | None]]
] = {
    "group_formed": (_new_members, _write_begin),
    "student_moved": (_readers_of_move, _write_move),
    "student_left": (_readers_of_leaving, _write_left),
    "mentor_began": (_readers_of_mentor, _write_mentor),
    "mentor_away": (_readers_of_away, _write_away),
    "dates_changed": (lambda event, now: everybody_in(_group(event), now), _write_dates),
}


GROUP = MailKind(
    name="group",
    label="My group starts or changes: its students, its mentors and their days away, its due dates",
    roles=("student", "mentor", "course admin"),
    events=tuple(_EVENTS),
    # Only of new dates the newest say all.
    thread=lambda event: f"dates {event.ids['group']}" if event.kind == "dates_changed" else "",
    recipients=lambda event, now: _EVENTS[event.kind][0](event, now),
    write=lambda reader, event, now: _EVENTS[event.kind][1](reader, event, now),
)
