import hashlib
import json

from django.db import models
from django.utils.safestring import SafeString

from lib.markdown import to_html
from lib.texts import SHARED
from sheets.models.sheet_import import SheetImport


class ImportLineQuerySet(models.QuerySet["ImportLine"]):
    def in_order(self) -> "ImportLineQuerySet":
        return self.order_by("position")


class ImportLine(models.Model):
    """A row of the preview: what confirming does with a row of the file, and why."""

    class Verdict(models.TextChoices):
        NEW = "new", "new"
        CHANGED = "changed", "changed"
        # An import never overwrites by itself what was edited here, or is otherwise in a sheet.
        BOTH = "both", "edited here"
        MOVED = "moved", "moved"
        # A README says it of the tracking sheet or the calendar.
        REPLACED = "replaced", "done by Trefoil"
        UNCHANGED = "unchanged", "unchanged"
        # In Trefoil but not in the file: listed, never removed.
        MISSING = "missing", "missing in the file"
        # Enrolled, or kept where they are, since there is no room in their group.
        NO_GROUP = "no_group", "group is full"
        DUPLICATE = "duplicate", "duplicate"
        # It cannot be read, contradicts what is in Trefoil, or was skipped.
        UNREADABLE = "unreadable", "not imported"

    sheet_import = models.ForeignKey(SheetImport, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField()
    verdict = models.CharField(max_length=20, choices=Verdict)
    # In the file: "Tracker row 5"; blank if it is missing there.
    location = models.CharField(max_length=300, blank=True)
    what = models.CharField(max_length=400)
    reason = models.TextField(blank=True)
    # Whether it is taken; None if there is nothing to choose. Its text, or the text here and that of the file.
    is_taken = models.BooleanField(null=True)
    versions = models.JSONField(default=list, blank=True)
    # The new student, member or mentor, and their first day; None if there is none, or if the file gives the day.
    email = models.CharField(max_length=254, blank=True)
    starts_on = models.DateField(null=True, blank=True)

    texts = dict.fromkeys(("location", "what", "reason", "versions", "email"), SHARED)
    objects = ImportLineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sheet_import", "position"], name="import_line_position_once")
        ]
        indexes = [models.Index(fields=["sheet_import", "verdict"], name="import_line_verdict")]

    def __str__(self) -> str:
        return f"{self.what}: {self.get_verdict_display()}"

    @property
    def label(self) -> str:
        """Names a proposal in the options of its import; another one once a side of it says something else."""
        said = [self.verdict, self.location, self.what, self.reason, *self.versions]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]

    @property
    def shown_versions(self) -> list[tuple[str, SafeString]]:
        """The text of the file, and before it the one that is here, if any."""
        labels = ("Here", "In the file")[-len(self.versions) :]
        return list(zip(labels, map(to_html, self.versions), strict=True))

    @property
    def tone(self) -> str:
        return _TONES.get(ImportLine.Verdict(self.verdict), "")


_TONES = {
    ImportLine.Verdict.BOTH: "watch",
    ImportLine.Verdict.NO_GROUP: "watch",
    ImportLine.Verdict.UNREADABLE: "act",
}
