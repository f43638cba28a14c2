"""Stored sums of asks, so that figures over a million asks are read from a few thousand rows.

Only database triggers (`trends.tally_triggers`) write these rows, whatever changes asks, questions or placements. A row
is an addend. A new ask adds 1, and an ask that is taken back adds -1. A question that moves to another milestone
subtracts its asks from the old one and adds them to the new one. The sum over the rows of a cell is always its exact
number of asks. `trends.actions.tallies.compact_tallies` replaces the rows of a cell by one.

A cell is the cohort of the group that asked, the week, and the fields of the question. For a duplicate, the fields of
its original count.
"""

from django.db import models

from courses.models import Cohort, Material, Milestone
from questions.models.topic import Topic


class AskTally(models.Model):
    """An addend of the asks of a cell: sum them."""

    cohort = models.ForeignKey(
        Cohort, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="ask_tallies"
    )
    week_starts_on = models.DateField("week")
    milestone = models.ForeignKey(
        Milestone,
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="ask_tallies",
    )
    material = models.ForeignKey(
        Material,
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="ask_tallies",
    )
    category = models.CharField(max_length=20, blank=True)
    asks = models.IntegerField()

    class Meta:
        verbose_name_plural = "ask tallies"
        indexes = [models.Index(fields=["cohort", "week_starts_on"], name="ask_tally_cohort_week")]

    def __str__(self) -> str:
        return f"{self.asks:+} asks in the week of {self.week_starts_on}"


class TopicTally(models.Model):
    """An addend of the asks of a cell that count for a topic: sum them. Asks without a topic have no row."""

    topic = models.ForeignKey(
        Topic, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="ask_tallies"
    )
    cohort = models.ForeignKey(
        Cohort, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="topic_tallies"
    )
    week_starts_on = models.DateField("week")
    milestone = models.ForeignKey(
        Milestone,
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="topic_tallies",
    )
    material = models.ForeignKey(
        Material,
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="topic_tallies",
    )
    category = models.CharField(max_length=20, blank=True)
    asks = models.IntegerField()

    class Meta:
        verbose_name_plural = "topic tallies"
        indexes = [
            models.Index(fields=["topic", "week_starts_on"], name="topic_tally_topic_week"),
            models.Index(fields=["cohort", "week_starts_on"], name="topic_tally_cohort_week"),
        ]

    def __str__(self) -> str:
        return f"{self.asks:+} asks about topic {self.topic_id} in the week of {self.week_starts_on}"


class TopicTotal(models.Model):
    """An addend of the asks that count for a topic in a cohort, over all weeks and cells: sum them.

    It finds the most asked of some ten thousand topics when no filter needs more detail.
    """

    topic = models.ForeignKey(
        Topic, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="ask_totals"
    )
    cohort = models.ForeignKey(
        Cohort, on_delete=models.DO_NOTHING, db_constraint=False, related_name="topic_totals"
    )
    asks = models.IntegerField()

    class Meta:
        indexes = [models.Index(fields=["topic", "cohort"], name="topic_total_topic_cohort")]

    def __str__(self) -> str:
        return f"{self.asks:+} asks about topic {self.topic_id}"


class StudentTally(models.Model):
    """An addend of the students who were at a milestone from one week to another: sum them.

    Students count if they began it and did not skip it: `Progress.BEGUN`. Weeks are named by their Mondays. A stay at a
    milestone ends in the week in which it was done, or otherwise in the last week of the enrolment.
    """

    cohort = models.ForeignKey(
        Cohort, on_delete=models.DO_NOTHING, db_constraint=False, related_name="student_tallies"
    )
    milestone = models.ForeignKey(
        Milestone,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="student_tallies",
    )
    first_week = models.DateField()
    last_week = models.DateField(null=True)
    students = models.IntegerField()

    class Meta:
        verbose_name_plural = "student tallies"

    def __str__(self) -> str:
        return f"{self.students:+} students from the week of {self.first_week}"
