"""Databases beside that of the tests: on the server that they run on, or in a file."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2
from django.conf import settings
from psycopg2.extensions import make_dsn

VENDOR = settings.DATABASES["default"]["ENGINE"].rpartition(".")[2]


def address_of(name: str) -> str:
    """The address by which PostgreSQL's own programs find a database of the tests' server."""
    server = settings.DATABASES["default"]
    return make_dsn(
        dbname=name,
        user=server["USER"],
        password=server["PASSWORD"] or None,
        host=server["HOST"],
        port=server["PORT"] or None,
    )


@contextmanager
def session(name: str) -> Iterator[Any]:
    """A cursor on a database of the tests' server, outside any transaction."""
    session = psycopg2.connect(address_of(name))
    session.autocommit = True
    try:
        yield session.cursor()
    finally:
        session.close()


@contextmanager
def database(name: str) -> Iterator[tuple[str, str]]:
    """The name and address of an empty database on the tests' server."""
    name = f"upgrading_{os.getpid()}_{name}"
    # The server that the tests run on, by its first database.
    with session("postgres") as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    try:
        yield name, f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{name}"
    finally:
        with session("postgres") as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
