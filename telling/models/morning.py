from django.db import models

from lib.references import ALL
from lib.texts import NO_NAMES
from people.models import Event


class Morning(models.Model):
    """A morning of a time zone whose mails were written: once, whatever their readers."""

    zone = models.CharField(max_length=60)
    day = models.DateField()
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="mornings")
    # The time at which all messages were made.
    done_at = models.DateTimeField(null=True)

    texts = {"zone": NO_NAMES}
    goes_along = {"event": ALL}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["zone", "day"], name="morning_once_a_zone_and_day")]

    def __str__(self) -> str:
        return f"{self.day} in {self.zone}"
