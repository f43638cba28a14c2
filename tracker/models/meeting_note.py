from collections.abc import Collection, Iterable
from datetime import date

from django.conf import settings
from django.db import models

from groups.models import Enrolment, Group
from lib.history import Records
from lib.mondays import IsMonday, ThisMonday
from lib.texts import EVERYTHING, Personal
from lib.weeks import Period, Week
from people.models import Edited
from tracker.models.check_in import CheckIn
from tracker.standing.facts import Going, Outcome

_NOT_MET = (Outcome.CANCELLED, Outcome.GROUP_ABSENT)


class MeetingNote(Edited):
    """A student's note before a meeting: read by mentors and course admins, not by the group.

    It belongs to the meeting that lies ahead, named by its week as a check-in is. Stuck is to be talked about: the
    check-in ticks it like something brought up.
    """

    class State(models.TextChoices):
        OPEN = "open", "open"
        DONE = "done", "talked about"

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="meeting_notes")
    # The group that met, so that a move rewrites no past.
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="meeting_notes")
    week_starts_on = models.DateField("week", help_text="The Monday of the week.")
    going = models.CharField(
        "how is it going?", max_length=10, choices=[(word.value, word.label) for word in Going]
    )
    note = models.TextField(max_length=1000, blank=True)
    # An older version leaves it to the database.
    state = models.CharField(max_length=10, choices=State, default=State.OPEN, db_default=State.OPEN)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="meeting_notes_closed",
    )

    texts = {"note": Personal(by=("enrolment__person",), is_own=True)}
    unshown_to_operators = EVERYTHING
    history = Records()

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
            models.CheckConstraint(
                condition=models.Q(state="open", closed_at__isnull=True, closed_by__isnull=True)
                | (~models.Q(state="open") & models.Q(closed_at__isnull=False, closed_by__isnull=False)),
                name="meeting_note_closed_at_and_by",
            ),
        ]

    def __str__(self) -> str:
        return f"Note of {self.enrolment.person} before the meeting of {self.group}, week of {self.week_starts_on}"

    @property
    def week(self) -> Week:
        return Week(starts_on=self.week_starts_on)

    @property
    def text(self) -> str:
        """ "Stuck: “Which key?”", as it is to be talked about."""
        return f"{self.get_going_display()}: “{self.note}”" if self.note else self.get_going_display()

    @property
    def is_done(self) -> bool:
        return self.state == MeetingNote.State.DONE


def carried_from(week: Week, check_ins: Iterable[CheckIn], pauses: Collection[Period]) -> date:
    """Return the week after which things are said and brought that come to the meeting of a week: once more, at most.

    Weeks of a break, and those in which the group did not meet, have no meeting: what was for them waits.
    """
    not_met = {row.week_starts_on for row in check_ins if row.outcome in _NOT_MET and not row.is_besides}
    earlier, meetings = week, 0
    while meetings < 2:
        earlier = earlier.previous()
        meetings += not (earlier.starts_on in not_met or earlier.is_paused(pauses))
    return earlier.starts_on


class MeetingItemQuerySet(models.QuerySet["MeetingItem"]):
    def open(self) -> "MeetingItemQuerySet":
        return self.filter(state=MeetingItem.State.OPEN)

    def brought_to(
        self, week: Week, check_ins: Iterable[CheckIn], pauses: Collection[Period]
    ) -> "MeetingItemQuerySet":
        """Those of a group that end with the meeting of this week, or later: what is not ticked comes once more."""
        return self.filter(week_starts_on__gt=carried_from(week, check_ins, pauses))


class MeetingItem(models.Model):
    """Something to talk about in a meeting, whose check-in ticks it; otherwise it comes to the next one once.

    A student brings it, or somebody who leads the group adds it: a private line, read as private notes are. The meeting
    is named by its week, as that of a note.
    """

    class State(models.TextChoices):
        OPEN = "open", "open"
        DONE = "done", "talked about"
        REMOVED = "removed", "removed"

    # Of the student who brings it. A private line has none, and who added it.
    enrolment = models.ForeignKey(
        Enrolment, null=True, blank=True, on_delete=models.PROTECT, related_name="meeting_items"
    )
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="meeting_lines",
    )
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="meeting_items")
    week_starts_on = models.DateField("week", help_text="The Monday of the week.", db_default=ThisMonday())
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
    unshown_to_operators = EVERYTHING
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
            ),
            models.CheckConstraint(
                condition=models.Q(enrolment__isnull=True, added_by__isnull=False)
                | models.Q(enrolment__isnull=False, added_by__isnull=True),
                name="meeting_item_of_student_or_leader",
            ),
            models.CheckConstraint(
                condition=IsMonday("week_starts_on"), name="meeting_item_week_starts_monday"
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_done(self) -> bool:
        return self.state == MeetingItem.State.DONE
