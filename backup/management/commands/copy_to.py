import os
import subprocess
import sys
from argparse import ArgumentParser
from itertools import batched
from typing import Any

import environ
from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.core.management.color import no_style
from django.db import DatabaseError, connection, connections, transaction

from backup.databases import empty_postgresql, said_in_a_sentence

_TARGET = "target"
# Rows of files have some megabytes.
_BATCH = 25


class Command(BaseCommand):
    help = "Copy an installation on SQLite, which is stopped, to an empty database of PostgreSQL: all of it or nothing."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        says = "postgres://user@host:5432/name; nobody else can read the password in PGPASSWORD."
        parser.add_argument("address", metavar="DATABASE_URL", help=says)

    def handle(self, *args: Any, **options: Any) -> None:
        address = options["address"]
        there: Any = environ.Env.db_url_config(address)
        if connection.vendor != "sqlite" or there["ENGINE"] != "django.db.backends.postgresql":
            raise CommandError("Only an installation on SQLite is copied, and only to PostgreSQL.")
        connections.databases[_TARGET] = connections.configure_settings({"default": there})["default"]
        with said_in_a_sentence(), empty_postgresql(_TARGET):
            # In a process of its own: migrations ask the one database that a process knows.
            command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "migrate", "--no-input", "-v0"]
            environment = {**os.environ, "DATABASE_URL": address, "DATABASE_URL_FILE": ""}
            migrated = subprocess.run(  # noqa: S603 - nothing of it was typed
                command, env=environment, stderr=subprocess.PIPE, text=True, check=False
            )
            if migrated.returncode:
                raise CommandError(migrated.stderr.strip()[-500:])
            with transaction.atomic(), transaction.atomic(using=_TARGET):
                counts = _copy_rows()
        self.stdout.write(f"{sum(counts.values()):,} rows of {len(counts)} tables, counted there.")
        self.stdout.write(f"In .env: DATABASE_URL={address} (with its password)")


def _copy_rows() -> dict[str, int]:
    models = [one for one in apps.get_models(include_auto_created=True) if one._meta.managed]
    target = connections[_TARGET]
    counts = {}
    with target.cursor() as cursor:
        # Migrations have put in what has other numbers here: types of content, permissions.
        for statement in target.ops.sql_flush(no_style(), [model._meta.db_table for model in models]):
            cursor.execute(statement)
        for model in models:
            here, there = (model._base_manager.using(one) for one in ("default", _TARGET))
            try:
                for batch in batched(here.order_by("pk").iterator(_BATCH), _BATCH):
                    there.bulk_create(batch)
            except (DatabaseError, ValueError) as error:
                # SQLite keeps what is longer than its column, and characters that PostgreSQL does not know.
                raise CommandError(f"A row of {model._meta.db_table} does not fit: {error}") from error
            counts[model._meta.label] = here.count()
            if there.count() != counts[model._meta.label]:
                raise CommandError(f"{model._meta.db_table} has other rows there.")
        for statement in target.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)
    return counts
