from dataclasses import dataclass
from datetime import datetime

from django.db.models import prefetch_related_objects

from groups.dashboards.invitations import InvitationState, invitation_state, with_invitations
from groups.models import Enrolment, Membership
from people.models import User


@dataclass(frozen=True, slots=True)
class EnrolmentPage:
    current: Membership | None
    # Each with the reason for its start or its end, which may be empty.
    stays: list[tuple[Membership, str]]
    invitation: InvitationState


def enrolment_page(enrolment: Enrolment, reader: User, now: datetime) -> EnrolmentPage:
    """Three queries. Why they were moved is not for the student, who may be course admin."""
    rows = list(enrolment.memberships.select_related("group").order_by("-started_on", "-pk"))
    why = _reasons(enrolment) if enrolment.person_id != reader.pk else {}
    prefetch_related_objects([enrolment], with_invitations("person__invitations"))
    return EnrolmentPage(
        current=next((row for row in rows if row.ended_on is None), None),
        stays=[(row, why.get(row.pk, "")) for row in rows],
        invitation=invitation_state(enrolment.person, now),
    )


def _reasons(enrolment: Enrolment) -> dict[int, str]:
    """Return the last reason by stay id."""
    records = Membership.history.filter(enrolment=enrolment.pk).exclude(history_change_reason=None)
    pairs = records.order_by("history_date", "history_id").values_list("id", "history_change_reason")
    return dict(pairs)
