from dataclasses import dataclass
from datetime import datetime

from groups.dashboards.invitations import InvitationState, invitation_state, last_invitation
from groups.models import Enrolment, Membership
from people.models import User


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
    person = User.objects.annotate(invitation_rows=last_invitation("pk")).get(pk=enrolment.person_id)
    return EnrolmentPage(
        enrolment=enrolment,
        current=next((row for row in rows if row.ended_on is None), None),
        stays=tuple(GroupStay(row, why.get(row.pk, "")) for row in rows),
        invitation=invitation_state(person, person.invitation_rows, now),
    )


def _reasons(enrolment: Enrolment) -> dict[int, str]:
    """Return the last reason by stay id."""
    records = Membership.history.filter(enrolment=enrolment.pk).exclude(history_change_reason=None)
    pairs = records.order_by("history_date", "history_id").values_list("id", "history_change_reason")
    return dict(pairs)
