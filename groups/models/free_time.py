from django.conf import settings
from django.db import models

from groups.models.group import Group
from lib.references import ALL
from lib.texts import NO_NAMES


class FreeTime(models.Model):
    """A part of a weekday at which somebody of a group without a meeting can meet every week."""

    class Part(models.IntegerChoices):
        """By the hour at which it begins."""

        MORNING = 8, "Morning"
        MIDDAY = 12, "Midday"
        AFTERNOON = 14, "Afternoon"
        EVENING = 18, "Evening"

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="free_times")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="free_times")
    # In which weekday and part are: that of the mentor at that moment. With another mentor they do not count.
    time_zone = models.CharField(max_length=63)
    # Monday is 0.
    weekday = models.PositiveSmallIntegerField()
    part = models.PositiveSmallIntegerField(choices=Part)

    texts = {"time_zone": NO_NAMES}
    told = ("time_zone",)
    goes_along = {"group": ALL}
    goes_with = ("person",)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group", "person", "time_zone", "weekday", "part"], name="free_time_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} can meet {self.group}"
