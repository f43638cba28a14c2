from django.db import models

from sheets.models.sheet_import import SheetImport


class WrittenBatch(models.Model):
    """Rows of one model that a confirmed import made or changed, so that it can be taken back: see actions.undo."""

    sheet_import = models.ForeignKey(SheetImport, on_delete=models.CASCADE, related_name="written_batches")
    position = models.PositiveIntegerField()
    # As Django names it: "groups.enrolment".
    model = models.CharField(max_length=100)
    # [{"pk": 1, "before": None where it was made else the fields it changed, "after": {field: value}}, …], a batch.
    rows = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sheet_import", "position"], name="written_batch_position_once")
        ]

    def __str__(self) -> str:
        return f"{len(self.rows)} of {self.model}"
