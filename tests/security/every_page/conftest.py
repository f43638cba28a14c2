"""One furnished cast for all tests of a file: a thousand of them ask every page, and change it only while they do."""

import copy
from collections.abc import Iterator

import pytest
import time_machine
from django.db import transaction
from pytest_django import DjangoDbBlocker

from tests.conftest import NOW, Cast, make_cast
from tests.places import furnish


@pytest.fixture(scope="module")
def _furnished_once(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Cast]:
    with django_db_blocker.unblock(), transaction.atomic():
        with time_machine.travel(NOW, tick=False):
            cast = make_cast()
            furnish(cast)
        yield cast
        transaction.set_rollback(True)


@pytest.fixture
def db(_furnished_once: Cast) -> Iterator[None]:
    """As everywhere else, but inside the transaction that holds the furnished cast. It closes no connection."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def furnished(db: None, _furnished_once: Cast) -> Cast:
    """The cast with one of everything. What a test does to it is taken back after the test."""
    return copy.deepcopy(_furnished_once)
