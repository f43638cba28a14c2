from collections.abc import Iterable

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils import timezone

from courses.models import Cohort
from groups.models.enrolment import Enrolment
from lib.names import OneLineField
from lib.natural_order import NaturalKeyField
from lib.references import ALL
from lib.texts import EVERYTHING, NO_NAMES, SHARED
from people.models import Edited


class WishQuerySet(models.QuerySet["Wish"]):
    def by_name(self) -> "WishQuerySet":
        people = self.select_related("one__person", "other__person")
        return people.order_by("one__person__name", "other__person__name", "pk")

    def apart(self) -> "WishQuerySet":
        return self.filter(kind=Wish.Kind.APART)

    def broken_for(self, students: Iterable[Enrolment]) -> "WishQuerySet":
        """Return the wishes to be apart of students who are in one group with the other one, or will be."""
        ids = [student.pk for student in students]
        return self.apart().filter(
            models.Q(one__in=ids) | models.Q(other__in=ids),
            one__memberships__ended_on=None,
            other__memberships__ended_on=None,
            one__memberships__group=models.F("other__memberships__group"),
        )


class Wish(models.Model):
    """Two students of a cohort who should learn in one group, or should not. Only course admins know of it."""

    class Kind(models.TextChoices):
        TOGETHER = "together", "together"
        APART = "apart", "apart"

    # `one` is the enrolment with the smaller id.
    one = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="wishes_as_one")
    other = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="wishes_as_other")
    kind = models.CharField(max_length=20, choices=Kind)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="wishes_noted"
    )
    noted_at = models.DateTimeField(default=timezone.now)

    unshown = EVERYTHING
    goes_with = ("one__person", "other__person")
    goes_along = {"one": ALL, "other": ALL}
    objects = WishQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "wishes"
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="wish_once_for_two"),
            models.CheckConstraint(
                condition=models.Q(one__lt=models.F("other")), name="wish_in_order_of_enrolments"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.one.person} and {self.other.person} {self.kind}"

    @property
    def warning(self) -> str:
        """The sentence about two who come into one group and should not."""
        return f"{self.one.person} and {self.other.person} should be apart, by a wish."


class WillingMentor(models.Model):
    """Somebody who would mentor in a cohort, and how many of its groups at most. 0: none at the moment."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="willing_mentors")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="willing_to_mentor"
    )
    most_groups = models.PositiveSmallIntegerField(
        "groups at most", default=1, validators=[MaxValueValidator(50)]
    )
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="willing_mentors_noted"
    )
    noted_at = models.DateTimeField(default=timezone.now)

    goes_with = ("person",)
    goes_along = {"cohort": ALL}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cohort", "person"], name="willing_mentor_once_a_cohort")
        ]

    def __str__(self) -> str:
        return f"{self.person} for {self.cohort}"


class Proposal(Edited):
    """The groups that are proposed for a cohort. Course admins alone see them until they are published."""

    cohort = models.OneToOneField(Cohort, on_delete=models.CASCADE, related_name="proposal")

    goes_along = {"cohort": ALL}

    def __str__(self) -> str:
        return f"groups proposed for {self.cohort}"


class ProposedGroup(models.Model):
    """A locked one stays as it is when the others are formed anew."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="groups")
    name = OneLineField(max_length=100)
    sort_key = NaturalKeyField(of="name", max_length=200, default="", editable=False)
    mentor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="proposed_to_mentor",
    )
    is_locked = models.BooleanField(default=False)

    texts = {"name": SHARED, "sort_key": NO_NAMES}
    unshown = EVERYTHING

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["proposal", "name"], name="proposed_group_name_once_a_proposal")
        ]

    def __str__(self) -> str:
        return self.name


class ProposedStay(models.Model):
    group = models.ForeignKey(ProposedGroup, on_delete=models.CASCADE, related_name="stays")
    enrolment = models.OneToOneField(Enrolment, on_delete=models.CASCADE, related_name="proposed_stay")

    goes_along = {"enrolment": ALL}
    unshown = EVERYTHING

    def __str__(self) -> str:
        return f"{self.enrolment.person} in {self.group}"
