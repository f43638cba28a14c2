from django.core.validators import URLValidator
from django.db import models

from courses.models.course import Course
from lib.names import OneLineField
from lib.texts import SHARED

MOST_LINKS = 6
HTTPS = URLValidator(schemes=["https"])


class CourseLink(models.Model):
    """A named link of a course: its repository, its chat, a video. Its position says which of the six it is."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="links")
    position = models.PositiveSmallIntegerField()
    name = OneLineField(max_length=60)
    url = models.URLField("URL", max_length=1000, validators=[HTTPS])

    texts = {"name": SHARED, "url": SHARED}

    class Meta:
        verbose_name = "link"
        constraints = [
            models.UniqueConstraint(fields=["course", "position"], name="course_link_position_once_a_course"),
            models.CheckConstraint(
                condition=models.Q(position__gte=1, position__lte=MOST_LINKS),
                name="course_link_position_to_six",
            ),
        ]

    def __str__(self) -> str:
        return self.name
