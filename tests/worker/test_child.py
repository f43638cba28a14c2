"""The worker begins one long job at a time, and says of one whose process ended before it was done that it stopped."""

from unittest.mock import Mock

import pytest
from django.core.management import call_command

from sheets.actions.jobs import STOPPED, ask_for
from sheets.models import ImportJob
from tests.conftest import NOW, Cast
from tests.sheets.actions.test_jobs import given
from worker.child import Child


class Process:
    """Stands in for a process: under way until a test ends it."""

    begun: list["Process"] = []

    def __init__(self, command: list[str], stdin: int) -> None:
        self.job_id = int(command[-1])
        self.code: int | None = None
        Process.begun.append(self)

    def poll(self) -> int | None:
        return self.code

    def communicate(self) -> None:
        assert self.code is not None

    def wait(self) -> int:
        ImportJob.objects.filter(pk=self.job_id).delete()
        self.code = 0
        return 0


@pytest.fixture(autouse=True)
def begun(monkeypatch: pytest.MonkeyPatch) -> list[Process]:
    """The processes that were begun."""
    monkeypatch.setattr(Process, "begun", [])
    monkeypatch.setattr("worker.child.subprocess", Mock(Popen=Process))
    return Process.begun


def asked(cast: Cast) -> int:
    sheet_import = given(cast)
    ask_for(work=ImportJob.Work.READ, sheet_import=sheet_import, by=cast.ines, at=NOW)
    return ImportJob.objects.get(sheet_import=sheet_import).pk


def test_next_job_begins_when_the_one_before_has_ended(cast: Cast, begun: list[Process]) -> None:
    child, jobs = Child(), [asked(cast), asked(cast)]
    for _ in range(2):
        child.begin_next(NOW)
    assert [one.job_id for one in begun] == jobs[:1]
    begun[0].wait()
    child.begin_next(NOW)
    assert [one.job_id for one in begun] == jobs


def test_job_whose_process_ended_before_it_was_done_says_so(cast: Cast, begun: list[Process]) -> None:
    child, job = Child(), asked(cast)
    child.begin_next(NOW)
    begun[0].code = -9
    assert "stopped before it was done" in child.begin_next(NOW)
    assert ImportJob.objects.get(pk=job).why_ended == STOPPED
    assert child.begin_next(NOW) == ""


def test_once_waits_for_each_long_job(
    cast: Cast, begun: list[Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    child, jobs = Child(), [asked(cast), asked(cast)]
    monkeypatch.setattr("worker.management.commands.worker.long_jobs", child)
    monkeypatch.setattr("worker.management.commands.worker.JOBS", [("long jobs", 1, child.begin_next)])
    call_command("worker", "--once")
    assert [one.job_id for one in begun] == jobs
    assert not ImportJob.objects.exists()
