"""Move students, let two swap, let them leave, end and come back, each as one `Move` that can be undone.

The past stays: a move begins a stay and ends another, and changes no day before it. Each deed is for many, and is done
for those whom nothing speaks against. The others stay as they are.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import batched
from typing import Any

from django.db import transaction

from groups.actions.enrolment import (
    end_refusal,
    join_many,
    raise_first,
    save_ends,
    stays_of,
    tell_of_joining,
)
from groups.actions.locking import locked_enrolments, locked_groups, locked_open_cohort
from groups.actions.people_in_groups import PeopleInGroups
from groups.models import Absence, Closing, Enrolment, Group, Membership, Mentorship, Move
from lib.days import full_day
from lib.refusals import Refused
from people.actions.proof import require_proof
from people.audit import record
from people.models import Deed, User
from people.outbox import Ids, tell_each

_BATCH = 500
_IN_A_QUERY = 1_000

# The moves, and why there is none for the others, by the id of their enrolment.
type Moved = tuple[list[Move], dict[int, str]]

# The fields of a row that a move keeps: see `Move.changes`.
_FIELDS = {
    Enrolment: ("ended_on", "end_reason"),
    Membership: ("started_on", "ended_on", "end_reason"),
    Absence: ("starts_on", "ends_on"),
    Mentorship: ("role", "started_on", "ended_on"),
}


# The deeds, as forms and addresses call them.
MOVE, SWAP, LEAVE, END, RETURN = "move", "swap", "leave", "end", "return"


def make_moves(
    *, deed: str, enrolments: Collection[Enrolment], data: Mapping[str, Any], by: User, at: datetime
) -> Moved:
    """Do one of the deeds; a swap, of a single student. Raises what `swap_students` raises.

    Args:
        data: `on`, `reason`, and what the deed needs beside: `group`, `end_reason`, the stay of the `other`.
    """
    how: dict[str, Any] = {"on": data["on"], "reason": data["reason"], "by": by, "at": at}
    if deed == MOVE:
        return move_students(enrolments=enrolments, group=data["group"], **how)
    if deed == SWAP:
        (enrolment,) = enrolments
        return [swap_students(enrolment=enrolment, other=data["other"].enrolment, **how)], {}
    if deed == LEAVE:
        return remove_from_groups(enrolments=enrolments, **how)
    if deed == RETURN:
        return readmit(enrolments=enrolments, group=data["group"], **how)
    reasons = dict.fromkeys([enrolment.pk for enrolment in enrolments], data["end_reason"])
    return end_enrolments(reasons=reasons, **how)


def only(moved: Moved) -> Move:
    """Return the move of a single student. Raises Refused, in words for people, if they are refused."""
    moves, refusals = moved
    raise_first(refusals)
    return moves[0]


@transaction.atomic
def move_students(
    *, enrolments: Collection[Enrolment], group: Group, on: date, reason: str, by: User, at: datetime
) -> Moved:
    """Let students be in the group from that day, and no longer in another one. 403 in a closed cohort."""
    locked_open_cohort(group.cohort, by=by, at=at)
    stays = [Membership(enrolment=enrolment, group=group, started_on=on) for enrolment in enrolments]
    made, ended, refused = join_many(stays=stays, on=on, by=by, at=at, reason=reason)
    left = {stay.enrolment_id: stay for stay in ended}
    # `join_many` tells of who left another group.
    tell_of_joining((stay for stay in made if stay.enrolment_id not in left), by=by, at=at)
    moves = []
    for stay in made:
        before = left.get(stay.enrolment_id)
        what = f"from {before.group} to {group}" if before else f"to {group}"
        kind = Move.Kind.MOVED if before else Move.Kind.JOINED
        changes = [*([_ended(before)] if before else []), _begun(stay)]
        moves.append(_move(kind, what, changes, stay.enrolment, on, reason, by, at))
    if made:
        people = [stay.enrolment.person_id for stay in made]
        done = "moved {people} to {thing}"
        record(Deed.Kind.MOVE, done, thing=group, people=people, by=by, at=at)
    moved = {stay.enrolment_id for stay in made}
    refusals = {
        enrolment.pk: refused.get(enrolment.pk, f"{enrolment.person} is in {group} already.")
        for enrolment in enrolments
        if enrolment.pk not in moved
    }
    return Move.objects.bulk_create(moves), refusals


@transaction.atomic
def swap_students(
    *, enrolment: Enrolment, other: Enrolment, on: date, reason: str, by: User, at: datetime
) -> Move:
    """Let two students of a cohort change places from that day. 403 in a closed cohort.

    Raises:
        Refused: one is in no group or has just been moved, both are in the same, or `join_many` refuses one.
    """
    locked_open_cohort(enrolment.cohort, by=by, at=at)
    first, second = (_last_group(each) for each in (enrolment, other))
    if first is None or second is None:
        raise Refused(f"{enrolment.person if first is None else other.person} is in no group.")
    if first == second:
        raise Refused(f"{enrolment.person} and {other.person} are both in {first}.")
    stays = [
        Membership(enrolment=enrolment, group=second, started_on=on),
        Membership(enrolment=other, group=first, started_on=on),
    ]
    made, ended, refusals = join_many(stays=stays, on=on, by=by, at=at, reason=reason)
    raise_first(refusals)
    # They were read before they were locked.
    if {stay.group_id for stay in ended} != {first.pk, second.pk} or len(made) != 2:
        raise Refused(f"{enrolment.person} or {other.person} has just been moved. Look at them again.")
    changes = [*map(_ended, ended), *map(_begun, made)]
    what = f"from {first} to {second}"
    move = _move(Move.Kind.SWAPPED, what, changes, enrolment, on, reason, by, at)
    move.other = other
    move.save()
    _record("let {people} swap groups in {thing}", [enrolment, other], by, at)
    return move


@transaction.atomic
def remove_from_groups(
    *, enrolments: Collection[Enrolment], on: date, reason: str, by: User, at: datetime
) -> Moved:
    """Take students out of their group on that day; they stay enrolled and can join another one later."""
    rows, there = locked_with_stays({enrolment.pk for enrolment in enrolments})
    refusals: dict[int, str] = {}
    left: list[Membership] = []
    moves: list[Move] = []
    for enrolment in rows.values():
        stay = next((stay for stay in there[enrolment.pk] if stay.ended_on is None), None)
        refusal = end_refusal(stay, on) if stay else f"{enrolment.person} is in no group."
        if stay is None or refusal:
            refusals[enrolment.pk] = refusal
            continue
        stay.ended_on, stay.end_reason = on, Membership.EndReason.MOVED
        left.append(stay)
        what, changes = f"from {stay.group}", [_ended(stay)]
        moves.append(_move(Move.Kind.LEFT, what, changes, enrolment, on, reason, by, at))
    save_ends([], left, reason=reason, by=by, at=at)
    events: list[dict[str, Ids]] = [{"enrolment": stay.enrolment_id, "membership": stay.pk} for stay in left]
    tell_each("student_left", events, by=by, at=at)
    if left:
        _record(
            "took {people} out of their group in {thing}", [rows[stay.enrolment_id] for stay in left], by, at
        )
    return Move.objects.bulk_create(moves), refusals


@transaction.atomic
def end_enrolments(
    *,
    reasons: Mapping[int, str],
    on: date,
    reason: str,
    by: User,
    at: datetime,
    closing: Closing | None = None,
) -> Moved:
    """End enrolments and their stays in groups on that day. Progress and past stays are kept.

    Args:
        reasons: by the id of the enrolment, one of `Enrolment.EndReason`.
        closing: if they end with their cohort. Then nobody is told, and nobody is refused: whoever began, or left a
            group, later than that day ends on that later day.
    """
    rows, there = locked_with_stays(reasons)
    ended: list[Enrolment] = []
    left: dict[int, Membership] = {}
    moves: list[Move] = []
    refusals: dict[int, str] = {}
    for enrolment in rows.values():
        stays, day = there[enrolment.pk], on
        if closing is not None:
            day = max(on, enrolment.started_on, *(stay.ended_on or stay.started_on for stay in stays))
        if refusal := _end_refusal(enrolment, stays, day):
            refusals[enrolment.pk] = refusal
            continue
        before = fields_of(enrolment)
        enrolment.ended_on, enrolment.end_reason = day, Enrolment.EndReason(reasons[enrolment.pk])
        ended.append(enrolment)
        what = enrolment.get_end_reason_display()
        changes = [["enrolment", enrolment.pk, before, fields_of(enrolment)]]
        for stay in stays:
            if stay.ended_on is None:
                stay.ended_on, stay.end_reason = day, Membership.EndReason(reasons[enrolment.pk])
                left[enrolment.pk] = stay
                what = f"{what}, from {stay.group}"
                changes.append(_ended(stay))
        move = _move(Move.Kind.ENDED, what, changes, enrolment, day, reason, by, at)
        move.closing = closing
        moves.append(move)
    save_ends(ended, list(left.values()), reason=reason, by=by, at=at)
    if ended:
        _record("ended the enrolment of {people} in {thing}", ended, by, at)
    if closing is None:
        events: list[dict[str, Ids]] = [
            {"enrolment": row.pk, **({"membership": left[row.pk].pk} if row.pk in left else {})}
            for row in ended
        ]
        tell_each("student_left", events, by=by, at=at)
    return Move.objects.bulk_create(moves, _BATCH), refusals


def _end_refusal(enrolment: Enrolment, stays: Iterable[Membership], on: date) -> str:
    person = enrolment.person
    if enrolment.ended_on is not None:
        return f"The enrolment of {person} ended on {full_day(enrolment.ended_on)} already."
    if on < enrolment.started_on:
        return f"{person} started on {full_day(enrolment.started_on)}; choose a later day."
    for stay in stays:
        if stay.ended_on is None and (refusal := end_refusal(stay, on)):
            return refusal
        if stay.ended_on is not None and stay.ended_on > on:
            return f"{person} left {stay.group} on {full_day(stay.ended_on)}; choose that day or a later one."
    return ""


@transaction.atomic
def readmit(
    *, enrolments: Collection[Enrolment], group: Group | None, on: date, reason: str, by: User, at: datetime
) -> Moved:
    """Let students of a cohort whose enrolments ended go on with them from that day, in a group or in none yet.

    Their progress is theirs again. The days between count as an accepted absence, so that nobody is late by them. 403
    in a closed cohort.
    """
    locked_open_cohort(next(iter(enrolments)).cohort, by=by, at=at)
    to = locked_groups({group.pk} if group else ())
    rows = list(locked_enrolments({enrolment.pk for enrolment in enrolments}).values())
    others = enrolments_of(rows)
    refusals = {row.pk: why for row in rows if (why := _return_refusal(row, others[row.person_id], on))}
    rows = [row for row in rows if row.pk not in refusals]
    if group is not None:
        joining = [(row.person, None, to[group.pk]) for row in rows]
        full = PeopleInGroups(to.values(), on).join_refusals(joining)
        refusals |= {rows[n].pk: refusal for n, refusal in full.items()}
        rows = [row for row in rows if row.pk not in refusals]
    require_proof(people=[row.person_id for row in rows], by=by)
    away = [
        Absence(
            enrolment=row, starts_on=row.ended_on, ends_on=on - timedelta(days=1), reason="Not enrolled",
            accepted_by=by, accepted_at=at,
        )
        for row in rows
        if row.ended_on is not None and row.ended_on < on
    ]  # fmt: skip
    changes: dict[int, list[Any]] = {}
    for row in rows:
        before = fields_of(row)
        row.ended_on, row.end_reason = None, ""
        changes[row.pk] = [["enrolment", row.pk, before, fields_of(row)]]
    save_ends(rows, [], reason=reason, by=by, at=at)
    for absence in Absence.objects.bulk_create(away):
        changes[absence.enrolment_id].append(["absence", absence.pk, None, fields_of(absence)])
    if group is not None:
        stays = [Membership(enrolment=row, group=group, started_on=on) for row in rows]
        made, _, refused = join_many(stays=stays, on=on, by=by, at=at, reason=reason)
        raise_first(refused)
        tell_of_joining(made, by=by, at=at)
        for stay in made:
            changes[stay.enrolment_id].append(_begun(stay))
    if rows:
        _record("let {people} come back to {thing}", rows, by, at)
    where = f"to {group}" if group else "in no group yet"
    moves = [_move(Move.Kind.RETURNED, where, changes[row.pk], row, on, reason, by, at) for row in rows]
    return Move.objects.bulk_create(moves), refusals


def _return_refusal(enrolment: Enrolment, others: Iterable[Enrolment], on: date) -> str:
    person, left_on = enrolment.person, enrolment.ended_on
    if left_on is None:
        return f"{person} is enrolled already."
    if on < left_on:
        return f"{person} left on {full_day(left_on)}; choose that day or a later one."
    if not person.is_active:
        return f"The account of {person} is disabled; ask a site admin."
    if any(other.pk != enrolment.pk and (other.ended_on or date.max) > left_on for other in others):
        return f"{person} has a later enrolment in {enrolment.cohort}."
    return ""


def enrolments_of(rows: Iterable[Enrolment]) -> dict[int, list[Enrolment]]:
    """Return all enrolments in their cohort of those who have these, by person."""
    cohorts, people = {row.cohort_id for row in rows}, {row.person_id for row in rows}
    found: dict[int, list[Enrolment]] = defaultdict(list)
    for batch in batched(people, _IN_A_QUERY):
        for row in Enrolment.objects.filter(cohort__in=cohorts, person__in=batch):
            found[row.person_id].append(row)
    return found


def locked_with_stays(pks: Iterable[int]) -> tuple[dict[int, Enrolment], dict[int, list[Membership]]]:
    """Return enrolments, and their stays by them. Groups are locked before enrolments, each by id."""
    pks = set(pks)
    groups: set[int] = set()
    for batch in batched(pks, _IN_A_QUERY):
        groups.update(Membership.objects.filter(enrolment__in=batch).values_list("group", flat=True))
    locked_groups(groups)
    enrolments = locked_enrolments(pks)
    # Read once they are locked: somebody may just have been moved to a group that is not among these.
    return enrolments, stays_of(enrolments)


def _move(
    kind: Move.Kind,
    what: str,
    changes: list[Any],
    enrolment: Enrolment,
    on: date,
    reason: str,
    by: User,
    at: datetime,
) -> Move:
    return Move(
        kind=kind, what=what[:300], changes=changes, enrolment=enrolment, on=on, reason=reason[:100],
        made_by=by, made_at=at,
    )  # fmt: skip


def _record(what: str, enrolments: Sequence[Enrolment], by: User, at: datetime) -> None:
    cohort, people = enrolments[0].cohort, [enrolment.person_id for enrolment in enrolments]
    record(Deed.Kind.MOVE, what, thing=cohort, people=people, by=by, at=at)


def _begun(stay: Membership) -> list[Any]:
    return ["membership", stay.pk, None, fields_of(stay)]


def _ended(stay: Membership) -> list[Any]:
    """A stay that was open until this move."""
    after = fields_of(stay)
    return ["membership", stay.pk, {**after, "ended_on": None, "end_reason": ""}, after]


def fields_of(row: Enrolment | Membership | Absence | Mentorship) -> dict[str, str | None]:
    """Values as JSON keeps them."""
    values = {name: getattr(row, name) for name in _FIELDS[type(row)]}
    return {
        name: value.isoformat() if isinstance(value, date) else None if value is None else str(value)
        for name, value in values.items()
    }


def _last_group(enrolment: Enrolment) -> Group | None:
    stay = enrolment.memberships.without_end().select_related("group__cohort__course").first()
    return stay.group if stay else None


def forget_reasons(changed: Mapping[Any, Mapping[str, tuple[Any, Any]]], **signal: Any) -> None:
    """A receiver of `forgotten`: the history of what a move changed has the reason, too."""
    histories = {"enrolment": Enrolment.history, "membership": Membership.history}
    for (model, pk), fields in changed.items():
        if model is Move and "reason" in fields:
            for name, of, *_ in Move.objects.get(pk=pk).changes:
                if name in histories:
                    rows = histories[name].filter(id=of, history_change_reason=fields["reason"][0])
                    rows.update(history_change_reason=None)
