"""A long import runs beside the worker: mails go on, it ends with the worker, and can be cancelled and begun again."""

import os
import signal
import subprocess
from datetime import timedelta

import pytest
from django.db.models import F
from django.test import Client
from playwright.sync_api import FilePayload, Page, expect
from pytest_django.live_server_helper import LiveServer

from sheets.actions.jobs import LOST, STOPPED, ask_for
from sheets.actions.upload import Upload, upload
from sheets.models import ImportJob, SheetImport
from telling.models import Heartbeat
from tests.browser.conftest import PageAs
from tests.browser.workers import until, worker
from tests.conftest import NOW, Cast
from tests.mail_server import mail_server

pytestmark = pytest.mark.browser
ROWS = b"Name,E-mail\nGus Lind,gus@example.com\n" + b"\n" * 90_000
MINUTE = "60"


def processes(job: ImportJob) -> list[int]:
    """Those that do the job."""
    told = subprocess.run(["ps", "-A", "-ww", "-o", "pid=,args="], capture_output=True, text=True, check=True)  # noqa: S607
    lines = [line.split(None, 1) for line in told.stdout.splitlines()]
    return [int(pid) for pid, command in lines if command.endswith(f"import_job {job.pk}")]


def asked(cast: Cast) -> ImportJob:
    files = [Upload("people.csv", ROWS)]
    one = upload(kind="roster", course=cast.course, cohort=cast.cohort, files=files, by=cast.ines, at=NOW)
    ask_for(work=ImportJob.Work.READ, sheet_import=one, by=cast.ines, at=NOW)
    return ImportJob.objects.get(sheet_import=one)


def test_mails_go_on_beside_a_long_import_which_dies_with_its_worker(cast: Cast) -> None:
    first, second = asked(cast), asked(cast)

    def is_reading(job: ImportJob) -> bool:
        return ImportJob.objects.filter(pk=job.pk, stage="Reading people.csv").exists()

    with mail_server() as mail:
        with worker(mail, SECONDS_A_FILE=MINUTE):
            until(lambda: is_reading(first), 60)
            beaten = Heartbeat.objects.get().at
            Client().post("/account/login/code/", {"email": "ines@example.com"})
            until(lambda: mail.mails)
            until(lambda: Heartbeat.objects.get().at > beaten)
            # One at a time.
            assert (len(processes(first)), processes(second)) == (1, [])
        until(lambda: not processes(first))
        # Nobody waits here until its last sign of life is old.
        ImportJob.objects.filter(pk=first.pk).update(seen_at=F("seen_at") - LOST - timedelta(seconds=1))
        with worker(mail, SECONDS_A_FILE=MINUTE):
            until(lambda: is_reading(second), 60)
            assert ImportJob.objects.get(pk=first.pk).why_ended == STOPPED
            # Killed alone, it says so at once; begun again, it is done.
            [process] = processes(second)
            os.kill(process, signal.SIGKILL)
            until(lambda: ImportJob.objects.get(pk=second.pk).why_ended == STOPPED)
        with worker(mail):
            for job in (first, second):
                ask_for(work=ImportJob.Work.READ, sheet_import=job.sheet_import, by=cast.ines, at=NOW)
            until(lambda: not ImportJob.objects.exists(), 60)
    assert set(SheetImport.objects.values_list("state", flat=True)) == {"previewed"}


def give(page: Page, cast: Cast) -> None:
    page.goto(f"/cohorts/{cast.cohort.pk}/imports/roster/")
    file = FilePayload(name="people.csv", mimeType="text/csv", buffer=ROWS)
    page.get_by_label("Files").set_input_files(files=[file])
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Reading your files")


@pytest.mark.parametrize("has_javascript", [True, False])
def test_page_of_a_long_import_leads_on(
    cast: Cast, page_as: PageAs, live_server: LiveServer, has_javascript: bool
) -> None:
    page = page_as("ines", java_script_enabled=has_javascript)

    def is_read() -> bool:
        """Look again, unless the page does so by itself."""
        again = page.get_by_role("link", name="Look again")
        if not has_javascript and again.count():
            again.click()
        return page.get_by_role("heading", name="What is what?").count() == 1

    give(page, cast)
    expect(page.locator("#import-stage")).to_contain_text("The worker is not running")
    with mail_server() as mail, worker(mail, site_url=live_server.url):
        until(is_read, 60)


def test_long_import_that_is_cancelled_ends_and_says_so(
    cast: Cast, page_as: PageAs, live_server: LiveServer
) -> None:
    page = page_as("ines")
    give(page, cast)
    with mail_server() as mail, worker(mail, site_url=live_server.url, SECONDS_A_FILE=MINUTE):
        expect(page.locator("#import-stage")).to_contain_text("Reading people.csv", timeout=60_000)
        job = ImportJob.objects.get()
        page.get_by_role("button", name="Cancel").click()
        expect(page.get_by_text("It was cancelled, and nothing was saved.")).to_be_visible()
        until(lambda: not processes(job))
    page.get_by_role("button", name="Delete").click()
    expect(page.locator("#messages")).to_contain_text("Deleted.")
