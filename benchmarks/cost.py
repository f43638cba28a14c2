"""The cost of a page: queries, processor time and wall time of the whole request in process, kB sent."""

import gzip
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from statistics import median
from typing import Any

from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks.learners import Installation
from benchmarks.measured_pages import FLOOR, MeasuredPage, PageReader

# At most and at least so many requests a page.
REQUESTS, LEAST = 11, 3


@dataclass(frozen=True, slots=True)
class PageWeight:
    """The part that does not depend on the machine."""

    queries: int
    kilobytes: float
    kilobytes_compressed: float


@dataclass(frozen=True, slots=True)
class PageCost:
    """Medians in milliseconds; `ratio` is the processor time divided by the floor's, asked in turn with the page."""

    weight: PageWeight
    cpu: float
    wall: float
    ratio: float


class Browser:
    """Asks for pages of an installation as each of its readers."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.clients: dict[PageReader, Client] = {}
        for reader in PageReader:
            client = self.clients[reader] = Client()
            client.force_login(getattr(installation, reader))

    def weigh(self, page: MeasuredPage) -> PageWeight:
        """Count queries and kB, of a second request: what is read once a process does not count."""
        fields = self._fields(page)
        with _undone(page):
            self._sent(page, fields)
        with _undone(page), CaptureQueriesContext(connection) as queries:
            body = self._sent(page, fields)
        return PageWeight(len(queries), _kilobytes(body), _kilobytes(gzip.compress(body, 6)))

    def cost(self, page: MeasuredPage, seconds: float) -> PageCost:
        """Ask for the page several times, and for no longer than about so many seconds."""
        weight, fields = self.weigh(page), self._fields(page)
        floors: list[tuple[float, float]] = []
        costs: list[tuple[float, float]] = []
        until = time.monotonic() + seconds
        while len(costs) < LEAST or (len(costs) < REQUESTS and time.monotonic() < until):
            floors.append(self._timed(FLOOR, None))
            costs.append(self._timed(page, fields))
        cpu = median(cpu for cpu, _ in costs)
        return PageCost(
            weight, cpu, median(wall for _, wall in costs), cpu / median(cpu for cpu, _ in floors)
        )

    def _fields(self, page: MeasuredPage) -> Mapping[str, str] | None:
        return page.fields(self.clients[page.reader], self.installation) if page.fields else None

    def _timed(self, page: MeasuredPage, fields: Mapping[str, str] | None) -> tuple[float, float]:
        with _undone(page):
            cpu, wall = time.process_time(), time.perf_counter()
            self._sent(page, fields)
            return (time.process_time() - cpu) * 1_000, (time.perf_counter() - wall) * 1_000

    def _sent(self, page: MeasuredPage, fields: Mapping[str, str] | None) -> bytes:
        client, url = self.clients[page.reader], page.url(self.installation)
        headers = page.headers(self.installation)
        answer: Any = (
            client.get(url, headers=headers) if fields is None else client.post(url, fields, headers=headers)
        )
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        # The messages of one request would be shown, and paid for, by the next.
        client.cookies.pop("messages", None)
        if answer.status_code != (200 if fields is None or page.target else 302):
            raise RuntimeError(f"{page.name}: {url} answers {answer.status_code}")
        return body


def _undone(page: MeasuredPage) -> AbstractContextManager[None]:
    """Undo what a form wrote, so that each request finds the same; its last COMMIT is not in the figures."""
    return _rolled_back() if page.fields else nullcontext()


@contextmanager
def _rolled_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _kilobytes(body: bytes) -> float:
    return round(len(body) / 1_000, 1)
