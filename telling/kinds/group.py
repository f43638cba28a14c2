"""Mails about a group of the reader: its beginning, its people, who of them is away, its dates."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.urls import reverse

from courses.calendar import is_expected
from groups.access import group_to_read
from groups.actions.reminding import GROUP_CHOICE, TIMES, people_to_ask
from groups.models import Absence, Enrolment, Group, Membership, MentorAway, Mentorship
from lib.days import day_label, day_range_label
from lib.marks import PersonMark
from people.models import Event, User
from people.outbox import UNDONE_SOON
from telling.kinds.alone import admins_on_mornings, write_alone
from telling.kinds.dates import dates_thread, is_correction, post_dates, write_dates
from telling.kinds.in_groups import (
    admins_of,
    everybody_in,
    group_of,
    members_of,
    mentor_to_reply_to,
    mentors_of,
)
from telling.kinds.kind import MORNING, MailKind
from telling.kinds.meeting_time import write_meeting_set, write_times
from telling.kinds.undone import write_undone
from telling.mails import Mail, write_mail
from tracker.access.students import student_to_read
from tracker.dashboards.facts import facts_of
from tracker.models import Progress
from tracker.standing import work_of


def _mail(
    template: str,
    reader: User,
    group: Group,
    now: datetime,
    context: Mapping[str, object],
    *,
    since: date | None = None,
    heading: str = "",
    reply_to: User | None = None,
) -> Mail:
    """Write a mail that leads to the group.

    Args:
        since: the day on which the reader comes into it, if they are new: before it, its page is closed to them.
    """
    opens = since is None or since <= group.cohort.today(now)
    if opens:
        group_to_read(reader, group.pk, now)
    path = group.get_absolute_url() if opens else reverse("tracker:home")
    context = {**context, "opens": opens}
    return write_mail(
        template, reader, now, context, path=path, group=group, heading=heading, reply_to=reply_to
    )


def _marks_without(reader: User, group: Group, students: Iterable[User]) -> list[PersonMark]:
    """The marks of the others: letters tell them apart from the reader, too."""
    return [mark for person_id, mark in group.marks(students).items() if person_id != reader.pk]


def _group(event: Event) -> Group:
    return Group.objects.select_related("cohort").get(pk=event.ids["group"])


# A group begins.


def _belonging_to(event: Event, now: datetime) -> tuple[dict[User, date], dict[User, date]]:
    """Students and mentors of the group, also from a later day on, and since when.

    Who has come since it began hears of that alone.
    """
    group = _group(event)
    today = group.cohort.today(now)
    since = Event.objects.filter(ids__group=group.pk, at__gte=event.at)
    came = since.filter(kind="student_moved").values_list("ids__membership", flat=True)
    began = since.filter(kind="mentor_began").values_list("ids__mentorship", flat=True)
    stays = group.memberships.not_ended(today).exclude(pk__in=list(came)).by_name()
    mentorships = group.mentorships.not_ended(today).exclude(pk__in=list(began)).select_related("person")
    return (
        {stay.enrolment.person: stay.started_on for stay in stays},
        {mentorship.person: mentorship.started_on for mentorship in mentorships.order_by("pk")},
    )


def _new_members(event: Event, now: datetime) -> Iterable[User]:
    students, mentors = _belonging_to(event, now)
    return [*students, *mentors]


def _write_begin(reader: User, event: Event, now: datetime) -> Mail | None:
    group = _group(event)
    students, mentors = _belonging_to(event, now)
    if reader not in {**students, **mentors}:
        return None
    first = min(students.values(), default=group.cohort.starts_on)
    others = [person for person in mentors if person != reader]
    is_mentor = reader in mentors
    context = {
        "is_mentor": is_mentor,
        "starts_on": students.get(reader, first),
        "students": _marks_without(reader, group, students),
        "mentors": [person.mark for person in others],
        "mentor_names": [person.name for person in others],
    }
    since, other = students.get(reader, mentors.get(reader)), next(iter(others), None)
    heading = "" if is_mentor else _welcome(reader, group)
    return _mail("group_formed", reader, group, now, context, since=since, heading=heading, reply_to=other)


def _welcome(reader: User, group: Group) -> str:
    return f"Welcome to {group}, {reader.get_short_name()}"


# A student comes or goes.


def _stay(event: Event) -> tuple[Membership, Group | None]:
    """Return the stay that began, while it is open, and the group that the student left by this move."""
    stays = Membership.objects.select_related("group__cohort__course", "enrolment__person")
    stay = stays.without_end().get(pk=event.ids["membership"])
    before = stays.filter(pk=event.ids.get("left")).first()
    return stay, before.group if before and before.ended_on == stay.started_on else None


def _readers_of_move(event: Event, now: datetime) -> Iterable[User]:
    stay, left = _stay(event)
    fellows = members_of(stay.group, now) if stay.started_on > stay.group.cohort.starts_on else []
    mentors = [*mentors_of(stay.group, now), *(mentors_of(left, now) if left else [])]
    return [stay.enrolment.person, *fellows, *mentors]


def _counted_from(stay: Membership, now: datetime) -> dict[str, str]:
    """Return from when on milestones are expected of who comes after something was due; what comes first, and when."""
    facts = facts_of([stay], now)[stay.enrolment_id]
    since = facts.joined_on
    if all(is_expected(each.due_on, since) for each in facts.plan):
        return {}
    work = work_of(facts)
    said, first = {"counts_from": day_label(since, since)}, next(iter(work.to_do), None)
    if first is not None and is_expected(first.due_on, since):
        day = work.days.get(first.id)
        said |= {"first": first.title, "first_due": day_label(day, since) if day else ""}
    return said


def _write_move(reader: User, event: Event, now: datetime) -> Mail | None:
    stay, left = _stay(event)
    group, person = stay.group, stay.enrolment.person
    context: dict[str, object] = {"person": person, "starts_on": stay.started_on}
    if left and reader not in [person, *mentors_of(group, now), *members_of(group, now)]:
        # Their mentor of before need not know the new group.
        return _mail("student_moved", reader, left, now, context | {"is_left": True})
    context |= _counted_from(stay, now)
    if reader != person:
        return _mail("student_moved", reader, group, now, context)
    mentors = group.mentorships.open(group.cohort.today(now)).people()
    context["mentor_names"] = [mentor.name for mentor in mentors]
    context["students"] = _marks_without(person, group, members_of(group, now))
    return _mail(
        "student_moved",
        reader,
        group,
        now,
        context,
        since=stay.started_on,
        heading=_welcome(person, group),
        reply_to=mentor_to_reply_to(group, now),
    )


def _left(event: Event) -> tuple[Enrolment, Group | None, date]:
    """Return who left which group, if they were in one, and when, unless that is undone."""
    enrolments = Enrolment.objects.select_related("cohort__course", "person")
    enrolment = enrolments.get(pk=event.ids["enrolment"])
    stays = enrolment.memberships.select_related("group__cohort")
    stay = stays.get(pk=event.ids["membership"]) if "membership" in event.ids else None
    ended_on = stay.ended_on if stay else enrolment.ended_on
    if ended_on is None:
        raise Enrolment.DoesNotExist
    return enrolment, stay.group if stay else None, ended_on


def _readers_of_leaving(event: Event, now: datetime) -> Iterable[User]:
    """Who is in a group again by then knows it from the mail about that one."""
    enrolment, group, _ = _left(event)
    today = enrolment.cohort.today(now)
    others = enrolment.memberships.open(today).exclude(group=group)
    own = [] if others.exists() else [enrolment.person]
    return [*own, *(group.mentors_on(today).people() if group else [])]


def _write_left(reader: User, event: Event, now: datetime) -> Mail | None:
    enrolment, group, on = _left(event)
    today = enrolment.cohort.today(now)
    context = {
        "enrolment": enrolment,
        "on": on,
        "is_past": on <= today,
        "is_ended": enrolment.has_ended(on),
    }
    if reader == enrolment.person:
        place, is_farewell = group or enrolment.cohort, enrolment.has_ended(on) and on <= today
        context |= {"place": place, "today": today, "is_farewell": is_farewell}
        if is_farewell:
            context |= _farewell(enrolment, on, event)
        return write_mail(
            "student_left_own",
            reader,
            now,
            context,
            path=enrolment.cohort.course.get_absolute_url() if is_farewell else reverse("tracker:home"),
            about=place,
            heading="Goodbye, and thank you" if is_farewell else "",
            reply_to=event.by,
        )
    if group is None:
        return None
    return _mail("student_left", reader, group, now, context, reply_to=event.by)


def _farewell(enrolment: Enrolment, on: date, event: Event) -> dict[str, object]:
    """What they leave behind: what they finished, and how many of their answers a student said that they helped."""
    finished = enrolment.progress.filter(state=Progress.State.DONE).order_by("milestone__position", "pk")
    answers = enrolment.person.answers_given.filter(question__cohort=enrolment.cohort_id)
    return {
        "last": on - timedelta(days=1),
        "finished": [mark.milestone for mark in finished.select_related("milestone")],
        "helped": answers.exclude(helped_at=None).count(),
        "by": event.by if event.by != enrolment.person else None,
    }


# A student is away.


def _absence(event: Event, now: datetime) -> tuple[Absence, Group]:
    """Return the days, unless they are over, and the student's group of today."""
    absence = Absence.objects.select_related("enrolment__person", "enrolment__cohort").get(
        pk=event.ids["absence"]
    )
    if absence.ends_on < absence.enrolment.cohort.today(now):
        raise Absence.DoesNotExist
    return absence, group_of(absence.enrolment_id, now)


