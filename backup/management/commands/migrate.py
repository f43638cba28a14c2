import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import OperationalError, connections, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from backup.versions import refuse_foreign, refuse_older
from lib.databases import gave_way

logger = logging.getLogger("trefoil.migrate")
# Seconds between two lines about a migration that takes long, and between two tries of one that gave way.
_EVERY, _PAUSES = 10, (0.5, 1, 2, 4, 8, 15, 15, 15)
# On SQLite: longer than who waits to write sleeps between two looks, a tenth of a second; and how often that is enough.
_LET_IN, _LET_IN_EVERY = 0.25, 1


class GivingWay(MigrationExecutor):
    """On PostgreSQL a migration gives way to who waits for it and uses a table that it waits for.

    It waits for half a second: after a whole one the server would end either of the two.
    """

    def apply_migration(self, state: Any, migration: Any, *how: Any, **more: Any) -> Any:
        if self.connection.vendor != "postgresql" or not migration.atomic:
            return super().apply_migration(state, migration, *how, **more)
        with transaction.atomic(self.connection.alias):
            with self.connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = 500")
            return super().apply_migration(state, migration, *how, **more)


# Django's command has no other way to name it.
migrate.MigrationExecutor = GivingWay  # type: ignore[attr-defined]


class Command(migrate.Command):
    """Django's, which fills any database, has no sentence for one whose next migrations are gone, is silent, and gives
    up where people use a table.
    """

    # The migration under way, and since when; when others could write last, where only one can.
    _doing, _since = "", 0.0
    _let_in: float | None = None

    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        refuse_foreign(connection)
        refuse_older(MigrationRecorder(connection).applied_migrations(), "The database")
        self._let_in = time.monotonic() if connection.vendor == "sqlite" else None
        with self._said_now_and_then():
            for pause in _PAUSES:
                try:
                    super().handle(*args, **options)
                except OperationalError as error:
                    if not gave_way(error):
                        raise
                else:
                    return
                logger.info(
                    "%s gives way to who uses its tables, and is tried again in %s s.", self._doing, pause
                )
                time.sleep(pause)
            raise CommandError(
                f"{self._doing} is not made, since others used its tables for {sum(_PAUSES):.0f} s; those before it "
                "are. Tell HUP again, or stop Trefoil and start it, so that nobody does."
            )

    def migration_progress_callback(self, action: str, migration: Any = None, fake: bool = False) -> None:
        super().migration_progress_callback(action, migration, fake)
        self._doing, self._since = str(migration or ""), time.monotonic()
        if (
            action == "apply_success"
            and self._let_in is not None
            and self._since - self._let_in > _LET_IN_EVERY
        ):
            # The next one would begin between two looks of who waits, and so on until they give up.
            time.sleep(_LET_IN)
            self._let_in = time.monotonic()

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
