from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Subquery
from simple_history.models import HistoricalRecords

from groups.models import Enrolment, Group
from lib.weeks import Week
from people.models import Edited
from tracker.models.check_in import CheckInEntry
from tracker.standing.facts import Confidence, is_pace_seen_differently

FIELDS = ("confidence", "pace", "blocker", "next_step")


class MeetingNoteQuerySet(models.QuerySet["MeetingNote"]):
    def with_pace_of_mentor(self) -> "MeetingNoteQuerySet":
        """With the pace that the check-in of that week notes, as `pace_of_mentor`."""
        return self.annotate(pace_of_mentor=_pace_of_mentor())

    def with_another_pace(self) -> "MeetingNoteQuerySet":
        """Only those whose pace is not the word of the mentor, with `pace_of_mentor`."""
        own = self.exclude(pace="").annotate(pace_of_mentor=_pace_of_mentor())
        return own.exclude(pace_of_mentor=models.F("pace"))


def _pace_of_mentor() -> Subquery:
    entries = CheckInEntry.objects.filter(
        enrolment=OuterRef("enrolment"),
        check_in__group=OuterRef("group"),
        check_in__week_starts_on=OuterRef("week_starts_on"),
    )
    return Subquery(entries.values("pace")[:1])


class MeetingNote(Edited):
    """What a student says before the meeting of a week: read by mentors and course admins, not by the group."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="meeting_notes")
    # The group that met, so that a move rewrites no past.
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="meeting_notes")
    week_starts_on = models.DateField("week", help_text="The Monday of the week.")
    confidence = models.CharField(max_length=10, choices=[(word.value, word.label) for word in Confidence])
    pace = models.CharField(max_length=20, choices=CheckInEntry.Pace, blank=True)
    blocker = models.CharField("what blocks", max_length=500, blank=True)
    next_step = models.CharField("what next", max_length=300, blank=True)

    history = HistoricalRecords()
    objects = MeetingNoteQuerySet.as_manager()

    class Meta:
        verbose_name = "note before a meeting"
        verbose_name_plural = "notes before meetings"
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "group", "week_starts_on"], name="meeting_note_once_a_week"
            ),
            # ISO weekday 1: the week is named by its Monday.
            models.CheckConstraint(
                condition=models.Q(week_starts_on__iso_week_day=1), name="meeting_note_week_starts_monday"
            ),
        ]

    def __str__(self) -> str:
        return f"Note of {self.enrolment.person} before the meeting of {self.group}, week of {self.week_starts_on}"

    @property
    def week(self) -> Week:
        return Week(starts_on=self.week_starts_on)

    @property
    def pace_of_mentor_label(self) -> str:
        return CheckInEntry.Pace(self.pace_of_mentor).label  # type: ignore[attr-defined]

    @property
    def is_pace_seen_differently(self) -> bool:
        """Whether mentor and student see the pace differently; of a note `with_pace_of_mentor`."""
        return is_pace_seen_differently(self.pace, self.pace_of_mentor or "")  # type: ignore[attr-defined]


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
