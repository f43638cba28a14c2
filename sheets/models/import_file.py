from django.db import models

from sheets.models.sheet_import import SheetImport


class ImportFile(models.Model):
    """A file as it was given, or a text that was pasted. Its content is let go once the import is confirmed."""

    sheet_import = models.ForeignKey(SheetImport, on_delete=models.CASCADE, related_name="files")
    position = models.PositiveIntegerField()
    # For people to know it by; never a path, and never trusted to say what the file is.
    name = models.CharField(max_length=200)
    size = models.PositiveIntegerField(help_text="Bytes.")
    content = models.BinaryField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sheet_import", "position"], name="import_file_position_once")
        ]

    def __str__(self) -> str:
        return self.name
