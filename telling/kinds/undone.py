"""Mails that something is undone, to those who were told of it: by the kind of the event that is written back."""

from collections.abc import Callable
from datetime import datetime

from django.urls import reverse

from courses.models import Cohort
from groups.models import Absence, Closing, Enrolment, Group, Membership, MentorAway, Mentorship
from lib.days import day_range_label
from people.models import Event, Message, User
from people.outbox import UNDONE
from telling.kinds.in_groups import group_of_today
from telling.mails import Mail, write_mail


def write_undone(reader: User, event: Event, now: datetime) -> Mail | None:
    return _WRITERS[event.kind](reader, event, now)


def _mail(
    reader: User,
    event: Event,
    now: datetime,
    group: Group,
    context: dict[str, object],
    *,
    is_own: bool = False,
) -> Mail:
    """Write a mail about a group.

    Args:
        is_own: the reader is whom it is about, and may be in the group no longer. For who begins to mentor it later
            its page is closed, too.
    """
    path = reverse("tracker:home")
    today, own = group.cohort.today(now), group.mentorships.without_end().filter(person=reader)
    if not is_own and not any(row.started_on > today for row in own):
        group_of_today(reader, group.pk, now)
        path = group.get_absolute_url()
    context = {**context, "event": event, "is_own": is_own}
    return write_mail("undone", reader, now, context, path=path, group=group, reply_to=event.by)


def _group(event: Event) -> Group:
    return Group.objects.select_related("cohort").get(pk=event.ids.get("group"))


def _stay(enrolment: Enrolment, now: datetime) -> Membership | None:
    stays = enrolment.memberships.not_ended(enrolment.cohort.today(now))
    return stays.select_related("group__cohort").order_by("started_on", "pk").first()


def _moved(reader: User, event: Event, now: datetime) -> Mail:
    """Who heard of it in the group that they left reads that they stay; the others, that they do not come.

    That group is the last one where closing took the move back and ended the stay.
    """
    enrolment = Enrolment.objects.select_related("cohort", "person").get(pk=event.ids.get("enrolment"))
    group, stay = _group(event), _stay(enrolment, now)
    is_own, day = reader == enrolment.person, group.cohort.working_day(now)
    of_group = group.memberships.not_ended(day).filter(enrolment__person=reader).exists()
    of_group = of_group or group.mentorships.not_ended(day).filter(person=reader).exists()
    left = stay or enrolment.memberships.select_related("group__cohort").order_by("started_on", "pk").last()
    place = left.group if left and not (is_own or of_group) else group
    context = {"person": enrolment.person, "stays": place != group, "stay": stay}
    return _mail(reader, event, now, place, context, is_own=is_own)


def _left(reader: User, event: Event, now: datetime) -> Mail | None:
    enrolment = Enrolment.objects.select_related("cohort", "person").get(pk=event.ids["enrolment"])
    stay, is_own = _stay(enrolment, now), reader == enrolment.person
    context = {"person": enrolment.person, "stays": True, "stay": stay}
    if stay:
        return _mail(reader, event, now, stay.group, context, is_own=is_own)
    context |= {"event": event, "is_own": True, "group": enrolment.cohort}
    home = reverse("tracker:home")
    return write_mail("undone", reader, now, context, path=home, about=enrolment.cohort, reply_to=event.by)


def _began(reader: User, event: Event, now: datetime) -> Mail:
    group, person = _group(event), User.objects.get(pk=event.ids.get("person"))
    today = group.cohort.today(now)
    mentors = group.mentorships.open(today).people()
    # Of who had another role before, it is that one.
    roles = group.mentorships.not_ended(today).lasting().filter(person=person)
    role = roles.order_by("started_on", "pk").first()
    context: dict[str, object] = {"person": person, "mentors": mentors, "role": role, "is_no_mentor": True}
    return _mail(reader, event, now, group, context, is_own=reader == person)


def _student_away(reader: User, event: Event, now: datetime) -> Mail | None:
    """Who has been away is back; who was to be away is not. None if somebody has undone that, too."""
    enrolment = Enrolment.objects.select_related("cohort", "person").get(pk=event.ids["enrolment"])
    stay, today = _stay(enrolment, now), enrolment.cohort.today(now)
    absence = Absence.objects.filter(pk=event.ids["absence"]).first()
    if stay is None or (absence and absence.ends_on >= today):
        return None
    left = enrolment.absences.not_over(today).order_by("starts_on", "pk")
    days = [day_range_label(row.starts_on, row.ends_on, today) for row in left]
    name = enrolment.person.get_short_name()
    context = {"person": name, "days": days, "is_back": absence is not None}
    return _mail(reader, event, now, stay.group, context)


def _away(reader: User, event: Event, now: datetime) -> Mail | None:
    """Where the mentorship is undone, too, who was told of it reads that in the mail about that."""
    mentorships = Mentorship.objects.select_related("group__cohort", "person")
    mentorship = mentorships.filter(pk=event.ids.get("mentorship")).first()
    if mentorship is None:
        # Their role of before has the days since.
        own = mentorships.filter(group=event.ids.get("group"), person=event.ids.get("person"))
        mentorship = own.without_end().first()
    if mentorship is None:
        began = {"event__kind": "mentor_began", "event__ids__mentorship": event.ids["mentorship"]}
        is_told = Message.objects.filter(recipient=reader, event__ids__has_key=UNDONE, **began).exists()
        return None if is_told else _began(reader, event, now)
    today = mentorship.group.cohort.today(now)
    of = {"mentorship__group": mentorship.group_id, "mentorship__person": mentorship.person_id}
    left = MentorAway.objects.not_over(today).filter(**of).order_by("starts_on", "pk")
    days = list(dict.fromkeys(day_range_label(away.starts_on, away.ends_on, today) for away in left))
    return _mail(reader, event, now, mentorship.group, {"person": mentorship.person, "days": days})


def _closed(reader: User, event: Event, now: datetime) -> Mail | None:
    closing = Closing.objects.select_related("cohort__course").get(pk=event.ids["closing"])
    cohort: Cohort = closing.cohort
    if cohort.archived or cohort.is_closed(cohort.today(now)):
        return None
    context = {"event": event, "cohort": cohort}
    path = reverse("tracker:home")
    return write_mail("undone", reader, now, context, path=path, about=cohort.course, reply_to=event.by)


def _checked_in(reader: User, event: Event, now: datetime) -> Mail:
    return _mail(reader, event, now, _group(event), {})


_WRITERS: dict[str, Callable[[User, Event, datetime], Mail | None]] = {
    "student_moved": _moved,
    "student_left": _left,
    "student_away": _student_away,
    "mentor_began": _began,
    "mentor_away": _away,
    "cohort_closed": _closed,
    "check_in_logged": _checked_in,
    "meeting_changed": _checked_in,
    "meeting_set": _checked_in,
}
