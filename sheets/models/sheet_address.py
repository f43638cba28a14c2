from django.conf import settings
from django.db import models

from courses.models import Cohort, CourseAdmin
from lib.references import ALL
from lib.texts import NO_NAMES


class SheetAddressQuerySet(models.QuerySet["SheetAddress"]):
    def working(self) -> "SheetAddressQuerySet":
        """Those of whoever has been course admin since they were made, in what is not archived.

        Somebody who becomes course admin again makes new ones.
        """
        role = CourseAdmin.objects.filter(
            course=models.OuterRef("cohort__course"),
            person=models.OuterRef("person"),
            added_at__lte=models.OuterRef("made_at"),
        )
        return self.filter(
            models.Exists(role),
            person__is_active=True,
            cohort__archived_at=None,
            cohort__course__archived_at=None,
        )


class SheetAddress(models.Model):
    """An address by which a spreadsheet reads rows of a cohort. Of the key in it only the digest is kept."""

    class Kind(models.TextChoices):
        PROGRESS = "progress", "Progress"
        PEOPLE = "people", "People"
        ADDRESSES = "addresses", "People, with e-mail addresses"
        CHECK_INS = "check-ins", "Check-ins"
        QUESTIONS = "questions", "Questions, counted"

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="sheet_addresses")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sheet_addresses"
    )
    kind = models.CharField(max_length=20, choices=Kind)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField()
    # The last day, in the time zone of the cohort.
    read_on = models.DateField(null=True)

    texts = {"digest": NO_NAMES}
    goes_with = ("person",)
    goes_along = {"person": ALL, "cohort": ALL}

    objects = SheetAddressQuerySet.as_manager()

    class Meta:
        verbose_name = "address for spreadsheets"
        verbose_name_plural = "addresses for spreadsheets"
        constraints = [
            models.UniqueConstraint(fields=["cohort", "person", "kind"], name="sheet_address_once_a_kind")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.cohort}"
