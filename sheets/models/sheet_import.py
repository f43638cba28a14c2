from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse

from courses.models import Cohort, Course
from lib.references import ALL
from lib.texts import NO_NAMES, SHARED
from sheets.models.kept import ImportQuestion, ShownTab

# For so long it is kept, row by row, what a confirmed import read and wrote.
UNDONE_WITHIN = timedelta(days=90)

_ROWS_AT_ONCE = 2_000


class SheetImportQuerySet(models.QuerySet["SheetImport"]):
    def newest_first(self) -> "SheetImportQuerySet":
        return self.order_by("-uploaded_at", "-pk")

    def with_file_count(self) -> "SheetImportQuerySet":
        """Annotate `file_count`; with who uploaded them, and the work on them."""
        return self.select_related("uploaded_by", "job").annotate(file_count=models.Count("files"))


class SheetImport(models.Model):
    """Uploaded files, how they were understood, and what became of them.

    Nothing outside this app is written before it is confirmed; what was written can be undone as a whole.
    """

    class Kind(models.TextChoices):
        OUTLINE = "outline", "course outline"
        MATERIALS = "materials", "materials"
        ROSTER = "roster", "people"
        SHEET = "sheet", "tracking sheets"

    class State(models.TextChoices):
        UPLOADED = "uploaded", "uploaded, not yet checked"
        PREVIEWED = "previewed", "not yet confirmed"
        CONFIRMED = "confirmed", "imported"
        UNDONE = "undone", "undone"

    kind = models.CharField(max_length=20, choices=Kind)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="sheet_imports")
    # None for imports into the course itself: outline and materials.
    cohort = models.ForeignKey(
        Cohort, null=True, blank=True, on_delete=models.PROTECT, related_name="sheet_imports"
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="sheets_uploaded"
    )
    uploaded_at = models.DateTimeField()
    state = models.CharField(max_length=20, choices=State, default=State.UPLOADED)
    # Its files are too long for a request, so the worker has it read, written and undone: rows of ImportJob.
    is_long = models.BooleanField(default=False)
    # `ImportOptions`.
    options = models.JSONField(default=dict)
    # For the pages: "tables", "questions", "notes", "counts" by verdict, or the "refusal".
    understood = models.JSONField(default=dict)
    # Hash of the preview: what is confirmed must be what was shown.
    digest = models.CharField(max_length=64, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="sheets_confirmed",
    )
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="sheets_undone",
    )

    texts = {"options": SHARED, "understood": SHARED, "digest": NO_NAMES}
    # See lib.references.
    goes_along = {"cohort": ALL, "course": ALL}

    objects = SheetImportQuerySet.as_manager()

    class Meta:
        verbose_name = "import"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | models.Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="sheet_import_confirmed_at_and_by",
            ),
            models.CheckConstraint(
                condition=models.Q(undone_at__isnull=True, undone_by__isnull=True)
                | models.Q(undone_at__isnull=False, undone_by__isnull=False, confirmed_at__isnull=False),
                name="sheet_import_undone_at_and_by",
            ),
            models.CheckConstraint(
                condition=models.Q(state="undone", undone_at__isnull=False)
                | models.Q(state="confirmed", undone_at__isnull=True, confirmed_at__isnull=False)
                | models.Q(state__in=["uploaded", "previewed"], confirmed_at__isnull=True),
                name="sheet_import_state_as_confirmed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display().capitalize()} of {self.cohort or self.course}"

    def get_absolute_url(self) -> str:
        return reverse("sheets:import-detail", args=[self.pk])

    @property
    def tone(self) -> str:
        return "ok" if self.state == self.State.CONFIRMED else "watch" if self.is_open else "quiet"

    @property
    def is_worked_on(self) -> bool:
        """Whether the worker has it in hand, or is to take it."""
        job = getattr(self, "job", None)
        return job is not None and not job.why_ended

    @property
    def tabs(self) -> list[ShownTab]:
        return self.understood.get("tables", [])  # type: ignore[no-any-return]

    @property
    def questions(self) -> list[ImportQuestion]:
        return self.understood.get("questions", [])  # type: ignore[no-any-return]

    @property
    def counts(self) -> dict[str, int]:
        """The number of lines by verdict."""
        return self.understood.get("counts", {})  # type: ignore[no-any-return]

    @property
    def answers(self) -> dict[str, str]:
        return self.options.get("answers", {})  # type: ignore[no-any-return]

    @property
    def turned(self) -> frozenset[str]:
        return frozenset(self.options.get("turned", ()))

    @property
    def starts_on(self) -> date | None:
        """The day that people chose, from which all new ones count."""
        day = self.options.get("starts_on")
        return date.fromisoformat(day) if day else None

    def start_of(self, email: str) -> date | None:
        """The day that they chose for the person with this address."""
        day = self.options.get("days", {}).get(email)
        return date.fromisoformat(day) if day else None

    @property
    def links_to_fetch(self) -> models.QuerySet[Any]:
        """Its files that have only an address so far, or could not be read as they were."""
        links = self.files.exclude(link="")
        return links if self.understood.get("refusal") else links.filter(size=0)

    @property
    def shows_at_once(self) -> bool:
        """Whether its tabs are short enough to be read in the request in which somebody chooses what they are."""
        return sum(tab["length"] for tab in self.tabs) <= _ROWS_AT_ONCE

    @property
    def is_open(self) -> bool:
        return self.state in (self.State.UPLOADED, self.State.PREVIEWED)

    def has_rows(self, now: datetime) -> bool:
        """Whether its rows are still kept: to be shown, and to undo it."""
        return self.confirmed_at is None or self.confirmed_at > now - UNDONE_WITHIN
