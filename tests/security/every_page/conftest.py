"""One furnished cast for all tests here: a thousand of them ask every page, and change it only while they do."""

import copy
from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.conf import settings
from django.db import transaction
from django.test import Client
from pytest_django import DjangoDbBlocker

from tests.conftest import NOW, Cast, make_cast
from tests.places import furnish

PEOPLE = ("ana", "dalia", "marta", "tomas", "ines", "zoe")


@pytest.fixture(scope="package")
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
    """The cast with one of everything. A test's changes to it are undone after the test."""
    return copy.deepcopy(_furnished_once)


@pytest.fixture(scope="package")
def _sessions(_furnished_once: Cast) -> dict[str, str]:
    """The cookie of everybody who asks: to sign in anew each time would be a tenth of the run."""
    sessions = {}
    with time_machine.travel(NOW, tick=False):
        for name in PEOPLE:
            client = Client()
            client.force_login(_furnished_once.person(name))
            sessions[name] = client.cookies[settings.SESSION_COOKIE_NAME].value
    return sessions


@pytest.fixture
def browser_of(furnished: Cast, _sessions: dict[str, str]) -> Callable[..., Client]:
    """A new browser in which the person of that first name is signed in. It costs nothing: take one for each try."""

    def open_browser(name: str, **options: bool) -> Client:
        client = Client(**options)
        client.cookies[settings.SESSION_COOKIE_NAME] = _sessions[name]
        return client

    return open_browser
