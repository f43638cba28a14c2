"""Long work on an import: asked for once, begun one at a time, done as a whole or not at all."""

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from groups.models import Enrolment
from people.models import User
from sheets.actions.jobs import (
    CANCELLED,
    LOST,
    STOPPED,
    JobEndedError,
    ask_for,
    claim_job,
    end_job,
)
from sheets.actions.upload import Upload, upload
from sheets.actions.working import work_on
from sheets.management.commands.import_job import JobTicker, run_job
from sheets.models import ImportJob, SheetImport
from tests.conftest import NOW, Cast, make_cast
from tests.racing import at_once

Work = ImportJob.Work
PEOPLE = b"Name,E-mail\nGus Lind,gus@example.com\n" + b"\n" * 90_000


def given(cast: Cast) -> SheetImport:
    files = [Upload("people.csv", PEOPLE)]
    return upload(kind="roster", course=cast.course, cohort=cast.cohort, files=files, by=cast.ines, at=NOW)


def asked(cast: Cast, work: Work = Work.READ, sheet_import: SheetImport | None = None) -> ImportJob:
    ask_for(work=work, sheet_import=sheet_import or given(cast), by=cast.ines, at=timezone.now())
    return ImportJob.objects.latest("pk")


def run(job: ImportJob) -> None:
    run_job(job.pk, JobTicker(job.pk))


def test_work_is_done_by_its_job_which_is_gone_then(cast: Cast) -> None:
    sheet_import = given(cast)
    assert sheet_import.is_long
    states = []
    for work in (Work.READ, Work.CONFIRM, Work.UNDO):
        run(asked(cast, work, sheet_import))
        assert not ImportJob.objects.exists()
        sheet_import.refresh_from_db()
        states.append((sheet_import.state, User.objects.filter(email="gus@example.com").exists()))
    assert states == [("previewed", False), ("confirmed", True), ("undone", False)]
    assert (sheet_import.confirmed_by, sheet_import.undone_by) == (cast.ines, cast.ines)


def test_job_says_how_far_it_is(cast: Cast) -> None:
    sheet_import = given(cast)
    said: list[str] = []
    for work in (Work.READ, Work.CONFIRM):
        asked(cast, work, sheet_import)
        work_on(work=work, sheet_import=sheet_import, by=cast.ines, at=NOW, say=said.append)
    # A file is read once.
    assert said == ["Reading people.csv", *["Comparing with Trefoil"] * 2, "Saving"]


def test_of_two_who_ask_one_job_comes_and_what_ended_is_asked_for_again(cast: Cast) -> None:
    sheet_import = given(cast)
    ask_for(work=Work.CONFIRM, sheet_import=sheet_import, by=cast.ines, at=NOW)
    ask_for(work=Work.READ, sheet_import=sheet_import, by=cast.marta, at=NOW)
    job = ImportJob.objects.get()
    assert (job.work, job.by) == ("confirm", cast.ines)
    claim_job(NOW)
    assert end_job(job.pk, CANCELLED)
    assert not end_job(job.pk, STOPPED)
    ask_for(work=Work.READ, sheet_import=sheet_import, by=cast.marta, at=NOW)
    job.refresh_from_db()
    assert (job.work, job.by, job.seen_at, job.why_ended) == ("read", cast.marta, None, "")


def test_one_job_at_a_time_the_oldest_first(cast: Cast) -> None:
    first, second = asked(cast), asked(cast)
    assert claim_job(NOW) == first
    assert claim_job(NOW) is None
    run(first)
    assert claim_job(NOW) == second


def test_job_whose_process_died_says_so_and_lets_the_next_begin(cast: Cast) -> None:
    first, second = asked(cast), asked(cast)
    claim_job(NOW)
    assert claim_job(NOW + LOST) is None
    assert claim_job(NOW + LOST + timedelta(seconds=1)) == second
    first.refresh_from_db()
    assert first.why_ended == STOPPED
    # Begun again, and done.
    asked(cast, Work.READ, first.sheet_import)
    run(first)
    assert first.sheet_import is not None
    first.sheet_import.refresh_from_db()
    assert first.sheet_import.state == "previewed"


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_one_gets_the_job() -> None:
    job = asked(make_cast())
    got = at_once(*[partial(claim_job, NOW)] * 2)
    assert (got.count(job), got.count(None)) == (1, 1)


@pytest.mark.parametrize("work", [Work.READ, Work.CONFIRM])
def test_cancelled_while_it_is_read_nothing_is_saved(cast: Cast, work: Work) -> None:
    sheet_import = given(cast)
    if work == Work.CONFIRM:
        run(asked(cast, Work.READ, sheet_import))
    before = (SheetImport.objects.get().state, sheet_import.lines.count())
    job = asked(cast, work, sheet_import)

    def cancel(stage: str) -> None:
        if stage.startswith("Reading"):
            assert end_job(job.pk, CANCELLED)

    if work == Work.CONFIRM:
        # Its file was read for the preview.
        cancel("Reading")
    with pytest.raises(JobEndedError):
        work_on(work=work, sheet_import=SheetImport.objects.get(), by=cast.ines, at=NOW, say=cancel)
    assert (SheetImport.objects.get().state, sheet_import.lines.count()) == before
    assert not Enrolment.objects.filter(person__email="gus@example.com").exists()
    job.refresh_from_db()
    assert job.why_ended == CANCELLED


def test_what_is_refused_says_why_and_the_preview_is_a_new_one(cast: Cast) -> None:
    sheet_import = given(cast)
    run(asked(cast, Work.READ, sheet_import))
    User.objects.create_user("gus@example.com", name="Gus L.")
    digest = SheetImport.objects.get().digest
    run(asked(cast, Work.CONFIRM, sheet_import))
    assert "Something changed since this preview" in ImportJob.objects.get().why_ended
    assert SheetImport.objects.get().digest != digest
    run(asked(cast, Work.CONFIRM, sheet_import))
    assert SheetImport.objects.get().state == "confirmed"


def test_who_may_no_longer_do_it_does_not(cast: Cast) -> None:
    job = asked(cast)
    cast.course.admins.all().delete()
    run(job)
    job.refresh_from_db()
    assert "may no longer do it" in job.why_ended
    assert SheetImport.objects.get().state == "uploaded"


def test_job_that_fails_says_that_it_stopped(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    job = asked(cast)
    monkeypatch.setattr("sheets.management.commands.import_job.work_on", lambda **words: 1 / 0)
    run(job)
    job.refresh_from_db()
    assert job.why_ended == STOPPED
    assert "ZeroDivisionError" in caplog.text
