"""One deed for many students of a cohort, each by the action for one. Who is refused stays as they are."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from courses.models import Cohort
from groups.actions.enrolment import EnrolmentError
from groups.actions.locking import locked_enrolments, locked_groups, locked_open_cohort
from groups.actions.moving import let_end, let_return, move_student, undo_move
from groups.models import Enrolment, Membership, Move
from people.actions.accounts import invite_many
from people.actions.invitations import InvitationError, has_signed_in, invite, queue_invitation
from people.actions.limits import INVITATIONS, TooOftenError, check_invitation, spend
from people.models import User

# At a time: each is a few queries, and somebody reads the list of them.
MOST = 200
INVITE, MOVE, END, RETURN = "invite", "move", "end", "return"


@dataclass(frozen=True, slots=True)
class BulkLine:
    """What happens to one of them, in words; or why nothing does. `move`: what can be undone."""

    enrolment: Enrolment
    what: str
    is_refused: bool = False
    move: Move | None = None


@transaction.atomic
def do_for_many(
    *, deed: str, cohort: Cohort, enrolments: Collection[int], data: Mapping[str, Any], by: User, at: datetime
) -> list[BulkLine]:
    """Do it for each that it can be done for, by name. In a closed cohort, enrolments only end: 403 for the others.

    Args:
        deed: INVITE, also again; MOVE to a group; END the enrolment; RETURN to an enrolment that ended.
        data: what the deed needs beside: `group`, `on`, `reason`, `end_reason`.
    """
    if deed == END:
        Cohort.objects.select_for_update(no_key=True).get(pk=cohort.pk)
    else:
        locked_open_cohort(cohort, by=by, at=at)
    stays = Membership.objects.filter(enrolment__in=enrolments, ended_on=None)
    to = data.get("group")
    locked_groups({*stays.values_list("group", flat=True), *([to.pk] if to else [])})
    rows = locked_enrolments(enrolments).values()
    return [_line(deed, row, data, by, at) for row in sorted(rows, key=lambda row: (row.person.name, row.pk))]


def _line(deed: str, enrolment: Enrolment, data: Mapping[str, Any], by: User, at: datetime) -> BulkLine:
    try:
        with transaction.atomic():
            if deed == INVITE:
                return BulkLine(enrolment, _invite(enrolment.person, by, at))
            move = _move(deed, enrolment, data, by, at)
            return BulkLine(enrolment, f"{move.get_kind_display()}: {move.label}", move=move)
    except (EnrolmentError, InvitationError, TooOftenError) as error:
        return BulkLine(enrolment, str(error), is_refused=True)


def _move(deed: str, enrolment: Enrolment, data: Mapping[str, Any], by: User, at: datetime) -> Move:
    more: dict[str, Any] = {"on": data["on"], "reason": data["reason"], "by": by, "at": at}
    if deed == MOVE:
        return move_student(enrolment=enrolment, group=data["group"], **more)
    if deed == END:
        return let_end(enrolment=enrolment, end_reason=data["end_reason"], **more)
    return let_return(enrolment=enrolment, group=data["group"], **more)


def _invite(person: User, by: User, at: datetime) -> str:
    if has_signed_in(person):
        raise InvitationError(f"{person} can sign in already.")
    if not person.is_active:
        raise InvitationError(f"The account of {person} is disabled; ask an operator.")
    made, count = invite_many(people=[person], by=by, at=at)
    if made or count:
        return "invited"
    # Each is a mail to somebody who may not want another one.
    spend(INVITATIONS, by=by, at=at)
    check_invitation(to=person.email, at=at)
    invitation = invite(email=person.email, name=person.name, by=by, at=at)
    if invitation is not None:
        queue_invitation(invitation, at=at)
    return "invited again"


@transaction.atomic
def undo_many(*, moves: Collection[Move], by: User, at: datetime) -> tuple[list[Move], list[str]]:
    """Undo those of the moves that can be undone, the last first. Return them, and why the others cannot."""
    stays = [pk for move in moves for model, pk, _, _ in move.changes if model == "membership"]
    locked_groups(set(Membership.objects.filter(pk__in=stays).values_list("group", flat=True)))
    locked_enrolments({move.enrolment_id for move in moves})
    undone, refusals = [], []
    for move in sorted(moves, key=lambda move: -move.pk):
        try:
            undone.append(undo_move(move=move, by=by, at=at))
        except EnrolmentError as error:
            refusals.append(str(error))
    return undone, refusals