def _readers_of_absence(event: Event, now: datetime) -> Iterable[User]:
    return mentors_of(_absence(event, now)[1], now)


def _write_absence(reader: User, event: Event, now: datetime) -> Mail | None:
    absence, group = _absence(event, now)
    access = student_to_read(reader, absence.enrolment_id, now)
    context = {
        "person": absence.enrolment.person,
        "days": day_range_label(absence.starts_on, absence.ends_on, access.today),
        "reason": absence.reason if access.may_read_reason(absence) else "",
    }
    return _mail("student_away", reader, group, now, context, reply_to=absence.enrolment.person)


# Its mentors, and their days away.


def _mentorship(event: Event) -> Mentorship:
    return Mentorship.objects.select_related("group__cohort", "person").get(pk=event.ids["mentorship"])


def _readers_of_mentor(event: Event, now: datetime) -> Iterable[User]:
    mentorship = _mentorship(event)
    return [mentorship.person, *everybody_in(mentorship.group, now)]


def _write_mentor(reader: User, event: Event, now: datetime) -> Mail | None:
    mentorship = _mentorship(event)
    group, today = mentorship.group, mentorship.group.cohort.today(now)
    context: dict[str, object] = {"mentorship": mentorship}
    if mentorship.ended_on:
        ends = mentorship.has_ended(max(today, mentorship.started_on))
        if mentorship.role != Mentorship.Role.STAND_IN or ends:
            return None
        context["last_day"] = mentorship.ended_on - timedelta(days=1)
    if reader != mentorship.person:
        return _mail("mentor_began", reader, group, now, context, reply_to=mentorship.person)
    away = MentorAway.objects.not_over(today).filter(mentorship__in=group.mentorships.open(today))
    students = members_of(group, now) if mentorship.started_on <= today else []
    context["students"] = _marks_without(reader, group, students)
    context["away"] = [
        (each.mentorship.person, day_range_label(each.starts_on, each.ends_on, today))
        for each in away.select_related("mentorship__person").order_by("starts_on", "pk")
    ]
    return _mail("mentor_began", reader, group, now, context, since=mentorship.started_on)


