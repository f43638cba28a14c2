from datetime import date

from django.db import transaction

from groups.models import Group, Mentorship
from lib.history import credit
from people.models import User


class MentorshipError(Exception):
    """What was asked contradicts the mentorships there are; the message says what to do, for people."""


@transaction.atomic
def assign_mentor(*, group: Group, person: User, role: str, on: date, by: User | None) -> Mentorship:
    """Make the person mentor, co-mentor or cover of the group from that day; another role ends the one they had.

    Raises:
        MentorshipError: the person studies in the group; the day lies before the role they have began.
    """
    group = Group.objects.select_for_update().get(pk=group.pk)
    if group.memberships.filter(enrolment__person=person, ended_on=None).exists():
        raise MentorshipError(f"{person} studies in {group} and cannot mentor it.")
    current = group.mentorships.filter(person=person, ended_on=None).first()
    if current is not None:
        if current.role == role:
            return current
        end_mentorship(mentorship=current, on=on, by=by)
    mentorship = Mentorship(group=group, person=person, role=role, started_on=on)
    credit(mentorship, by)
    mentorship.save()
    return mentorship


@transaction.atomic
def end_mentorship(*, mentorship: Mentorship, on: date, by: User | None) -> Mentorship:
    """End a mentorship on that day; what fell in it stays readable for the person.

    Raises:
        MentorshipError: it has ended already, or the day lies before it began.
    """
    mentorship = Mentorship.objects.select_for_update().select_related("person").get(pk=mentorship.pk)
    if mentorship.ended_on is not None:
        raise MentorshipError(f"{mentorship.person} is not a mentor of this group any more.")
    if on < mentorship.started_on:
        raise MentorshipError(
            f"{mentorship.person} began on {mentorship.started_on:%-d %B %Y}; give a later day."
        )
    mentorship.ended_on = on
    credit(mentorship, by)
    mentorship.save()
    return mentorship
