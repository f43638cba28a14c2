from django.conf import settings
from django.db import models

from lib.references import ALL
from lib.texts import SHARED
from sheets.models.sheet_import import SheetImport
from sheets.models.workbook_archive import WorkbookArchive


class ImportJob(models.Model):
    """A job of a long import, or of all workbooks. The worker runs it in a process of its own; then the row is gone."""

    class Work(models.TextChoices):
        READ = "read", "Reading your files"
        CONFIRM = "confirm", "Importing"
        UNDO = "undo", "Undoing the import"
        WORKBOOKS = "workbooks", "Making all workbooks"

    sheet_import = models.OneToOneField(SheetImport, null=True, on_delete=models.CASCADE, related_name="job")
    archive = models.OneToOneField(WorkbookArchive, null=True, on_delete=models.CASCADE, related_name="job")
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
    goes_along = {"sheet_import": ALL, "archive": ALL}

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(work="workbooks", archive__isnull=False, sheet_import__isnull=True)
                | ~models.Q(work="workbooks") & models.Q(archive__isnull=True, sheet_import__isnull=False),
                name="import_job_of_one_thing",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_work_display()}: {self.archive or self.sheet_import}"
