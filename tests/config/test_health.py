"""Alive without the database, ready only with all of it, and pages that say when it is away."""

import errno
import logging
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError
from django.template import TemplateSyntaxError
from django.test import Client
from django.test.utils import override_settings

from lib.log_lines import LogLine
from people.actions.accounts import invite_many
from people.models import Hold, Invitation
from people.outbox import mail_account
from telling.models import Heartbeat
from tests.conftest import NOW, Cast


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("the database is away")

    monkeypatch.setattr("django.db.backends.base.base.BaseDatabaseWrapper.cursor", fail)


@pytest.mark.parametrize("host", ["trefoil.example.org", "10.0.0.7", "nobody.example"])
@override_settings(ALLOWED_HOSTS=["trefoil.example.org"], SECURE_SSL_REDIRECT=True)
def test_healthz_is_alive_for_any_host_without_the_database(away: None, host: str) -> None:
    answer = Client().get("/healthz", headers={"host": host})
    assert (answer.status_code, answer.content) == (200, b"ok")
    assert not answer.cookies
    assert "no-store" in answer["Cache-Control"]


def ready(client: Client, token: str = "") -> Any:
    answer = client.get("/readyz", headers={"authorization": f"Bearer {token}"} if token else {})
    return answer.status_code, answer.json() if token else answer.content


@pytest.mark.django_db
def test_readyz_wants_invitations_that_leave(cast: Cast, client: Client) -> None:
    Heartbeat.beat(NOW)
    invite_many(people=[cast.person("ana")], by=cast.ines, at=NOW - timedelta(minutes=10))
    assert ready(client) == (200, b"ok")
    Invitation.objects.update(queued_at=NOW - timedelta(minutes=20))
    assert ready(client) == (503, b"not ready")
    Invitation.objects.update(failure="550 unknown")
    assert ready(client) == (200, b"ok")


