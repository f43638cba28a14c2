from datetime import date
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Case, Count, F, QuerySet, When

from courses.models import Course
from lib.references import ALL
from lib.texts import NO_NAMES
from questions.models import Ask

# The cohort of the group that asked, the week, the milestone, material, category and topic of the question, and the
# number of asks. None: without a date, a milestone, a material, a topic.
type AskCell = tuple[int, date | None, int | None, int | None, str, int | None, int]


class CourseSummary(models.Model):
    """The asks of a course with so many that counting them takes too long, as the worker counted them last."""

    course = models.OneToOneField(Course, on_delete=models.CASCADE, related_name="trends_summary")
    counted_at = models.DateTimeField()
    # Rows of AskCell: ids, weeks and numbers, and nothing that anybody wrote.
    cells = models.JSONField(encoder=DjangoJSONEncoder)

    texts = {"cells": NO_NAMES}
    # See lib.references.
    goes_along = {"course": ALL}

    class Meta:
        verbose_name_plural = "course summaries"

    def __str__(self) -> str:
        return f"{self.course} as of {self.counted_at}"


def ask_cells(asks: QuerySet[Ask]) -> "QuerySet[Any, AskCell]":
    """Count asks by cell. A duplicate counts as its original."""
    of = {
        name: Case(
            When(question__duplicate_of=None, then=F(f"question__{path}")),
            default=F(f"question__duplicate_of__{path}"),
        )
        for name, path in (
            ("milestone", "milestone"),
            ("material", "material"),
            ("category", "category"),
            ("topic", "placement__topic"),
        )
    }
    cells = asks.annotate(cohort=F("group__cohort"), **of).order_by()
    columns = cells.values_list("cohort", "week_starts_on", "milestone", "material", "category", "topic")
    return columns.annotate(number=Count("*"))
