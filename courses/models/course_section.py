from datetime import datetime

from django.db import models
from django.utils.safestring import SafeString

from courses.models.course import Course
from lib.markdown import to_html
from lib.markdown_bounds import LONGEST
from lib.names import OneLineField
from lib.texts import SHARED
from people.models import Edited, User


class CourseSectionQuerySet(models.QuerySet["CourseSection"]):
    def in_order(self) -> "CourseSectionQuerySet":
        """Without those that were deleted."""
        return self.exclude(body="").order_by("position", "pk")


class CourseSection(Edited):
    """A part of what a course says of itself, in its own words. Everybody in the course reads all of them.

    The imported texts are those of the outline that was imported last: an import overwrites a section only while it
    is as imported. Of one that was deleted here only its title stays, so that no import brings it back by itself.
    """

    class MeantFor(models.TextChoices):
        EVERYBODY = "everybody", "everybody"
        STUDENTS = "students", "students: what is expected of them"
        MENTORS = "mentors", "mentors: what is expected of them"

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="sections")
    position = models.PositiveIntegerField(default=0)
    title = OneLineField(max_length=200)
    body = models.TextField("text", max_length=LONGEST, help_text="Markdown.")
    meant_for = models.CharField("meant for", max_length=10, choices=MeantFor, default=MeantFor.EVERYBODY)
    imported_title = models.CharField(max_length=200, blank=True, editable=False)
    imported_body = models.TextField(blank=True, editable=False)

    texts = {"title": SHARED, "body": SHARED, "imported_title": SHARED, "imported_body": SHARED}
    objects = CourseSectionQuerySet.as_manager()

    class Meta:
        verbose_name = "section"

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"{self.course.get_absolute_url()}#section-{self.pk}"

    @property
    def html(self) -> SafeString:
        return to_html(self.body)

    @property
    def is_deleted(self) -> bool:
        return not self.body

    @property
    def is_as_imported(self) -> bool:
        """Whether it came by an import and nobody has edited it here since. Browsers send other ends of lines."""
        imported = self.imported_title, self.imported_body.split()
        return bool(self.imported_body) and (self.title, self.body.split()) == imported

    def remove(self, *, by: User, at: datetime) -> None:
        """Delete it; of one that came by an import the title stays, so that the next one knows it."""
        if self.imported_title:
            self.title, self.body, self.imported_body = self.imported_title, "", ""
            self.touch(by=by, at=at)
            self.save()
        else:
            self.delete()
