"""Upgrade the database of DATABASE_URL, and on the way put into it what each story begins with; print what is left.

A script, started by test_upgrading.py: one process of Django knows one database, and one upgrade takes half a minute.
"""

import json

import django
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests.upgrading import outbox, thresholds, what_was_said

# In the order in which their migrations run.
STORIES = [outbox, thresholds, what_was_said]


def main() -> None:
    django.setup()
    from django.core.management import call_command

    filled = []
    for story in STORIES:
        executor = MigrationExecutor(connection)
        executor.migrate(story.BEFORE)
        filled.append(story.fill(executor.loader.project_state(story.BEFORE).apps))
    call_command("migrate", verbosity=0)
    found = {
        story.__name__.rpartition(".")[2]: story.found(kept)
        for story, kept in zip(STORIES, filled, strict=True)
    }
    print(json.dumps(found, default=str))


if __name__ == "__main__":
    main()
