from django.conf import settings
from django.db import models
from django.utils import timezone

from courses.models import Cohort
from groups.models.closing import Closing
from groups.models.enrolment import Enrolment
from groups.models.group import Group
from lib.references import ALL
from lib.texts import NO_NAMES, SHARED, Personal
from people.models import User


class Move(models.Model):
    """A decision about where a student is, or who mentors a group; with who and why, and what it changed: for its undo.

    A student's has `enrolment`; that of a group has `group` and, as `person`, who mentors it then.
    """

    class Kind(models.TextChoices):
        JOINED = "joined", "joined a group"
        MOVED = "moved", "moved to another group"
        SWAPPED = "swapped", "swapped groups"
        LEFT = "left", "left the group"
        ENDED = "ended", "left the cohort"
        RETURNED = "returned", "came back"
        STOOD_IN = "stood_in", "gets a stand-in"
        HANDED_OVER = "handed_over", "gets another mentor"

    enrolment = models.ForeignKey(Enrolment, null=True, on_delete=models.CASCADE, related_name="moves")
    # The student they swapped with.
    other = models.ForeignKey(Enrolment, null=True, on_delete=models.CASCADE, related_name="swaps")
    group = models.ForeignKey(Group, null=True, on_delete=models.CASCADE, related_name="moves")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="moves_to_mentor"
    )
    # The closing of the cohort that ended the stay.
    closing = models.ForeignKey(Closing, null=True, on_delete=models.CASCADE, related_name="moves")
    kind = models.CharField(max_length=20, choices=Kind)
    # The names of the groups then, for people to read; not those of people, who may be forgotten.
    what = models.CharField(max_length=300)
    # The first day on which it holds.
    on = models.DateField()
    reason = models.CharField(max_length=100, blank=True)
    # Rows as they were before and after: [model, id, fields before or null, fields after].
    changes = models.JSONField(default=list)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="moves_made")
    made_at = models.DateTimeField(default=timezone.now)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="moves_undone"
    )
    undone_at = models.DateTimeField(null=True)

    texts = {
        "what": SHARED,
        "reason": Personal(about=("enrolment__person", "other__person", "person")),
        "changes": NO_NAMES,
    }
    unshown = ("reason",)
    goes_along = {"enrolment": ALL, "other": ALL, "group": ALL, "closing": ALL}

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(undone_at=None, undone_by=None)
                | models.Q(undone_at__isnull=False, undone_by__isnull=False),
                name="move_undone_by_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(enrolment__isnull=False, group=None, person=None)
                | models.Q(enrolment=None, group__isnull=False, person__isnull=False),
                name="move_of_student_or_group",
            ),
        ]

    def __str__(self) -> str:
        kind = f" {self.get_kind_display()}" if self.person else ""
        return f"{self.who}{kind}: {self.label}"

    @property
    def who(self) -> User | Group:
        """The student, or the group whose mentor changes."""
        of = self.enrolment.person if self.enrolment else self.group
        assert of is not None, "one of them is there"  # noqa: S101
        return of

    @property
    def cohort(self) -> Cohort:
        of = self.enrolment or self.group
        assert of is not None, "one of them is there"  # noqa: S101
        return of.cohort

    @property
    def label(self) -> str:
        """Describe the move; a swap with its other student, a mentorship with its mentor, by today's names."""
        if self.person:
            return ", ".join(filter(None, [str(self.person), self.what]))
        return f"{self.what}, in exchange with {self.other.person}" if self.other else self.what
