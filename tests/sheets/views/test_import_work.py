"""The page of a long import: how far it is, cancelling it, and where it leads."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook

from courses.models import CourseAdmin
from sheets.actions.jobs import STOPPED, claim_job, end_job
from sheets.management.commands.import_job import JobTicker, run_job
from sheets.models import ImportJob, SheetImport
from sheets.reading.files import length_of
from telling.models import Heartbeat
from tests.conftest import NOW, Cast, SignIn

HTMX = {"HX-Request": "true"}
ROWS = b"Name,E-mail,Hut\nGus Lind,gus@example.com,red\n"


def give(ines: Client, cast: Cast, content: bytes) -> str:
    """Upload a list of people and return where that leads."""
    url = reverse("sheets:import-give", args=[cast.cohort.pk, "roster"])
    answer = ines.post(url, {"uploads": SimpleUploadedFile("people.csv", content)})
    assert answer.status_code == 302
    return answer["Location"]


@pytest.fixture
def work_url(cast: Cast, as_: SignIn) -> str:
    """The page on which the uploader of a long list waits."""
    return give(as_("ines"), cast, ROWS + b"\n" * 90_000)


def run() -> None:
    job = ImportJob.objects.get()
    run_job(job.pk, JobTicker(job.pk))


def url_of(name: str) -> str:
    return reverse(f"sheets:{name}", args=[SheetImport.objects.get().pk])


def test_small_list_is_read_at_once(cast: Cast, as_: SignIn) -> None:
    assert give(as_("ines"), cast, ROWS) == url_of("import-tabs")
    assert not ImportJob.objects.exists()


def test_workbook_counts_as_what_it_unpacks_to() -> None:
    book, buffer = Workbook(), BytesIO()
    for _ in range(5_000):
        book.active.append(["Gus Lind", "gus@example.com"])
    book.save(buffer)
    content = buffer.getvalue()
    assert len(content) < 45_000
    assert length_of(content) > 90_000
    assert length_of(content[:1_000]) == 1_000
    # A directory that names a version of ZIP that nobody reads: what is wrong with it is said when it is read.
    damaged = bytearray(content)
    damaged[content.index(b"PK\x01\x02") + 6] = 99
    assert length_of(bytes(damaged)) == len(content)


def test_page_says_how_far_it_is_and_leads_on_when_it_is_done(work_url: str, as_: SignIn) -> None:
    ines = as_("ines")
    assert work_url == url_of("import-work")
    page = ines.get(work_url).text
    assert "The worker is not running" in page
    assert f'<noscript><p><a href="{work_url}">' in page
    Heartbeat.beat(NOW)
    assert "Waiting for its turn." in ines.get(work_url).text
    claim_job(NOW)
    ImportJob.objects.update(stage="Reading people.csv")
    assert "Reading people.csv …" in ines.get(work_url).text
    part = ines.get(work_url, headers=HTMX)
    assert "Reading people.csv …" in part.text
    assert "<main" not in part.text
    assert ines.get(work_url, {"said": "Reading people.csv …"}, headers=HTMX).status_code == 204
    run()
    assert ines.get(work_url, headers=HTMX)["HX-Redirect"] == url_of("import-tabs")
    assert ines.get(work_url)["Location"] == url_of("import-tabs")


def test_all_else_leads_to_it_while_it_is_worked_on(work_url: str, cast: Cast, as_: SignIn) -> None:
    CourseAdmin.objects.create(course=cast.course, person=cast.tomas)
    for name in ("import-tabs", "import-days"):
        assert as_("tomas").get(url_of(name))["Location"] == url_of("import-detail")
    assert as_("tomas").get(url_of("import-detail"))["Location"] == work_url
    assert as_("tomas").post(url_of("import-confirm"))["Location"] == work_url
    assert ImportJob.objects.get().work == "read"


def test_corrected_confirmed_and_undone_by_jobs(work_url: str, as_: SignIn) -> None:
    ines = as_("ines")
    run()
    assert "Hut" in ines.get(url_of("import-tabs")).text
    assert ines.post(url_of("import-days"), {"of_all": "2026-09-14"})["Location"] == work_url
    # The preview of before is no longer confirmed.
    assert SheetImport.objects.get().state == "uploaded"
    run()
    for name, text in (("import-confirm", "Imported on"), ("import-undo", "undone on")):
        assert ines.post(url_of(name))["Location"] == work_url
        run()
        assert ines.get(work_url)["Location"] == url_of("import-detail")
        assert text in ines.get(url_of("import-detail")).text


def test_cancelled_it_says_so_and_is_read_again_or_deleted(work_url: str, as_: SignIn) -> None:
    ines = as_("ines")
    claim_job(NOW)
    assert ines.post(url_of("import-cancel"))["Location"] == url_of("import-detail")
    assert ines.get(work_url)["Location"] == url_of("import-detail")
    page = ines.get(url_of("import-detail")).text
    assert "Reading your files: It was cancelled, and nothing was saved." in page
    assert "Not read yet" in page
    assert ines.post(url_of("import-read"))["Location"] == work_url
    run()
    assert "was done before it could be cancelled" in ines.post(url_of("import-cancel"), follow=True).text


def test_killed_it_says_so_beside_the_preview_which_can_be_confirmed_again(
    work_url: str, as_: SignIn
) -> None:
    ines = as_("ines")
    run()
    ines.post(url_of("import-confirm"))
    claim_job(NOW)
    end_job(ImportJob.objects.get().pk, STOPPED)
    page = ines.get(url_of("import-detail")).text
    assert "Importing: It stopped before it was done" in page
    assert re.search(">Import [0-9]+ changes?<", page)
    ines.post(url_of("import-confirm"))
    run()
    assert "Imported on" in ines.get(url_of("import-detail")).text


def test_deleted_while_it_waits_it_is_gone(work_url: str, as_: SignIn) -> None:
    as_("ines").post(url_of("import-delete"))
    assert not ImportJob.objects.exists()


def test_worker_that_was_not_seen_for_two_minutes_is_not_running(work_url: str, as_: SignIn) -> None:
    Heartbeat.beat(NOW - timedelta(minutes=2, seconds=1))
    assert "The worker is not running" in as_("ines").get(work_url).text


def test_list_of_imports_says_which_one_is_being_read(cast: Cast, as_: SignIn, work_url: str) -> None:
    address = reverse("sheets:import-list", args=[cast.cohort.pk])
    assert "Reading your files" in as_("ines").get(address).content.decode()
    ImportJob.objects.update(why_ended="Cancelled.")
    assert "Reading your files" not in as_("ines").get(address).content.decode()
