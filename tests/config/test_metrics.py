"""Figures for Prometheus: for who has the token, by the names of addresses, in a folder of each start of gunicorn."""

import os
import runpy
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from prometheus_client.parser import text_string_to_metric_families

from people.models import Event, Hold
from people.outbox import mail_account
from telling.models import Heartbeat
from tests.conftest import NOW, Cast

TOP = Path(__file__).resolve().parents[2]


def read(client: Client) -> dict[tuple[str, ...], float]:
    answer = client.get("/metrics", headers={"authorization": "Bearer a long token"})
    assert answer["Content-Type"].startswith("text/plain")
    families = text_string_to_metric_families(answer.text)
    return {(one.name, *one.labels.values()): one.value for family in families for one in family.samples}


@pytest.mark.parametrize("token", ["", "a long token"])
def test_who_has_no_token_is_told_nothing(client: Client, settings: Any, token: str) -> None:
    settings.READY_TOKEN = token
    for given in ("Bearer another", "Bearer ", ""):
        answer = client.get("/metrics", headers={"authorization": given})
        assert (answer.status_code, answer.content) == (404, b"Not found")


def test_requests_are_counted_by_route_and_status_and_failed_sign_ins(
    cast: Cast, client: Client, settings: Any
) -> None:
    settings.READY_TOKEN = "a long token"
    route, failed = (
        ("trefoil_request_seconds_count", "account_login", "200"),
        ("trefoil_failed_sign_ins_total",),
    )
    before = read(client)
    client.get(reverse("account_login"), {"next": "/nowhere/"})
    client.post(reverse("account_login"), {"login": "ana@example.com", "password": "wrong words"})
    client.get("/invitation/a-secret/")
    after = read(client)
    assert after[route] - before.get(route, 0) == 2
    assert after["trefoil_request_seconds_sum", *route[1:]] > 0
    assert after[failed] - before[failed] == 1
    assert ("trefoil_request_seconds_count", "tracker:invitation-accept", "410") in after
    assert "a-secret" not in str(after)
    assert not [name for name, *_ in after if "bucket" in name]


def test_what_stands_in_the_database_is_read_at_the_request(
    cast: Cast, client: Client, settings: Any, tmp_path: Path
) -> None:
    settings.READY_TOKEN, settings.BACKUP_DIR = "a long token", tmp_path
    (archive := tmp_path / "trefoil-2026-09-16.zip").write_bytes(b"twelve bytes")
    os.utime(archive, (NOW.timestamp() - 60, NOW.timestamp() - 60))
    Heartbeat.beat(NOW - timedelta(seconds=30))
    at = NOW - timedelta(minutes=20)
    mail_account(person=None, address="ana@example.com", subject="Code", body="AAAA", at=at)
    Event.objects.create(kind="answer", at=NOW)
    Hold.objects.create(restored_at=NOW, backup_at=NOW)
    found = read(client)
    assert {name.removeprefix("trefoil_"): found[name,] for name in (
        "trefoil_mails_waiting", "trefoil_mails_oldest_seconds", "trefoil_mails_failed", "trefoil_events_untold",
        "trefoil_worker_seen_seconds", "trefoil_backup_age_seconds", "trefoil_backup_bytes", "trefoil_held",
        "trefoil_database_up",
    )} == {
        "mails_waiting": 1, "mails_oldest_seconds": 1200, "mails_failed": 0, "events_untold": 1,
        "worker_seen_seconds": 30, "backup_age_seconds": 60, "backup_bytes": 12, "held": 1, "database_up": 1,
    }  # fmt: skip
    assert found["trefoil_database_bytes",] > 100_000
    assert [key for key in found if key[0] == "trefoil_info" and settings.VERSION in key]


def test_each_start_of_gunicorn_has_a_folder_which_goes_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "/nowhere")
    starts = [runpy.run_path(str(TOP / "gunicorn.conf.py")) for _ in range(2)]
    folders = {start["_counts"] for start in starts}
    assert len(folders) == 2
    assert all(Path(folder).is_dir() for folder in folders)
    for start in starts:
        start["on_exit"](None)
    assert not any(Path(folder).exists() for folder in folders)
