from typing import Any

from django.core.management.commands import migrate
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder

from backup.versions import refuse_older


class Command(migrate.Command):
    """Django's, which has no sentence for a database whose next migrations are gone."""

    def handle(self, *args: Any, **options: Any) -> None:
        had = MigrationRecorder(connections[options["database"]]).applied_migrations()
        refuse_older(had, "The database")
        super().handle(*args, **options)
