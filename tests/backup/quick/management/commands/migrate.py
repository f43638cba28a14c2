from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.commands import migrate


class _None(dict[str, None]):
    """Says of each app that it has no migrations."""

    def __contains__(self, name: object) -> bool:
        return True

    def __missing__(self, name: str) -> None:
        return None


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        migrations, settings.MIGRATION_MODULES = settings.MIGRATION_MODULES, _None()
        super().handle(*args, **{**options, "run_syncdb": True})
        settings.MIGRATION_MODULES = migrations
        super().handle(*args, **{**options, "fake": True})
        call_command("createcachetable", verbosity=0)
