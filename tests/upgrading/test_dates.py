"""What was promised, drafted and proposed while dates were shifted and proposed is in the histories of the plans."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.upgrading.test_upgrading import VENDOR, database

DAYS = {"1": ["2026-09-27", "2026-10-04"]}


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[str]:
    """The address of a database without a table."""
    if VENDOR == "sqlite3":
        yield f"sqlite:///{tmp_path}/trefoil.sqlite3"
    else:
        with database() as (_, address):
            yield address


def test_shifts_and_proposals_are_told_in_the_histories_of_plans(empty: str) -> None:
    environment = {**os.environ, "DATABASE_URL": empty, "DJANGO_SETTINGS_MODULE": "config.test_settings"}
    upgrade = subprocess.run(
        [sys.executable, "-m", "tests.upgrading.dates"],
        env=environment,
        cwd=Path(__file__).parent.parent.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert upgrade.returncode == 0, upgrade.stderr
    found = json.loads(upgrade.stdout)
    exams = "Exams (drafted, never applied: due dates from 16 September 2026 on, by 3 days)"
    # The group, why, what, who, the pause, who undid it, whether it is undone.
    assert found["changes"] == [
        ["Clover", "Holiday", DAYS, "Inês", "Holiday", None, None],
        ["Juniper", "Snow", DAYS, "Inês", None, None, None],
        ["Clover", "Proposed, and dropped: at 2 h a week", DAYS, "Ana", None, "Inês", True],
        ["Clover", "Proposed: at 2 h a week", DAYS, "Ana", None, None, True],
        ["Clover", exams, {}, "Inês", None, None, True],
    ]
    assert found["mails"] == [["withdrawn", "Dates are no longer proposed."], ["sent", ""]]
