from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Min, Prefetch, Q

from courses.models import Cohort
from groups.actions.inviting import people_in
from people.actions.invitations import has_signed_in
from people.models import Invitation, User

_NAMED = 50
_SHOWN_FOR = timedelta(hours=1)
_TOO_LONG = timedelta(minutes=15)


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
    """No query for people prefetched by `with_invitations`."""
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
        label = f"invitation expired on {_day_label(last.expires_at)}"
        return InvitationState(label, "watch", can_invite=True)
    if last.failure and last.sent_at is None:
        return InvitationState("invitation could not be sent", "watch", can_invite=True)
    if last.sent_at is None and last.queued_at:
        return InvitationState("invitation is being sent", "quiet", can_invite=True)
    if last.sent_at is None:
        return InvitationState("invitation not sent yet", "watch", can_invite=True)
    return InvitationState(f"invited on {_day_label(last.sent_at)}", "quiet", can_invite=True)


@dataclass(frozen=True, slots=True)
class InvitationProgress:
    """How far the background process is with those invited within an hour of the last, and what the server refused."""

    invited_at: datetime
    count: int
    sent: int
    waiting: int
    failed: tuple[Invitation, ...]
    failed_count: int
    is_stuck: bool


def invitation_progress(cohort: Cohort, now: datetime) -> InvitationProgress | None:
    """None an hour after all were sent. At most three queries."""
    rows = Invitation.objects.filter(person__in=people_in(cohort, now), queued_at__isnull=False)
    newest = rows.aggregate(at=Max("queued_at"))["at"]
    if newest is None:
        return None
    waits, failed = rows.waiting(now), rows.failed(now)
    latest = Q(queued_at__gt=newest - _SHOWN_FOR)
    counts = rows.filter(revoked_at=None).aggregate(
        count=Count("pk", filter=latest),
        sent=Count("pk", filter=latest & Q(sent_at__isnull=False)),
        waiting=Count("pk", filter=Q(pk__in=waits.values("pk"))),
        failed=Count("pk", filter=Q(pk__in=failed.values("pk"))),
        oldest=Min("queued_at", filter=Q(pk__in=waits.values("pk"))),
    )
    if not counts["waiting"] and not counts["failed"] and newest < now - _SHOWN_FOR:
        return None
    named = (
        failed.select_related("person").order_by("person__name", "pk")[:_NAMED] if counts["failed"] else ()
    )
    return InvitationProgress(
        invited_at=newest,
        count=counts["count"],
        sent=counts["sent"],
        waiting=counts["waiting"],
        failed=tuple(named),
        failed_count=counts["failed"],
        is_stuck=counts["oldest"] is not None and counts["oldest"] < now - _TOO_LONG,
    )


def _day_label(at: datetime) -> str:
    return f"{at.day} {at:%B}"
