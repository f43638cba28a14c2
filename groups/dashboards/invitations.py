from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef
from django.db.models.expressions import Combinable

from lib.rows import Rows, moment
from people.actions.invitations import has_signed_in
from people.models import Invitation, User


@dataclass(frozen=True, slots=True)
class InvitationState:
    """`can_invite` means that a new invitation makes sense."""

    label: str
    tone: str
    can_invite: bool
    is_open: bool = False


def last_invitation(person: str) -> Combinable:
    """Return the newest invitation as a list of at most one row, for `invitation_state`. `person` is a path."""
    return Rows(
        Invitation.objects.filter(person=OuterRef(person)).order_by("-invited_at", "-pk")[:1],
        "sent_at",
        "expires_at",
        "accepted_at",
        "revoked_at",
    )


def invitation_state(person: User, rows: list[Mapping[str, Any]], now: datetime) -> InvitationState:
    if not person.is_active:
        return InvitationState("account disabled", "quiet", can_invite=False)
    if has_signed_in(person):
        return InvitationState("can sign in", "ok", can_invite=False)
    if not rows:
        return InvitationState("not invited", "watch", can_invite=True)
    row = rows[0]
    expires_at, sent_at = moment(row["expires_at"]), moment(row["sent_at"])
    if row["revoked_at"]:
        return InvitationState("invitation revoked", "watch", can_invite=True)
    if expires_at and expires_at <= now:
        return InvitationState(f"invitation expired on {_day_label(expires_at)}", "watch", can_invite=True)
    label = f"invited on {_day_label(sent_at)}" if sent_at else "invitation not sent yet"
    return InvitationState(label, "quiet" if sent_at else "watch", can_invite=True, is_open=True)


def _day_label(at: datetime) -> str:
    return f"{at.day} {at:%B}"
