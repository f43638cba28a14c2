"""The workbooks of all groups of a cohort, made by the worker."""

from collections.abc import Callable, Iterator
from datetime import datetime

from groups.access import cohort_to_administer
from lib.archive import archive_parts
from questions.access.questions import reader
from sheets.actions.jobs import keep_workbooks
from sheets.dashboards.group_workbooks import group_workbooks
from sheets.models import WorkbookArchive
from tracker.access.written_about import check_ins_about


def make_workbooks(archive: WorkbookArchive, now: datetime, say: Callable[[str], None]) -> None:
    """Make them as who asked may read them.

    Raises:
        PermissionDenied, Http404: they may not export the cohort any more.
        JobEndedError: it was cancelled or given up.
    """
    person = archive.person
    cohort = cohort_to_administer(person, archive.cohort_id, now, also_archived=True)
    groups = list(cohort.groups.in_order())
    masked = check_ins_about(person, now)

    def said() -> Iterator[tuple[str, bytes]]:
        made = group_workbooks(
            cohort=cohort,
            groups=groups,
            today=cohort.working_day(now),
            has_private_notes=archive.has_private_notes,
            reader=reader(person, now),
            masked=masked,
        )
        for n, book in enumerate(made, start=1):
            say(f"Workbook {n} of {len(groups)}")
            yield book

    keep_workbooks(archive=archive, content=b"".join(archive_parts(said())), masked=masked)
