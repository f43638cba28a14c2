"""End many enrolments at once, and take that back. Progress and past stays are kept."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from itertools import batched

from django.db import transaction
from simple_history.utils import bulk_update_with_history

from groups.actions.locking import locked_enrolments, locked_groups
from groups.actions.people_in_groups import PeopleInGroups
from groups.models import Closing, Enrolment, Membership, Move
from people.actions.proof import require_proof
from people.audit import ids, note
from people.models import User

_BATCH = 500
_IN_A_QUERY = 1_000
_FIELDS = ["ended_on", "end_reason"]


@transaction.atomic
def end_many(
    *,
    reasons: Mapping[int, str],
    on: date,
    reason: str,
    by: User,
    at: datetime,
    closing: Closing | None = None,
) -> list[Move]:
    """End these enrolments and their stays in groups, each as a move that can be undone. It is told to nobody.

    Those that have ended in the meantime stay as they are.

    Args:
        reasons: by the id of the enrolment, one of `Enrolment.EndReason`.
        on: the day on which they end; who began, or left a group, later than that ends on that later day.
        closing: if they end with their cohort.
    """
    enrolments, stays = _locked(reasons)
    ended: list[Enrolment] = []
    ended_stays: list[Membership] = []
    moves: list[Move] = []
    for enrolment in enrolments.values():
        if enrolment.ended_on is not None:
            continue
        mine = stays[enrolment.pk]
        day = max(on, enrolment.started_on, *(stay.ended_on or stay.started_on for stay in mine))
        enrolment.ended_on = day
        enrolment.end_reason = Enrolment.EndReason(reasons[enrolment.pk])
        ended.append(enrolment)
        what = enrolment.get_end_reason_display()
        changes = [_change("enrolment", enrolment)]
        for stay in mine:
            if stay.ended_on is None:
                stay.ended_on, stay.end_reason = day, Membership.EndReason(reasons[enrolment.pk])
                ended_stays.append(stay)
                what = f"{what}, from {stay.group}"
                changes.append(_change("membership", stay))
        move = Move(enrolment=enrolment, closing=closing, kind=Move.Kind.ENDED, what=what[:300], on=day)
        move.reason, move.changes, move.made_by, move.made_at = reason[:100], changes, by, at
        moves.append(move)
    _save(ended, ended_stays, reason, by, at)
    if ended:
        note(f"ended the enrolments {ids([row.pk for row in ended])}")
    return Move.objects.bulk_create(moves, _BATCH)


@transaction.atomic
def take_ends_back(
    *, moves: Collection[int], by: User, at: datetime
) -> tuple[list[Enrolment], list[Enrolment]]:
    """Undo the ends that these moves made. It is told to nobody.

    Returns:
        Who goes on, and who stays as they are: something was changed since, they are enrolled anew, their account is
        disabled, or their group has no room.
    """
    ended = [
        pk
        for batch in batched(moves, _IN_A_QUERY)
        for pk in Move.objects.filter(pk__in=batch).values_list("enrolment", flat=True)
    ]
    # Enrolments before their moves, as whoever undoes one of these.
    _locked(ended)
    undone = {
        move.enrolment_id: move
        for batch in batched(moves, _IN_A_QUERY)
        for move in Move.objects.select_for_update().filter(pk__in=batch, undone_at=None).order_by("pk")
    }
    enrolments, stays = _locked(undone)
    groups = {stay.group_id: stay.group for mine in stays.values() for stay in mine}
    today = next(iter(enrolments.values())).cohort.today(at) if enrolments else at.date()
    people = PeopleInGroups(groups.values(), today)
    later = _enrolled_again(enrolments.values())
    back: list[Enrolment] = []
    back_stays: list[Membership] = []
    kept: list[Enrolment] = []
    for enrolment in enrolments.values():
        rows = {("enrolment", enrolment.pk): enrolment} | {
            ("membership", stay.pk): stay for stay in stays[enrolment.pk]
        }
        changes = undone[enrolment.pk].changes
        mine = [rows.get((model, pk)) for model, pk, _, _ in changes]
        is_as_left = all(
            row is not None and _after(row) == {name: after[name] for name in _FIELDS}
            for row, (_, _, _, after) in zip(mine, changes, strict=True)
        )
        own = [row for row in mine if isinstance(row, Membership)]
        refused = any(people.study_refusal(enrolment.person, stay.group) for stay in own)
        if not is_as_left or refused or enrolment.pk in later or not enrolment.person.is_active:
            kept.append(enrolment)
            continue
        enrolment.ended_on, enrolment.end_reason = None, ""
        back.append(enrolment)
        for stay in own:
            stay.ended_on, stay.end_reason = None, ""
            back_stays.append(stay)
            people.study(enrolment.person, stay.group)
    require_proof(people=[row.person_id for row in back], by=by)
    _save(back, back_stays, "opened again", by, at)
    for batch in batched([undone[row.pk].pk for row in back], _IN_A_QUERY):
        Move.objects.filter(pk__in=batch).update(undone_by=by, undone_at=at)
    if back:
        note(f"opened the enrolments {ids([row.pk for row in back])} again")
    return back, kept


def _locked(pks: Iterable[int]) -> tuple[dict[int, Enrolment], dict[int, list[Membership]]]:
    """Return the enrolments, and their stays by them. Groups are locked before enrolments, each by id."""
    pks = sorted(pks)
    of_stays = {
        group_id
        for batch in batched(pks, _IN_A_QUERY)
        for group_id in Membership.objects.filter(enrolment__in=batch).values_list("group", flat=True)
    }
    locked_groups(of_stays)
    enrolments = locked_enrolments(pks)
    stays: dict[int, list[Membership]] = defaultdict(list)
    for batch in batched(pks, _IN_A_QUERY):
        # Read once they are locked: somebody may just have been moved to a group that is not among these.
        rows = Membership.objects.filter(enrolment__in=batch).select_related("group__cohort__course")
        for stay in rows.order_by("started_on", "pk"):
            stays[stay.enrolment_id].append(stay)
    return enrolments, stays


def _enrolled_again(enrolments: Iterable[Enrolment]) -> set[int]:
    """Return the ids of those whose person has another enrolment in the cohort, which has not ended before theirs."""
    mine = list(enrolments)
    others: dict[tuple[int, int], list[Enrolment]] = defaultdict(list)
    for batch in batched({row.person_id for row in mine}, _IN_A_QUERY):
        for row in Enrolment.objects.filter(person__in=batch, cohort__in={row.cohort_id for row in mine}):
            others[row.cohort_id, row.person_id].append(row)
    return {
        row.pk
        for row in mine
        for other in others[row.cohort_id, row.person_id]
        if other.pk != row.pk
        and (other.ended_on is None or row.ended_on is None or other.ended_on > row.ended_on)
    }


def _change(model: str, row: Enrolment | Membership) -> list[object]:
    """What a move keeps of an end: see `Move.changes`."""
    started = {} if model == "enrolment" else {"started_on": row.started_on.isoformat()}
    before: dict[str, object] = {"ended_on": None, "end_reason": ""}
    return [model, row.pk, started | before, started | _after(row)]


def _after(row: Enrolment | Membership) -> dict[str, object]:
    return {"ended_on": row.ended_on.isoformat() if row.ended_on else None, "end_reason": str(row.end_reason)}


def _save(enrolments: list[Enrolment], stays: list[Membership], reason: str, by: User, at: datetime) -> None:
    credited = {
        "batch_size": _BATCH, "default_user": by, "default_date": at, "default_change_reason": reason[:100] or None,
    }  # fmt: skip
    bulk_update_with_history(stays, Membership, _FIELDS, **credited)
    bulk_update_with_history(enrolments, Enrolment, _FIELDS, **credited)
