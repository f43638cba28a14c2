"""The demo of Wednesday 16 September 2026, loaded once a process for all tests that only look at it."""

from collections.abc import Iterator

import pytest
import time_machine
from django.db import transaction
from pytest_django import DjangoDbBlocker

from demo.loading import LoadedDemo, load_demo
from tests.conftest import NOW


@pytest.fixture(scope="package")
def _loaded_once(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[LoadedDemo]:
    with django_db_blocker.unblock(), transaction.atomic():
        with time_machine.travel(NOW, tick=False):
            loaded = load_demo(at=NOW)
        yield loaded
        transaction.set_rollback(True)


@pytest.fixture
def demo(_loaded_once: LoadedDemo, db: None) -> LoadedDemo:
    return _loaded_once
