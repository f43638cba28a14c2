"""The tests' own tables are made from the models; those of an operator by migrations. Both are the same."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.upgrading.schema import schema
from tests.upgrading.test_upgrading import VENDOR, database

TOP = Path(__file__).parents[2]


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[str]:
    """The address of a database in which nothing is."""
    if VENDOR == "sqlite3":
        yield f"sqlite:///{tmp_path}/trefoil.sqlite3"
    else:
        with database() as (_, address):
            yield address


def test_migrations_lead_to_the_models(db: None, empty: str) -> None:
    environment = {**os.environ, "DATABASE_URL": empty, "DJANGO_SETTINGS_MODULE": "config.test_settings"}
    migrating = subprocess.run(
        [sys.executable, "-m", "tests.upgrading.schema"],
        cwd=TOP,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert migrating.returncode == 0, migrating.stderr
    migrated, made = json.loads(migrating.stdout), schema()
    assert migrated.keys() == made.keys()
    assert {table: found for table, found in migrated.items() if found != made[table]} == {}