@pytest.mark.django_db
def test_readyz_wants_the_worker_and_mails_that_leave(
    client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.READY_TOKEN = "a long token"
    assert ready(client) == (503, b"not ready")
    Heartbeat.beat(NOW - timedelta(seconds=30))
    assert ready(client) == (200, b"ok")
    monkeypatch.setattr("config.health.commit", lambda: "01234567")
    details = {
        "is_ready": True,
        "problems": [],
        "version": settings.VERSION,
        "commit": "01234567",
        "worker_seen_seconds_ago": 30,
        "oldest_waits_seconds": 0,
        "held_since": None,
    }
    assert ready(client, "a long token") == (200, details)
    at = NOW - timedelta(minutes=20)
    mail_account(person=None, address="ana@example.com", subject="Code", body="AAAA", at=at)
    Heartbeat.beat(NOW - timedelta(minutes=3))
    assert ready(client) == (503, b"not ready")
    status, told = ready(client, "a long token")
    assert (status, told["problems"]) == (503, ["The worker is not at work.", "Mails wait for too long."])
    assert told["oldest_waits_seconds"] == 1200


@pytest.mark.django_db
def test_readyz_says_since_when_a_restored_database_is_held_and_mails_may_wait(
    client: Client, settings: Any
) -> None:
    settings.READY_TOKEN = "a long token"
    Heartbeat.beat(NOW)
    Hold.objects.create(restored_at=NOW - timedelta(hours=2), backup_at=NOW - timedelta(days=1))
    at = NOW - timedelta(minutes=20)
    mail_account(person=None, address="ana@example.com", subject="Code", body="AAAA", at=at)
    status, told = ready(client, "a long token")
    assert (status, told["held_since"]) == (200, "2026-09-16T08:00:00Z")
    assert told["oldest_waits_seconds"] == 1200


@pytest.mark.django_db
def test_the_log_says_once_why_it_is_not_ready(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    Heartbeat.beat(NOW)
    ready(client)
    caplog.clear()
    for minutes in (5, 5, 5, 0, 0):
        Heartbeat.beat(NOW - timedelta(minutes=minutes))
        ready(client)
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("WARNING", "not ready: The worker is not at work."),
        ("INFO", "ready again"),
    ]


@pytest.mark.django_db
def test_readyz_wants_the_backup_of_last_night(client: Client, settings: Any, tmp_path: Path) -> None:
    settings.BACKUP_DIR, settings.READY_TOKEN = tmp_path, "a long token"
    Heartbeat.beat(NOW)
    assert ready(client) == (503, b"not ready")
    (tmp_path / "trefoil-2026-09-14.zip").touch()
    assert ready(client, "a long token")[1]["problems"] == ["No backup was made last night."]
    (tmp_path / "trefoil-2026-09-15.zip").touch()
    assert ready(client) == (200, b"ok")


@pytest.mark.django_db
@pytest.mark.parametrize(("minutes", "status"), [(-3, 503), (-1, 200), (1, 200), (60, 503)])
def test_a_worker_seen_by_a_clock_that_went_wrong_is_not_at_work(
    client: Client, minutes: int, status: int
) -> None:
    Heartbeat.beat(NOW + timedelta(minutes=minutes))
    assert ready(client)[0] == status


@pytest.mark.django_db
@pytest.mark.parametrize("token", ["", "a long token"])
def test_readyz_tells_no_details_without_the_token_of_the_settings(
    client: Client, settings: Any, token: str
) -> None:
    settings.READY_TOKEN = token
    answer = client.get("/readyz", headers={"authorization": "Bearer another"})
    assert answer.content == b"not ready"


def test_readyz_says_when_the_database_is_away(away: None, settings: Any) -> None:
    settings.READY_TOKEN = "a long token"
    status, told = ready(Client(), "a long token")
    assert (status, told["problems"]) == (503, ["The database does not answer: OperationalError."])


@pytest.mark.django_db
def test_pages_say_when_the_database_is_away(client: Client, away: None) -> None:
    client.raise_request_exception = False
    client.cookies["sessionid"] = "somebody"
    for answer in (client.get("/"), client.post("/account/login/", {"login": "a@example.com"})):
        assert answer.status_code == 503
        assert answer["Retry-After"] == "30"
        assert "Trefoil is not available right now" in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("error", "why"),
    [
        (OSError(errno.ENOSPC, "No space left"), "the disk is full"),
        (OperationalError("database or disk is full"), "the disk is full"),
        (OperationalError("database is locked"), "the database stays locked"),
        (DatabaseError("file is not a database"), "the database does not answer"),
    ],
)
def test_what_is_a_matter_of_the_machine_is_a_line_and_a_page_that_says_so(
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
    why: str,
) -> None:
    def fail(request: Any) -> None:
        raise error

    monkeypatch.setattr("telling.looks.is_of_script", fail)
    client.raise_request_exception = False
    answer = client.get("/account/login/")
    assert (answer.status_code, "Its disk is full" in answer.text) == (503, why == "the disk is full")
    [line] = [LogLine().format(record) for record in caplog.records if record.levelname == "ERROR"]
    assert line.endswith(f": Service Unavailable: /account/login/ ({why})")


@pytest.mark.django_db
def test_readyz_says_when_the_disk_is_full(client: Client, settings: Any, monkeypatch: Any) -> None:
    settings.READY_TOKEN = "a long token"
    Heartbeat.beat(NOW)
    monkeypatch.setattr("shutil.disk_usage", lambda path: SimpleNamespace(free=1_000))
    assert ready(client, "a long token")[1]["problems"] == ["The disk is full."]


@pytest.mark.django_db
def test_other_errors_stay_errors(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("telling.looks.is_of_script", lambda request: 1 / 0)
    client.raise_request_exception = False
    assert client.get("/account/login/").status_code == 500


@pytest.mark.django_db
@pytest.mark.parametrize("error", [ValueError("of ours"), OperationalError("database is locked")])
def test_what_breaks_the_page_of_an_error_too_is_answered_in_a_sentence(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    def fail(*more: Any) -> None:
        raise error

    def other_code(*more: Any) -> None:
        raise TemplateSyntaxError("Invalid block tag: 'of_newer_code'")

    monkeypatch.setattr("telling.looks.is_of_script", fail)
    monkeypatch.setattr("config.health.render_to_string", other_code)
    client.raise_request_exception = False
    answer = client.get("/account/login/")
    assert answer.status_code == (500 if isinstance(error, ValueError) else 503)
    assert "try again" in answer.text
    assert "of_newer_code" not in answer.text
    assert "Invalid block tag: 'of_newer_code'" in caplog.text
