"""What changes for a group: who belongs to it, who mentors it, and when its milestones are due."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.urls import reverse

from groups.access import GroupAccess, group_to_read
from groups.models import Enrolment, Group, Membership, MentorAway, Mentorship, PlanItem
from lib.days import day_range_label
from lib.weeks import holds
from people.models import Event, User
from telling.kinds.in_groups import (
    admins_of,
    members_of,
    mentor_to_reply_to,
    mentors_of,
    mentors_on,
    names_of_mentors,
)
from telling.kinds.kind import Kind
from telling.mails import Mail, Part, near_day

# The event of who left a group or the cohort, and came into no other.
LEFT = "student_left"
# Dates of a plan in a mail; the page has all of them.
_MOST_DATES = 12


def _stays(event: Event) -> tuple[Membership, Membership | None] | None:
    """Return the stay that began, and the one that it ended."""
    stays = Membership.objects.select_related("group__cohort", "enrolment__person")
    stay = stays.filter(pk=event.ids["membership"]).first()
    if stay is None:
        return None
    before = stays.filter(enrolment=stay.enrolment, end_reason=Membership.EndReason.MOVED)
    return stay, before.filter(ended_on__lte=stay.started_on).order_by("-ended_on", "-pk").first()


def _left(event: Event) -> tuple[Enrolment, Membership | None] | None:
    """Return who left, and their stay in the group that they left; nothing once that is undone."""
    enrolments = Enrolment.objects.select_related("cohort", "person")
    enrolment = enrolments.filter(pk=event.ids["enrolment"]).first()
    if enrolment is None:
        return None
    if "membership" not in event.ids:
        return None if enrolment.ended_on is None else (enrolment, None)
    stays = enrolment.memberships.exclude(ended_on=None).select_related("group__cohort")
    stay = stays.filter(pk=event.ids["membership"]).first()
    return None if stay is None else (enrolment, stay)


def _hearers_of_move(event: Event, now: datetime) -> Iterable[User]:
    if event.kind == LEFT:
        left = _left(event)
        if left is None:
            return []
        enrolment, stay = left
        mentors = mentors_on(stay.group, enrolment.cohort.today(now)) if stay else []
        return [enrolment.person, *mentors]
    stays = _stays(event)
    if stays is None:
        return []
    stay, before = stays
    return [
        stay.enrolment.person,
        *mentors_of(stay.group, now),
        *(mentors_of(before.group, now) if before else []),
    ]


def _write_left(reader: User, event: Event, now: datetime) -> Mail | None:
    left = _left(event)
    if left is None:
        return None
    enrolment, stay = left
    cohort, person, group = enrolment.cohort, enrolment.person, stay.group if stay else None
    is_self = reader.pk == person.pk
    day = stay.ended_on if stay else enrolment.ended_on
    if day is None or (group is None and not is_self):
        return None
    today = cohort.today(now)
    when = near_day(day, today)
    is_ended = enrolment.ended_on is not None and enrolment.ended_on <= day
    path = reverse("tracker:home")
    if is_self:
        subject = f"You are {'no longer' if day <= today else 'not'} in {group or cohort}"
        subject += "" if day <= today else f" from {when} on"
        what = f"Your enrolment in {cohort} ended" if is_ended else f"You left {group}, and stay enrolled"
        why = f"because you belonged to {group or cohort}"
    else:
        assert group is not None  # noqa: S101
        path = group_to_read(reader, group.pk, now).group.get_absolute_url()
        subject = f"{person.get_short_name()} {'left' if day <= today else 'leaves'} {group}"
        what = (
            f"{person.get_short_name()} left the cohort ({enrolment.get_end_reason_display()})"
            if is_ended
            else f"{person.get_short_name()} is in no group"
        )
        why = f"because you mentor {group}"
    return Mail(
        subject=subject,
        about=f"for {group or cohort}",
        parts=(Part(f"{what}, from {when} on."),),
        label="Open Trefoil" if is_self else f"Open {group}",
        path=path,
        why=why,
        reply_to=event.by if event.by and event.by.is_active and event.by_id != reader.pk else None,
        again="",
    )


def _write_move(reader: User, event: Event, now: datetime) -> Mail | None:
    if event.kind == LEFT:
        return _write_left(reader, event, now)
    stays = _stays(event)
    if stays is None or stays[0].ended_on is not None:
        return None
    stay, before = stays
    group, name = stay.group, stay.enrolment.person.get_short_name()
    is_self = reader.pk == stay.enrolment.person_id
    left = before is not None and not is_self and reader.pk not in {one.pk for one in mentors_of(group, now)}
    # Who mentored them before need not know the new group.
    about = before.group if left and before else group
    access = _access_of(about, now, reader=reader, since=stay.started_on if is_self else None)
    day = near_day(stay.started_on, group.cohort.today(now))
    if is_self:
        subject = f"You are in {group} now" if access else f"You are in {group} from {day} on"
        mentors = names_of_mentors(group, now)
        parts = [Part(f"You belong to {group} from {day} on.")]
        parts += [Part(mentors, label="Mentors")] if mentors else []
        parts += [Part(group.meeting, label="Meets")] if group.meeting else []
    elif left:
        subject, parts = (
            f"{name} left {about}",
            [Part(f"{name} went to another group, from {day} on.")],
        )
    else:
        subject, parts = f"{name} joins {group}", [Part(f"{name} belongs to {group} from {day} on.")]
    return Mail(
        subject=subject,
        about=f"for {about}",
        parts=tuple(parts),
        label=f"Open {about}" if access else "Open Trefoil",
        path=access.group.get_absolute_url() if access else reverse("tracker:home"),
        why="because it is your group" if is_self else f"because you mentor {about}",
        reply_to=mentor_to_reply_to(group, now) if is_self else None,
        again="",
    )


def _access_of(group: Group, now: datetime, *, reader: User, since: date | None) -> GroupAccess | None:
    """Return what the reader may do in the group: nothing yet, for who belongs to it from a later day on."""
    if since is not None and since > group.cohort.today(now):
        return None
    return group_to_read(reader, group.pk, now)


def _group(event: Event) -> Group | None:
    return Group.objects.select_related("cohort").filter(pk=event.ids["group"]).first()


def _mentorship(event: Event) -> Mentorship | None:
    mentorships = Mentorship.objects.select_related("group__cohort", "person")
    return mentorships.filter(pk=event.ids["mentorship"]).first()


def _everybody(group: Group | None, now: datetime) -> Iterable[User]:
    return [*members_of(group, now), *mentors_of(group, now)] if group else []


def _hearers_of_mentor(event: Event, now: datetime) -> Iterable[User]:
    mentorship = _mentorship(event)
    return [mentorship.person, *_everybody(mentorship.group, now)] if mentorship else []


def _write_mentor(reader: User, event: Event, now: datetime) -> Mail | None:
    mentorship = _mentorship(event)
    if mentorship is None or (mentorship.ended_on and not _covers(mentorship, now)):
        return None
    group, role = mentorship.group, mentorship.get_role_display()
    is_self = reader.pk == mentorship.person_id
    access = _access_of(group, now, reader=reader, since=mentorship.started_on if is_self else None)
    who = "You are" if is_self else f"{mentorship.person} is"
    day = near_day(mentorship.started_on, group.cohort.today(now))
    last = mentorship.ended_on and near_day(mentorship.ended_on - timedelta(days=1), group.cohort.today(now))
    parts = [Part(f"{who} the {role} of {group} from {day} {f'until {last}' if last else 'on'}.")]
    if is_self and access:
        names = ", ".join(person.name for person in members_of(group, now))
        parts += [Part(names, label="Students")] if names else []
    parts += [Part(group.meeting, label="Meets")] if group.meeting else []
    if is_self:
        parts += [
            Part(_days_label(away, now), label=f"{away.mentorship.person} is away")
            for away in _away_in(group, now)
        ]
    return Mail(
        subject=f"{who} the {role} of {group}",
        about=f"for {group}",
        parts=tuple(parts),
        label=f"Open {group}" if access else "Open Trefoil",
        path=access.group.get_absolute_url() if access else reverse("tracker:home"),
        why=f"because you {'mentor' if access is None or access.mentors else 'belong to'} {group}",
        reply_to=None if is_self else mentorship.person,
        again="",
    )


def _away_in(group: Group, now: datetime) -> Iterable[MentorAway]:
    """The days away of today's mentors of the group that are not over."""
    today = group.cohort.today(now)
    away = MentorAway.objects.filter(
        mentorship__in=Mentorship.objects.open(today).filter(group=group), ends_on__gte=today
    )
    return away.select_related("mentorship__person", "mentorship__group__cohort").order_by("starts_on", "pk")


