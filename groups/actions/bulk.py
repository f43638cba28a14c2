"""One deed for many students of a cohort at once. Refused people stay as they are."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from courses.models import Cohort
from groups.actions.locking import locked_open_cohort
from groups.actions.moving import END, MOVE, RETURN, make_moves
from groups.models import Enrolment, Move
from lib.refusals import Refused
from people.actions.accounts import invite_many
from people.actions.invitations import has_signed_in, invite, queue_invitation
from people.actions.limits import INVITATIONS, check_invitation, spend
from people.models import User

# At a time: somebody reads the list of them.
MOST = 200
INVITE = "invite"
# The deeds for many, each with its button.
MOVE_BUTTONS = {
    INVITE: "Invite, or invite again",
    MOVE: "Move to a group",
    END: "End their enrolments",
    RETURN: "Let them come back",
}


# In words, the effect on each, and the move, which can be undone; and why the others stay as they are.
type Done = tuple[Sequence[tuple[Enrolment, str, Move | None]], Sequence[tuple[Enrolment, str]]]


@transaction.atomic
def do_for_many(
    *, deed: str, cohort: Cohort, enrolments: Collection[int], data: Mapping[str, Any], by: User, at: datetime
) -> Done:
    """Do it for each that it can be done for, by name. In a closed cohort, enrolments only end: 403 for the others.

    Args:
        deed: INVITE, also again; MOVE to a group; END the enrolment; RETURN to an enrolment that ended.
        data: what the deed needs beside: `group`, `on`, `reason`, `end_reason`.
    """
    rows = list(
        Enrolment.objects.filter(pk__in=enrolments)
        .select_related("person", "cohort__course")
        .order_by("person__name", "pk")
    )
    if deed == INVITE:
        locked_open_cohort(cohort, by=by, at=at)
        return _invite(rows, by, at)
    moves, refusals = make_moves(deed=deed, enrolments=rows, data=data, by=by, at=at)
    of = {move.enrolment_id: move for move in moves}
    done = [(row, of[row.pk].label, of[row.pk]) for row in rows if row.pk in of]
    return done, [(row, refusals[row.pk]) for row in rows if row.pk not in of]


def _invite(rows: Sequence[Enrolment], by: User, at: datetime) -> Done:
    """Invite all who are not invited at once. People who are invited already are invited again, one by one."""
    of_people = User.objects.filter(pk__in=[row.person_id for row in rows if not _refusal(row.person)])
    new = set(of_people.not_invited(at).values_list("pk", flat=True))
    invite_many(people=[row.person for row in rows if row.person_id in new], by=by, at=at)
    done: list[tuple[Enrolment, str, Move | None]] = []
    refused = []
    for row in rows:
        try:
            if row.person_id not in new:
                if refusal := _refusal(row.person):
                    raise Refused(refusal)
                with transaction.atomic():
                    # Each is a mail to somebody who may not want another one.
                    spend(INVITATIONS, by=by, at=at)
                    check_invitation(to=row.person.email, at=at)
                    invitation = invite(email=row.person.email, name=row.person.name, by=by, at=at)
                    if invitation is not None:
                        queue_invitation(invitation, at=at)
        except Refused as why:
            refused.append((row, str(why)))
        else:
            done.append((row, "is invited" if row.person_id in new else "is invited again", None))
    return done, refused


def _refusal(person: User) -> str:
    if has_signed_in(person):
        return f"{person} can sign in already."
    return "" if person.is_active else f"The account of {person} is disabled; ask a site admin."
