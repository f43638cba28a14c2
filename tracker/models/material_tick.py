from django.db import models

from courses.models import Material
from groups.models import Enrolment, Group


class MaterialTickQuerySet(models.QuerySet["MaterialTick"]):
    def with_opinion(self) -> "MaterialTickQuerySet":
        return self.exclude(opinion="")


class MaterialTick(models.Model):
    """A material ticked by a student, and how they found it. Unticking deletes the row: there is no history.

    A student's opinion is shown to that student alone: others read totals (trends.counts.opinions).
    """

    class Opinion(models.TextChoices):
        USEFUL = "useful", "useful"
        CONFUSING = "confusing", "confusing"
        TOO_LONG = "too_long", "too long"

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="material_ticks")
    material = models.ForeignKey(Material, on_delete=models.CASCADE, related_name="ticks")
    ticked_at = models.DateTimeField()
    opinion = models.CharField(max_length=20, choices=Opinion, blank=True)
    # The student's group at that time: totals need people of several groups. None without an opinion, or once
    # the group is deleted. A page that counted what keeps a group would tell that somebody said something, and a total
    # that lost it what they said.
    group = models.ForeignKey(
        Group,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="material_opinions",
        db_index=False,
    )

    stays_without = ("group",)
    unshown_to_operators = ("opinion", "group")
    objects = MaterialTickQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "material"], name="material_tick_once"),
            models.CheckConstraint(
                condition=models.Q(group__isnull=True) | ~models.Q(opinion=""),
                name="material_tick_opinion_in_group",
            ),
        ]
        indexes = [
            # Covers the totals: most ticks are without an opinion.
            models.Index(
                fields=["enrolment", "material", "opinion", "group"],
                condition=~models.Q(opinion=""),
                name="material_tick_opinions",
            ),
            # Finds the ticks of a group that is deleted.
            models.Index(
                fields=["group"], condition=models.Q(group__isnull=False), name="material_tick_group"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.material} ticked"
