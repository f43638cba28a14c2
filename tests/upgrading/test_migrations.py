"""The tests' own tables are made from the models; those of a new operator by migrations. Both are the same.

Here on PostgreSQL from nothing. The upgrade of a dump leads to the models too, on both (test_upgrading.py); on SQLite
the journey of a team that moves in begins with nothing.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.upgrading.test_upgrading import VENDOR, database, differences

TOP = Path(__file__).parents[2]
DAYS = {"1": ["2026-09-27", "2026-10-04"]}


@pytest.mark.skipif(VENDOR == "sqlite3", reason="The journey of a team that moves in begins with nothing")
def test_migrations_lead_to_the_models_and_keep_what_was_promised(db: None) -> None:
    with database() as (_, empty):
        environment = {
            **os.environ,
            "DATABASE_URL": empty,
            "DJANGO_SETTINGS_MODULE": "config.test_settings",
        }
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
    assert differences(found["schema"]) == {}
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
