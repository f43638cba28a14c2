"""Enrol people, and let them join groups. A past stay is never changed.

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
from lib.refusals import Refused
from people.actions.proof import require_proof
from people.audit import record
from people.models import Deed, User
from people.outbox import Ids, tell_each

_BATCH = 500
_IN_A_QUERY = 1_000

# A row as it is now, and its fields as they were before.
type Changed[Row] = tuple[Row, dict[str, object]]


@transaction.atomic
def enrol(*, person: User, cohort: Cohort, started_on: date, by: User | None, at: datetime) -> Enrolment:
    """Enrol the person from that day. Return the open enrolment if one exists. 403 in a closed cohort.

    Raises:
        Refused: the account is disabled, or the day is in an earlier enrolment in the cohort.
    """
    cohort = locked_open_cohort(cohort, by=by, at=at)
    enrolments = Enrolment.objects.filter(cohort=cohort, person=person)
    open_one = enrolments.without_end().first()
    if open_one is not None:
        return open_one
    ends = enrolments.not_ended(started_on).order_by("-ended_on")
    if until := ends.values_list("ended_on", flat=True).first():
        raise Refused(
            f"{person} was enrolled before, until {full_day(until)}. Choose that day or a later one."
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
        Refused: somebody who has not left has a disabled account, or is enrolled already.
    """
    locked_open_cohort(cohort, by=by, at=at)
    enrolled = set(Enrolment.objects.without_end().filter(cohort=cohort).values_list("person", flat=True))
    for enrolment in enrolments:
        if enrolment.ended_on is None:
            if not enrolment.person.is_active:
                raise Refused(f"The account of {enrolment.person} is disabled; ask a site admin.")
            if enrolment.person.pk in enrolled:
                raise Refused(f"{enrolment.person} is enrolled already.")
            enrolled.add(enrolment.person.pk)
        enrolment.enrolled_by, enrolment.enrolled_at = by, at
    people = [enrolment.person.pk for enrolment in enrolments]
    require_proof(people=people, by=by)
    if people:
        done = "enrolled {people} in {thing}"
        record(Deed.Kind.STUDENT, done, thing=cohort, people=people, by=by, at=at)
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


def note_would_mentor(*, enrolment: Enrolment, would: bool, by: User, at: datetime) -> Enrolment:
    """Note that a student would mentor later cohorts of the course, or no longer would.

    Raises:
        Refused: they have not finished.
    """
    if would and enrolment.end_reason != Enrolment.EndReason.FINISHED:
        raise Refused("You can offer once you have finished the course.")
    enrolment.would_mentor_at = at if would else None
    credit(enrolment, by, at)
    enrolment.save(update_fields=["would_mentor_at"])
    return enrolment


@transaction.atomic
def join_group(*, enrolment: Enrolment, group: Group, on: date, by: User | None, at: datetime) -> Membership:
    """Add a student to a group from that day and end their stay in another group. No change if they are already in it.

    Raises:
        Refused: `join_many` refuses them.
    """
    stay = Membership(enrolment=enrolment, group=group, started_on=on)
    made, _, refusals = join_many(stays=[stay], on=on, by=by, at=at)
    raise_first(refusals)
    return made[0] if made else enrolment.memberships.without_end().get()


