from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords

from groups.models import Enrolment, Group
from lib.mondays import IsMonday
from lib.texts import Personal
from lib.weeks import Week
from people.models import Edited
from tracker.standing.facts import Going


class MeetingNote(Edited):
    """A student's note before a meeting: read by mentors and course admins, not by the group.

    It belongs to the meeting that lies ahead, named by its week as a check-in is.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="meeting_notes")
    # The group that met, so that a move rewrites no past.
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="meeting_notes")
    week_starts_on = models.DateField("week", help_text="The Monday of the week.")
    going = models.CharField(
        "how is it going?", max_length=10, choices=[(word.value, word.label) for word in Going]
    )
    note = models.TextField(max_length=1000, blank=True)

    texts = {"note": Personal(by=("enrolment__person",), is_own=True)}
    history = HistoricalRecords()

    class Meta:
        verbose_name = "note before a meeting"
        verbose_name_plural = "notes before meetings"
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "group", "week_starts_on"], name="meeting_note_once_a_week"
            ),
            models.CheckConstraint(
                condition=IsMonday("week_starts_on"), name="meeting_note_week_starts_monday"
            ),
        ]

    def __str__(self) -> str:
        return f"Note of {self.enrolment.person} before the meeting of {self.group}, week of {self.week_starts_on}"

    @property
    def week(self) -> Week:
        return Week(starts_on=self.week_starts_on)


class MeetingItemQuerySet(models.QuerySet["MeetingItem"]):
    def open(self) -> "MeetingItemQuerySet":
        return self.filter(state=MeetingItem.State.OPEN)


class MeetingItem(models.Model):
    """Something that a student brings to the meeting; it stays until they tick or remove it."""

    class State(models.TextChoices):
        OPEN = "open", "open"
        DONE = "done", "talked about"
        REMOVED = "removed", "removed"

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="meeting_items")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="meeting_items")
    text = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    added_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="meeting_items_closed",
    )

    texts = {"text": Personal(by=("enrolment__person",), is_own=True)}
    goes_with = ("enrolment__person",)
    objects = MeetingItemQuerySet.as_manager()

    class Meta:
        verbose_name = "item to bring to a meeting"
        verbose_name_plural = "items to bring to meetings"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="open", closed_at__isnull=True, closed_by__isnull=True)
                | (~models.Q(state="open") & models.Q(closed_at__isnull=False, closed_by__isnull=False)),
                name="meeting_item_closed_at_and_by",
            )
        ]

    def __str__(self) -> str:
        return self.text
