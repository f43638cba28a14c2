from typing import Any

from django.core.management.base import BaseCommand

from people.actions.first_operator import is_wanted, new_address


class Command(BaseCommand):
    help = "Print, once, the address at which the first site admin makes their account; nothing if anybody has one."

    def handle(self, *args: Any, **options: Any) -> None:
        if not is_wanted():
            return
        self.stdout.write("Nobody has an account yet.")
        if address := new_address():
            self.stdout.write(
                f"The one who opens this address within an hour becomes the first site admin:\n{address}"
            )
        else:
            self.stdout.write(
                "An earlier start printed the address for the first site admin, which works for an hour. If it is"
                " lost, start again after that, or use: manage.py createsuperuser"
            )