def _away(event: Event) -> MentorAway | None:
    rows = MentorAway.objects.select_related("mentorship__person", "mentorship__group__cohort")
    return rows.filter(pk=event.ids["away"]).first()


def _days_label(away: MentorAway, now: datetime) -> str:
    return day_range_label(away.starts_on, away.ends_on, away.mentorship.group.cohort.today(now))


def _who_else_mentors(away: MentorAway, now: datetime) -> list[User]:
    """Return who mentors the group when the days begin and is not away then, too."""
    group = away.mentorship.group
    return mentors_on(group, max(away.starts_on, group.cohort.today(now)))


def _hearers_of_away(event: Event, now: datetime) -> Iterable[User]:
    away = _away(event)
    if away is None:
        return []
    return _who_else_mentors(away, now) or admins_of(away.mentorship.group)


def _write_away(reader: User, event: Event, now: datetime) -> Mail | None:
    away = _away(event)
    if away is None or away.ends_on < away.mentorship.group.cohort.today(now):
        return None
    group, person, days = away.mentorship.group, away.mentorship.person, _days_label(away, now)
    reply_to = person if person.is_active else None
    if not _who_else_mentors(away, now):
        group_to_read(reader, group.pk, now)
        return Mail(
            subject=f"{group} needs a cover {days}",
            about=f"for {group}",
            parts=(Part(f"{person} is away, and nobody else mentors {group}."),),
            label="Assign a cover",
            path=f"{reverse('groups:group-set-up', args=[group.pk])}#mentors",
            why=f"because you run the course of {group}",
            reply_to=reply_to,
            again="",
        )
    own = Mentorship.objects.filter(group=group, person=reader).order_by("started_on")
    access = _access_of(group, now, reader=reader, since=own.values_list("started_on", flat=True).last())
    return Mail(
        subject=f"{person} is away {days}",
        about=f"for {group}",
        parts=(Part(f"Cries for help, questions and check-ins of {group} reach you on these days."),),
        label=f"Open {group}" if access else "Open Trefoil",
        path=group.get_absolute_url() if access else reverse("tracker:home"),
        why=f"because you mentor {group}",
        reply_to=reply_to,
        again="",
    )


