"""The tables of the tests are made from the models, those of a new operator by migrations: both are the same.

So are those of an upgraded database, which test_kept_versions.py sees.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.backup.conftest import Installation
from tests.backup.conftest import empty as empty
from tests.upgrading.schema import differences

TOP = Path(__file__).parents[2]
# Broken off after the first migration of ours, and while it is noted that the next replaces those of before.
PROGRAM = """
import django, json
django.setup()
from django.core.management import call_command
from django.db.migrations.recorder import MigrationRecorder
from tests.upgrading.schema import schema
call_command("migrate", "people", "0001", verbosity=0)
record = MigrationRecorder.record_applied
def break_off(self, app, name):
    if (app, name) == ("tracker", "0001_initial"):
        raise KeyboardInterrupt
    record(self, app, name)
MigrationRecorder.record_applied = break_off
try:
    call_command("migrate", verbosity=0)
except KeyboardInterrupt:
    MigrationRecorder.record_applied = record
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
