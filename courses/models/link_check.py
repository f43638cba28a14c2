from django.conf import settings
from django.db import models

from courses.models.course import Course
from courses.models.material import Material
from lib.references import ALL
from lib.texts import SHARED


class LinkCheckQuerySet(models.QuerySet["LinkCheck"]):
    def dead(self) -> "LinkCheckQuerySet":
        """Of materials in use, whose address is still the one that was looked at; none where nothing looks any more."""
        if not settings.LINK_CHECKS:
            return self.none()
        return self.filter(is_dead=True, material__retired_on=None, address=models.F("material__url"))

    def not_checked(self) -> "LinkCheckQuerySet":
        """Links that are neither found nor gone: the server refuses, or does not answer."""
        if not settings.LINK_CHECKS:
            return self.none()
        seen = self.filter(checked_at__isnull=False, gone_since=None, address=models.F("material__url"))
        return seen.exclude(found="")

    def of_course(self, course: Course) -> "LinkCheckQuerySet":
        """In the order of the course, with material and milestone."""
        found = self.filter(material__milestone__course=course).select_related("material__milestone")
        return found.order_by("material__milestone__position", "material__position", "material")


class LinkCheck(models.Model):
    """The result of the last look at a material's link, made by the worker; one row per material.

    Dead is what is gone at two looks half a day apart or more: the first of them is `gone_since`.
    """

    material = models.OneToOneField(Material, on_delete=models.CASCADE, related_name="link_check")
    # As it was looked at: a material whose address was changed since waits for another look.
    address = models.CharField(max_length=1000)
    # The time of the next look.
    check_at = models.DateTimeField(db_index=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    gone_since = models.DateTimeField(null=True, blank=True)
    is_dead = models.BooleanField(default=False)
    # The result of the last look, in words: "It answers 404." A dead one keeps it until a look can tell more.
    found = models.CharField(max_length=300, blank=True)

    texts = {"address": SHARED, "found": SHARED}
    goes_along = {"material": ALL}
    objects = LinkCheckQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_dead=False) | models.Q(gone_since__isnull=False),
                name="link_check_dead_since",
            )
        ]

    def __str__(self) -> str:
        return f"{self.material}: {self.found or 'not looked at yet'}"
