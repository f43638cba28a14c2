"""The tables that `make run` makes from the models need no migration."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.upgrading.test_upgrading import VENDOR

TOP = Path(__file__).resolve().parents[2]
PROGRAM = """
import django
django.setup()
from demo.management.commands.load_demo import _make_tables
from django.core.management import call_command
from questions.models import Question
_make_tables()
call_command("migrate", check_unapplied=True, verbosity=0)
assert not Question.objects.exists()
"""


@pytest.mark.skipif(VENDOR != "sqlite3", reason="make run uses SQLite")
def test_no_migration_is_missing_where_tables_were_made_from_models(tmp_path: Path) -> None:
    made = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=TOP,
        env={
            "PATH": os.environ["PATH"],
            "DEBUG": "1",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": f"sqlite:///{tmp_path}/made.sqlite3",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert (made.returncode, made.stderr) == (0, "")
