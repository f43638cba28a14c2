import fcntl
import logging
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from backup.versions import refuse_foreign, refuse_newer, refuse_older
from lib.databases import cannot_be_opened
from people.models import User

logger = logging.getLogger("trefoil.prepare")
# Of the lock on PostgreSQL, which anything but Trefoil would hardly take.
_LOCK = 7_287_333_645
# Seconds in which a server comes that starts with the machine; and what one says meanwhile.
WAITS = 60
_PASSES = "the database system is|too many"


class Command(BaseCommand):
    help = (
        "Say whether bin/serve may start here: the assets and the database have to be those of the code. An empty "
        "database is migrated, an older one only with MIGRATE=1, after a backup, a newer one never. Where several are "
        "started at once, one migrates, and the others wait for it."
    )
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._prepare()
        except (SystemExit, CommandError, OSError) as refusal:
            logger.error(refusal)
            raise SystemExit(1) from refusal

    def _prepare(self) -> None:
        if not _assets_are_collected():
            raise SystemExit("The assets are not those of this code. Run: bin/setup production")
        if settings.BACKUP_DIR:
            with suppress(OSError):
                settings.BACKUP_DIR.mkdir(mode=0o700, exist_ok=True, parents=True)
        for name, folder in (("", settings.VAR_DIR), ("BACKUP_DIR: ", settings.BACKUP_DIR)):
            if folder and not os.access(folder, os.W_OK | os.X_OK):
                raise SystemExit(f"{name}{folder} cannot be written. Make its owner the user of the service.")
        _wait_for_database()
        try:
            if _missing():
                with _alone():
                    self._migrate()
            call_command("first_operator", stdout=self.stdout)
        except OperationalError as error:
            raise SystemExit(cannot_be_opened(error)) from error

    def _migrate(self) -> None:
        missing = _missing()
        if not missing:
            return
        if _has_people():
            if not settings.MIGRATE:
                raise SystemExit(
                    f"The database is older than the code: {missing[0]} is missing, the first of {len(missing)} "
                    "migrations. Start with MIGRATE=1: that makes a backup, then migrates."
                )
            folder = settings.BACKUP_DIR or settings.VAR_DIR / "backups"
            folder.mkdir(mode=0o700, exist_ok=True)
            backup = folder / f"before-migrating-{timezone.now():%Y-%m-%d-%H%M%S}.zip"
            call_command("backup", str(backup), stdout=(said := StringIO()))
            logger.info("backed up as %s", said.getvalue().strip())
        else:
            logger.info("The database is empty. It is being set up.")
        call_command("migrate", verbosity=0)
        logger.info("The database is that of the code.")


def _wait_for_database() -> None:
    """Wait a minute for a server that is away, as after a start of the machine; for nothing that would not end."""
    until, is_said = time.monotonic() + WAITS, False
    while True:
        try:
            return connection.ensure_connection()
        except DatabaseError as error:
            # What a server says that is there, such as of a wrong password.
            is_answer = "FATAL" in str(error) and not re.search(_PASSES, str(error))
            if connection.vendor == "sqlite" or is_answer or time.monotonic() >= until:
                raise SystemExit(cannot_be_opened(error)) from error
            if not is_said:
                logger.info(
                    "The database of DATABASE_URL does not answer. It is waited for, for %s s.", WAITS
                )
            is_said = True
            time.sleep(1)


def _missing() -> list[str]:
    """Return the names of the migrations that are to be made here; CommandError where the database is of other code."""
    refuse_foreign(connection)
    had = MigrationRecorder(connection).applied_migrations()
    refuse_older(had, "The database")
    refuse_newer(had, "The database")
    executor = MigrationExecutor(connection)
    return [str(migration) for migration, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]


def _has_people() -> bool:
    """Nobody wrote anything where there is nobody: also where the first migration was broken off."""
    try:
        return bool(User.objects.exists())
    except DatabaseError:
        return False


@contextmanager
def _alone() -> Iterator[None]:
    """Wait until no other process prepares this database."""
    if connection.vendor == "sqlite":
        folder = os.open(Path(connection.settings_dict["NAME"]).parent, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            yield
        finally:
            os.close(folder)
        return
    # Held by a transaction, since PgBouncer may give each transaction another session.
    beside = connection.copy()
    try:
        beside.set_autocommit(False)
        with beside.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        yield
    finally:
        beside.close()


def _assets_are_collected() -> bool:
    made = settings.STATIC_ROOT / "staticfiles.json"
    sources = [settings.BASE_DIR / ".venv/.installed", *(settings.BASE_DIR / "static").rglob("*")]
    newest = max(path.stat().st_mtime for path in sources if path.exists())
    return made.exists() and made.stat().st_mtime >= newest
