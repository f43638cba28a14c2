from dataclasses import dataclass
from datetime import datetime

from django.db.models import prefetch_related_objects

from groups.dashboards.invitations import InvitationState, invitation_state, with_invitations
from groups.models import Enrolment, Membership


@dataclass(frozen=True, slots=True)
class GroupStay:
    """A stay in a group. The reason is for its start or its end, and may be empty."""

    membership: Membership
    why: str


@dataclass(frozen=True, slots=True)
class EnrolmentPage:
    enrolment: Enrolment
    current: Membership | None
    stays: tuple[GroupStay, ...]
    invitation: InvitationState


def enrolment_page(enrolment: Enrolment, now: datetime) -> EnrolmentPage:
    """Three queries."""
    rows = list(enrolment.memberships.select_related("group").order_by("-started_on", "-pk"))
    why = _reasons(enrolment)
    prefetch_related_objects([enrolment], with_invitations("person__invitations"))
    return EnrolmentPage(
        enrolment=enrolment,
        current=next((row for row in rows if row.ended_on is None), None),
        stays=tuple(GroupStay(row, why.get(row.pk, "")) for row in rows),
        invitation=invitation_state(enrolment.person, now),
    )


def _reasons(enrolment: Enrolment) -> dict[int, str]:
    """Return the last reason by stay id."""
    records = Membership.history.filter(enrolment=enrolment.pk).exclude(history_change_reason=None)
    pairs = records.order_by("history_date", "history_id").values_list("id", "history_change_reason")
    return dict(pairs)
