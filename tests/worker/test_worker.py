import logging
import os
import signal
from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime
from types import SimpleNamespace

import psycopg2
import pytest
from django.core import mail
from django.core.management import call_command
from django.db import OperationalError

from lib import parent
from lib.outgoing import Reply
from lib.version import version_and_commit
from people.actions.accounts import invite_many
from people.models import Hold, Message
from people.outbox import mail_account
from tests.conftest import NOW, Cast
from tests.factories.courses import MaterialFactory
from tests.trends.actions.topics.gathering import DOCKER, asked, gathered

COMMAND = "worker.management.commands.worker"


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Each second that the worker waits; who started it is gone after six."""
    slept: list[int] = []
    monkeypatch.setattr(f"{COMMAND}.time.sleep", slept.append)
    monkeypatch.setattr(f"{COMMAND}.time.monotonic", lambda: len(slept))
    monkeypatch.setattr(f"{COMMAND}.os.getppid", lambda: 1 if len(slept) > 5 else 42)
    monkeypatch.setattr(f"{COMMAND}.close_old_connections", lambda: None)
    return slept


def test_the_worker_goes_on_until_who_started_it_is_gone(cast: Cast, seconds: list[int]) -> None:
    asked(cast.ana, *DOCKER)
    invite_many(people=[cast.person("ana")], by=cast.ines, at=NOW)
    call_command("worker")
    assert len(seconds) == 6
    assert gathered(cast.course) == [DOCKER]
    assert [message.to for message in mail.outbox] == [["ana@example.com"]]


def test_a_job_that_fails_is_named_and_tried_again_and_keeps_no_other_from_its_turn(
    cast: Cast, seconds: list[int], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    done: list[str] = []

    def fail(now: datetime) -> None:
        done.append("failing")
        raise RuntimeError("no database")

    def work(now: datetime) -> str:
        done.append("working")
        return "3 done"

    jobs: list[tuple[str, int, Callable[[datetime], str | None]]] = [("first", 5, fail), ("second", 60, work)]
    monkeypatch.setattr(f"{COMMAND}.JOBS", jobs)
    caplog.set_level(logging.INFO)
    call_command("worker")
    assert done == ["failing", "working", "failing"]
    assert caplog.messages[0] == f"Trefoil {version_and_commit()}"
    assert "first failed, and is tried again" in caplog.text
    assert "RuntimeError: no database" in caplog.text
    assert "second: 3 done" in caplog.text


def test_what_a_server_refuses_is_a_line_without_a_traceback(
    seconds: list[int], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(now: datetime) -> None:
        raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr(f"{COMMAND}.JOBS", [("first", 60, fail)])
    call_command("worker")
    record = caplog.records[-1]
    said = "first failed, and is tried again: [Errno 111] Connection refused"
    assert (record.getMessage(), bool(record.exc_info)) == (said, False)


def test_a_job_that_goes_on_failing_is_tried_later_each_time(
    seconds: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[int] = []

    def fail(now: datetime) -> None:
        tried.append(len(seconds))
        raise RuntimeError

    monkeypatch.setattr(f"{COMMAND}.JOBS", [("failing", 1, fail)])
    call_command("worker")
    assert tried == [0, 1, 3]
    monkeypatch.setattr(f"{COMMAND}.os.getppid", lambda: 1 if len(seconds) > 400 else 42)
    call_command("worker")
    # A minute at most, so that what was mended is soon done.
    assert tried[-1] - tried[-2] == 60


def test_a_database_that_is_away_is_waited_for_and_said_once(
    seconds: list[int], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It comes back after 60 seconds."""

    def ask(statement: str) -> None:
        if len(seconds) < 60:
            raise OperationalError("connection refused")

    done: list[int] = []

    def work(now: datetime) -> None:
        done.append(len(seconds))
        if len(seconds) < 60:
            raise OperationalError(
                "connection to server failed\nIs it running?"
            ) from psycopg2.OperationalError()

    jobs = [("first", 1, work), ("second", 1, work)]
    monkeypatch.setattr(f"{COMMAND}.JOBS", jobs)
    behind = nullcontext(SimpleNamespace(execute=ask))
    monkeypatch.setattr(f"{COMMAND}.connection", SimpleNamespace(close=list, cursor=lambda: behind))
    monkeypatch.setattr(f"{COMMAND}.os.getppid", lambda: 1 if len(seconds) > 63 else 42)
    caplog.set_level(logging.INFO)
    call_command("worker")
    assert caplog.messages[1:] == [
        "The database does not answer, and is waited for: connection to server failed Is it running?",
        "The database answers again.",
    ]
    assert not any(record.exc_info for record in caplog.records)
    # 1 + 2 + 4 + 8 + 15 + 15 + 15 seconds, then both.
    assert done[:3] == [0, 60, 61]


def test_a_worker_that_is_to_end_begins_nothing_more(
    seconds: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    monkeypatch.setattr(parent, "_is_asked_to_end", False)

    def work(now: datetime) -> None:
        done.append("first")
        os.kill(os.getpid(), signal.SIGTERM)

    jobs: list[tuple[str, int, Callable[[datetime], str | None]]] = [("first", 1, work), ("second", 1, work)]
    monkeypatch.setattr(f"{COMMAND}.JOBS", jobs)
    before = signal.getsignal(signal.SIGTERM)
    try:
        call_command("worker")
    finally:
        signal.signal(signal.SIGTERM, before)
    assert done == ["first"]


def test_a_slow_mail_server_delays_no_other_job_by_rounds(
    seconds: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each round takes 20 seconds: what is due every 10 is done in each, not in every tenth."""
    clock = [0.0]
    beats: list[float] = []

    def send(now: datetime) -> None:
        clock[0] += 20

    def beat(now: datetime) -> None:
        beats.append(clock[0])

    monkeypatch.setattr(f"{COMMAND}.time.monotonic", lambda: clock[0])
    monkeypatch.setattr(f"{COMMAND}.JOBS", [("heartbeat", 10, beat), ("mails", 1, send)])
    call_command("worker")
    assert beats == [0, 20, 40, 60, 80, 100]


def test_once_does_every_job(cast: Cast) -> None:
    asked(cast.ana, *DOCKER)
    invite_many(people=[cast.person("ana")], by=cast.ines, at=NOW)
    call_command("worker", "--once")
    assert gathered(cast.course) == [DOCKER]
    assert len(mail.outbox) == 1


def test_nothing_leaves_what_was_restored_until_it_is_released(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    asked(cast.ana, *DOCKER)
    MaterialFactory.create(milestone=cast.milestones[0], url="https://example.com/docker")
    looked: list[str] = []

    def follow(method: str, address: str, **how: object) -> Reply:
        looked.append(address)
        return Reply(200)

    monkeypatch.setattr("courses.actions.links.follow", follow)
    invite_many(people=[cast.person("ana")], by=cast.ines, at=NOW)
    mail_account(person=cast.ines, address="ines@example.com", subject="Code", body="AAAA", at=NOW)
    Hold.objects.create(restored_at=NOW, backup_at=NOW)
    caplog.set_level(logging.INFO)
    call_command("worker", "--once")
    assert (mail.outbox, looked) == ([], [])
    assert Message.objects.waiting().count() == 1
    assert "nothing is sent, told or fetched until bin/production manage.py release" in caplog.text
    # Work within the house is done.
    assert gathered(cast.course) == [DOCKER]
    call_command("release")
    call_command("worker", "--once")
    assert looked == ["https://example.com/docker"]
    assert sorted(message.to[0] for message in mail.outbox) == ["ana@example.com", "ines@example.com"]
