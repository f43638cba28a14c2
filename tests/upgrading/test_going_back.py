"""A backup of PostgreSQL is restored as docs/deploying.md says: all of it, and nothing of what came after."""

import os
import re
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from postgres import server_binaries

from tests.upgrading.test_upgrading import DUMPS, VENDOR, address_of, database, session

DEPLOYING = Path(settings.BASE_DIR) / "docs/deploying.md"
# What an upgrade does: tables that point to older ones, columns with other names, values that are told otherwise.
UPGRADE = """
    CREATE TABLE newer (id bigint PRIMARY KEY, person_id bigint NOT NULL REFERENCES people_user);
    INSERT INTO newer SELECT id, id FROM people_user;
    ALTER TABLE courses_course RENAME COLUMN title TO name;
    UPDATE people_user SET name = 'Somebody else';
"""
READ = "SELECT (SELECT array_agg(name ORDER BY id) FROM people_user), (SELECT max(title) FROM courses_course)"


@pytest.mark.skipif(VENDOR == "sqlite3", reason="A database of SQLite is a file, put in place of the other")
def test_a_backup_restored_into_an_empty_database_is_what_was_there(tmp_path: Path) -> None:
    binaries = server_binaries()
    if binaries is None or not (binaries / "pg_restore").exists():
        pytest.skip("The programs of PostgreSQL are not on this machine.")

    def follow(program: str, name: str) -> int:
        """Do to the database what the document says."""
        (line,) = re.findall(rf"bin/production sh -c '({program} .*)'", DEPLOYING.read_text())
        environment = {"PATH": f"{binaries}:{os.environ['PATH']}", "DATABASE_URL": address_of(name)}
        line = line.replace("FILE", "trefoil-*.dump")
        return subprocess.run(["/bin/sh", "-c", line], cwd=tmp_path, env=environment, check=False).returncode

    with database(DUMPS[-1]) as (name, _), session(name) as newer:
        newer.execute(READ)
        before = newer.fetchone()
        assert follow("pg_dump", name) == 0
        newer.execute(UPGRADE)
        with database() as (empty, _):
            assert follow("pg_restore", empty) == 0
            with session(empty) as restored:
                restored.execute(READ)
                assert restored.fetchone() == before
                restored.execute("SELECT to_regclass('newer')")
                assert restored.fetchone() == (None,)
        # Over the newer one it changes nothing.
        assert follow("pg_restore", name) == 1
        newer.execute(
            "SELECT count(*), min(name), max(name) FROM newer JOIN people_user u ON person_id = u.id"
        )
        assert newer.fetchone() == (len(before[0]), "Somebody else", "Somebody else")
