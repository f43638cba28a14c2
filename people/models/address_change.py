from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

from lib.texts import Personal

# How long the owner of the address before may take it back.
TAKEN_BACK_WITHIN = timedelta(days=7)


class AddressChangeQuerySet(models.QuerySet["AddressChange"]):
    def open(self, now: datetime) -> "AddressChangeQuerySet":
        """Those that can be taken back."""
        return self.filter(taken_back_at=None, changed_at__gt=now - TAKEN_BACK_WITHIN)


class AddressChange(models.Model):
    """Another address of an account. For a week the mailbox of the one before may take it back."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="address_changes"
    )
    before = models.EmailField()
    changed_at = models.DateTimeField(default=timezone.now)
    # It was taken back, or an earlier one was.
    taken_back_at = models.DateTimeField(null=True)

    texts = {"before": Personal(by=("person",), is_own=True)}
    goes_with = ("person",)
    objects = AddressChangeQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Address of {self.person} before {self.changed_at:%-d %B %Y}"
