"""All workbooks of a cohort are made by the worker, for who asked, and downloaded while they may read them."""

import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse

from courses.models import CourseAdmin
from sheets.actions.jobs import STOPPED, JobEndedError, ask_for_workbooks, claim_job, end_job, keep_workbooks
from sheets.management.commands.import_job import JobTicker, run_job
from sheets.models import ImportJob, WorkbookArchive
from telling.models import Heartbeat
from tests.conftest import NOW, Cast, SignIn
from tests.factories.people import UserFactory
from tests.factories.tracker import CheckInEntryFactory, CheckInFactory
from worker.keeping import remove_what_is_old

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def url_of(cast: Cast, name: str = "export-workbooks") -> str:
    return reverse(f"sheets:{name}", args=[cast.cohort.pk])


def run() -> None:
    job = claim_job(NOW)
    assert job is not None
    run_job(job.pk, JobTicker(job.pk))


def names_in(content: bytes) -> list[str]:
    return zipfile.ZipFile(BytesIO(content)).namelist()


def test_workbooks_are_made_by_the_worker_and_kept_for_a_day_for_who_asked(cast: Cast, as_: SignIn) -> None:
    ines = as_("ines")
    Heartbeat.objects.create(at=NOW)
    assert ines.get(url_of(cast)).status_code == 422
    answer = ines.post(url_of(cast), {"private_notes": "on"})
    assert answer["Location"] == f"{url_of(cast, 'export')}#all-workbooks"
    assert "Waiting for its turn." in ines.get(url_of(cast, "export")).text
    # It is asked for once.
    ines.post(url_of(cast))
    assert WorkbookArchive.objects.get().has_private_notes
    run()
    assert not ImportJob.objects.exists()
    shown = ines.get(url_of(cast, "export-work"), headers=HTMX).text
    assert ("Download all workbooks" in shown, "with private notes" in shown, "hx-get" in shown) == (
        True,
        True,
        False,
    )
    file = ines.get(url_of(cast))
    assert file["Content-Disposition"] == 'attachment; filename="Autumn 2026.zip"'
    assert names_in(file.content) == ["Clover.xlsx", "Juniper.xlsx"]
    other = UserFactory.create()
    cast.course.admins.create(person=other)
    as_("ines").logout()
    ines.force_login(other)
    assert ines.get(url_of(cast)).status_code == 422
    remove_what_is_old(NOW + timedelta(days=1, seconds=1))
    assert not WorkbookArchive.objects.exists()


def test_progress_is_said_until_it_is_made(cast: Cast, as_: SignIn) -> None:
    ines = as_("ines")
    Heartbeat.objects.create(at=NOW)
    ines.post(url_of(cast))
    job = claim_job(NOW)
    assert job is not None
    ImportJob.objects.update(stage="Workbook 37 of 250")
    assert "Workbook 37 of 250 …" in ines.get(url_of(cast, "export-work"), headers=HTMX).text
    same = ines.get(url_of(cast, "export-work"), {"said": "Workbook 37 of 250 …"}, headers=HTMX)
    assert same.status_code == 204
    end_job(job.pk, STOPPED)
    assert STOPPED in ines.get(url_of(cast, "export")).text
    with pytest.raises(JobEndedError):
        keep_workbooks(archive=WorkbookArchive.objects.get(), content=b"x", masked=())
    # It is begun anew.
    ines.post(url_of(cast))
    assert ImportJob.objects.get().why_ended == ""


def test_stages_count_the_workbooks(cast: Cast) -> None:
    ask_for_workbooks(cohort=cast.cohort, has_private_notes=False, by=cast.ines, at=NOW)
    ticker = JobTicker(ImportJob.objects.get().pk)
    run_job(ticker.job_id, ticker)
    assert ticker.stage == "Workbook 2 of 2"


def test_rights_are_asked_again(cast: Cast, as_: SignIn) -> None:
    ines = as_("ines")
    CheckInEntryFactory.create(
        check_in=CheckInFactory.create(group=cast.clover, logged_by=cast.marta),
        enrolment=cast.enrolment("ana"),
    )
    ines.post(url_of(cast))
    run()
    assert ines.get(url_of(cast)).status_code == 200
    WorkbookArchive.objects.update(person=cast.person("ana"))
    cast.course.admins.create(person=cast.person("ana"))
    ana = as_("ana")
    # What is written about her was not masked when it was made.
    assert ana.get(url_of(cast)).status_code == 422
    WorkbookArchive.objects.update(person=cast.ines)
    CourseAdmin.objects.filter(person=cast.ines).delete()
    assert ines.get(url_of(cast)).status_code in (403, 404)


def test_who_is_no_course_admin_any_more_gets_nothing_made(cast: Cast) -> None:
    ask_for_workbooks(cohort=cast.cohort, has_private_notes=False, by=cast.ines, at=NOW)
    CourseAdmin.objects.filter(person=cast.ines).delete()
    run()
    assert not WorkbookArchive.objects.get().is_made
    assert "may no longer do it" in ImportJob.objects.get().why_ended


def test_job_that_ends_while_it_is_made_keeps_nothing(cast: Cast) -> None:
    ask_for_workbooks(cohort=cast.cohort, has_private_notes=False, by=cast.ines, at=NOW)
    job = ImportJob.objects.get()
    end_job(job.pk, STOPPED)
    run_job(job.pk, JobTicker(job.pk))
    assert not WorkbookArchive.objects.get().is_made
