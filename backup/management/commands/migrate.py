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
from lib.databases import is_lock_conflict

logger = logging.getLogger("trefoil.migrate")
# Seconds between two lines about a migration that takes long, and between two tries of one that could not lock a table.
_EVERY, _PAUSES = 10, (0.5, 1, 2, 4, 8, 15, 15, 15)
# On SQLite a pause of so many seconds, at most once in so many, lets others write: they look every tenth of a second.
_PAUSE_FOR_WRITERS, _PAUSE_EVERY = 0.25, 1


class LockTimeoutExecutor(MigrationExecutor):
    """On PostgreSQL a migration stops waiting for the lock of a table after half a second.

    After a whole second the server would take it for a deadlock, and end the migration or the request.
    """

    def apply_migration(self, state: Any, migration: Any, *how: Any, **more: Any) -> Any:
        if self.connection.vendor != "postgresql" or not migration.atomic:
            return super().apply_migration(state, migration, *how, **more)
        with transaction.atomic(self.connection.alias):
            with self.connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = 500")
            return super().apply_migration(state, migration, *how, **more)


# Django's command has no other way to name it.
migrate.MigrationExecutor = LockTimeoutExecutor  # type: ignore[attr-defined]


class Command(migrate.Command):
    """Django's, which fills any database, has no sentence for one whose next migrations are gone, is silent, and gives
    up where people use a table.
    """

    # The migration under way, and since when; on SQLite, when others could write last.
    _doing, _since = "", 0.0
    _paused_at: float | None = None

    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        refuse_foreign(connection)
        refuse_older(MigrationRecorder(connection).applied_migrations(), "The database")
        self._paused_at = time.monotonic() if connection.vendor == "sqlite" else None
        with self._said_now_and_then():
            for pause in (*_PAUSES, None):
                try:
                    super().handle(*args, **options)
                except OperationalError as error:
                    if not is_lock_conflict(error):
                        raise
                    doing = self._doing or "the first migration"
                    if pause is None:
                        raise CommandError(
                            f"Others use the tables of {doing}, which was tried {len(_PAUSES) + 1} times. What "
                            "comes before it is migrated. Send HUP again, or stop Trefoil and start it."
                        ) from error
                else:
                    return
                logger.info("Others use the tables of %s: tried again in %s s.", doing, pause)
                time.sleep(pause)

    def migration_progress_callback(self, action: str, migration: Any = None, fake: bool = False) -> None:
        super().migration_progress_callback(action, migration, fake)
        self._doing, self._since = str(migration or ""), time.monotonic()
        if (
            action == "apply_success"
            and self._paused_at is not None
            and self._since - self._paused_at > _PAUSE_EVERY
        ):
            # Without it the next migration begins between two looks of who waits to write, until they give up.
            time.sleep(_PAUSE_FOR_WRITERS)
            self._paused_at = time.monotonic()

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
