"""Long work: asked for by pages, begun by the worker, one at a time, and done in a process of its own."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from courses.models import Cohort
from people.actions.limits import LINKS, spend
from people.models import User
from sheets.models import ImportJob, SheetImport, WorkbookArchive

# A process that was not seen for so long is dead. On SQLite it cannot say that it lives while it writes.
LOST = timedelta(minutes=1)
CANCELLED = "It was cancelled, and nothing was saved."
STOPPED = (
    "It stopped before it was done, and nothing was saved. Start it again; if it stops again, ask a site admin to look"
    " in the log."
)


class JobEndedError(Exception):
    """The job was cancelled or given up while it was being done."""


@transaction.atomic
def ask_for(*, work: ImportJob.Work, sheet_import: SheetImport, by: User, at: datetime) -> None:
    """Let the worker do it. Work on this import that waits or is under way goes on instead.

    Raises:
        Refused: too much was to be fetched within an hour: one job is done at a time, and each may take a minute.
    """
    if work == ImportJob.Work.READ and sheet_import.links_to_fetch.exists():
        spend(LINKS, by=by, at=at)
    fields = {"work": work, "by": by, "asked_at": at}
    _, is_new = ImportJob.objects.get_or_create(sheet_import=sheet_import, defaults=fields)
    if not is_new:
        ended = ImportJob.objects.filter(sheet_import=sheet_import).exclude(why_ended="")
        ended.update(**fields, seen_at=None, stage="", why_ended="")


@transaction.atomic
def ask_for_workbooks(*, cohort: Cohort, has_private_notes: bool, by: User, at: datetime) -> None:
    """Let the worker make the workbooks of all groups, in place of those made for the person before.

    What waits or is under way for them goes on instead.
    """
    of_person = WorkbookArchive.objects.filter(cohort=cohort, person=by)
    of_person.filter(Q(job=None) | ~Q(job__why_ended="")).delete()
    asked = {"asked_at": at, "has_private_notes": has_private_notes}
    archive, is_new = of_person.get_or_create(cohort=cohort, person=by, defaults=asked)
    if is_new:
        ImportJob.objects.create(archive=archive, work=ImportJob.Work.WORKBOOKS, by=by, asked_at=at)


@transaction.atomic
def keep_workbooks(*, archive: WorkbookArchive, content: bytes, masked: Collection[int]) -> None:
    """Keep what was made, and end its job.

    Raises:
        JobEndedError: it was cancelled or given up, or its archive is gone.
    """
    _finish(ImportJob.Work.WORKBOOKS, archive=archive.pk)
    WorkbookArchive.objects.filter(pk=archive.pk).update(content=content, masked=sorted(masked))


def end_job(pk: int, why: str) -> bool:
    """Note why a job ended that is not done; return whether it was still to be done. Its process ends by itself."""
    return bool(ImportJob.objects.filter(pk=pk, why_ended="").update(why_ended=why))


def claim_job(now: datetime) -> ImportJob | None:
    """Return the job that waits longest, now begun, unless another one is under way. Of two workers one gets it."""
    open_jobs = ImportJob.objects.filter(why_ended="").order_by("asked_at", "pk")
    if not open_jobs.exists():
        return None
    with transaction.atomic():
        jobs = list(open_jobs.select_for_update())
        begun = [job for job in jobs if job.seen_at is not None]
        lost = [job for job in begun if job.seen_at and job.seen_at < now - LOST]
        for job in lost:
            end_job(job.pk, STOPPED)
        waiting = [job for job in jobs if job.seen_at is None]
        if len(begun) > len(lost) or not waiting:
            return None
        waiting[0].seen_at = now
        waiting[0].save(update_fields=["seen_at"])
        return waiting[0]


def finish_job(sheet_import: SheetImport, work: ImportJob.Work) -> None:
    """Remove the job, in the transaction that did it: it is done if that is committed.

    Raises:
        JobEndedError: it was cancelled or given up. The transaction is to be rolled back.
    """
    _finish(work, sheet_import=sheet_import)


def _finish(work: ImportJob.Work, **of: object) -> None:
    job = ImportJob.objects.select_for_update().filter(work=work, **of).first()
    if job is not None:
        if job.why_ended:
            raise JobEndedError
        job.delete()
