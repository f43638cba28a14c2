from collections.abc import Iterable

from django.conf import settings
from django.db import models

from groups.models import Enrolment, Group
from lib.texts import Personal
from tracker.models.check_in import CheckIn


class AgreedStepQuerySet(models.QuerySet["AgreedStep"]):
    def open(self) -> "AgreedStepQuerySet":
        return self.filter(state=AgreedStep.State.OPEN)

    def of_groups(self, groups: Iterable[int], members: Iterable[int | None]) -> "AgreedStepQuerySet":
        """Steps of the whole groups, and of their members from any group: they keep those of an earlier one."""
        return self.filter(models.Q(enrolment=None, group__in=groups) | models.Q(enrolment__in=members))

    def with_name(self) -> "AgreedStepQuerySet":
        """With the name of the student and what lists show of a step; the rest is left out."""
        return self.select_related("enrolment__person").only(
            "group", "text", "due_on", "state", "agreed_at", "enrolment__person__name"
        )


class AgreedStep(models.Model):
    """A next step of a student or the whole group; each check-in shows it until it is done or removed."""

    class State(models.TextChoices):
        OPEN = "open", "open"
        DONE = "done", "done"
        DROPPED = "dropped", "removed"

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="agreed_steps")
    # None: a step of the whole group.
    enrolment = models.ForeignKey(
        Enrolment, null=True, blank=True, on_delete=models.PROTECT, related_name="agreed_steps"
    )
    # The check-in at which it was agreed.
    check_in = models.ForeignKey(
        CheckIn, null=True, blank=True, on_delete=models.SET_NULL, related_name="agreed_steps"
    )
    text = models.CharField(max_length=300)
    due_on = models.DateField("by", null=True, blank=True)
    state = models.CharField(max_length=20, choices=State, default=State.OPEN)
    agreed_at = models.DateTimeField()
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="steps_agreed"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="steps_closed"
    )

    texts = {"text": Personal(about=("enrolment__person",))}
    objects = AgreedStepQuerySet.as_manager()

    class Meta:
        # Without it SQLite looks for those of a whole group among those of all groups.
        indexes = [models.Index(fields=["group", "enrolment"], name="agreed_step_of_group")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="open", closed_at__isnull=True, closed_by__isnull=True)
                | (~models.Q(state="open") & models.Q(closed_at__isnull=False, closed_by__isnull=False)),
                name="agreed_step_closed_at_and_by",
            )
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_done(self) -> bool:
        return self.state == AgreedStep.State.DONE
