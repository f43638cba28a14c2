from django.db import models

from lib.texts import SHARED, Personal
from sheets.models.sheet_import import SheetImport
from sheets.reading.words import words_of_file


class ImportFile(models.Model):
    """A file, pasted text, or what stands at an address. It is read once: then its content are its tables.

    Deleted once the import is confirmed: its content, and the address, which may be all that keeps others from reading.
    """

    sheet_import = models.ForeignKey(SheetImport, on_delete=models.CASCADE, related_name="files")
    position = models.PositiveIntegerField()
    # Shown to people only. It is never used as a path or to tell the kind of file.
    name = models.CharField(max_length=200)
    # Bytes; none of what was not fetched yet.
    size = models.PositiveIntegerField(help_text="Bytes.")
    content = models.BinaryField(blank=True)
    is_read = models.BooleanField(default=False)
    link = models.CharField(max_length=2000, blank=True)

    texts = {
        "name": SHARED,
        "content": Personal(read=words_of_file, file_of="sheet_import"),
        "link": SHARED,
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sheet_import", "position"], name="import_file_position_once")
        ]

    def __str__(self) -> str:
        return self.name
