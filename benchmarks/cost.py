"""The cost of a page: queries, calls, processor time and wall time of the whole request in process, kB sent."""

import gzip
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from cProfile import Profile
from dataclasses import dataclass
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from benchmarks.learners import Installation
from benchmarks.measured_pages import MeasuredPage, PageReader

# At most and at least so many requests a page.
REQUESTS, LEAST = 11, 3
# What compressed answers begin with.
GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class PageWeight:
    """The part that does not depend on the machine."""

    queries: int
    calls: int
    kilobytes: float
    kilobytes_compressed: float


@dataclass(frozen=True, slots=True)
class PageCost:
    """Medians in milliseconds."""

    weight: PageWeight
    cpu: float
    wall: float


@contextmanager
def as_published() -> Iterator[None]:
    """Name static files in pages by their manifest, and look for none, as a server does that people use."""
    manifest = {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
    with (
        TemporaryDirectory() as folder,
        override_settings(
            STATIC_ROOT=folder,
            STORAGES=settings.STORAGES | {"staticfiles": manifest},
            WHITENOISE_AUTOREFRESH=False,
        ),
    ):
        call_command("collectstatic", interactive=False, verbosity=0)
        yield


def python_calls(do: Callable[[], object]) -> int:
    """Return how many functions in Python it calls, the least of three times: the first fills what is kept."""
    return min(_calls_undone(do) for _ in range(3))


def _calls_undone(do: Callable[[], object]) -> int:
    with _undone(), Profile(builtins=False) as profile:
        do()
    return sum(entry.callcount for entry in profile.getstats())


class Browser:
    """Asks for pages of an installation as each of its readers."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.clients: dict[PageReader, Client] = {}
        for reader in PageReader:
            client = self.clients[reader] = Client()
            client.force_login(getattr(installation, reader))

    def weigh(self, page: MeasuredPage) -> PageWeight:
        """Count queries, calls and kB of later requests: what is read once a process does not count."""
        ask = self._asks(page)
        with _undone():
            ask()
        with _undone(), CaptureQueriesContext(connection) as queries:
            sent = ask()
        whole = gzip.decompress(sent) if sent.startswith(GZIP) else sent
        return PageWeight(len(queries), python_calls(ask), _kilobytes(whole), _kilobytes(sent))

    def cost(self, page: MeasuredPage, seconds: float) -> PageCost:
        """Ask for the page several times, and for no longer than about so many seconds."""
        weight, ask = self.weigh(page), self._asks(page)
        costs: list[tuple[float, float]] = []
        until = time.monotonic() + seconds
        while len(costs) < LEAST or (len(costs) < REQUESTS and time.monotonic() < until):
            with _undone():
                cpu, wall = time.process_time(), time.perf_counter()
                ask()
                costs.append(((time.process_time() - cpu) * 1_000, (time.perf_counter() - wall) * 1_000))
        return PageCost(weight, median(cpu for cpu, _ in costs), median(wall for _, wall in costs))

    def _asks(self, page: MeasuredPage) -> Callable[[], bytes]:
        """Return what asks for the page as a browser does."""
        client, url = self.clients[page.reader], page.url(self.installation)
        headers = {"Accept-Encoding": "gzip"} | page.headers(self.installation)
        if not page.fields:
            return lambda: _body(page, client, client.get(url, headers=headers))
        fields = page.fields(client, self.installation)
        return lambda: _body(page, client, client.post(url, fields, headers=headers))


@contextmanager
def _undone() -> Iterator[None]:
    """Undo what a form writes, so that each request finds the same; its last COMMIT is not in the figures."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _body(page: MeasuredPage, client: Client, answer: Any) -> bytes:
    """Return all that is sent.

    Raises:
        RuntimeError: it is another answer than the page gives.
    """
    # The messages of one request would be shown, and paid for, by the next.
    client.cookies.pop("messages", None)
    if answer.status_code != (200 if page.fields is None or page.target else 302):
        raise RuntimeError(f"{page.name}: {answer.request['PATH_INFO']} answers {answer.status_code}")
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def _kilobytes(body: bytes) -> float:
    return round(len(body) / 1_000, 1)
