from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch
from django.utils import timezone

from lib.days import day_label
from people.actions.invitations import has_signed_in
from people.models import Invitation, User


@dataclass(frozen=True, slots=True)
class InvitationState:
    """`can_invite` means that a new invitation makes sense."""

    label: str
    tone: str
    can_invite: bool


def with_invitations(path: str) -> Prefetch[str]:
    """Return the prefetch that `invitation_state` needs for people at this path."""
    return Prefetch(path, queryset=Invitation.objects.order_by("-invited_at", "-pk"))


def invitation_state(person: User, now: datetime) -> InvitationState:
    if not person.is_active:
        return InvitationState("account disabled", "quiet", can_invite=False)
    if has_signed_in(person):
        return InvitationState("can sign in", "ok", can_invite=False)
    invitations = person.invitations.all()
    if not invitations:
        return InvitationState("not invited", "watch", can_invite=True)
    last = invitations[0]
    if last.revoked_at:
        return InvitationState("invitation revoked", "watch", can_invite=True)
    if last.expires_at <= now:
        label = f"invitation expired on {_day_of(last.expires_at, now)}"
        return InvitationState(label, "watch", can_invite=True)
    if last.failure and last.sent_at is None:
        return InvitationState(f"invitation could not be sent: {last.failure}", "watch", can_invite=True)
    if last.sent_at is None and last.queued_at:
        return InvitationState("invitation is being sent", "quiet", can_invite=True)
    if last.sent_at is None:
        return InvitationState("invitation not sent yet", "watch", can_invite=True)
    return InvitationState(f"invited on {_day_of(last.sent_at, now)}", "quiet", can_invite=True)


def _day_of(at: datetime, now: datetime) -> str:
    """In the reader's time zone."""
    return day_label(timezone.localdate(at), timezone.localdate(now))
