"""The demo of Wednesday 16 September 2026, loaded once a process for all tests that only look at it."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from demo.loading import LoadedDemo, load_demo
from tests.conftest import NOW


@dataclass(frozen=True)
class Loading:
    """Its output and its cost: seconds of this process, so that a busy machine does not count."""

    demo: LoadedDemo
    seconds: float
    queries: int


@pytest.fixture(scope="package")
def _loaded_once(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Loading]:
    with django_db_blocker.unblock(), transaction.atomic():
        begun = time.process_time()
        with time_machine.travel(NOW, tick=False), CaptureQueriesContext(connection) as queries:
            loaded = load_demo(at=NOW)
        yield Loading(loaded, time.process_time() - begun, len(queries))
        transaction.set_rollback(True)


@pytest.fixture
def loading(_loaded_once: Loading, db: None) -> Loading:
    return _loaded_once


@pytest.fixture
def demo(loading: Loading) -> LoadedDemo:
    return loading.demo
