"""Whose a database is, and its version, as the migrations say that it has had: older than 1.0.0, or newer than this."""

from collections.abc import Collection
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import CommandError
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from people.models import User

type Migrations = Collection[tuple[str, str]]


def refuse_foreign(connection: Any) -> None:
    """CommandError where a database without our people has a table that is none of ours: it would be filled.

    What a set-up that broke off has made is ours.
    """
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
    models: list[Any] = [MigrationRecorder.Migration, *apps.get_models(include_auto_created=True)]
    ours = {model._meta.db_table for model in models} | {settings.CACHES["default"]["LOCATION"]}
    if User._meta.db_table not in tables and (foreign := sorted(tables - ours)):
        raise CommandError(
            f"The database of DATABASE_URL is not Trefoil's: it has the table {foreign[0]}. Name an empty one."
        )


def refuse_older(had: Migrations, what: str) -> None:
    """CommandError where some of those that one migration replaces are missing, since they are no longer here."""
    here = MigrationLoader(None).disk_migrations
    for one in here.values():
        gone = set(one.replaces) - here.keys()
        if gone.intersection(had) and not gone.issubset(had):
            raise CommandError(f"{what} is older than 1.0.0: upgrade to 1.0.0 first (commit 851366a0).")


def refuse_newer(had: Migrations, what: str) -> None:
    here = MigrationLoader(None).disk_migrations
    if newer := sorted(set(had) - here.keys() - {name for one in here.values() for name in one.replaces}):
        raise CommandError(
            f"{what} is newer than this code, which does not know {'.'.join(newer[0])}. Check out the version that "
            "made it, or take a backup that is as old as the code."
        )
