from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone

from lib.texts import SHARED


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self, now: datetime) -> "InvitationQuerySet":
        """Not accepted, revoked or expired."""
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=now)

    def waiting(self, now: datetime) -> "InvitationQuerySet":
        """To be mailed by the background process at once."""
        return self.open(now).filter(queued_at__lte=now, sent_at=None, failure="")

    def sent_or_waiting(self, now: datetime) -> "InvitationQuerySet":
        return self.open(now).filter(
            models.Q(sent_at__isnull=False) | models.Q(queued_at__isnull=False, failure="")
        )


class Invitation(models.Model):
    """A link for the first sign-in. It works once, until it expires. Its tokens are signed, not stored."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="invitations")
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="invitations_sent"
    )
    invited_at = models.DateTimeField(default=timezone.now)
    # The times from which the worker is to mail it and at which it last tried, and the mail server's refusal.
    queued_at = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=200, blank=True)
    sent_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    # Somebody else has given the person a role since, so that only the mailed link works.
    is_mail_only = models.BooleanField(default=False)

    texts = {"failure": SHARED}
    goes_with = ("person",)
    # Without its person an invitation leads nowhere. See lib.references.
    goes_along = {"person": models.Q(accepted_at=None)}

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("invited_at")),
                name="invitation_expires_after_invited",
            ),
            models.CheckConstraint(
                condition=models.Q(accepted_at=None) | models.Q(revoked_at=None),
                name="invitation_accepted_or_revoked",
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=models.Q(accepted_at=None, revoked_at=None),
                name="invitation_one_open_per_person",
            ),
        ]

    def __str__(self) -> str:
        return f"Invitation of {self.person}"

    def is_open(self, now: datetime) -> bool:
        return self.accepted_at is None and self.revoked_at is None and now < self.expires_at
