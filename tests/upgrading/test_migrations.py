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
DAYS = {"1": ["2026-09-27", "2026-10-04"]}


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[str]:
    """The address of a database in which nothing is."""
    if VENDOR == "sqlite3":
        yield f"sqlite:///{tmp_path}/trefoil.sqlite3"
    else:
        with database() as (_, address):
            yield address


def test_migrations_lead_to_the_models_and_keep_what_was_promised(db: None, empty: str) -> None:
    environment = {**os.environ, "DATABASE_URL": empty, "DJANGO_SETTINGS_MODULE": "config.test_settings"}
    migrating = subprocess.run(
        [sys.executable, "-m", "tests.upgrading.dates"],
        cwd=TOP,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert migrating.returncode == 0, migrating.stderr
    found = json.loads(migrating.stdout)
    migrated, made = found["schema"], schema()
    assert migrated.keys() == made.keys()
    assert {table: rows for table, rows in migrated.items() if rows != made[table]} == {}
    # What was shifted, drafted and proposed is in the histories of the plans: the group, why, what, who, the pause, who
    # undid it, whether it is undone.
    exams = "Exams (drafted, never applied: due dates from 16 September 2026 on, by 3 days)"
    assert found["changes"] == [
        ["Clover", "Holiday", DAYS, "Inês", "Holiday", None, None],
        ["Juniper", "Snow", DAYS, "Inês", None, None, None],
        ["Clover", "Proposed, and dropped: at 2 h a week", DAYS, "Ana", None, "Inês", True],
        ["Clover", "Proposed: at 2 h a week", DAYS, "Ana", None, None, True],
        ["Clover", exams, {}, "Inês", None, None, True],
    ]
    assert found["mails"] == [["withdrawn", "Dates are no longer proposed."], ["sent", ""]]
