from argparse import ArgumentParser
from itertools import batched
from typing import Any

import environ
from django.apps import apps
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.core.management.color import no_style
from django.db import DatabaseError, connection, connections, transaction

from backup.databases import empty_postgresql, said_in_a_sentence

_HERE = "here"
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
        # Migrations write to the default one.
        connections.databases[_HERE] = connections.databases["default"]
        connections.databases["default"] = connections.configure_settings({"default": there})["default"]
        del connections["default"]
        with said_in_a_sentence(), empty_postgresql():
            call_command("migrate", verbosity=0, interactive=False)
            with transaction.atomic(), transaction.atomic(using=_HERE):
                counts = _copy_rows()
        self.stdout.write(f"{sum(counts.values()):,} rows of {len(counts)} tables, counted there.")
        self.stdout.write(f"In .env: DATABASE_URL={address} (with its password)")


def _copy_rows() -> dict[str, int]:
    models = [one for one in apps.get_models(include_auto_created=True) if one._meta.managed]
    counts = {}
    with connection.cursor() as cursor:
        # Migrations have put in what has other numbers here: types of content, permissions.
        for statement in connection.ops.sql_flush(no_style(), [model._meta.db_table for model in models]):
            cursor.execute(statement)
        for model in models:
            here, there = (model._base_manager.using(one) for one in (_HERE, "default"))
            try:
                for batch in batched(here.order_by("pk").iterator(_BATCH), _BATCH):
                    there.bulk_create(batch)
            except (DatabaseError, ValueError) as error:
                # SQLite keeps what is longer than its column, and characters that PostgreSQL does not know.
                raise CommandError(f"A row of {model._meta.db_table} does not fit: {error}") from error
            counts[model._meta.label] = here.count()
            if there.count() != counts[model._meta.label]:
                raise CommandError(f"{model._meta.db_table} has other rows there.")
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)
    return counts
