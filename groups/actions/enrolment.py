"""Enrol people, add them to groups, move them, and end stays. A past stay is never changed.

The functions for many take unsaved rows, and cost the same few queries for each batch of them. Those for one call them.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import batched

from django.db import transaction
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from courses.models import Cohort
from groups.actions.locking import locked_enrolments, locked_groups_of_open_cohorts, locked_open_cohort
from groups.actions.people_in_groups import PeopleInGroups
from groups.models import Enrolment, Group, Membership
from lib.days import full_day
from lib.history import credit
from people.actions.proof import require_proof
from people.audit import ids, note
from people.models import User
from people.outbox import tell_each

_BATCH = 500
_IN_A_QUERY = 1_000

# A row as it is now, and its fields as they were before.
type Changed[Row] = tuple[Row, dict[str, object]]


class EnrolmentError(Exception):
    """The change contradicts a stay. The message is shown to the user."""


@transaction.atomic
def enrol(*, person: User, cohort: Cohort, started_on: date, by: User | None, at: datetime) -> Enrolment:
    """Enrol the person from that day. Return the open enrolment if one exists. 403 in a closed cohort.

    Raises:
        EnrolmentError: the account is disabled, or the day is in an earlier enrolment in the cohort.
    """
    cohort = locked_open_cohort(cohort, by=by, at=at)
    enrolments = Enrolment.objects.filter(cohort=cohort, person=person)
    open_one = enrolments.filter(ended_on=None).first()
    if open_one is not None:
        return open_one
    earlier = enrolments.filter(ended_on__gt=started_on).order_by("-ended_on").first()
    if earlier is not None:
        raise EnrolmentError(
            f"{person} was enrolled before, until {_day_label(earlier.ended_on)}. Choose that day or a later one."
        )
    new = Enrolment(cohort=cohort, person=person, started_on=started_on)
    return enrol_many(cohort=cohort, enrolments=[new], by=by, at=at)[0]


@transaction.atomic
def enrol_many(
    *, cohort: Cohort, enrolments: Sequence[Enrolment], by: User | None, at: datetime
) -> list[Enrolment]:
    """Save enrolments in the cohort, open and ended ones. The caller checks that those of a person do not overlap.

    403 in a closed cohort.

    Raises:
        EnrolmentError: somebody who has not left has a disabled account, or is enrolled already.
    """
    locked_open_cohort(cohort, by=by, at=at)
    enrolled = set(Enrolment.objects.filter(cohort=cohort, ended_on=None).values_list("person", flat=True))
    for enrolment in enrolments:
        if enrolment.ended_on is None:
            if not enrolment.person.is_active:
                raise EnrolmentError(f"The account of {enrolment.person} is disabled; ask an operator.")
            if enrolment.person.pk in enrolled:
                raise EnrolmentError(f"{enrolment.person} is enrolled already.")
            enrolled.add(enrolment.person.pk)
        enrolment.enrolled_by, enrolment.enrolled_at = by, at
    people = [enrolment.person.pk for enrolment in enrolments]
    require_proof(people=people, by=by)
    if people:
        note(f"enrolled persons {ids(people)} in cohort {cohort.pk}")
    made: list[Enrolment] = bulk_create_with_history(
        enrolments, Enrolment, batch_size=_BATCH, default_user=by, default_date=at
    )
    return made


@transaction.atomic
def edit_enrolments(
    *, edits: Sequence[tuple[Enrolment, Mapping[str, object]]], by: User, at: datetime
) -> list[Changed[Enrolment]]:
    """Set fields of open enrolments, such as the level."""
    locked_enrolments({enrolment.pk for enrolment, _ in edits})
    changed: list[Changed[Enrolment]] = []
    for enrolment, fields in edits:
        changed.append((enrolment, {name: getattr(enrolment, name) for name in fields}))
        for name, value in fields.items():
            setattr(enrolment, name, value)
    bulk_update_with_history(
        [enrolment for enrolment, _ in edits],
        Enrolment,
        sorted({name for _, fields in edits for name in fields}),
        batch_size=_BATCH,
        default_user=by,
        default_date=at,
    )
    return changed


@transaction.atomic
def join_group(
    *, enrolment: Enrolment, group: Group, on: date, by: User | None, at: datetime, reason: str = ""
) -> Membership:
    """Add a student to a group from that day and end their stay in another group. No change if they are already in it.

    Args:
        reason: saved in the history of both stays.

    Raises:
        EnrolmentError: see `join_many`.
    """
    stay = Membership(enrolment=enrolment, group=group, started_on=on)
    made, _ = join_many(stays=[stay], on=on, by=by, at=at, reason=reason)
    return made[0] if made else enrolment.memberships.get(ended_on=None)


@transaction.atomic
def join_many(
    *, stays: Sequence[Membership], on: date, by: User | None, at: datetime, reason: str = ""
) -> tuple[list[Membership], list[Changed[Membership]]]:
    """Save stays in groups, open and ended ones. An open stay ends the one in another group.

    Nothing changes for people who are in the group already. 403 in a closed cohort.

    Args:
        on: the day from which people count as members and mentors of a group.
        reason: saved in the history of the stays.

    Returns:
        The new stays, and those that ended.

    Raises:
        EnrolmentError: a group is in another cohort; a student mentors the group; the group would exceed the group size
            of the course by more than one; an enrolment has ended; a day is before the enrolment, or in another stay.
    """
    made, ended, refusals = join_who_can(stays=stays, on=on, by=by, at=at, reason=reason)
    for refusal in refusals.values():
        raise EnrolmentError(refusal)
    return made, ended


@transaction.atomic
def join_who_can(
    *, stays: Sequence[Membership], on: date, by: User | None, at: datetime, reason: str = ""
) -> tuple[list[Membership], list[Changed[Membership]], dict[int, str]]:
    """Do what `join_many` does for those whom nothing speaks against. The others stay where they are.

    Returns:
        The new stays, those that ended, and why the others cannot, by the id of their enrolment.
    """
    groups = locked_groups_of_open_cohorts({stay.group.pk for stay in stays}, by=by, at=at)
    enrolments = locked_enrolments({stay.enrolment.pk for stay in stays})
    there = _stays_of(enrolments)
    people = PeopleInGroups(groups.values(), on)
    made: list[Membership] = []
    left: dict[int, Membership] = {}
    refusals: dict[int, str] = {}
    for stay in stays:
        enrolment, group = enrolments[stay.enrolment.pk], groups[stay.group.pk]
        is_open = stay.ended_on is None
        current = next((other for other in there[enrolment.pk] if is_open and other.ended_on is None), None)
        try:
            _check_day(enrolment, group, stay)
            if current is not None and current.group_id == group.pk:
                continue
            if current is not None:
                _end(current, stay.started_on, Membership.EndReason.MOVED)
            _check_others(enrolment, stay, there[enrolment.pk])
        except EnrolmentError as error:
            refusals[enrolment.pk] = str(error)
            _go_on(current)
            continue
        if current is not None:
            left[enrolment.pk] = current
            people.leave(enrolment.person, current.group)
        there[enrolment.pk].append(stay)
        made.append(stay)
    # Everybody has left by now: two people may swap between full groups.
    for stay in list(made):
        person, group = enrolments[stay.enrolment.pk].person, groups[stay.group.pk]
        if stay.ended_on is None:
            if refusal := people.study_refusal(person, group):
                refusals[stay.enrolment.pk] = refusal
                made.remove(stay)
                _go_on(left.pop(stay.enrolment.pk, None))
                continue
            people.study(person, group)
    _end_and_begin(list(left.values()), made, by, at, reason)
    stays_after = [stay for stay in made if stay.enrolment_id in left and stay.ended_on is None]
    tell_each("student_moved", [{"membership": stay.pk} for stay in stays_after], by=by, at=at)
    before: dict[str, object] = {"ended_on": None, "end_reason": ""}
    return made, [(stay, before) for stay in left.values()], refusals


def _go_on(stay: Membership | None) -> None:
    """Take back that it ended."""
    if stay is not None:
        stay.ended_on, stay.end_reason = None, ""


def _stays_of(enrolments: Collection[int]) -> dict[int, list[Membership]]:
    there: dict[int, list[Membership]] = defaultdict(list)
    for batch in batched(enrolments, _IN_A_QUERY):
        for stay in Membership.objects.filter(enrolment__in=batch).select_related("group"):
            there[stay.enrolment_id].append(stay)
    return there


def _check_others(enrolment: Enrolment, stay: Membership, others: Iterable[Membership]) -> None:
    if any(other.overlaps(stay.started_on, stay.ended_on) for other in others):
        raise EnrolmentError(
            f"{enrolment.person} was in another group on {_day_label(stay.started_on)} or later."
        )


def _end_and_begin(
    ended: list[Membership], made: list[Membership], by: User | None, at: datetime, reason: str
) -> None:
    credited = {
        "batch_size": _BATCH, "default_user": by, "default_date": at, "default_change_reason": reason[:100] or None,
    }  # fmt: skip
    bulk_update_with_history(ended, Membership, ["ended_on", "end_reason"], **credited)
    bulk_create_with_history(made, Membership, **credited)


def _check_day(enrolment: Enrolment, group: Group, stay: Membership) -> None:
    person = enrolment.person
    if enrolment.cohort_id != group.cohort_id:
        raise EnrolmentError(f"{person} is enrolled in a different cohort from {group}.")
    if enrolment.ended_on is not None and stay.ended_on is None:
        raise EnrolmentError(f"{person} is no longer enrolled. Enrol them again first.")
    if stay.started_on < enrolment.started_on:
        raise EnrolmentError(
            f"{person} is enrolled since {_day_label(enrolment.started_on)}; choose that day or a later one."
        )


@transaction.atomic
def leave_group(
    *, enrolment: Enrolment, on: date, by: User | None, at: datetime, reason: str = ""
) -> Membership:
    """Remove a student from their group on that day. They stay enrolled and can join another group later.

    Raises:
        EnrolmentError: they are in no group, or the day is before the start of their stay.
    """
    enrolment = locked_enrolments({enrolment.pk})[enrolment.pk]
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
    ended, _, refusals = end_who_can(enrolments={enrolment.pk}, on=on, reason=reason, by=by, at=at)
    for refusal in refusals.values():
        raise EnrolmentError(refusal)
    return ended[0]


@transaction.atomic
def end_who_can(
    *, enrolments: Collection[int], on: date, reason: str, by: User | None, at: datetime
) -> tuple[list[Enrolment], dict[int, Membership], dict[int, str]]:
    """Do what `end_enrolment` does for those whom nothing speaks against. The others stay as they are.

    Returns:
        The enrolments that ended, the stays that ended with them by the id of the enrolment, and so why the others
        cannot end.
    """
    end_reason = Enrolment.EndReason(reason)
    rows = locked_enrolments(enrolments)
    there = _stays_of(rows)
    ended: list[Enrolment] = []
    left: dict[int, Membership] = {}
    refusals: dict[int, str] = {}
    for enrolment in rows.values():
        try:
            _check_end(enrolment, there[enrolment.pk], on)
            for stay in there[enrolment.pk]:
                if stay.ended_on is None:
                    _end(stay, on, Membership.EndReason(end_reason.value))
                    left[enrolment.pk] = stay
        except EnrolmentError as error:
            refusals[enrolment.pk] = str(error)
            continue
        enrolment.ended_on, enrolment.end_reason = on, end_reason
        ended.append(enrolment)
    _end_and_begin(list(left.values()), [], by, at, "")
    bulk_update_with_history(
        ended, Enrolment, ["ended_on", "end_reason"], batch_size=_BATCH, default_user=by, default_date=at
    )
    if ended:
        note(f"ended the enrolments {ids([row.pk for row in ended])}")
    return ended, left, refusals


def _check_end(enrolment: Enrolment, stays: Iterable[Membership], on: date) -> None:
    person = enrolment.person
    if enrolment.ended_on is not None:
        raise EnrolmentError(f"The enrolment of {person} ended on {_day_label(enrolment.ended_on)} already.")
    if on < enrolment.started_on:
        raise EnrolmentError(f"{person} started on {_day_label(enrolment.started_on)}; choose a later day.")
    last = next((stay for stay in stays if stay.ended_on is not None and stay.ended_on > on), None)
    if last is not None:
        raise EnrolmentError(
            f"{person} left {last.group} on {_day_label(last.ended_on)}; choose that day or a later one."
        )


def _end_stay(
    stay: Membership, *, on: date, end_reason: Membership.EndReason, by: User | None, reason: str = ""
) -> None:
    _end(stay, on, end_reason)
    _note(stay, by, reason)
    stay.save()


def _end(stay: Membership, on: date, end_reason: Membership.EndReason) -> None:
    if on < stay.started_on:
        raise EnrolmentError(
            f"The stay in {stay.group} started on {_day_label(stay.started_on)}; choose that day or a later one."
        )
    stay.ended_on, stay.end_reason = on, end_reason


def _note(stay: Membership, by: User | None, reason: str) -> None:
    credit(stay, by)
    stay._change_reason = reason[:100] or None  # type: ignore[attr-defined]


def _day_label(day: date | None) -> str:
    return full_day(day) if day else "today"