def _away(event: Event, now: datetime) -> tuple[Mentorship, str, list[User]]:
    """Return the days on which they would mentor the group, unless these are over, and who is there as they begin."""
    rows = MentorAway.objects.select_related("mentorship__person", "mentorship__group__cohort")
    away = rows.get(pk=event.ids["away"])
    mentorship, today = away.mentorship, away.mentorship.group.cohort.today(now)
    first, last = max(away.starts_on, mentorship.started_on), away.ends_on
    if mentorship.ended_on is not None:
        last = min(last, mentorship.ended_on - timedelta(days=1))
    if last < max(first, today):
        raise MentorAway.DoesNotExist
    others = mentorship.group.mentors_on(max(first, today)).people()
    return mentorship, day_range_label(first, last, today), others


def _readers_of_away(event: Event, now: datetime) -> Iterable[User]:
    mentorship, _, others = _away(event, now)
    return others or admins_of(mentorship.group)


def _write_away(reader: User, event: Event, now: datetime) -> Mail | None:
    mentorship, days, others = _away(event, now)
    group, person = mentorship.group, mentorship.person
    context = {"person": person, "days": days}
    if others:
        own = Mentorship.objects.filter(group=group, person=reader).order_by("started_on")
        since = own.values_list("started_on", flat=True).last()
        return _mail("mentor_away", reader, group, now, context, since=since, reply_to=person)
    group_to_read(reader, group.pk, now)
    path = f"{reverse('tracker:group-set-up', args=[group.pk])}#mentors"
    return write_mail("mentor_missing", reader, now, context, path=path, group=group, reply_to=person)


