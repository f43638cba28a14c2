"""What is counted for the trends: asks by cell, and students by their stay at a milestone.

Both are counted live, whenever a page asks. For courses with so many asks that this takes too long,
`trends.actions.summaries` stores the same counts every few minutes.
"""

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Case, Count, F, QuerySet, When

from courses.models import Cohort, Course, Material, Milestone
from lib.references import ALL
from lib.weeks import monday_of
from questions.models import Ask
from questions.models.topic import Topic
from tracker.models.progress import ProgressQuerySet

_DAY = timedelta(days=1)


class CourseSummary(models.Model):
    """A course that is too large to be counted live. `counted_at` is None until its summaries are complete."""

    course = models.OneToOneField(Course, on_delete=models.CASCADE, related_name="trends_summary")
    begun_at = models.DateTimeField()
    counted_at = models.DateTimeField(null=True, blank=True)

    # See lib.references.
    goes_along = {"course": ALL}

    class Meta:
        verbose_name_plural = "course summaries"

    def __str__(self) -> str:
        return f"{self.course} as of {self.counted_at}"


def counted_at(course: Course) -> datetime | None:
    """When the summaries of the course were counted. None: it has none, so it is counted live."""
    return CourseSummary.objects.filter(course=course).values_list("counted_at", flat=True).first()


def _counted(model: type[models.Model], **options: Any) -> "models.ForeignKey[Any, Any]":
    """A reference that keeps nothing from being deleted: the next count leaves it out."""
    return models.ForeignKey(
        model, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+", **options
    )


class AskSummary(models.Model):
    """The asks of a cell: the cohort of the group that asked, the week, and the fields of the question.

    A duplicate has the fields of its original. `topic` None: all asks of the cell. The others are of one topic each,
    without topics of a single question, which no list shows.
    """

    cohort = _counted(Cohort)
    # None: asks of which nobody knows when.
    week_starts_on = models.DateField("week", null=True)
    milestone = _counted(Milestone, null=True)
    material = _counted(Material, null=True)
    category = models.CharField(max_length=20, blank=True)
    topic = _counted(Topic, null=True)
    asks = models.PositiveIntegerField()

    # See lib.references.
    goes_along = {"cohort": ALL, "milestone": ALL, "material": ALL, "topic": ALL}

    class Meta:
        verbose_name_plural = "ask summaries"
        indexes = [
            # Covers the ranking of topics under any filter, and the cells of all topics.
            models.Index(
                fields=[
                    "topic",
                    "cohort",
                    "week_starts_on",
                    "milestone",
                    "material",
                    "category",
                    "asks",
                ],
                name="ask_summary_topic",
            ),
            models.Index(fields=["cohort", "week_starts_on"], name="ask_summary_cohort_week"),
        ]

    def __str__(self) -> str:
        return f"{self.asks} asks in the week of {self.week_starts_on}"


class TopicSummary(models.Model):
    """The asks about a topic in a cohort: what its AskSummary rows add up to."""

    cohort = _counted(Cohort)
    topic = _counted(Topic)
    asks = models.PositiveIntegerField()

    # See lib.references.
    goes_along = {"cohort": ALL, "topic": ALL}

    class Meta:
        verbose_name_plural = "topic summaries"
        indexes = [models.Index(fields=["cohort", "topic", "asks"], name="topic_summary_cohort")]

    def __str__(self) -> str:
        return f"{self.asks} asks about a topic"


class QuestionSummary(models.Model):
    """The questions of a cohort, whenever they were asked, by how long they waited for an answer; no duplicates."""

    cohort = _counted(Cohort)
    milestone = _counted(Milestone, null=True)
    material = _counted(Material, null=True)
    category = models.CharField(max_length=20, blank=True)
    answered_within = models.IntegerField(null=True)
    is_answer_undated = models.BooleanField()
    is_undated = models.BooleanField()
    questions = models.PositiveIntegerField()

    # See lib.references.
    goes_along = {"cohort": ALL, "milestone": ALL, "material": ALL}

    class Meta:
        verbose_name_plural = "question summaries"
        indexes = [models.Index(fields=["cohort"], name="question_summary_cohort")]

    def __str__(self) -> str:
        return f"{self.questions} questions answered within {self.answered_within} minutes"


class StudentSummary(models.Model):
    """The students who were at a milestone from one week to another. Weeks are named by their Mondays."""

    cohort = _counted(Cohort)
    milestone = _counted(Milestone)
    first_week = models.DateField()
    last_week = models.DateField(null=True)
    students = models.PositiveIntegerField()

    # See lib.references.
    goes_along = {"cohort": ALL, "milestone": ALL}

    class Meta:
        verbose_name_plural = "student summaries"
        indexes = [models.Index(fields=["cohort"], name="student_summary_cohort")]

    def __str__(self) -> str:
        return f"{self.students} students from the week of {self.first_week}"


def live_asks(asks: QuerySet[Ask]) -> QuerySet[Any]:
    """Annotate asks with the columns of an AskSummary."""
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
    return asks.annotate(cohort=F("group__cohort"), **of).order_by()


# The cohort, the milestone, the week in which somebody began it, and the last week; None: they are still at it.
type Stay = tuple[int, int, date, date | None]


def live_stays(progress: ProgressQuerySet) -> Counter[Stay]:
    """Count students by stay, as far as its days are known. One query.

    A stay ends when they did the milestone, or earlier when they left.
    """
    days = (
        progress.dated()
        .order_by()
        .values_list("enrolment__cohort", "milestone", "started_on", "finished_on", "enrolment__ended_on")
    )
    stays: Counter[Stay] = Counter()
    for cohort, milestone, started_on, finished_on, ended_on, count in days.annotate(count=Count("*")):
        last_on = last_day_at(finished_on, ended_on)
        stays[cohort, milestone, monday_of(started_on), monday_of(last_on) if last_on else None] += count
    return stays


def last_day_at(finished_on: date | None, ended_on: date | None) -> date | None:
    """The last day at a milestone. `ended_on` is the first day after the enrolment."""
    ends = [finished_on, ended_on - _DAY if ended_on else None]
    return min((day for day in ends if day), default=None)
