"""Move students, let two swap, let them leave and come back, each as one `Move` that can be undone.

What was stays: a move begins a stay and ends another, and changes no day before it.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import combinations
from typing import Any

from django.db import transaction
from django.db.models import Model
from simple_history.utils import bulk_update_with_history

from courses.models import Cohort
from groups.actions.enrolment import EnrolmentError, end_who_can, join_many, join_who_can, leave_group
from groups.actions.locking import locked_enrolments, locked_groups, locked_open_cohort
from groups.actions.people_in_groups import PeopleInGroups
from groups.models import Absence, Enrolment, Group, Membership, Move
from lib.days import full_day
from lib.history import credit
from people.actions.proof import require_proof
from people.audit import ids, note
from people.models import User
from people.outbox import Ids, tell, tell_each

# Whether something was recorded about the student in the group since that moment.
type RecordedSince = Callable[[int, int, datetime], bool]

_MODELS: dict[str, type[Membership | Enrolment | Absence]] = {
    "enrolment": Enrolment,
    "membership": Membership,
    "absence": Absence,
}
_FIELDS = {
    "enrolment": ("ended_on", "end_reason"),
    "membership": ("started_on", "ended_on", "end_reason"),
    "absence": ("starts_on", "ends_on"),
}


def _nothing_recorded(enrolment_id: int, group_id: int, since: datetime) -> bool:
    return False


_recorded_since: RecordedSince = _nothing_recorded


def ask_for_records(recorded_since: RecordedSince) -> None:
    """Register who knows what was recorded about students: an app above this one."""
    global _recorded_since
    _recorded_since = recorded_since


@transaction.atomic
def move_student(
    *, enrolment: Enrolment, group: Group, on: date, reason: str, by: User, at: datetime
) -> Move:
    """Let the student be in the group from that day, and no longer in another one. 403 in a closed cohort.

    Raises:
        EnrolmentError: see `join_many`; or they are in the group already.
    """
    moves, refusals = move_who_can(enrolments=[enrolment], group=group, on=on, reason=reason, by=by, at=at)
    for refusal in refusals.values():
        raise EnrolmentError(refusal)
    return moves[0]


@transaction.atomic
def move_who_can(
    *, enrolments: Collection[Enrolment], group: Group, on: date, reason: str, by: User, at: datetime
) -> tuple[list[Move], dict[int, str]]:
    """Move those whom nothing speaks against to the group. Return why the others stay, by the id of their enrolment."""
    locked_open_cohort(group.cohort, by=by, at=at)
    stays = [Membership(enrolment=enrolment, group=group, started_on=on) for enrolment in enrolments]
    made, ended, refusals = join_who_can(stays=stays, on=on, by=by, at=at, reason=reason)
    left = {stay.enrolment_id: stay for stay, _ in ended}
    _tell_joined([stay for stay in made if stay.enrolment_id not in left], by, at)
    moves = [
        _move(
            Move.Kind.MOVED if before else Move.Kind.JOINED,
            f"from {before.group} to {group}" if before else f"to {group}",
            enrolment=stay.enrolment, on=on, reason=reason, by=by, at=at,
            changed=[*_ended([before] if before else []), *_made([stay])],
        )
        for stay in made
        for before in [left.get(stay.enrolment_id)]
    ]  # fmt: skip
    there = {enrolment.pk for enrolment in enrolments} - {stay.enrolment_id for stay in made}
    refusals = {
        enrolment.pk: refusals.get(enrolment.pk, f"{enrolment.person} is in {group} already.")
        for enrolment in enrolments
        if enrolment.pk in there
    }
    return Move.objects.bulk_create(moves), refusals


def _tell_joined(made: Iterable[Membership], by: User, at: datetime) -> None:
    """`join_many` tells of who left another group. Who comes from none is told here, one by one as they are moved."""
    tell_each("student_moved", [{"membership": stay.pk} for stay in made], by=by, at=at)


@transaction.atomic
def swap_students(
    *, enrolment: Enrolment, other: Enrolment, on: date, reason: str, by: User, at: datetime
) -> Move:
    """Let two students of a cohort change places from that day. 403 in a closed cohort.

    Raises:
        EnrolmentError: one is in no group or has just been moved, both are in the same, or `join_many` raised it.
    """
    locked_open_cohort(enrolment.cohort, by=by, at=at)
    groups = [_last_group(each) for each in (enrolment, other)]
    first, second = groups
    if first is None or second is None:
        raise EnrolmentError(f"{enrolment.person if first is None else other.person} is in no group.")
    if first == second:
        raise EnrolmentError(f"{enrolment.person} and {other.person} are both in {first}.")
    stays = [
        Membership(enrolment=enrolment, group=second, started_on=on),
        Membership(enrolment=other, group=first, started_on=on),
    ]
    made, ended = join_many(stays=stays, on=on, by=by, at=at, reason=reason)
    # They were read before they were locked.
    if {stay.group_id for stay, _ in ended} != {first.pk, second.pk} or len(made) != 2:
        raise EnrolmentError(f"{enrolment.person} or {other.person} has just been moved. Look at them again.")
    return _record(
        Move.Kind.SWAPPED, f"from {first} to {second}",
        enrolment=enrolment, other=other, on=on, reason=reason, by=by, at=at,
        changed=[*_ended(stay for stay, _ in ended), *_made(made)],
    )  # fmt: skip


@transaction.atomic
def let_leave(*, enrolment: Enrolment, on: date, reason: str, by: User, at: datetime) -> Move:
    """Take a student out of their group on that day; they stay enrolled.

    Raises:
        EnrolmentError: see `leave_group`.
    """
    stay = leave_group(enrolment=enrolment, on=on, by=by, at=at, reason=reason)
    tell("student_left", by=by, at=at, enrolment=enrolment.pk, membership=stay.pk)
    return _record(
        Move.Kind.LEFT, f"from {stay.group}", enrolment=enrolment, on=on, reason=reason, by=by, at=at,
        changed=_ended([stay]),
    )  # fmt: skip


@transaction.atomic
def let_end(*, enrolment: Enrolment, on: date, end_reason: str, reason: str, by: User, at: datetime) -> Move:
    """End an enrolment and its stay in a group on that day.

    Args:
        end_reason: one of `Enrolment.EndReason`.

    Raises:
        EnrolmentError: see `end_enrolment`.
    """
    moves, refusals = let_end_who_can(
        enrolments={enrolment.pk}, on=on, end_reason=end_reason, reason=reason, by=by, at=at
    )
    for refusal in refusals.values():
        raise EnrolmentError(refusal)
    return moves[0]


@transaction.atomic
def let_end_who_can(
    *, enrolments: Collection[int], on: date, end_reason: str, reason: str, by: User, at: datetime
) -> tuple[list[Move], dict[int, str]]:
    """End those enrolments that nothing speaks against. Return why the others go on, by the id of the enrolment."""
    ended, left, refusals = end_who_can(enrolments=enrolments, on=on, reason=end_reason, by=by, at=at)
    events: list[dict[str, Ids]] = []
    moves: list[Move] = []
    for enrolment in ended:
        stay = left.get(enrolment.pk)
        events.append({"enrolment": enrolment.pk, **({"membership": stay.pk} if stay else {})})
        change = [
            "enrolment",
            enrolment.pk,
            {"ended_on": None, "end_reason": ""},
            _fields("enrolment", enrolment),
        ]
        moves.append(
            _move(
                Move.Kind.ENDED,
                f"{enrolment.get_end_reason_display()}{f', from {stay.group}' if stay else ''}",
                enrolment=enrolment, on=on, reason=reason, by=by, at=at,
                changed=[change, *_ended([stay] if stay else [])],
            )
        )  # fmt: skip
    tell_each("student_left", events, by=by, at=at)
    return Move.objects.bulk_create(moves), refusals


@transaction.atomic
def let_return(
    *, enrolment: Enrolment, group: Group | None, on: date, reason: str, by: User, at: datetime
) -> Move:
    """Let a student whose enrolment ended go on with it from that day, in a group or in none yet.

    Their progress is theirs again. The days between count as an accepted absence, so that nobody is late by them. 403
    in a closed cohort.

    Raises:
        EnrolmentError: the enrolment has not ended, the day is before its end, they have another one in the cohort, the
            account is disabled, or `join_many` raised it.
    """
    moves, refusals = let_return_who_can(
        enrolments=[enrolment], group=group, on=on, reason=reason, by=by, at=at
    )
    for refusal in refusals.values():
        raise EnrolmentError(refusal)
    return moves[0]


@transaction.atomic
def let_return_who_can(
    *, enrolments: Collection[Enrolment], group: Group | None, on: date, reason: str, by: User, at: datetime
) -> tuple[list[Move], dict[int, str]]:
    """Let those of a cohort return whom nothing speaks against. Return why the others do not, by their enrolment."""
    cohort = locked_open_cohort(next(iter(enrolments)).cohort, by=by, at=at)
    locked_groups({group.pk} if group else ())
    refusals: dict[int, str] = {}
    while left := [enrolment.pk for enrolment in enrolments if enrolment.pk not in refusals]:
        # Whoever cannot join the group does not return: then it is done again without them.
        with transaction.atomic():
            moves, refused = _come_back(left, cohort, group, on, reason, by, at)
            if not refused:
                return moves, refusals
            transaction.set_rollback(True)
        refusals |= refused
    return [], refusals


def _come_back(
    pks: Sequence[int], cohort: Cohort, group: Group | None, on: date, reason: str, by: User, at: datetime
) -> tuple[list[Move], dict[int, str]]:
    """Return the moves of those who can, and why the others cannot."""
    found = locked_enrolments(pks)
    rows = [found[pk] for pk in pks]
    people = [row.person_id for row in rows]
    others: dict[int, list[Enrolment]] = defaultdict(list)
    for other in Enrolment.objects.filter(cohort=cohort, person__in=people):
        others[other.person_id].append(other)
    refused = {row.pk: why for row in rows if (why := _return_refusal(row, others[row.person_id], on))}
    rows = [row for row in rows if row.pk not in refused]
    require_proof(people=[row.person_id for row in rows], by=by)
    changed: dict[int, list[Any]] = {}
    away = [
        Absence(
            enrolment=row, starts_on=row.ended_on, ends_on=on - timedelta(days=1), reason="Not enrolled",
            accepted_by=by, accepted_at=at,
        )
        for row in rows
        if row.ended_on is not None and row.ended_on < on
    ]  # fmt: skip
    for row in rows:
        before = _fields("enrolment", row)
        row.ended_on, row.end_reason = None, ""
        changed[row.pk] = [["enrolment", row.pk, before, _fields("enrolment", row)]]
    bulk_update_with_history(
        rows, Enrolment, ["ended_on", "end_reason"], batch_size=500, default_user=by, default_date=at
    )
    for absence in Absence.objects.bulk_create(away):
        changed[absence.enrolment_id].append(["absence", absence.pk, None, _fields("absence", absence)])
    if group is not None:
        stays = [Membership(enrolment=row, group=group, started_on=on) for row in rows]
        made, _, full = join_who_can(stays=stays, on=on, by=by, at=at, reason=reason)
        refused |= full
        _tell_joined(made, by, at)
        for stay in made:
            changed[stay.enrolment_id] += _made([stay])
    note(f"let persons {ids([row.person_id for row in rows])} come back to cohort {cohort.pk}")
    where = f"to {group}" if group else "in no group yet"
    more: dict[str, Any] = {"on": on, "reason": reason, "by": by, "at": at}
    moves = [_move(Move.Kind.RETURNED, where, enrolment=row, changed=changed[row.pk], **more) for row in rows]
    return Move.objects.bulk_create(moves), refused


def _return_refusal(enrolment: Enrolment, others: Iterable[Enrolment], on: date) -> str:
    person, left_on = enrolment.person, enrolment.ended_on
    if left_on is None:
        return f"{person} is enrolled already."
    if on < left_on:
        return f"{person} left on {full_day(left_on)}; choose that day or a later one."
    if not person.is_active:
        return f"The account of {person} is disabled; ask an operator."
    if any(other.pk != enrolment.pk and (other.ended_on or date.max) > left_on for other in others):
        return f"{person} has a later enrolment in {enrolment.cohort}."
    return ""


@transaction.atomic
def undo_move(*, move: Move, by: User, at: datetime) -> Move:
    """Make days as they were before the move. It is told to nobody.

    Raises:
        EnrolmentError: it is undone already, days were changed since, something was recorded in the new group, the
            group before has no room, or what happened since leaves no place for the days before.
    """
    students = [pk for pk in (move.enrolment_id, move.other_id) if pk]
    stays = [pk for model, pk, _, _ in move.changes if model == "membership"]
    locked_groups(set(Group.objects.filter(memberships__in=stays).values_list("pk", flat=True)))
    locked_enrolments(students)
    move = Move.objects.select_for_update(of=("self",)).select_related("enrolment__person").get(pk=move.pk)
    if move.undone_at is not None:
        raise EnrolmentError("This is undone already.")
    rows = [(_locked(model, pk), before) for model, pk, before, after in _unchanged(move)]
    begun = [row for row, before in rows if before is None and isinstance(row, Membership)]
    for stay in begun:
        if _recorded_since(stay.enrolment_id, stay.group_id, move.made_at):
            raise EnrolmentError(
                f"Something was recorded about {stay.enrolment.person} in {stay.group} since. Move them back instead."
            )
    _check_room(rows, begun, by, at)
    for row, before in rows:
        for name, value in (before or {}).items():
            setattr(row, name, date.fromisoformat(value) if value and name.endswith("_on") else value)
    _check_days(students, rows)
    # New ones first: two open stays are against a constraint.
    for row, before in sorted(rows, key=lambda pair: pair[1] is not None):
        credit(row, by)
        if before is None:
            row.delete()
            continue
        row._change_reason = "undone"
        row.save()
    note(f"undid move {move.pk}")
    move.undone_by, move.undone_at = by, at
    move.save(update_fields=["undone_by", "undone_at"])
    return move


def _unchanged(move: Move) -> list[tuple[str, int, dict[str, str | None] | None, dict[str, str | None]]]:
    """The changes of the move. Raises EnrolmentError if a row is no longer as the move left it."""
    for model, pk, _, after in move.changes:
        row = _MODELS[model]._default_manager.filter(pk=pk).first()
        if row is None or _fields(model, row) != after:
            raise EnrolmentError(
                f"The days of {move.enrolment.person} were changed since, so this cannot be undone."
            )
    return [(model, pk, before, after) for model, pk, before, after in move.changes]


def _locked(model: str, pk: int) -> Any:
    rows: Any = _MODELS[model]._default_manager.select_for_update(of=("self",))
    if model == "membership":
        rows = rows.select_related("enrolment__person", "group__cohort__course")
    return rows.get(pk=pk)


def _check_room(rows: Iterable[tuple[Any, Any]], begun: Iterable[Membership], by: User, at: datetime) -> None:
    """Raises EnrolmentError if a group that somebody goes back to has no room once the others have left it."""
    back = [
        row
        for row, before in rows
        if before is not None and isinstance(row, Membership) and not before["ended_on"]
    ]
    if not back:
        return
    groups = {stay.group_id: stay.group for stay in back}
    people = PeopleInGroups(groups.values(), back[0].group.cohort.today(at))
    for stay in begun:
        people.leave(stay.enrolment.person, stay.group)
    for stay in back:
        people.leave(stay.enrolment.person, stay.group)
        if refusal := people.study_refusal(stay.enrolment.person, stay.group):
            raise EnrolmentError(refusal)
        people.study(stay.enrolment.person, stay.group)
    require_proof(people=[stay.enrolment.person_id for stay in back], by=by)


def _check_days(students: Iterable[int], rows: Iterable[tuple[Any, Any]]) -> None:
    """Raises EnrolmentError if a student would be in two groups or enrolments at once, or in a group after their end.

    Not every stay that came since is a move: groups are published, and students added to one.
    """
    after = {(type(row), row.pk): None if before is None else row for row, before in rows}
    for enrolment in Enrolment.objects.filter(pk__in=students).select_related("person"):
        mine = after.get((Enrolment, enrolment.pk), enrolment)
        stays = [after.get((Membership, stay.pk), stay) for stay in enrolment.memberships.all()]
        stays = [stay for stay in stays if stay is not None]
        others = Enrolment.objects.filter(cohort=enrolment.cohort_id, person=enrolment.person_id)
        is_after_end = any(_end(stay) > _end(mine) for stay in stays)
        if (
            is_after_end
            or _overlap(stays)
            or any(_overlap([mine, other]) for other in others.exclude(pk=enrolment.pk))
        ):
            raise EnrolmentError(
                f"{enrolment.person} has been moved or enrolled again since. Undo that first, or move them."
            )


def _overlap(rows: Iterable[Any]) -> bool:
    """Whether two begin before the other ends."""
    return any(
        one.started_on < _end(other) and other.started_on < _end(one) for one, other in combinations(rows, 2)
    )


def _end(row: Any) -> date:
    return row.ended_on or date.max


def _record(kind: Move.Kind, what: str, *, changed: Iterable[Any], by: User, at: datetime, **of: Any) -> Move:
    move = _move(kind, what, changed=changed, by=by, at=at, **of)
    move.save()
    return move


def _move(kind: Move.Kind, what: str, *, changed: Iterable[Any], by: User, at: datetime, **of: Any) -> Move:
    return Move(kind=kind, what=what[:300], changes=list(changed), made_by=by, made_at=at, **of)


def _made(stays: Iterable[Membership]) -> list[Any]:
    return [["membership", stay.pk, None, _fields("membership", stay)] for stay in stays]


def _ended(stays: Iterable[Membership]) -> list[Any]:
    """Stays that were open until this move."""
    return [
        [
            "membership",
            stay.pk,
            {**_fields("membership", stay), "ended_on": None, "end_reason": ""},
            _fields("membership", stay),
        ]
        for stay in stays
    ]


def _fields(model: str, row: Model) -> dict[str, str | None]:
    """Values as JSON keeps them."""
    values = {name: getattr(row, name) for name in _FIELDS[model]}
    return {
        name: value.isoformat() if isinstance(value, date) else None if value is None else str(value)
        for name, value in values.items()
    }


def _last_group(enrolment: Enrolment) -> Group | None:
    stay = enrolment.memberships.filter(ended_on=None).select_related("group__cohort__course").first()
    return stay.group if stay else None
