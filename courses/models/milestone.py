from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.safestring import SafeString

from courses.models.course import Course
from lib.markdown import to_html
from lib.texts import SHARED
from people.models import Edited


class MilestoneQuerySet(models.QuerySet["Milestone"]):
    def in_order(self) -> "MilestoneQuerySet":
        return self.order_by("position")


class Milestone(Edited):
    """A step of a course (a Module in the sheet). The week and the planned hours are optional."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="milestones")
    position = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    summary = models.TextField(blank=True)
    week = models.PositiveSmallIntegerField(
        "teaching week", null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(104)]
    )
    planned_hours = models.DecimalField(
        max_digits=5, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    is_optional = models.BooleanField("optional", default=False)

    texts = {"title": SHARED, "summary": SHARED}
    objects = MilestoneQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["course", "position"], name="milestone_position_once_a_course"),
            models.CheckConstraint(
                condition=models.Q(planned_hours=None) | models.Q(planned_hours__gte=0),
                name="milestone_hours_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("groups:milestone-detail", args=[self.pk])

    @property
    def html(self) -> SafeString:
        """The summary as HTML."""
        return to_html(self.summary)
