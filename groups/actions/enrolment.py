"""Enrol people, add them to groups, move them, and end stays. A past stay is never changed."""

from datetime import date, datetime

from django.db import transaction

from courses.models import Cohort
from groups.models import Enrolment, Group, Membership
from lib.days import full_day
from lib.history import credit
from people.models import User


class EnrolmentError(Exception):
    """The change contradicts a stay. The message is shown to the user."""


@transaction.atomic
def enrol(*, person: User, cohort: Cohort, started_on: date, by: User | None, at: datetime) -> Enrolment:
    """Enrol the person from that day. Return the open enrolment if one exists.

    Raises:
        EnrolmentError: the account is disabled, or the day is in an earlier enrolment in the cohort.
    """
    cohort = Cohort.objects.select_for_update().get(pk=cohort.pk)
    enrolments = Enrolment.objects.filter(cohort=cohort, person=person)
    open_one = enrolments.filter(ended_on=None).first()
    if open_one is not None:
        return open_one
    if not person.is_active:
        raise EnrolmentError(f"The account of {person} is disabled; ask an operator.")
    earlier = enrolments.filter(ended_on__gt=started_on).order_by("-ended_on").first()
    if earlier is not None:
        raise EnrolmentError(
            f"{person} was enrolled before, until {_day_label(earlier.ended_on)}. Choose that day or a later one."
        )
    enrolment = Enrolment(cohort=cohort, person=person, started_on=started_on, enrolled_by=by, enrolled_at=at)
    credit(enrolment, by)
    enrolment.save()
    return enrolment


@transaction.atomic
def join_group(
    *, enrolment: Enrolment, group: Group, on: date, by: User | None, at: datetime, reason: str = ""
) -> Membership:
    """Add a student to a group from that day and end their stay in another group. No change if they are already in it.

    Args:
        reason: saved in the history of both stays.

    Raises:
        EnrolmentError: the group is in another cohort; the student mentors the group; the group would exceed the group
            size of the course by more than one; the enrolment has ended; the day is before the enrolment, or in or
            before an earlier stay.
    """
    group = Group.objects.select_for_update(of=("self",)).select_related("cohort__course").get(pk=group.pk)
    enrolment = _locked(enrolment)
    _check_may_join(enrolment, group, on)
    current = enrolment.memberships.filter(ended_on=None).first()
    if current is not None and current.group_id == group.pk:
        return current
    _check_room(group, on)
    if current is not None:
        _end_stay(current, on=on, end_reason=Membership.EndReason.MOVED, by=by, reason=reason)
    if enrolment.memberships.overlapping(on, None).exists():
        raise EnrolmentError(f"{enrolment.person} was in another group on {_day_label(on)} or later.")
    membership = Membership(enrolment=enrolment, group=group, started_on=on)
    _note(membership, by, reason)
    membership.save()
    return membership


def _check_may_join(enrolment: Enrolment, group: Group, on: date) -> None:
    person = enrolment.person
    if enrolment.cohort_id != group.cohort_id:
        raise EnrolmentError(f"{person} is enrolled in a different cohort from {group}.")
    if enrolment.ended_on is not None:
        raise EnrolmentError(f"{person} is no longer enrolled. Enrol them again first.")
    if on < enrolment.started_on:
        raise EnrolmentError(
            f"{person} is enrolled since {_day_label(enrolment.started_on)}; choose that day or a later one."
        )
    if group.mentorships.not_ended(on).filter(person=person).exists():
        raise EnrolmentError(f"{person} is a mentor of {group} and cannot be a student in it.")


def _check_room(group: Group, on: date) -> None:
    size = group.memberships.not_ended(on).count()
    if size > group.cohort.course.group_size:
        raise EnrolmentError(
            f"{group} is full: {size} students, one more than the group size of {group.cohort.course.group_size}."
            " Move someone out first, or create another group."
        )


@transaction.atomic
def leave_group(
    *, enrolment: Enrolment, on: date, by: User | None, at: datetime, reason: str = ""
) -> Membership:
    """Remove a student from their group on that day. They stay enrolled and can join another group later.

    Raises:
        EnrolmentError: they are in no group, or the day is before the start of their stay.
    """
    enrolment = _locked(enrolment)
    stay = enrolment.memberships.filter(ended_on=None).select_related("group").first()
    if stay is None:
        raise EnrolmentError(f"{enrolment.person} is in no group.")
    _end_stay(stay, on=on, end_reason=Membership.EndReason.MOVED, by=by, reason=reason)
    return stay


@transaction.atomic
def end_enrolment(*, enrolment: Enrolment, on: date, reason: str, by: User | None, at: datetime) -> Enrolment:
    """End an enrolment and its stay in a group on that day. Progress and past stays are kept.

    Args:
        reason: one of `Enrolment.EndReason`.

    Raises:
        EnrolmentError: it has already ended, or the day is before its start or before the end of a stay in a group.
    """
    end_reason = Enrolment.EndReason(reason)
    enrolment = _locked(enrolment)
    person = enrolment.person
    if enrolment.ended_on is not None:
        raise EnrolmentError(f"The enrolment of {person} ended on {_day_label(enrolment.ended_on)} already.")
    if on < enrolment.started_on:
        raise EnrolmentError(f"{person} started on {_day_label(enrolment.started_on)}; choose a later day.")
    last = enrolment.memberships.filter(ended_on__gt=on).select_related("group").first()
    if last is not None:
        raise EnrolmentError(
            f"{person} left {last.group} on {_day_label(last.ended_on)}; choose that day or a later one."
        )
    for stay in enrolment.memberships.filter(ended_on=None).select_related("group"):
        _end_stay(stay, on=on, end_reason=Membership.EndReason(end_reason.value), by=by)
    enrolment.ended_on = on
    enrolment.end_reason = end_reason
    credit(enrolment, by)
    enrolment.save()
    return enrolment


def _locked(enrolment: Enrolment) -> Enrolment:
    rows = Enrolment.objects.select_for_update(of=("self",)).select_related("person")
    return rows.get(pk=enrolment.pk)


def _end_stay(
    stay: Membership, *, on: date, end_reason: Membership.EndReason, by: User | None, reason: str = ""
) -> None:
    if on < stay.started_on:
        raise EnrolmentError(
            f"The stay in {stay.group} started on {_day_label(stay.started_on)}; choose that day or a later one."
        )
    stay.ended_on = on
    stay.end_reason = end_reason
    _note(stay, by, reason)
    stay.save()


def _note(stay: Membership, by: User | None, reason: str) -> None:
    credit(stay, by)
    stay._change_reason = reason[:100] or None  # type: ignore[attr-defined]


def _day_label(day: date | None) -> str:
    return full_day(day) if day else "today"
