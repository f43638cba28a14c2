"""Restore an archive into an empty database, and hold back what it would send until an operator releases it."""

import json
import os
import zipfile
import zlib
from argparse import ArgumentParser
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.utils import timezone

from backup import databases
from backup.versions import refuse_newer, refuse_older
from people.actions.anonymise import anonymise
from people.actions.holders import put_out
from people.erased import read_erasures
from people.models import AddressChange, Event, Hold, Invitation, Message, User
from telling.models import Heartbeat

# Links are signed with the numbers of these: what was numbered after the backup must not be somebody else's now.
_NUMBERED = (User, Invitation, AddressChange)
_LEFT_OUT = 1_000_000
# Bytes; and the year of the first backup. What a file of somebody else raises: a zip file with a password, too.
_LONGEST_MANIFEST, _FIRST = 1_000_000, datetime(2026, 1, 1, tzinfo=UTC)
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    KeyError,
    TypeError,
    AttributeError,
    ValueError,
    RuntimeError,
)
_WHY = "The database was restored from a backup."


class Command(BaseCommand):
    help = "Restore an archive into an empty database, from which nothing is sent until it is released."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        to = "A new file, or another database on the server of DATABASE_URL; without it, the one that this names."
        parser.add_argument("--to", metavar="NAME", help=to)

    @databases.said_in_a_sentence()
    def handle(self, *args: Any, **options: Any) -> None:
        file, at, is_sqlite = options["file"].absolute(), timezone.now(), connection.vendor == "sqlite"
        databases.go_directly()
        name = str(options["to"] or connection.settings_dict["NAME"])
        target = Path(name).absolute()
        if is_sqlite and any(Path(f"{target}{end}").exists() for end in ("", "-wal", "-shm", "-journal")):
            raise CommandError(f"{target} exists, or what belongs to one of that name beside it.")
        beside = target.parent if is_sqlite else None
        with TemporaryDirectory(prefix=".trefoil-", dir=beside) as folder:
            manifest, copy = _unpack(file, Path(folder))
            # An erasure is noted a moment before it is in the database.
            since = datetime.fromisoformat(manifest["made_at"]) - timedelta(hours=1)
            noted = read_erasures({file.parent / settings.ERASED_LIST.name, settings.ERASED_LIST}, since)
            erasures, unread = noted or (None, [])
            connection.settings_dict["NAME"] = str(copy) if is_sqlite else name
            if is_sqlite:
                count = _finish(manifest, erasures, at)
                # The last connection takes in what is written beside the file.
                connection.close()
                os.link(copy, target)
            else:
                with databases.empty_postgresql():
                    databases.fill_postgresql(copy)
                    count = _finish(manifest, erasures, at)
        rows = manifest["rows"]
        self.stdout.write(
            f"{sum(rows.values()):,} rows of {len(rows)} tables, as of {manifest['made_at']}, of version"
            f" {manifest['version']}; migrated to {settings.VERSION}."
        )
        self.stdout.write(
            f"There is no {settings.ERASED_LIST.name}: anonymise again who was anonymised since."
            if count is None
            else f"Anonymised or closed since, and again now: {count}."
        )
        for line in unread:
            says = "was cut short or changed, and is left out. Anonymise again whom it names"
            self.stdout.write(f"A line of {settings.ERASED_LIST.name} {says}: {line[:200]!a}")
        self.stdout.write(
            f"In .env: DATABASE_URL={'sqlite:///' if is_sqlite else 'postgres://…/'}{target if is_sqlite else name}"
        )
        self.stdout.write("Nothing is sent, told or fetched until: bin/production manage.py release")


