"""Long work on imports: asked for by pages, begun by the worker, one at a time, and done in a process of its own."""

from datetime import datetime, timedelta

from django.db import transaction

from people.actions.limits import LINKS, spend
from people.models import User
from sheets.models import ImportJob, SheetImport

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
    job = ImportJob.objects.select_for_update().filter(sheet_import=sheet_import, work=work).first()
    if job is not None:
        if job.why_ended:
            raise JobEndedError
        job.delete()
