"""PostgreSQL lets nobody in, and lets everybody in again: pages say so meanwhile, and none fails afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import psycopg2
import pytest
from django.db import InternalError, OperationalError, close_old_connections, connection, transaction
from django.test import Client, RequestFactory

from config.health import broken
from lib.databases import is_away
from lib.log_lines import LogLine

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="A database of SQLite is a file."),
]


@contextmanager
def nobody_let_in() -> Iterator[None]:
    """Do to the database of the tests what a restart does: every connection ends, and no new one begins."""
    parameters = connection.get_connection_params()
    name = parameters.pop("dbname", None) or parameters.pop("database")
    beside = psycopg2.connect(
        dbname="postgres", **{k: parameters[k] for k in ("user", "host", "port") if k in parameters}
    )
    beside.autocommit = True
    with beside.cursor() as cursor:
        cursor.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        try:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
            )
            yield
        finally:
            cursor.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
    beside.close()


def asked(client: Client) -> int:
    # As a web server does before a request; the client of tests does not.
    close_old_connections()
    client.cookies["sessionid"] = "somebody"
    status: int = client.get("/account/login/").status_code
    return status


def test_no_page_fails_once_the_database_is_back(caplog: pytest.LogCaptureFixture) -> None:
    client = Client(raise_request_exception=False)
    assert asked(client) == 200
    with nobody_let_in():
        assert [asked(client), asked(client)] == [503, 503]
    # A line each, without the traceback.
    errors = [LogLine().format(record) for record in caplog.records if record.name == "django.request"]
    assert [line.partition(": ")[2] for line in errors] == 2 * [
        "Service Unavailable: /account/login/ (the database does not answer)"
    ]
    assert [asked(client), asked(client)] == [200, 200]


def test_what_a_database_says_of_a_statement_is_no_outage() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 1")
        with pytest.raises(OperationalError, match="canceling statement") as refused:
            cursor.execute("SELECT pg_sleep(1)")
        transaction.set_rollback(True)
    assert not is_away(refused.value)


def test_a_standby_that_is_not_promoted_yet_is_as_good_as_away(monkeypatch: pytest.MonkeyPatch) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")
        with pytest.raises(InternalError) as refused:
            cursor.execute("CREATE TABLE here (id integer)")
        transaction.set_rollback(True)
    assert is_away(refused.value)
    monkeypatch.setattr("config.health.sys", SimpleNamespace(exc_info=lambda: (None, refused.value, None)))
    assert broken(RequestFactory().get("/")).status_code == 503
