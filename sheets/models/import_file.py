from django.db import models

from lib.texts import SHARED, Personal
from sheets.models.sheet_import import SheetImport
from sheets.reading.words import words_of_file


class ImportFile(models.Model):
    """A file as uploaded, or pasted text. Its content is deleted once the import is confirmed."""

    sheet_import = models.ForeignKey(SheetImport, on_delete=models.CASCADE, related_name="files")
    position = models.PositiveIntegerField()
    # Shown to people only. It is never used as a path or to tell the kind of file.
    name = models.CharField(max_length=200)
    size = models.PositiveIntegerField(help_text="Bytes.")
    content = models.BinaryField(blank=True)

    texts = {"name": SHARED, "content": Personal(read=words_of_file, file_of="sheet_import")}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sheet_import", "position"], name="import_file_position_once")
        ]

    def __str__(self) -> str:
        return self.name
