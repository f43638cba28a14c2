from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.urls import reverse
from django.utils.safestring import SafeString

from groups.models import Enrolment, Group, Membership, Mentorship
from lib.history import Records
from lib.markdown import to_html
from lib.mondays import IsMonday
from lib.texts import NO_NAMES, SHARED, Personal, hidden_texts
from lib.weeks import Week
from people.models import Edited
from tracker.standing.facts import Attendance, Outcome


class CheckInQuerySet(models.QuerySet["CheckIn"]):
    def newest_first(self) -> "CheckInQuerySet":
        return self.order_by("-week_starts_on")

    def shared(self) -> "CheckInQuerySet":
        """Without what members of the group do not read."""
        return self.defer(*hidden_texts(CheckIn))

    def with_request(self) -> "CheckInQuerySet":
        return self.exclude(request="")


class CheckIn(Edited):
    """The check-in of a group in a week; one per group and week, no matter who logs it."""

    Outcome = Outcome
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="check_ins")
    week_starts_on = models.DateField("week", help_text="The Monday of the week.")
    outcome = models.CharField(max_length=20, choices=Outcome.choices(), default=Outcome.HELD)
    held_on = models.DateField("on", null=True, blank=True)
    # The time of a rescheduled meeting on that day; in the cohort's time zone.
    held_at = models.TimeField("at", null=True, blank=True)
    # Held before the day of the week's meeting, which still takes place: this then becomes its check-in.
    is_besides = models.BooleanField("besides the meeting", default=False, db_default=False)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MaxValueValidator(1440)])
    summary = models.TextField("for the group", blank=True)
    private_note = models.TextField(blank=True)
    request = models.TextField("request to the course admin", blank=True)
    # Unknown for requests that an import brought.
    requested_at = models.DateTimeField(null=True, blank=True)
    request_taken_at = models.DateTimeField(null=True, blank=True)
    request_taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="who has the request",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="requests_taken",
    )
    # `change_request` says how a changed text treats the answer.
    request_answer = models.TextField("answer to the request", blank=True)
    request_settled_at = models.DateTimeField(null=True, blank=True)
    request_settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="who answered the request",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="requests_settled",
    )
    logged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="check_ins_logged"
    )
    logged_at = models.DateTimeField()
    # The role of `logged_by` at that time, so that ending a mentorship does not change the past; blank: a course admin.
    logged_as = models.CharField(max_length=20, choices=Mentorship.Role, blank=True)

    texts = {
        "summary": SHARED,
        "private_note": Personal(is_hidden=True),
        "request": Personal(is_hidden=True),
        "request_answer": Personal(is_hidden=True),
    }
    history = Records()
    objects = CheckInQuerySet.as_manager()

    class Meta:
        verbose_name = "check-in"
        constraints = [
            models.UniqueConstraint(fields=["group", "week_starts_on"], name="check_in_once_a_week"),
            models.CheckConstraint(condition=IsMonday("week_starts_on"), name="check_in_week_starts_monday"),
            models.CheckConstraint(
                condition=~models.Q(outcome="held") | models.Q(held_on__isnull=False, minutes__isnull=False),
                name="check_in_held_has_day_and_minutes",
            ),
            models.CheckConstraint(
                condition=models.Q(held_at=None) | models.Q(outcome="moved", held_on__isnull=False),
                name="check_in_time_of_a_new_day",
            ),
            models.CheckConstraint(
                condition=models.Q(is_besides=False) | models.Q(outcome__in=("held", "group_absent")),
                name="check_in_besides_was_a_meeting",
            ),
            models.CheckConstraint(
                condition=models.Q(request_settled_at__isnull=True, request_settled_by__isnull=True)
                | models.Q(request_settled_at__isnull=False, request_settled_by__isnull=False),
                name="check_in_request_settled_at_and_by",
            ),
            models.CheckConstraint(
                condition=models.Q(request_taken_at__isnull=True, request_taken_by__isnull=True)
                | models.Q(request_taken_at__isnull=False, request_taken_by__isnull=False),
                name="check_in_request_taken_at_and_by",
            ),
            models.CheckConstraint(
                condition=models.Q(request_answer="") | models.Q(request_settled_at__isnull=False),
                name="check_in_request_answer_is_settled",
            ),
        ]

    def __str__(self) -> str:
        return f"Check-in of {self.group}, week of {self.week_starts_on}"

    def get_absolute_url(self) -> str:
        return reverse("tracker:check-in-detail", args=[self.group_id, self.week.iso])

    @property
    def week(self) -> Week:
        return Week(starts_on=self.week_starts_on)

    @property
    def was_stand_in(self) -> bool:
        return self.logged_as == Mentorship.Role.STAND_IN

    @property
    def request_answer_html(self) -> SafeString:
        return to_html(self.request_answer)

    def change_request(self, before: str, at: datetime) -> None:
        """Say what becomes of the state after the text changed from `before`.

        One that waits keeps its place in the queue, and who has it. An answered one is asked anew: its answer was to
        other words, and stays in the history only. Nothing is left of one that was removed.
        """
        if self.request == before:
            return
        if not self.request or self.request_settled_at is not None:
            self.requested_at = self.request_taken_at = self.request_taken_by = None
            self.request_settled_at = self.request_settled_by = None
            self.request_answer = ""
        if self.request and self.requested_at is None:
            self.requested_at = at


