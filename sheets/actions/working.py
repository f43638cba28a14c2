"""Does what a page or a job asks for with an import."""

from datetime import datetime

from lib.refusals import Refused
from people.models import User
from sheets.actions.confirm import confirm
from sheets.actions.planning import Say, silent
from sheets.actions.preview import preview
from sheets.actions.undo import undo
from sheets.models import ImportJob, SheetImport


def work_on(
    *, work: ImportJob.Work | str, sheet_import: SheetImport, by: User, at: datetime, say: Say = silent
) -> None:
    """Read, write or undo the import. If it cannot be confirmed any more, its preview is a new one.

    Raises:
        Refused: it cannot be confirmed or undone. Nothing was written, but for the new preview.
        JobEndedError: its job was cancelled.
    """
    if work == ImportJob.Work.READ:
        preview(sheet_import=sheet_import, at=at, say=say)
    elif work == ImportJob.Work.CONFIRM:
        try:
            confirm(sheet_import=sheet_import, by=by, at=at, say=say)
        except Refused:
            now = (
                SheetImport.objects.select_related("course", "cohort__course")
                .filter(pk=sheet_import.pk)
                .first()
            )
            if now is not None and now.is_open:
                preview(sheet_import=now, at=at, say=say)
            raise
    else:
        undo(sheet_import=sheet_import, by=by, at=at)
