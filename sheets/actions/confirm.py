"""Write what the preview showed, all of it or nothing."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import DataError, IntegrityError, transaction
from django.db.models import QuerySet

from courses.models import Course
from groups.actions.enrolment import EnrolmentError
from groups.actions.mentorship import MentorshipError
from people.models import User
from sheets.actions.cohort_writing import CohortWriter
from sheets.actions.course_writing import write_course
from sheets.actions.planning import FILES_READ, plan_of, starts_on
from sheets.actions.sheet_writing import SheetWriter
from sheets.actions.write_log import WriteLog
from sheets.matching.plan import ImportPlan, Work
from sheets.models import SheetImport
from sheets.reading import UnreadableFile
from tracker.actions.progress import ProgressError

logger = logging.getLogger(__name__)


class ConfirmError(Exception):
    """It cannot be confirmed as it is; the message says what to do, for people."""


def confirm(*, sheet_import: SheetImport, by: User, at: datetime) -> Work[SheetImport]:
    """Write the import in one transaction, if it still is what its preview shows.

    Files are read before it begins, so that others wait for the writing only: SQLite lets one write at a time.

    Raises:
        ConfirmError: it was confirmed or discarded already; its files cannot be read; a question is open or a column is
            missing; something changed since; or what is there stands against it. Nothing was written then.
    """
    try:
        return (yield from _confirmed(sheet_import.pk, by, at))
    except UnreadableFile as error:
        raise ConfirmError(str(error)) from error
    except (EnrolmentError, MentorshipError, ProgressError) as error:
        raise ConfirmError(
            f"{error} So nothing was written. Change that in Trefoil or in the file, and give it again."
        ) from error
    except (IntegrityError, DataError) as error:
        # Which row it was the database says in words for operators.
        logger.exception("could not write import %s", sheet_import.pk)
        raise ConfirmError(
            "What the files hold and what is in Trefoil do not fit together, so nothing was written. Give fewer files"
            " or rows at once to find out which; an operator finds the reason in the log."
        ) from error


def _confirmed(pk: int, by: User, at: datetime) -> Work[SheetImport]:
    unlocked = _open(SheetImport.objects.select_related("course", "cohort__course"), pk)
    planning = plan_of(unlocked, at)
    for step in planning:
        yield step
        if step is FILES_READ:
            break
    with transaction.atomic():
        # Imports of a course wait for each other: two that bring the same people would make them twice.
        Course.objects.select_for_update().get(pk=unlocked.course_id)
        rows = SheetImport.objects.select_for_update(of=("self",)).select_related("course", "cohort__course")
        sheet_import = _open(rows, pk)
        if sheet_import.options != unlocked.options:
            raise ConfirmError(
                "Somebody corrected it meanwhile, so nothing was written. Look at the new preview."
            )
        plan = yield from planning
        _check(sheet_import, plan)
        record = WriteLog()
        yield from _WRITES[SheetImport.Kind(sheet_import.kind)](sheet_import, plan, record, by, at)
        record.save(sheet_import)
        sheet_import.files.update(content=b"")
        sheet_import.state = SheetImport.State.CONFIRMED
        sheet_import.confirmed_at, sheet_import.confirmed_by = at, by
        sheet_import.save()
    return sheet_import


def _open(imports: QuerySet[SheetImport], pk: int) -> SheetImport:
    """The import, which has a preview and was not confirmed."""
    sheet_import = imports.filter(pk=pk).first()
    if sheet_import is None:
        raise ConfirmError("It was thrown away meanwhile, so nothing was written.")
    if sheet_import.state != SheetImport.State.PREVIEWED:
        raise ConfirmError("There is no preview to confirm, or it was confirmed already.")
    return sheet_import


def _check(sheet_import: SheetImport, plan: ImportPlan[Any]) -> None:
    missing = [f"{table['name']}: {label}" for table in plan.tables for label in table["missing"]]  # type: ignore[attr-defined]
    if missing:
        raise ConfirmError(f"Say which column holds what is needed ({', '.join(missing)}).")
    waiting = plan.open_questions(sheet_import.options.get("answers", {}))
    if waiting:
        raise ConfirmError(f"Answer what is asked first: {waiting[0].text}")
    if plan.digest() != sheet_import.digest:
        raise ConfirmError(
            "Something changed since this preview was made, so nothing was written. Look at the new preview."
        )


def _write_roster(
    sheet_import: SheetImport, plan: ImportPlan[Any], record: WriteLog, by: User, at: datetime
) -> Work[None]:
    assert sheet_import.cohort is not None, "a roster is a cohort's"  # noqa: S101
    writer = CohortWriter(cohort=sheet_import.cohort, record=record, by=by, at=at)
    yield from writer.write(
        plan.changes,
        starts_on=starts_on(sheet_import, at),
        is_inviting=bool(sheet_import.options.get("is_inviting")),
    )


def _write_sheets(
    sheet_import: SheetImport, plan: ImportPlan[Any], record: WriteLog, by: User, at: datetime
) -> Work[None]:
    assert sheet_import.cohort is not None, "tracking sheets are a cohort's"  # noqa: S101
    writer = CohortWriter(cohort=sheet_import.cohort, record=record, by=by, at=at)
    yield from writer.write(
        plan.changes.cohort,
        starts_on=starts_on(sheet_import, at),
        is_inviting=bool(sheet_import.options.get("is_inviting")),
        inviting=plan.changes.newcomers(),
    )
    yield from SheetWriter(
        cohort=sheet_import.cohort, changes=plan.changes, writer=writer, record=record, by=by, at=at
    ).write()


def _write_course(
    sheet_import: SheetImport, plan: ImportPlan[Any], record: WriteLog, by: User, at: datetime
) -> Work[None]:
    return write_course(course=sheet_import.course, changes=plan.changes, record=record, by=by, at=at)


type ImportWriter = Callable[[SheetImport, ImportPlan[Any], WriteLog, User, datetime], Work[None]]
_WRITES: dict[SheetImport.Kind, ImportWriter] = {
    SheetImport.Kind.ROSTER: _write_roster,
    SheetImport.Kind.SHEET: _write_sheets,
    SheetImport.Kind.OUTLINE: _write_course,
    SheetImport.Kind.MATERIALS: _write_course,
}