@transaction.atomic
def join_many(
    *, stays: Sequence[Membership], on: date, by: User | None, at: datetime, reason: str = ""
) -> tuple[list[Membership], list[Membership], dict[int, str]]:
    """Save stays in groups, open and ended ones. An open stay ends the one in another group.

    Nothing changes for people who are in the group already, and for those who are refused: a group is in another
    cohort; a student mentors the group; the group would exceed the group size of the course by more than one; an
    enrolment has ended; a day is before the enrolment, or in another stay. 403 in a closed cohort.

    Args:
        on: the day from which people count as members and mentors of a group.
        reason: saved in the history of the stays.

    Returns:
        The new stays, those that ended, and why the others are refused, by the id of their enrolment.
    """
    groups = locked_groups_of_open_cohorts({stay.group.pk for stay in stays}, by=by, at=at)
    enrolments = locked_enrolments({stay.enrolment.pk for stay in stays})
    there = stays_of(enrolments)
    people = PeopleInGroups(groups.values(), on)
    refusals: dict[int, str] = {}
    coming: list[tuple[Membership, Membership | None]] = []
    for stay in stays:
        enrolment, group = enrolments[stay.enrolment.pk], groups[stay.group.pk]
        current = None
        if stay.ended_on is None:
            current = next((other for other in there[enrolment.pk] if other.ended_on is None), None)
        if current is not None and current.group_id == group.pk:
            continue
        others = [other for other in there[enrolment.pk] if other is not current]
        if refusal := _day_refusal(enrolment, group, stay, current, others):
            refusals[enrolment.pk] = refusal
        else:
            there[enrolment.pk].append(stay)
            coming.append((stay, current))
    opening = [(stay, current) for stay, current in coming if stay.ended_on is None]
    full = people.join_refusals(
        [
            (enrolments[stay.enrolment.pk].person, current.group if current else None, groups[stay.group.pk])
            for stay, current in opening
        ]
    )
    no_room = {opening[n][0].enrolment.pk: refusal for n, refusal in full.items()}
    refusals |= no_room
    made = [stay for stay, _ in coming if stay.ended_on is not None or stay.enrolment.pk not in no_room]
    ended: list[Membership] = []
    for stay, current in opening:
        if current is not None and stay.enrolment.pk not in no_room:
            current.ended_on, current.end_reason = stay.started_on, Membership.EndReason.MOVED
            ended.append(current)
    save_ends([], ended, reason=reason, by=by, at=at)
    bulk_create_with_history(
        made,
        Membership,
        batch_size=_BATCH,
        default_user=by,
        default_date=at,
        default_change_reason=reason[:100] or None,
    )
    left = {stay.enrolment_id: stay.pk for stay in ended}
    moved = [stay for stay in made if stay.enrolment_id in left and stay.ended_on is None]
    tell_of_joining(moved, left=left, by=by, at=at)
    return made, ended, refusals


def tell_of_joining(
    stays: Iterable[Membership], *, left: Mapping[int, int] | None = None, by: User | None, at: datetime
) -> None:
    """The student and the group outlast the stay, which goes if the move is undone.

    Args:
        left: by the id of the enrolment, the stay that ended with it.
    """
    events: list[dict[str, Ids]] = []
    for stay in stays:
        ids: dict[str, Ids] = {"membership": stay.pk, "enrolment": stay.enrolment_id, "group": stay.group_id}
        if left:
            ids["left"] = left[stay.enrolment_id]
        events.append(ids)
    tell_each("student_moved", events, by=by, at=at)


def raise_first(refusals: Mapping[int, str]) -> None:
    """Raises Refused if anybody is refused."""
    for refusal in refusals.values():
        raise Refused(refusal)


def stays_of(enrolments: Collection[int]) -> dict[int, list[Membership]]:
    """Return the stays of each in their order, with the group and its course."""
    there: dict[int, list[Membership]] = defaultdict(list)
    for batch in batched(enrolments, _IN_A_QUERY):
        rows = Membership.objects.filter(enrolment__in=batch).select_related("group__cohort__course")
        for stay in rows.order_by("started_on", "pk"):
            there[stay.enrolment_id].append(stay)
    return there


def save_ends(
    enrolments: Sequence[Enrolment],
    stays: Sequence[Membership],
    *,
    reason: str,
    by: User | None,
    at: datetime,
) -> None:
    """Save when and why they ended, or that they go on. `reason` is saved in their history."""
    for model, rows in ((Membership, stays), (Enrolment, enrolments)):
        bulk_update_with_history(
            rows,
            model,
            ["ended_on", "end_reason"],
            batch_size=_BATCH,
            default_user=by,
            default_date=at,
            default_change_reason=reason[:100] or None,
        )


def end_refusal(stay: Membership, on: date) -> str:
    """Say why a stay cannot end on that day; "" if it can."""
    if on < stay.started_on:
        day = full_day(stay.started_on)
        return f"The stay in {stay.group} started on {day}; choose that day or a later one."
    return ""


def _day_refusal(
    enrolment: Enrolment,
    group: Group,
    stay: Membership,
    current: Membership | None,
    others: Collection[Membership],
) -> str:
    person = enrolment.person
    if enrolment.cohort_id != group.cohort_id:
        return f"{person} is enrolled in a different cohort from {group}."
    if enrolment.ended_on is not None and stay.ended_on is None:
        return f"{person} is no longer enrolled. Enrol them again first."
    if stay.started_on < enrolment.started_on:
        return f"{person} has been enrolled since {full_day(enrolment.started_on)}; choose that day or a later one."
    if current is not None and (refusal := end_refusal(current, stay.started_on)):
        return refusal
    if any(other.overlaps(stay.started_on, stay.ended_on) for other in others):
        return f"{person} was in another group on {full_day(stay.started_on)} or later."
    return ""
