from django.db import models

from lib.texts import NO_NAMES, SHARED
from sheets.models.sheet_import import SheetImport


class WrittenBatch(models.Model):
    """Rows of one model that a confirmed import made or changed, for actions.undo."""

    sheet_import = models.ForeignKey(SheetImport, on_delete=models.CASCADE, related_name="written_batches")
    position = models.PositiveIntegerField()
    # The label of the model: "groups.enrolment".
    model = models.CharField(max_length=100)
    # [{"pk": 1, "before": {field: value} or None for a new row, "after": {field: value}}, …]
    rows = models.JSONField(default=list)

    texts = {"model": NO_NAMES, "rows": SHARED}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sheet_import", "position"], name="written_batch_position_once")
        ]

    def __str__(self) -> str:
        return f"{len(self.rows)} of {self.model}"
