from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator, StepValueValidator
from django.db import models
from django.utils import timezone
from django.utils.text import capfirst

from courses.models import Cohort
from groups.models.holding import Holding, HoldingQuerySet
from lib.history import Records
from lib.texts import Personal

MOST_HOURS = 80


class Enrolment(Holding):
    """A student of a cohort. Progress belongs to the enrolment, so it is kept when the student changes groups."""

    class EndReason(models.TextChoices):
        FINISHED = "finished", "finished"
        DROPPED = "dropped", "dropped out"
        TRANSFERRED = "transferred", "went to another cohort"

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="enrolments")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="enrolments")
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    end_reason = models.CharField(max_length=20, choices=EndReason, blank=True)
    # How much the student already knows, as written in the pasted list: "python 3, ml 2".
    level = models.CharField(
        max_length=200,
        blank=True,
        help_text="What you know already, from 1 (new to it) to 5. For example: python 3, ml 2.",
    )
    # Hours and level may be known before there is a group: groups are formed by them.
    hours_a_week = models.FloatField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_HOURS), StepValueValidator(0.5)],
    )
    mentor_note = models.TextField("note for the mentor", max_length=1_000, blank=True)
    # Since when they would mentor later cohorts of the course.
    would_mentor_at = models.DateTimeField(null=True, blank=True, editable=False)
    enrolled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="enrolments_made"
    )
    enrolled_at = models.DateTimeField(default=timezone.now)
    # The last time this student did something, of what no row of its own keeps the day. groups.actions.activity
    # updates it.
    last_active_at = models.DateTimeField(null=True, blank=True)
    # When my week last showed them what is new.
    news_read_at = models.DateTimeField(null=True, blank=True, editable=False)

    _own = Personal(by=("person",), is_own=True)
    texts = {"level": _own, "mentor_note": _own}
    history = Records(excluded_fields=["last_active_at", "news_read_at"])
    objects = HoldingQuerySet["Enrolment"].as_manager()

    class Meta:
        constraints = [
            *Holding.Meta.constraints,
            models.UniqueConstraint(
                fields=["cohort", "person"],
                condition=models.Q(ended_on=None),
                name="enrolment_one_open_per_cohort",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_on=None, end_reason="")
                | (models.Q(ended_on__isnull=False) & ~models.Q(end_reason="")),
                name="enrolment_end_has_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(hours_a_week=None) | models.Q(hours_a_week__range=(1, MOST_HOURS)),
                name="enrolment_hours_a_week",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} in {self.cohort}"

    @property
    def about(self) -> list[str]:
        """What is known of the student, as lists of people have it: "level: python 3", "4 h a week"."""
        known = [(column, column.value(self)) for column in STUDENT_COLUMNS if not column.is_note]
        return [(column.shown or f"{column.label}: {{}}").format(value) for column, value in known if value]


@dataclass(frozen=True, slots=True)
class StudentColumn:
    """What is known of each student: a field of the enrolment, a text or a number of hours.

    It stands in the list of people and on the page of the student, is changed in *Hours and note* by the student, their
    mentors and course admins, comes in with lists of people and workbooks, and goes out with exports.

    Args:
        headers: those that lists of people have besides the name of the field, such as one or two in other languages.
        shown: its words in the list of people.
        is_many: whether several columns of a list may each have a part of it.
        is_note: whether it is for the mentor: in no list of people, and no import replaces it.
    """

    name: str
    headers: str = ""
    shown: str = ""
    is_many: bool = False
    is_note: bool = False

    @property
    def field(self) -> models.Field[Any, Any]:
        return Enrolment._meta.get_field(self.name)  # type: ignore[return-value]

    @property
    def label(self) -> str:
        return str(self.field.verbose_name)

    @property
    def header(self) -> str:
        return capfirst(self.label)

    @property
    def is_hours(self) -> bool:
        return isinstance(self.field, models.FloatField)

    def value(self, enrolment: Enrolment) -> str | int | float | None:
        """Whole hours are 5, not 5.0."""
        value: str | float | None = getattr(enrolment, self.name)
        return int(value) if isinstance(value, float) and value.is_integer() else value


STUDENT_COLUMNS = (
    StudentColumn("level", "python level,ml level,nivel,niveau", is_many=True),
    StudentColumn(
        "hours_a_week",
        "hours per week,hours week,horas por semana,horas semana,horas a la semana,heures par semaine,"
        "stunden pro woche",
        shown="{} h a week",
    ),
    StudentColumn("mentor_note", is_note=True),
)
