from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from courses.models import Cohort
from lib.references import ALL
from lib.texts import NO_NAMES

KEPT_FOR = timedelta(days=1)


class WorkbookArchive(models.Model):
    """The workbooks of all groups of a cohort in a ZIP, for who asked for them. The worker makes it: its `job`.

    Backups leave it out (`backup.databases`).
    """

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="workbook_archives")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="workbook_archives"
    )
    asked_at = models.DateTimeField()
    has_private_notes = models.BooleanField(default=False)
    # Empty until it is made.
    content = models.BinaryField(blank=True)
    # Ids of the check-ins about that person, whose words are masked in it.
    masked = models.JSONField(default=list)

    texts = {"content": NO_NAMES, "masked": NO_NAMES}
    # It can be made anew, and names people of all groups: it goes with anybody who is forgotten.
    goes_with = (lambda person: Q(pk__isnull=False),)
    goes_along = {"cohort": ALL, "person": ALL}

    class Meta:
        verbose_name = "archive of workbooks"
        verbose_name_plural = "archives of workbooks"
        constraints = [models.UniqueConstraint(fields=["cohort", "person"], name="workbook_archive_once")]

    def __str__(self) -> str:
        return f"Workbooks of {self.cohort}"

    @property
    def is_made(self) -> bool:
        return bool(self.content)