def _covers(mentorship: Mentorship, now: datetime) -> bool:
    """Whether somebody covers until a day that is not over."""
    today = mentorship.group.cohort.today(now)
    return mentorship.role == Mentorship.Role.COVER and not holds(today, mentorship.ended_on, None)


def _write_dates(reader: User, event: Event, now: datetime) -> Mail | None:
    access = group_to_read(reader, event.ids["group"], now)
    group = access.group
    items = PlanItem.objects.filter(group=group, due_on__gte=access.today).select_related("milestone")
    rows = [
        Part(item.milestone.title, label=near_day(item.due_on, access.today), look="row")
        for item in items.in_order()[:_MOST_DATES]
        if item.due_on
    ]
    if not rows:
        return None
    return Mail(
        subject=f"New due dates for {group}",
        about=f"for {group}",
        parts=tuple(rows),
        label="See the whole plan",
        path=reverse("tracker:group-detail", args=[group.pk]),
        why=f"because you {'mentor' if access.mentors else 'belong to'} {group}",
        reply_to=event.by if event.by and event.by.is_active and event.by_id != reader.pk else None,
    )


def _hearers_of_dates(event: Event, now: datetime) -> Iterable[User]:
    return _everybody(_group(event), now)


def _belonging_to(group: Group, now: datetime) -> tuple[list[Membership], list[Mentorship]]:
    """Students and mentors of a group, also from a later day on."""
    today = group.cohort.today(now)
    stays = Membership.objects.not_ended(today).filter(group=group).select_related("enrolment__person")
    mentorships = Mentorship.objects.not_ended(today).filter(group=group).select_related("person")
    return list(stays.order_by("enrolment__person__name", "pk")), list(mentorships.order_by("pk"))