def _unpack(file: Path, folder: Path) -> tuple[dict[str, Any], Path]:
    """Return the manifest, and the copy of the database, in the folder, once its checksum is as it should be."""
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = _read_manifest(archive)
            copy = Path(archive.extract(databases.NAMES[manifest["kind"]], folder))
            is_whole = databases.sha256(copy) == manifest["sha256"]
    except _DAMAGED as error:
        raise CommandError(f"{file} is damaged, cut short, or no archive of Trefoil.") from error
    if not is_whole:
        raise CommandError(f"{file} is damaged: the checksum of its database is another.")
    if manifest["kind"] != connection.vendor:
        raise CommandError(f"The archive is of {manifest['kind']}, DATABASE_URL names {connection.vendor}.")
    had = {(app, name) for app, _, name in (one.partition(".") for one in manifest["migrations"])}
    what = f"The archive, of version {manifest['version']},"
    refuse_older(had, what)
    refuse_newer(had, what)
    copy.chmod(0o600)
    return manifest, copy


def _read_manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    """Return what `backup` wrote. Whatever else stands there raises one of `_DAMAGED`."""
    if archive.getinfo(databases.MANIFEST).file_size > _LONGEST_MANIFEST:
        raise ValueError("too long")
    said: dict[str, Any] = json.loads(archive.read(databases.MANIFEST))
    texts = [said["version"], said["kind"], said["sha256"], *said["migrations"], *said["rows"]]
    if not all(type(text) is str and text.isascii() and text.isprintable() for text in texts):
        raise ValueError("not the words of a manifest")
    if not all(type(count) is int for count in said["rows"].values()):
        raise ValueError("not the numbers of a manifest")
    if datetime.fromisoformat(said["made_at"]) < _FIRST:
        raise ValueError("older than any backup")
    return said


def _finish(manifest: dict[str, Any], erasures: list[dict[str, Any]] | None, at: datetime) -> int | None:
    with connection.cursor() as cursor:
        found = databases.contents(cursor)[1]
    if differing := [table for table, count in manifest["rows"].items() if found.get(table) != count]:
        raise CommandError(f"These tables have other rows than the manifest says: {', '.join(differing)}.")
    call_command("migrate", verbosity=0, interactive=False)
    connection.check_constraints()
    with transaction.atomic():
        _hold_back(manifest, at)
        return None if erasures is None else sum(_erase_again(erasure) for erasure in erasures)


def _hold_back(manifest: dict[str, Any], at: datetime) -> None:
    """End sessions, codes and what was to be sent, and let nothing leave."""
    for model in (Session, UserSession, Heartbeat, Hold):
        model._default_manager.all().delete()
    cache.clear()
    for message in Message.objects.filter(state__in=[Message.State.WAITING, Message.State.DIGEST]):
        message.end(Message.State.WITHDRAWN, at=at, reason=_WHY)
    Event.objects.filter(told_at=None).update(told_at=at)
    Invitation.objects.filter(sent_at=None).update(queued_at=None)
    Hold.objects.create(restored_at=at, backup_at=datetime.fromisoformat(manifest["made_at"]))
    # Only our own names and numbers are put into statements.
    with connection.cursor() as cursor:
        for table in (model._meta.db_table for model in _NUMBERED):
            number = f"coalesce(max(id), 0) + {_LEFT_OUT}"
            if connection.vendor == "sqlite":
                cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
                cursor.execute(f"INSERT INTO sqlite_sequence SELECT '{table}', {number} FROM {table}")  # noqa: S608
            else:
                sequence = f"pg_get_serial_sequence('{table}', 'id')"
                cursor.execute(f"SELECT setval({sequence}, {number}) FROM {table}")  # noqa: S608


def _erase_again(erasure: dict[str, Any]) -> bool:
    person = User.objects.filter(pk=erasure["person"], anonymised_at=None).first()
    if person is None or person.date_joined.timestamp() != erasure["joined"]:
        return False
    if "is_active" in erasure:
        person.is_active = erasure["is_active"]
        person.save(update_fields=["is_active"])
        if not person.is_active:
            put_out(person)
    else:
        by = User.objects.filter(pk=erasure["by"]).first()
        at = datetime.fromisoformat(erasure["at"])
        why = erasure["kept_because"] or _WHY
        anonymise(person=person, at=at, keys=erasure["keys"], kept_because=why, by=by)
    return True
