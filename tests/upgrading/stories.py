"""Restore an archive into the empty database of DATABASE_URL; print what is left of what each story begins with.

While it is migrated, each story puts that into it. A script, started by test_upgrading.py with the moment of the dump:
one process of Django knows one database, and one upgrade takes half a minute.
"""

import gc
import json
import sys
from collections import Counter
from datetime import datetime
from io import StringIO
from typing import Any
from unittest.mock import patch

import django
import time_machine
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests.upgrading import dates, first_agreements, outbox, prerequisites, thresholds, visit, what_was_said
from tests.upgrading.schema import schema

# In the order in which their migrations run.
STORIES = [outbox, dates, thresholds, what_was_said, prerequisites, first_agreements]


def upgrade() -> dict[str, Any]:
    from django.apps import apps as todays_apps

    filled: list[Any] = []
    made: Counter[str] = Counter()
    for story in STORIES:
        executor = MigrationExecutor(connection)
        executor.migrate(story.BEFORE)
        apps = executor.loader.project_state(story.BEFORE).apps
        made.subtract(visit.counts(apps))
        filled.append(story.fill(apps))
        made.update(visit.counts(apps))
    call_command("migrate", verbosity=0)
    counts = Counter(visit.counts(todays_apps))
    counts.subtract(made)
    found = {
        story.__name__.rpartition(".")[2]: story.found(kept)
        for story, kept in zip(STORIES, filled, strict=True)
    }
    call_command("migrate", check_unapplied=True, verbosity=0)
    return found | {"schema": schema(), "counts": counts, **visit.opened()}


def main(archive: str) -> None:
    django.setup()
    from backup.management.commands import restore

    # Each migration makes models anew, in circles.
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)
    found: dict[str, Any] = {}
    said = StringIO()
    with patch.object(restore, "call_command", lambda name, **options: found.update(upgrade())):
        call_command("restore", archive, stdout=said)
    print(json.dumps({**found, "said": said.getvalue()}, default=str))


if __name__ == "__main__":
    with time_machine.travel(datetime.fromisoformat(sys.argv[1])):
        main(sys.argv[2])
