"""Copy a database, fill an empty one and empty it again, each in the way of SQLite or of PostgreSQL.

No model is asked: a database is copied before it is migrated, too.
"""

import hashlib
import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.management import CommandError
from django.db import DatabaseError, connection, transaction

from lib import disks

# An archive can be read without Trefoil, too: what says what must be in it, and the copy of the database, by its kind.
MANIFEST = "manifest.json"
NAMES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
# What can be made anew within a minute, and is kept for a day: workbooks, and the work that waits for the worker.
_NOT_COPIED = ("sheets_importjob", "sheets_workbookarchive")
# A restore may run as another role, which does not own the extension and its comment.
_AS_ANYBODY = ("--no-owner", "--no-privileges", "--no-comments")


@contextmanager
def said_in_a_sentence() -> Iterator[None]:
    """End a command with what its operator can do something about: a full disk, or a wrong password."""
    try:
        yield
    except (OSError, DatabaseError) as error:
        says = "The disk is full." if disks.is_full(error) else " ".join(str(error).split())
        raise CommandError(f"Nothing was written. {says}") from error


def go_directly() -> None:
    """From here on ask the server itself, not PgBouncer: what pg_dump sets would stay in connections of others."""
    if settings.DATABASE_DIRECT:
        connection.close()
        connection.settings_dict |= settings.DATABASE_DIRECT


def copy_database(target: Path) -> tuple[list[str], dict[str, int]]:
    """Copy it as it is at one moment. Return its migrations, and how many rows each table has in the copy."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(target)])
        with closing(sqlite3.connect(target)) as copy:
            # An older database may not have them.
            known = {name for (name,) in copy.execute("SELECT name FROM sqlite_master")}
            cleared = [copy.execute(f'DELETE FROM "{table}"') for table in _NOT_COPIED if table in known]  # noqa: S608
            copy.commit()
            if any(one.rowcount for one in cleared):
                copy.execute("VACUUM")
            return contents(copy.cursor())
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
        left_out = [f"--exclude-table-data={table}" for table in _NOT_COPIED]
        _run(
            "pg_dump",
            "--format=custom",
            *_AS_ANYBODY,
            *left_out,
            f"--snapshot={snapshot}",
            f"--file={target}",
        )
        migrations, rows = contents(cursor)
        return migrations, rows | dict.fromkeys(rows.keys() & set(_NOT_COPIED), 0)


def contents(cursor: Any) -> tuple[list[str], dict[str, int]]:
    """Return the migrations of a database, and how many rows each of its tables has."""
    tables = connection.introspection.table_names(cursor)
    if "django_migrations" not in tables:
        raise CommandError("There is no database of Trefoil yet.")
    cursor.execute("SELECT app, name FROM django_migrations ORDER BY id")
    migrations = [f"{app}.{name}" for app, name in cursor.fetchall()]
    rows = {}
    for table in tables:
        cursor.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608 - the name of a table of ours
        (rows[table],) = cursor.fetchone()
    return migrations, rows


def fill_postgresql(dump: Path) -> None:
    """Restore the dump, all or nothing. By psql, since pg_restore sets what a server before 17 does not know."""
    reads = ["pg_restore", *_AS_ANYBODY, "--file=-", str(dump)]
    leaves_out = ["sed", "/^SET transaction_timeout = 0;$/d"]
    fills = ("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", "--output=/dev/null")
    with (
        subprocess.Popen(reads, stdout=subprocess.PIPE) as script,  # noqa: S603
        subprocess.Popen(leaves_out, stdin=script.stdout, stdout=subprocess.PIPE) as rest,  # noqa: S603
    ):
        _run("psql", *fills, stdin=rest.stdout)
    if script.returncode:
        raise CommandError("pg_restore does not read the archive to its end.")


@contextmanager
def empty_postgresql() -> Iterator[None]:
    """Refuse a database that is not empty. If filling it fails, empty it again, as whoever owns it may."""
    with connection.cursor() as cursor:
        if connection.introspection.table_names(cursor):
            raise CommandError(f"The database {connection.settings_dict['NAME']} is not empty.")
        cursor.execute("SELECT quote_ident(current_schema())")
        (schema,) = cursor.fetchone()
    try:
        yield
    except BaseException:
        connection.close()
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA {schema} CASCADE; CREATE SCHEMA {schema}")
            cursor.execute(f"GRANT USAGE ON SCHEMA {schema} TO PUBLIC")
        raise


def _run(program: str, *arguments: str, stdin: IO[bytes] | None = None) -> None:
    """Run a program of PostgreSQL on the database. Its password is in no argument, which others could read."""
    known = connection.client.settings_to_cmd_args_env(connection.settings_dict, [])
    (_, *where, database), environment = known
    command = [program, *where, "--no-password", f"--dbname={database}", *arguments]
    # Of several servers in DATABASE_URL, this names the one.
    which = connection.settings_dict["OPTIONS"].get("target_session_attrs", "any")
    environment = {**os.environ, **(environment or {}), "PGTARGETSESSIONATTRS": which}
    try:
        done = subprocess.run(  # noqa: S603 - nothing of it was typed
            command, env=environment, stdin=stdin, stderr=subprocess.PIPE, text=True, check=False
        )
    except FileNotFoundError as error:
        raise CommandError(f"{program} is not there: install the client programs of PostgreSQL.") from error
    if done.returncode:
        raise CommandError(done.stderr.strip()[-500:])


def sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
