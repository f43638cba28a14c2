from argparse import ArgumentParser
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from people.models import User
from people.second_factor import tell_of_second_factor


class Command(BaseCommand):
    help = (
        "Remove the second factor of somebody who has lost it, and end their sessions. Make sure first that it is they "
        "who ask, as on the telephone. They are told by mail."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("address", help="The e-mail address of the account.")

    @transaction.atomic
    def handle(self, *args: Any, address: str, **options: Any) -> None:
        person = User.objects.filter(email__iexact=address.strip()).first()
        if person is None or not Authenticator.objects.filter(user=person).delete()[0]:
            raise CommandError(f"{address} has no {'second factor' if person else 'account'}.")
        for session in UserSession.objects.filter(user=person):
            session.end()
        tell_of_second_factor(person=person, what="removed by a site admin", at=timezone.now())
        self.stdout.write(f"{person} has no second factor any longer, and is signed out everywhere.")
