"""Find invitations sent from another course. Their senders could copy the link and sign in as the person."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q

from people.models import Invitation, User


def sent_from_here(by: User) -> Q:
    """Match invitations sent by this person, or by another admin of one of their courses."""
    return Q(invited_by=by) | Q(invited_by__course_adminships__course__admins__person=by)


def close_links_from_elsewhere(*, people: Collection[int], by: User, at: datetime) -> int:
    """Revoke open invitations of these people (ids) that were sent from other courses. Return how many were revoked.

    The sender of an invitation can copy its link and sign in as the person, who now belongs to a course here.
    """
    here = Invitation.objects.filter(sent_from_here(by)).values("pk")
    return Invitation.objects.open(at).filter(person__in=people).exclude(pk__in=here).update(revoked_at=at)
