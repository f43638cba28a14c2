"""Writes what the preview showed, all of it or nothing."""

import logging
from datetime import datetime
from itertools import batched
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import DataError, IntegrityError, transaction
from django.db.models import Count, QuerySet

from courses.models import Course, Material
from groups.actions.locking import locked_enrolments, locked_groups, locked_open_cohort
from lib.refusals import Refused
from people.audit import record
from people.models import Deed, User
from people.outbox import without_events
from questions.actions.records import lock_questions
from sheets.actions.cohort_writing import write_cohort
from sheets.actions.course_writing import write_course
from sheets.actions.jobs import finish_job
from sheets.actions.planning import Say, read_import, silent
from sheets.actions.write_log import WriteLog
from sheets.matching.outline import CourseChanges
from sheets.matching.plan import CHANGES, ImportPlan, Verdict
from sheets.models import ImportJob, SheetImport
from sheets.reading import UnreadableFile

logger = logging.getLogger(__name__)
_IN_A_QUERY = 2_000


def confirm(*, sheet_import: SheetImport, by: User, at: datetime, say: Say = silent) -> SheetImport:
    """Write the import in one transaction, if the result still equals its preview.

    Files are read before the transaction begins: SQLite allows one writer at a time.

    Raises:
        Refused: it was confirmed or deleted already, its files cannot be read, a question is open or a column is
            missing, the cohort is closed, something changed since the preview, nothing is ticked, or the database
            refused a row. Nothing was written.
        JobEndedError: its job was cancelled.
    """
    try:
        return _confirmed(sheet_import.pk, by, at, say)
    except UnreadableFile as error:
        raise Refused(str(error)) from error
    except PermissionDenied as error:
        raise Refused(f"{error} Nothing was imported.") from error
    except (IntegrityError, DataError) as error:
        # The database names the row, in a message for operators.
        logger.exception("could not write import %s", sheet_import.pk)
        raise Refused(
            "The files conflict with what is in Trefoil, so nothing was imported. Upload fewer files or rows to find"
            " out which. A site admin can find the reason in the log."
        ) from error


@without_events()
def _confirmed(pk: int, by: User, at: datetime, say: Say) -> SheetImport:
    unlocked = _open(SheetImport.objects.select_related("course", "cohort__course"), pk)
    files = read_import(unlocked, by, at, say)
    with transaction.atomic():
        # Imports of a course run one after the other: two with the same people would create them twice.
        unlocked.course = Course.objects.select_for_update(no_key=True).get(pk=unlocked.course_id)
        if unlocked.cohort_id is None:
            # Locked, so that nobody saves between comparing and writing.
            materials = Material.objects.filter(milestone__course=unlocked.course_id)
            for rows in (unlocked.course.sections.all(), unlocked.course.milestones.all(), materials):
                list(rows.select_for_update(of=("self",), no_key=True))
        imports = SheetImport.objects.select_for_update(of=("self",)).select_related(
            "course", "cohort__course"
        )
        sheet_import = _open(imports, pk)
        if sheet_import.options != unlocked.options:
            raise Refused("Someone else changed this import. Nothing was imported; check the new preview.")
        if sheet_import.cohort is not None and sheet_import.options.get("turned"):
            # Nor does anybody mark, move or enrol somebody while a difference is decided.
            cohort = locked_open_cohort(sheet_import.cohort, by=by, at=at)
            locked_groups(set(cohort.groups.values_list("pk", flat=True)))
            lock_questions(set(cohort.questions.values_list("pk", flat=True)))
            locked_enrolments(set(cohort.enrolments.values_list("pk", flat=True)))
        plan = files.plan(say)
        _check(sheet_import, plan)
        say("Saving")
        log = WriteLog()
        try:
            _write(sheet_import, plan, log, by, at)
        except Refused as refused:
            raise Refused(
                f"{refused} Nothing was imported. Fix this in Trefoil or in the file, then upload it again."
            ) from refused
        log.save(sheet_import)
        _say_what_was_left(sheet_import, plan)
        sheet_import.files.update(content=b"", is_read=False, link="")
        sheet_import.state = SheetImport.State.CONFIRMED
        sheet_import.confirmed_at, sheet_import.confirmed_by = at, by
        sheet_import.save()
        of = sheet_import.cohort or sheet_import.course
        done = "imported into {thing}"
        record(Deed.Kind.IMPORT, done, thing=of, by=by, at=at)
        finish_job(sheet_import, ImportJob.Work.CONFIRM)
    return sheet_import


def _open(imports: QuerySet[SheetImport], pk: int) -> SheetImport:
    """Return the import if it has a preview and is not confirmed.

    Raises:
        Refused: it is gone, or has no preview.
    """
    sheet_import = imports.filter(pk=pk).first()
    if sheet_import is None:
        raise Refused("Someone deleted this import. Nothing was imported.")
    if sheet_import.state != SheetImport.State.PREVIEWED:
        raise Refused("There is nothing to confirm, or it was already imported.")
    return sheet_import


def _check(sheet_import: SheetImport, plan: ImportPlan[Any]) -> None:
    missing = [f"{tab['name']}: {label}" for tab in plan.tables for label in tab["missing"]]
    if missing:
        raise Refused(f"Choose the columns for what is missing ({', '.join(missing)}).")
    if waiting := [one for one in plan.clarifications if not sheet_import.answers.get(one.key)]:
        raise Refused(f"Answer the open questions first: {waiting[0].text}")
    if plan.digest() != sheet_import.digest:
        raise Refused(
            "Something changed since this preview, or what you ticked changes other rows, too, so nothing was imported."
            " Check the new preview."
        )
    ticks = {line.is_taken for line in plan.lines}
    others = {line.verdict for line in plan.lines if line.is_taken is None}
    if False in ticks and True not in ticks and others.isdisjoint(CHANGES):
        raise Refused("Nothing is ticked, so nothing was imported. Tick what to import, or delete it.")


def _write(sheet_import: SheetImport, plan: ImportPlan[Any], log: WriteLog, by: User, at: datetime) -> None:
    if isinstance(plan.changes, CourseChanges):
        write_course(course=sheet_import.course, changes=plan.changes, log=log, by=by, at=at)
        return
    assert sheet_import.cohort is not None, "people and tracking sheets are a cohort's"  # noqa: S101
    is_inviting = bool(sheet_import.options.get("is_inviting"))
    write_cohort(
        cohort=sheet_import.cohort, changes=plan.changes, is_inviting=is_inviting, log=log, by=by, at=at
    )


def _say_what_was_left(sheet_import: SheetImport, plan: ImportPlan[Any]) -> None:
    left = [n for n, line in enumerate(plan.lines) if line.is_taken is False]
    # Of a sheet nothing is missing here: Trefoil has it otherwise.
    verdict = Verdict.UNCHANGED if sheet_import.cohort else Verdict.UNREADABLE
    if left:
        for batch in batched(left, _IN_A_QUERY):
            lines = sheet_import.lines.filter(position__in=batch)
            lines.update(verdict=verdict, reason="Left as it is, as you chose.")
        counts = sheet_import.lines.values_list("verdict").annotate(lines=Count("pk"))
        sheet_import.understood = sheet_import.understood | {"counts": dict(counts)}
