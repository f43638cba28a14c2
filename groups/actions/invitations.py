"""Whose invitation a link is: one from elsewhere would let its sender in as the person."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q

from people.models import Invitation, User


def sent_from_here(by: User) -> Q:
    """Invitations sent by this person, or by somebody with whom they administer a course."""
    return Q(invited_by=by) | Q(invited_by__course_adminships__course__admins__person=by)


def close_links_from_elsewhere(*, people: Collection[int], by: User, at: datetime) -> int:
    """Take back open invitations of these people (ids) that were sent from elsewhere; return how many there were.

    Whoever sends an invitation can copy its link, and could come in as the person once they belong to a course here.
    """
    here = Invitation.objects.filter(sent_from_here(by)).values("pk")
    return Invitation.objects.open(at).filter(person__in=people).exclude(pk__in=here).update(revoked_at=at)
