from typing import Any

from django.core.management.base import BaseCommand

from people.models import Hold


class Command(BaseCommand):
    help = "Let a database that was restored from a backup send, tell and fetch again."

    def handle(self, *args: Any, **options: Any) -> None:
        held, _ = Hold.objects.all().delete()
        self.stdout.write("Released." if held else "Nothing was held back.")