class CheckInEntryQuerySet(models.QuerySet["CheckInEntry"]):
    def with_is_counted(self) -> models.QuerySet[Any]:
        """Annotate with `is_counted`: one entry a student and week counts, in attention and in numbers.

        It is that of the group in which the student was on the day it was held; if both groups met with who moved, the
        later one. A move that is dated back leaves other entries on record.
        """
        stays = Membership.objects.open(models.OuterRef("check_in__held_on")).filter(
            enrolment=models.OuterRef("enrolment"), group=models.OuterRef("check_in__group")
        )
        of_week = CheckInEntry.objects.filter(
            models.Exists(stays),
            enrolment=models.OuterRef("enrolment"),
            check_in__week_starts_on=models.OuterRef("check_in__week_starts_on"),
        )
        latest = of_week.order_by("-check_in__held_on", "-pk").values("pk")[:1]
        is_counted = models.Q(pk__in=models.Subquery(latest))
        return self.annotate(is_counted=models.ExpressionWrapper(is_counted, models.BooleanField()))


class CheckInEntry(models.Model):
    Attendance = Attendance
    check_in = models.ForeignKey(CheckIn, on_delete=models.CASCADE, related_name="entries")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="check_in_entries")
    attendance = models.CharField(max_length=20, choices=Attendance.choices(), default=Attendance.PRESENT)
    note = models.TextField(blank=True)

    texts = {"note": Personal(about=("enrolment__person",), is_hidden=True)}
    history = Records()
    objects = CheckInEntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "check-in entries"
        constraints = [
            models.UniqueConstraint(fields=["check_in", "enrolment"], name="check_in_entry_once_a_student")
        ]

    def __str__(self) -> str:
        return f"{self.enrolment.person}: {self.get_attendance_display()}"

    @property
    def written(self) -> str:
        """All that mentors wrote about the student, as pages show it to its readers: a paragraph each."""
        return "\n\n".join(filter(None, (getattr(self, name) for name in hidden_texts(CheckInEntry))))


@cache
def with_is_counted() -> models.QuerySet[Any]:
    """All entries, with whether they count, which is resolved once a process."""
    return CheckInEntry.objects.with_is_counted()


class CheckInDraft(models.Model):
    """A mentor's unsaved check-in, kept so that they can go on from another device."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="check_in_drafts")
    week_starts_on = models.DateField()
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="check_in_drafts"
    )
    # The posted fields: name to list of values.
    fields = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    texts = {"fields": Personal(by=("person",))}
    goes_with = ("person", "group__memberships__enrolment__person")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group", "week_starts_on", "person"], name="check_in_draft_once_a_person"
            )
        ]

    def __str__(self) -> str:
        return f"Draft of {self.person} for {self.group}, week of {self.week_starts_on}"


class CheckInSave(models.Model):
    """The data to undo the last save of a check-in, for half an hour: what was typed, and how steps were before."""

    check_in = models.ForeignKey(CheckIn, on_delete=models.CASCADE, related_name="saves")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="check_in_saves"
    )
    saved_at = models.DateTimeField(db_index=True)
    # The posted fields: name to list of values.
    fields = models.JSONField(default=dict)
    # Of each step that was closed or reopened: id, state now, and state, moment and person before.
    steps = models.JSONField(default=list)
    # The same of things to bring up; an older version leaves it to the database.
    items = models.JSONField(default=list, db_default=[])
    # And of what was said before the meeting.
    notes = models.JSONField(default=list, db_default=[])

    texts = {"fields": Personal(by=("person",)), "steps": NO_NAMES, "items": NO_NAMES, "notes": NO_NAMES}
    goes_with = ("person", "check_in__group__memberships__enrolment__person")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["check_in", "person"], name="check_in_save_once_a_person")
        ]

    def __str__(self) -> str:
        return f"Save of {self.check_in} by {self.person}"
