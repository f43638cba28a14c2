from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from people.actions.sign_in_link import VALID_FOR, sign_in_link
from people.audit import note
from people.models import User


class Command(BaseCommand):
    help = "Print a link that signs a site admin in, once, whatever has become of the provider."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address", help="the e-mail address of the site admin")

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.filter(email__iexact=options["address"], is_active=True, is_staff=True).first()
        if person is None:
            raise CommandError(f"No site admin has the address {options['address']}.")
        note(f"made a link that signs person {person.pk} in")
        self.stdout.write(f"Within {VALID_FOR.seconds // 60} minutes, once:\n{sign_in_link(person)}")
