"""Upgrade the database of DATABASE_URL, and on the way put into it what each story begins with; print what is left.

A script, started by test_upgrading.py with the moment of the dump: one process of Django knows one database, and one
upgrade takes half a minute.
"""

import gc
import json
import sys
from collections import Counter
from datetime import datetime
from typing import Any

import django
import time_machine
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests.upgrading import dates, first_agreements, outbox, prerequisites, thresholds, visit, what_was_said
from tests.upgrading.schema import schema

# In the order in which their migrations run.
STORIES = [outbox, dates, thresholds, what_was_said, prerequisites, first_agreements]


def main() -> None:
    django.setup()
    from django.apps import apps as todays_apps
    from django.core.management import call_command

    # Each migration makes models anew, in circles.
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)
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
    seen = {"schema": schema(), "counts": counts, **visit.opened()}
    print(json.dumps(found | seen, default=str))


if __name__ == "__main__":
    with time_machine.travel(datetime.fromisoformat(sys.argv[1])):
        main()
