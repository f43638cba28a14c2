"""The worker as a process of its own, beside the server of the journeys and a mail server."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from django.db import connection
from django.utils import timezone

from telling.models import Heartbeat
from tests.browser.clock import clock_of_processes
from tests.mail_server import MailServer

TOP = Path(__file__).resolve().parents[2]


def until(what: Callable[[], object], seconds: float = 30) -> None:
    """Wait for it. Reading a file takes a minute where it takes long (SECONDS_A_FILE), so nothing here waits for it."""
    began = time.monotonic()
    while not what():
        assert time.monotonic() < began + seconds
        time.sleep(0.05)


@contextmanager
def worker(
    mail: MailServer, *, site_url: str = "http://127.0.0.1:8000", **more: str
) -> Iterator[subprocess.Popen[bytes]]:
    """Start a worker and wait for its first heartbeat: until then a busy machine imports. It is killed at the end."""
    name = connection.settings_dict["NAME"]
    # The address that the tests were given, with the name of their database.
    given = urlsplit(os.environ.get("DATABASE_URL", ""))
    url = given._replace(path=f"{given.path.rpartition('/')[0]}/{name}").geturl()
    variables = {
        "DEBUG": "1",
        "DATABASE_URL": f"sqlite:///{name}" if connection.vendor == "sqlite" else url,
        "EMAIL_URL": f"smtp://127.0.0.1:{mail.port}",
        "SITE_URL": site_url,
        "LINK_CHECKS": "0",
    }
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    began = timezone.now()
    running = subprocess.Popen(
        [sys.executable, "manage.py", "worker"], cwd=TOP, env=kept | variables | more | clock_of_processes()
    )
    try:
        until(lambda: Heartbeat.objects.filter(at__gte=began).exists(), 60)
        yield running
    finally:
        running.kill()
        running.wait()
