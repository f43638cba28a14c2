from django.conf import settings
from django.db import models

from lib.references import ALL
from lib.texts import SHARED
from sheets.models.sheet_import import SheetImport


class ImportJob(models.Model):
    """A job of a long import. The worker runs it in a process of its own; then the row is gone."""

    class Work(models.TextChoices):
        READ = "read", "Reading your files"
        CONFIRM = "confirm", "Importing"
        UNDO = "undo", "Undoing the import"

    sheet_import = models.OneToOneField(SheetImport, on_delete=models.CASCADE, related_name="job")
    work = models.CharField(max_length=20, choices=Work)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="import_jobs")
    asked_at = models.DateTimeField()
    # The last sign of life of the process that does it; None while it waits for its turn.
    seen_at = models.DateTimeField(null=True)
    # How far it is: "Reading file 3 of 200".
    stage = models.CharField(max_length=300, blank=True)
    # The reason that it ended early: cancelled, killed or refused. It can be begun again.
    why_ended = models.TextField(blank=True)

    texts = {"stage": SHARED, "why_ended": SHARED}
    goes_along = {"sheet_import": ALL}

    def __str__(self) -> str:
        return f"{self.get_work_display()}: {self.sheet_import}"
