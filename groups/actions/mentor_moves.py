"""Let somebody stand in for the mentors of a group, or take it over: a `Move` that can be undone."""

from datetime import date, datetime

from django.db import transaction

from groups.actions.locking import locked_groups
from groups.actions.mentorship import MentorshipError, assign_mentor, hand_over
from groups.actions.moving import fields_of
from groups.models import Group, Mentorship, Move
from lib.days import full_day
from people.models import User

# The deeds, as forms call them.
STAND_IN, HAND_OVER, HAND_OVER_AND_STAY = Mentorship.Role.STAND_IN.value, "hand-over", "hand-over-and-stay"


@transaction.atomic
def move_mentors(
    *,
    deed: str,
    group: Group,
    person: User,
    on: date,
    until: date | None,
    reason: str,
    by: User,
    at: datetime,
) -> Move:
    """Do one of the deeds from that day. 403 in a closed cohort.

    Args:
        until: the last day of a stand-in, if it is known.

    Raises:
        MentorshipError: as for `assign_mentor` and `hand_over`; or they have the role already.
    """
    locked_groups({group.pk})
    before = {row.pk: fields_of(row) for row in group.mentorships.all()}
    if deed == STAND_IN:
        kind, what = Move.Kind.STOOD_IN, f"until {full_day(until)}" if until else ""
        assign_mentor(group=group, person=person, role=deed, on=on, until=until, reason=reason, by=by, at=at)
    else:
        stays = deed == HAND_OVER_AND_STAY
        kind, what = Move.Kind.HANDED_OVER, "with who was as co-mentor" if stays else ""
        hand_over(group=group, person=person, on=on, keeps_as_co_mentor=stays, reason=reason, by=by, at=at)
    changes = [
        ["mentorship", row.pk, before.get(row.pk), after]
        for row in group.mentorships.order_by("pk")
        if (after := fields_of(row)) != before.get(row.pk)
    ]
    if not changes:
        raise MentorshipError(f"{person} is that already.")
    return Move.objects.create(
        kind=kind, what=what, changes=changes, group=group, person=person, on=on, reason=reason[:100],
        made_by=by, made_at=at,
    )  # fmt: skip
