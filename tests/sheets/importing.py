"""Upload, preview, confirm and undo, as pages and commands do, in one line each."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from courses.models import Cohort, Course
from people.models import Event, User
from sheets.actions.confirm import confirm
from sheets.actions.correct import choose
from sheets.actions.preview import preview
from sheets.actions.undo import undo
from sheets.actions.upload import Upload, upload
from sheets.models import SheetImport
from tests.conftest import NOW, Cast

type Shown = list[tuple[str, str, str]]


def previewed(
    kind: str,
    *files: tuple[str, bytes],
    by: User,
    cohort: Cohort | None = None,
    course: Course | None = None,
    options: dict[str, Any] | None = None,
) -> SheetImport:
    owner = cohort.course if cohort else course
    assert owner is not None
    sheet_import = upload(
        kind=kind, course=owner, cohort=cohort, files=[Upload(*file) for file in files], by=by, at=NOW
    )
    sheet_import.options |= options or {}
    sheet_import.save()
    return preview(sheet_import=sheet_import, at=NOW)


@contextmanager
def told_nobody() -> Iterator[None]:
    """Nobody is told of an import or its undo, in any of the tests."""
    before = Event.objects.count()
    yield
    assert Event.objects.count() == before


def confirmed(sheet_import: SheetImport, by: User) -> SheetImport:
    with told_nobody():
        return confirm(sheet_import=sheet_import, by=by, at=NOW)


def undone(sheet_import: SheetImport, by: User) -> SheetImport:
    with told_nobody():
        return undo(sheet_import=sheet_import, by=by, at=NOW)


def shown(sheet_import: SheetImport, *verdicts: str) -> Shown:
    """The lines of the preview: verdict, what, reason."""
    lines = sheet_import.lines.in_order()
    return [
        (line.verdict, line.what, line.reason) for line in lines if not verdicts or line.verdict in verdicts
    ]


def differences(sheet_import: SheetImport) -> list[tuple[str, str, str]]:
    """The subject, the sheet's value and Trefoil's value of each."""
    lines = sheet_import.lines.in_order().filter(verdict="both")
    return [(line.what, line.versions[1], line.versions[0]) for line in lines]


def taken(sheet_import: SheetImport, *whats: str) -> SheetImport:
    """With the differences of these ticked, or all of them."""
    lines = sheet_import.lines.filter(verdict="both", what__in=whats) if whats else []
    choose(sheet_import=sheet_import, taken=[str(line.pk) for line in lines] or ["all"])
    return sheet_import


def csv_of(rows: Sequence[Sequence[str]]) -> bytes:
    return "\n".join(",".join(row) for row in rows).encode()


def roster(cast: Cast, *rows: Sequence[str], **options: Any) -> SheetImport:
    return previewed(
        "roster", ("roster.csv", csv_of(rows)), by=cast.ines, cohort=cast.cohort, options=options
    )
