from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone

from courses.models.archived import Archivable
from lib.texts import SHARED
from people.models import Edited, User


class CourseQuerySet(models.QuerySet["Course"]):
    def administered_by(self, person: User) -> "CourseQuerySet":
        return self.filter(admins__person=person)

    def current(self) -> "CourseQuerySet":
        """Not archived."""
        return self.filter(archived_at=None)


class Course(Edited, Archivable):
    title = models.CharField(max_length=200)
    slug = models.SlugField(max_length=80, unique=True)
    summary = models.TextField(blank=True)
    group_size = models.PositiveSmallIntegerField(
        default=3, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    weekly_minutes = models.PositiveSmallIntegerField(
        "mentor minutes per group per week", default=30, validators=[MaxValueValidator(600)]
    )
    has_code_reviews = models.BooleanField("students review each other’s code", default=True)

    behind_days = models.PositiveSmallIntegerField("1 milestone behind counts after (days)", default=7)
    behind_count = models.PositiveSmallIntegerField(
        "behind immediately at (milestones overdue)", default=2, validators=[MinValueValidator(1)]
    )
    question_days = models.PositiveSmallIntegerField(
        "a question is promised an answer within (weekdays)", default=3, validators=[MinValueValidator(1)]
    )
    help_days = models.PositiveSmallIntegerField(
        "“need help” is promised an answer within (weekdays)", default=1, validators=[MinValueValidator(1)]
    )
    review_days = models.PositiveSmallIntegerField(
        "a code review is promised within (weekdays)", default=3, validators=[MinValueValidator(1)]
    )
    # Empty: as many as suit the length of the course.
    silent_days = models.PositiveSmallIntegerField("inactive after (days)", null=True, blank=True)
    grace_days = models.PositiveSmallIntegerField("grace period after joining (days)", null=True, blank=True)
    absences_in_a_row = models.PositiveSmallIntegerField(
        "absences in a row", default=2, validators=[MinValueValidator(1)]
    )

    texts = {"title": SHARED, "slug": SHARED, "summary": SHARED}
    objects = CourseQuerySet.as_manager()

    class Meta:
        constraints = [*Archivable.Meta.constraints]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("tracker:course-detail", args=[self.slug])


class CourseAdmin(models.Model):
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="admins")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="course_adminships"
    )
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["course", "person"], name="course_admin_once")]

    def __str__(self) -> str:
        return f"{self.person} for {self.course}"
