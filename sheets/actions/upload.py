"""Take files in, as they are: nothing is understood yet, and nothing outside of this app is written."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import transaction

from courses.models import Cohort, Course
from people.models import User
from sheets.models import ImportFile, SheetImport
from sheets.reading import Limits, UnreadableFile
from sheets.reading.files import check_size
from sheets.reading.limits import size_label
from sheets.reading.tables import cleaned

_MOST_FILES = 400


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came: the name that it claims, and its bytes."""

    name: str
    content: bytes


def limits() -> Limits:
    """The limits that the settings set; the others follow from how workbooks are built."""
    return Limits(
        bytes=settings.IMPORT_MOST_BYTES,
        rows=settings.IMPORT_MOST_ROWS,
        unpacked_bytes=settings.IMPORT_MOST_UNPACKED_BYTES,
        bytes_of_outlines=settings.IMPORT_MOST_BYTES_OF_OUTLINE,
        topics=settings.IMPORT_MOST_TOPICS,
    )


@transaction.atomic
def upload(
    *,
    kind: SheetImport.Kind | str,
    course: Course,
    cohort: Cohort | None,
    files: Sequence[Upload],
    by: User,
    at: datetime,
    starts_on: date | None = None,
    is_inviting: bool = False,
) -> SheetImport:
    """Keep the files, to be understood next.

    Raises:
        UnreadableFile: there is none, one is empty or too big, or they are too many.
    """
    if not files:
        raise UnreadableFile("Choose a file, or paste its text.")
    if len(files) > _MOST_FILES:
        raise UnreadableFile(f"These are {len(files)} files; give {_MOST_FILES} at most at once.")
    for file in files:
        check_size(shown_name(file.name), file.content, limits())
    size = sum(len(file.content) for file in files)
    if size > settings.IMPORT_MOST_BYTES_TOGETHER:
        most = size_label(settings.IMPORT_MOST_BYTES_TOGETHER)
        raise UnreadableFile(
            f"Together the files have {size_label(size)}; {most} at most. Give them in several goes."
        )
    options = {"starts_on": starts_on.isoformat() if starts_on else None, "is_inviting": is_inviting}
    sheet_import = SheetImport.objects.create(
        kind=kind, course=course, cohort=cohort, uploaded_by=by, uploaded_at=at, options=options
    )
    ImportFile.objects.bulk_create(
        (
            ImportFile(
                sheet_import=sheet_import,
                position=n,
                name=shown_name(file.name),
                size=len(file.content),
                content=file.content,
            )
            for n, file in enumerate(files)
        ),
        batch_size=20,
    )
    return sheet_import


def shown_name(name: str) -> str:
    """The name of a file for people: no folders, no control characters, not endless."""
    last = re.split(r"[/\\]", cleaned(name))[-1].strip()
    return last[:200] or "file"
