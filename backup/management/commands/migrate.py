import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

from django.core.management.commands import migrate
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder

from backup.versions import refuse_foreign, refuse_older

logger = logging.getLogger("trefoil.migrate")
# Seconds between two lines about a migration that takes long.
_EVERY = 10


class Command(migrate.Command):
    """Django's, which fills any database, has no sentence for one whose next migrations are gone, and is silent."""

    # The migration under way, and since when.
    _doing, _since = "", 0.0

    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        refuse_foreign(connection)
        refuse_older(MigrationRecorder(connection).applied_migrations(), "The database")
        with self._said_now_and_then():
            super().handle(*args, **options)

    def migration_progress_callback(self, action: str, migration: Any = None, fake: bool = False) -> None:
        super().migration_progress_callback(action, migration, fake)
        self._doing, self._since = str(migration or ""), time.monotonic()

    @contextmanager
    def _said_now_and_then(self) -> Iterator[None]:
        is_over = Event()

        def say() -> None:
            while not is_over.wait(_EVERY):
                if self._doing:
                    logger.info("migrating: %s, for %.0f s", self._doing, time.monotonic() - self._since)

        thread = Thread(target=say, daemon=True)
        thread.start()
        try:
            yield
        finally:
            is_over.set()
            thread.join()
