from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

from lib.texts import Personal

# How long the owner of the address before may undo the change.
ADDRESS_UNDONE_WITHIN = timedelta(days=7)


class AddressChangeQuerySet(models.QuerySet["AddressChange"]):
    def open(self, now: datetime) -> "AddressChangeQuerySet":
        """Those that can be undone."""
        return self.filter(taken_back_at=None, changed_at__gt=now - ADDRESS_UNDONE_WITHIN)


class AddressChange(models.Model):
    """Another address of an account. For a week the mailbox of the one before may undo it."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="address_changes"
    )
    before = models.EmailField()
    changed_at = models.DateTimeField(default=timezone.now)
    # It was undone, or an earlier one was.
    taken_back_at = models.DateTimeField(null=True)

    texts = {"before": Personal(by=("person",), is_own=True)}
    goes_with = ("person",)
    objects = AddressChangeQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Address of {self.person} before {self.changed_at:%-d %B %Y}"
