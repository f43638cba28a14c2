"""Enrol people, put them into groups, move them, end their stay: past stays are ended, never rewritten."""

from datetime import date, datetime

from django.db import transaction

from courses.models import Cohort
from groups.models import Enrolment, Group, Membership
from lib.history import credit
from people.models import User


class EnrolmentError(Exception):
    """What was asked contradicts the stays there are; the message says what to do, for people."""


@transaction.atomic
def enrol(*, person: User, cohort: Cohort, started_on: date, by: User | None, at: datetime) -> Enrolment:
    """Enrol the person as a student of the cohort from that day; who is enrolled already stays so."""
    open_one = (
        Enrolment.objects.select_for_update().filter(cohort=cohort, person=person, ended_on=None).first()
    )
    if open_one is not None:
        return open_one
    enrolment = Enrolment(cohort=cohort, person=person, started_on=started_on, enrolled_by=by, enrolled_at=at)
    credit(enrolment, by)
    enrolment.save()
    return enrolment


@transaction.atomic
def join_group(*, enrolment: Enrolment, group: Group, on: date, by: User | None, at: datetime) -> Membership:
    """Put a student into a group from that day, out of the one they are in; who is in it already stays.

    Raises:
        EnrolmentError: the group is of another cohort; it would have more than one above the course's group size; the
            enrolment has ended; the day lies in or before an earlier stay.
    """
    group = Group.objects.select_for_update().select_related("cohort__course").get(pk=group.pk)
    enrolment = Enrolment.objects.select_for_update().select_related("person").get(pk=enrolment.pk)
    if enrolment.cohort_id != group.cohort_id:
        raise EnrolmentError(f"{enrolment.person} is enrolled in another cohort than {group}.")
    if enrolment.ended_on is not None:
        raise EnrolmentError(f"{enrolment.person} is not enrolled any more. Enrol them again first.")
    current = enrolment.memberships.filter(ended_on=None).first()
    if current is not None and current.group_id == group.pk:
        return current
    size = group.memberships.filter(ended_on=None).count()
    if size > group.cohort.course.group_size:
        raise EnrolmentError(
            f"{group} has {size} students already, one above the group size of {group.cohort.course.group_size}."
            " Move somebody out first, or make another group."
        )
    if current is not None:
        _end_stay(current, on=on, reason=Membership.EndReason.MOVED, by=by)
    if enrolment.memberships.overlapping(on, None).exists():
        raise EnrolmentError(f"{enrolment.person} was in another group on {on:%-d %B %Y} or later.")
    membership = Membership(enrolment=enrolment, group=group, started_on=on)
    credit(membership, by)
    membership.save()
    return membership


@transaction.atomic
def end_enrolment(*, enrolment: Enrolment, on: date, reason: str, by: User | None, at: datetime) -> Enrolment:
    """End an enrolment, and the stay in a group that goes with it, on that day. Progress and the past are kept.

    Raises:
        EnrolmentError: it has ended already, or the day lies before it began.
    """
    enrolment = Enrolment.objects.select_for_update().select_related("person").get(pk=enrolment.pk)
    if enrolment.ended_on is not None:
        raise EnrolmentError(
            f"The enrolment of {enrolment.person} ended on {enrolment.ended_on:%-d %B %Y} already."
        )
    if on < enrolment.started_on:
        raise EnrolmentError(
            f"{enrolment.person} started on {enrolment.started_on:%-d %B %Y}; give a later day."
        )
    for stay in enrolment.memberships.filter(ended_on=None):
        _end_stay(stay, on=on, reason=Membership.EndReason(reason), by=by)
    enrolment.ended_on = on
    enrolment.end_reason = reason
    credit(enrolment, by)
    enrolment.save()
    return enrolment


def _end_stay(stay: Membership, *, on: date, reason: str, by: User | None) -> None:
    if on < stay.started_on:
        raise EnrolmentError(
            f"The stay in {stay.group} began on {stay.started_on:%-d %B %Y}; give that day or a later one."
        )
    stay.ended_on = on
    stay.end_reason = reason
    credit(stay, by)
    stay.save()
