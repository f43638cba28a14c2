"""The tables of the tests are made from the models, those of a new operator by migrations: both are the same.

So are those to which the old migrations lead, which test_upgrading.py sees.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from tests.backup.conftest import Installation
from tests.backup.conftest import empty as empty
from tests.upgrading.schema import differences

TOP = Path(__file__).parents[2]
SQUASHED = "sheets", "0001_squashed_0010_all_of_before"
# Broken off after the first migration of ours, and begun again.
PROGRAM = """
import django, json
django.setup()
from django.core.management import call_command
from tests.upgrading.schema import schema
call_command("migrate", "people", "0001", verbosity=0)
call_command("migrate", verbosity=0)
call_command("migrate", check_unapplied=True, verbosity=0)
call_command("makemigrations", check_changes=True, verbosity=0)
print(json.dumps(schema()))
"""


def test_a_new_database_gets_what_the_models_say(db: None, empty: Callable[[str], Installation]) -> None:
    made = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=TOP,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.test_settings", "DATABASE_URL": empty("new").url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    assert differences(json.loads(made.stdout)) == {}


def test_a_database_of_before_goes_the_old_way_wherever_it_was_broken_off(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MIGRATION_MODULES = {}
    loader: Any = MigrationLoader(None, replace_migrations=False)
    applied: dict[Any, Any] = dict.fromkeys(loader.graph.forwards_plan(("courses", "0001_initial")))
    monkeypatch.setattr(MigrationLoader, "load_disk", lambda self: None)
    monkeypatch.setattr(MigrationRecorder, "applied_migrations", lambda self: dict(applied))
    loader.connection, loader.replace_migrations = SimpleNamespace(), True
    way = missing(loader)
    # The old ones come first, to the last of them.
    end = way.index(("sheets", "0010_all_of_before")) + 1
    assert {*applied, *way[:end]} >= {*loader.disk_migrations[SQUASHED].replaces}
    for number, name in enumerate(way, 1):
        applied[name] = None
        assert missing(loader) == way[number:]


def missing(loader: MigrationLoader) -> list[tuple[str, str]]:
    """The models to make, in their order, where `applied_migrations` are made."""
    loader.build_graph()
    plans = map(loader.graph.forwards_plan, loader.graph.leaf_nodes())
    return list(dict.fromkeys(key for plan in plans for key in plan if key not in loader.applied_migrations))
