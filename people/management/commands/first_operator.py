from typing import Any

from django.core.management.base import BaseCommand

from people.actions.first_operator import said_at_start


class Command(BaseCommand):
    help = "Print, once, the address at which the first site admin makes their account; nothing if anybody has one."

    def handle(self, *args: Any, **options: Any) -> None:
        if said := said_at_start():
            self.stdout.write(said)
