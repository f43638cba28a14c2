"""The version of a database, as the migrations say that it has had: older than 1.0.0, or newer than this code."""

from collections.abc import Collection

from django.core.management import CommandError
from django.db.migrations.loader import MigrationLoader

type Migrations = Collection[tuple[str, str]]


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
