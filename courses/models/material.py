import re

from django.conf import settings
from django.db import models

from courses.models.milestone import Milestone
from lib.texts import SHARED
from people.models import Edited

_PART = re.compile(r"\s*\(\d+ of \d+\)$")


class MaterialQuerySet(models.QuerySet["Material"]):
    def in_use(self) -> "MaterialQuerySet":
        return self.filter(retired_on=None)

    def in_order(self) -> "MaterialQuerySet":
        return self.order_by("position", "pk")


class Material(Edited):
    """Something to read, watch or do. Once used it is archived, not deleted, because questions refer to it."""

    class Kind(models.TextChoices):
        PAGE = "page", "page"
        VIDEO = "video", "video"
        NOTEBOOK = "notebook", "notebook"
        COURSE = "course", "course"
        EXERCISE = "exercise", "exercise"
        PROJECT = "project", "project"

    milestone = models.ForeignKey(Milestone, on_delete=models.CASCADE, related_name="materials")
    position = models.PositiveIntegerField(default=0)
    title = models.CharField(max_length=300)
    url = models.URLField("URL", max_length=1000, blank=True)
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.PAGE)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    is_optional = models.BooleanField("optional", default=False)
    retired_on = models.DateField(null=True, blank=True)

    texts = {"title": SHARED, "url": SHARED}
    objects = MaterialQuerySet.as_manager()

    def __str__(self) -> str:
        return self.title

    @property
    def title_of_all(self) -> str:
        """The title of all its links: several of one milestone have the same, or "(2 of 4)" behind it."""
        return _PART.sub("", self.title)

    @property
    def dead_link(self) -> str:
        """Say why the link is dead; "" if it is not known to be. Fetch `link_check` with the materials."""
        check = getattr(self, "link_check", None) if settings.LINK_CHECKS else None
        return check.found if check and check.is_dead and check.address == self.url else ""
