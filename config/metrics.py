"""Figures for Prometheus: what the processes of one gunicorn counted, and what stands in the database now.

`gunicorn.conf.py` gives each start of gunicorn a folder, in which its processes count; without one this process counts
for itself.
"""

import os
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from allauth.account.signals import login_code_rejected
from allauth.mfa.signals import authentication_failed
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.db import DatabaseError, connection
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone
from prometheus_client import CollectorRegistry, Counter, Summary, generate_latest
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from lib.nights import nightly_archives
from lib.version import commit
from people.models import Event, Hold, Message
from telling.models import Heartbeat

# By the name of its address, never by the address: a path may hold a secret, and there would be no end of them.
_REQUESTS = Summary(
    "trefoil_request_seconds", "Requests that were answered", ("route", "status"), registry=None
)
_FAILED = Counter("trefoil_failed_sign_ins", "Wrong passwords, codes and second factors", registry=None)


def count_request(request: HttpRequest, status: int, seconds: float) -> None:
    route = request.resolver_match.view_name if request.resolver_match else "none"
    _REQUESTS.labels(route, str(status)).observe(seconds)


@receiver([user_login_failed, login_code_rejected, authentication_failed])
def count_failed_sign_in(**kwargs: Any) -> None:
    _FAILED.inc()


def figures() -> bytes:
    registry = CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry.register(_REQUESTS)
        registry.register(_FAILED)
    registry.register(_Standing(timezone.now()))
    return generate_latest(registry)


class _Standing(Collector):
    def __init__(self, now: datetime) -> None:
        self._now = now

    def collect(self) -> Iterator[GaugeMetricFamily | InfoMetricFamily]:
        version = {"version": settings.VERSION, "commit": commit()}
        yield InfoMetricFamily("trefoil", "What runs", value=version)
        try:
            found = self._in_database()
        except DatabaseError:
            found = {}
        yield GaugeMetricFamily("trefoil_database_up", "Whether the database answers", value=bool(found))
        for name, (says, value) in {**found, **self._of_backups()}.items():
            yield GaugeMetricFamily(f"trefoil_{name}", says, value=value)

    def _in_database(self) -> dict[str, tuple[str, float]]:
        mails = Message.objects.filter(channel=None)
        oldest = mails.due(self._now).order_by("due_at").first()
        waited = (self._now - oldest.due_at).total_seconds() if oldest else 0
        found: dict[str, tuple[str, float]] = {
            "mails_waiting": ("Mails that are to be sent", mails.waiting().count()),
            "mails_oldest_seconds": ("How long the oldest of them has been due", waited),
            "mails_failed": (
                "Mails of the last 30 days that failed",
                mails.filter(state=Message.State.FAILED).count(),
            ),
            "events_untold": (
                "What happened and is not told yet",
                Event.objects.filter(told_at=None).count(),
            ),
            "held": ("Whether a restored database is held back", Hold.is_on()),
            "database_bytes": ("Size of the database", _size_of_database()),
        }
        if seen := Heartbeat.objects.first():
            ago = (self._now - seen.at).total_seconds()
            found["worker_seen_seconds"] = ("Since when the worker was not seen", ago)
        return found

    def _of_backups(self) -> dict[str, tuple[str, float]]:
        archives = nightly_archives(settings.BACKUP_DIR) if settings.BACKUP_DIR else {}
        if not archives:
            return {}
        file = archives[max(archives)].stat()
        return {
            "backup_age_seconds": ("Since the newest backup", self._now.timestamp() - file.st_mtime),
            "backup_bytes": ("Its size", file.st_size),
        }


def _size_of_database() -> int:
    ask = (
        "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
        if connection.vendor == "sqlite"
        else "SELECT pg_database_size(current_database())"
    )
    with connection.cursor() as cursor:
        cursor.execute(ask)
        return int(cursor.fetchone()[0])
