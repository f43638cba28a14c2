import logging
import os
from argparse import ArgumentParser
from threading import Event, Thread
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand
from django.db import OperationalError, connection
from django.http import Http404
from django.utils import timezone

from lib.refusals import Refused
from people.audit import note
from sheets.access import import_to_administer, import_to_go_on_with
from sheets.actions.jobs import STOPPED, JobEndedError, end_job
from sheets.actions.working import work_on
from sheets.dashboards.workbook_archive import make_workbooks
from sheets.models import ImportJob

logger = logging.getLogger("trefoil.worker")

_BEAT = 1.0  # seconds
_NO_LONGER = "The person who asked for it may no longer do it, so nothing was saved."


class Command(BaseCommand):
    help = (
        "Do one job of a long import, or make all workbooks. The worker starts it as a process of its own, with an"
        " input that stays open: it ends when the input does, and so with the worker."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("job", type=int, help="The id of the job.")

    def handle(self, *args: Any, **options: Any) -> None:
        Thread(target=_end_with_worker, daemon=True).start()
        ticker = JobTicker(options["job"])
        ticker.start()
        try:
            run_job(options["job"], ticker)
        finally:
            ticker.over.set()
            ticker.join()


class JobTicker(Thread):
    """Says each second, in a connection and so a transaction of its own, that the job is alive and how far it is.

    It ends the process when the job was cancelled: what was begun is rolled back.
    """

    def __init__(self, job_id: int) -> None:
        super().__init__(daemon=True)
        self.job_id = job_id
        self.stage = ""
        self.over = Event()

    def run(self) -> None:
        job = ImportJob.objects.filter(pk=self.job_id)
        while not self.over.wait(_BEAT):
            try:
                seen = job.filter(why_ended="").update(seen_at=timezone.now(), stage=self.stage[:300])
            except OperationalError:
                # On SQLite the import itself is writing, and nobody else can.
                continue
            if not seen and job.exists():
                os._exit(1)
        connection.close()


def run_job(job_id: int, ticker: JobTicker) -> None:
    """Do it as the one who asked, if they still may. The job has the reason of a refusal."""
    job = ImportJob.objects.select_related("by", "archive").get(pk=job_id)
    now = timezone.now()
    of = f"archive {job.archive_id}" if job.archive_id else f"import {job.sheet_import_id}"
    note(f"works on {of} for person {job.by_id}: {job.work}")

    def say(stage: str) -> None:
        ticker.stage = stage

    fetch = import_to_administer if job.work == ImportJob.Work.UNDO else import_to_go_on_with
    try:
        if job.archive is not None:
            make_workbooks(job.archive, now, say)
            return
        sheet_import = fetch(job.by, job.sheet_import_id or 0, now)
        work_on(work=job.work, sheet_import=sheet_import, by=job.by, at=now, say=say)
    except (PermissionDenied, Http404):
        end_job(job_id, _NO_LONGER)
    except Refused as refused:
        end_job(job_id, str(refused))
    except JobEndedError:
        return
    except Exception:
        logger.exception("job %s failed", job_id)
        end_job(job_id, STOPPED)


def _end_with_worker() -> None:
    os.read(0, 1)
    os._exit(1)
