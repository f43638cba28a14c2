from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from lib.archive import archive_parts
from people.kept_rows import files_about
from people.models import User


class Command(BaseCommand):
    help = (
        "Write what is kept about a person into a new zip file, as their own page does, but for private messages, "
        "notes before meetings and opinions: these are for them alone."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("address")
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.filter(email__iexact=options["address"]).first()
        if person is None:
            raise CommandError(f"Nobody has the address {options['address']}.")
        try:
            with options["file"].open("xb") as file:
                options["file"].chmod(0o600)
                for part in archive_parts(files_about(person, timezone.now(), for_operator=True)):
                    file.write(part)
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be written: {error.strerror}.") from error
        self.stdout.write(f"{options['file']}: {options['file'].stat().st_size / 1_000_000:,.1f} MB.")