def _hearers_of_begin(event: Event, now: datetime) -> Iterable[User]:
    group = _group(event)
    if group is None:
        return []
    stays, mentorships = _belonging_to(group, now)
    return [*(stay.enrolment.person for stay in stays), *(mentorship.person for mentorship in mentorships)]


def _write_begin(reader: User, event: Event, now: datetime) -> Mail | None:
    group = _group(event)
    if group is None:
        return None
    stays, mentorships = _belonging_to(group, now)
    own = next((stay for stay in stays if stay.enrolment.person_id == reader.pk), None)
    leads = any(mentorship.person_id == reader.pk for mentorship in mentorships)
    if own is None and not leads:
        return None
    access = _access_of(group, now, reader=reader, since=own.started_on if own else None)
    since = (
        own.started_on if own else min((stay.started_on for stay in stays), default=group.cohort.starts_on)
    )
    day = near_day(since, group.cohort.today(now))
    parts = [
        Part(f"You {'mentor' if leads else 'belong to'} {group} from {day} on."),
        *_labelled("Students", [stay.enrolment.person.name for stay in stays if stay is not own]),
        *_labelled("Mentors", [one.person.name for one in mentorships if one.person_id != reader.pk]),
        *_labelled("Meets", [group.meeting]),
    ]
    return Mail(
        subject=f"You {'mentor' if leads else 'are in'} {group}",
        about=f"for {group}",
        parts=tuple(parts),
        label=f"Open {group}" if access else "Open Trefoil",
        path=access.group.get_absolute_url() if access else reverse("tracker:home"),
        why=f"because you {'mentor' if leads else 'belong to'} {group}",
        reply_to=next((one.person for one in mentorships if one.person_id != reader.pk), None),
        again="",
    )


def _labelled(label: str, names: Iterable[str]) -> list[Part]:
    text = ", ".join(filter(None, names))
    return [Part(text, label=label)] if text else []


BEGIN = Kind(
    name="begin",
    label="A group of mine begins",
    whom="the students and mentors of the group",
    soon="at once",
    roles=("student", "mentor"),
    events=("group_formed",),
    hearers=_hearers_of_begin,
    write=_write_begin,
)
MOVE = Kind(
    name="move",
    label="I am in another group or in none, or a student joins or leaves a group of mine",
    whom="the student, and the mentors of the groups",
    soon="at once",
    roles=("student", "mentor"),
    events=("student_moved", LEFT),
    hearers=_hearers_of_move,
    write=_write_move,
)
MENTOR = Kind(
    name="mentor",
    label="My group has a new mentor",
    whom="the students and mentors of the group, the new one too",
    soon="at once",
    roles=("student", "mentor"),
    events=("mentor_began",),
    hearers=_hearers_of_mentor,
    write=_write_mentor,
)
AWAY = Kind(
    name="away",
    label="A mentor of a group of mine is away",
    whom="who else mentors the group then, as its cover; if nobody does, the course admins",
    soon="at once",
    roles=("mentor", "course admin"),
    events=("mentor_away",),
    hearers=_hearers_of_away,
    write=_write_away,
)
DATES = Kind(
    name="dates",
    label="My group has new due dates",
    whom="the students and mentors of the group",
    soon="at once",
    roles=("student", "mentor"),
    events=("dates_changed",),
    thread=lambda event: f"dates {event.ids['group']}",
    hearers=_hearers_of_dates,
    write=_write_dates,
)