def _is_urgent(reader: User, event: Event, now: datetime) -> bool:
    """For students, for whom it is about, where somebody must step in, and of who is away by tomorrow.

    Mentors read the rest in the morning.
    """
    if event.kind in ("group_formed", "mentor_away") or event.ids.get("person") == reader.pk:
        return True
    if event.kind == "student_away":
        soon = Absence.objects.overlapping(now.date(), now.date() + timedelta(days=1))
        return soon.filter(pk=event.ids["absence"]).exists()
    own = Enrolment.objects.filter(person=reader)
    if "enrolment" in event.ids and own.filter(pk=event.ids["enrolment"]).exists():
        return True
    groups = Group.objects.filter(Q(pk=event.ids.get("group")) | Q(memberships=event.ids.get("membership")))
    return Membership.objects.not_ended(now.date()).filter(enrolment__in=own, group__in=groups).exists()


# By the kind of the event: who hears of it, and what they read.
_EVENTS: dict[
    str, tuple[Callable[[Event, datetime], Iterable[User]], Callable[[User, Event, datetime], Mail | None]]
] = {
    "group_formed": (_new_members, _write_begin),
    "student_moved": (_readers_of_move, _write_move),
    "student_left": (_readers_of_leaving, _write_left),
    "student_away": (_readers_of_absence, _write_absence),
    "mentor_began": (_readers_of_mentor, _write_mentor),
    "mentor_away": (_readers_of_away, _write_away),
    "meeting_set": (lambda event, now: everybody_in(_group(event), now), write_meeting_set),
    TIMES: (lambda event, now: people_to_ask(_group(event), now), write_times),
    "dates_changed": (lambda event, now: everybody_in(_group(event), now), write_dates),
}
# What is told when the event is undone, where it is no mail that says so.
_UNDONE = {"dates_changed": write_dates}

GROUP = MailKind(
    name=GROUP_CHOICE,
    label="My group starts or changes: its students and mentors, their days away, its meeting, its due dates",
    roles=("student", "mentor", "course admin"),
    events=tuple(_EVENTS),
    is_urgent=_is_urgent,
    waits=UNDONE_SOON,
    # Of new dates, one mail says all that are not told yet.
    thread=lambda event: dates_thread(event) if event.kind == "dates_changed" else "",
    corrects=is_correction,
    recipients=lambda event, now: _EVENTS[event.kind][0](event, now),
    on_mornings=admins_on_mornings,
    write=lambda reader, event, now: (write_alone if event.kind == MORNING else _EVENTS[event.kind][1])(
        reader, event, now
    ),
    write_undone=lambda reader, event, now: _UNDONE.get(event.kind, write_undone)(reader, event, now),
    post=post_dates,
)
