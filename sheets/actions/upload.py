"""Stores uploaded files as they are. Nothing is understood yet, and nothing outside this app is written."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from courses.models import Cohort, Course
from lib.refusals import Refused
from people.models import User
from sheets.models import ImportFile, SheetImport
from sheets.models.kept import ImportOptions, SaidOfTab
from sheets.reading import UnreadableFile
from sheets.reading.files import check_size, length_of
from sheets.reading.limits import LIMITS, size_label
from sheets.reading.tables import cleaned

_MOST_FILES = 400
_REMEMBERED = 20  # imports
# Bytes of text, 500 people, which take a second to undo: longer files the worker reads, writes and undoes.
_LONG = 45_000


@dataclass(frozen=True, slots=True)
class Upload:
    """An uploaded file: the name that it claims, and its bytes; or where it is to be fetched."""

    name: str
    content: bytes
    link: str = ""


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
    """Store the files.

    Raises:
        Refused: there are no files or too many, or one is empty or too big.
    """
    if not files:
        raise Refused("Choose a file, or paste its text.")
    if len(files) > _MOST_FILES:
        raise Refused(f"These are {len(files)} files; upload at most {_MOST_FILES} at once.")
    try:
        for file in files:
            if not file.link:
                check_size(shown_name(file.name), file.content, LIMITS)
    except UnreadableFile as error:
        raise Refused(str(error)) from error
    size = sum(len(file.content) for file in files)
    if size > LIMITS.bytes_together:
        most = size_label(LIMITS.bytes_together)
        raise Refused(
            f"Together the files have {size_label(size)}; the limit is {most}. Upload them in several batches."
        )
    options: ImportOptions = {
        "starts_on": starts_on.isoformat() if starts_on else None,
        "is_inviting": is_inviting,
        "tabs": _said_before(course, cohort),
    }
    sheet_import = SheetImport.objects.create(
        kind=kind,
        course=course,
        cohort=cohort,
        uploaded_by=by,
        uploaded_at=at,
        options=options,
        is_long=is_long(file.content for file in files) or any(file.link for file in files),
    )
    ImportFile.objects.bulk_create(
        (
            ImportFile(
                sheet_import=sheet_import,
                position=n,
                name=shown_name(file.name),
                size=len(file.content),
                content=file.content,
                link=file.link,
            )
            for n, file in enumerate(files)
        ),
        batch_size=20,
    )
    return sheet_import


def is_long(contents: Iterable[bytes]) -> bool:
    return sum(map(length_of, contents)) > _LONG


def _said_before(course: Course, cohort: Cohort | None) -> dict[str, SaidOfTab]:
    """Return the choices for tabs of earlier imports, by shape; the end of a table holds for its own file."""
    before: dict[str, SaidOfTab] = {}
    imports = SheetImport.objects.filter(course=course, cohort=cohort, state=SheetImport.State.CONFIRMED)
    for options in imports.newest_first().values_list("options", flat=True)[:_REMEMBERED]:
        said: dict[str, SaidOfTab] = options.get("tabs", {})
        before = said | before
    for tab in before.values():
        tab.pop("last", None)
    return before


def shown_name(name: str) -> str:
    """A file name for people: without folders and control characters, shortened."""
    last = re.split(r"[/\\]", cleaned(name))[-1].strip()
    return last[:200] or "file"
