from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from tracker.models import BoardSnapshot
from tracker.snapshots import differences, take_due_snapshots, take_snapshot


class Command(BaseCommand):
    help = "Take snapshots of the standings of large cohorts. The worker does it too."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--rebuild", action="store_true", help="Take all snapshots again, however recent they are."
        )
        parser.add_argument(
            "--check",
            action="store_true",
            help="Only compare snapshots with the standings at their moment; fail if one differs.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        kept = BoardSnapshot.objects.select_related("cohort__course").order_by("pk")
        if options["check"]:
            wrong = {snapshot.cohort: differences(snapshot.cohort) for snapshot in kept}
            for cohort, lines in wrong.items():
                self.stdout.write(f"{cohort}: {len(lines)} snapshots differ.")
                for line in lines[:10]:
                    self.stdout.write(f"  {line}")
            if any(wrong.values()):
                raise CommandError("Snapshots differ. take_snapshots --rebuild takes them again.")
            return
        if options["rebuild"]:
            for snapshot in kept:
                take_snapshot(snapshot.cohort, timezone.now())
        take_due_snapshots(timezone.now())
