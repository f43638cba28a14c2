from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from demo.loading import LoadedDemo, has_others, is_loaded, load_demo
from people.audit import without_audit


class Command(BaseCommand):
    help = (
        "Load the demo: a course, a past cohort, a cohort that is in its third week today, one that begins next "
        "Monday, and their people. Does nothing if the demo is loaded already. Its people have addresses at "
        "demo.example and no passwords."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--beside-others",
            action="store_true",
            help="Load it even if the database has other people; their data stays as it is.",
        )
        parser.add_argument(
            "--migrate", action="store_true", help="Migrate first: quicker than two commands."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["migrate"]:
            call_command("migrate", verbosity=0)
        if is_loaded():
            self.stdout.write("The demo is loaded already. Nothing was changed.")
        elif has_others() and not options["beside_others"]:
            raise CommandError(
                "This database has people who do not belong to the demo. Nothing was changed. Use an empty "
                "database, or --beside-others to load the demo beside them; their data stays as it is."
            )
        else:
            with without_audit():
                demo = load_demo(at=timezone.now())
            self._report(demo)
        start = "The" if settings.DEMO else "With DEMO=1 the"
        self.stdout.write(f"{start} sign-in page offers one click as student, mentor, course admin.")

    def _report(self, demo: LoadedDemo) -> None:
        course = demo.now.demo.course
        self.stdout.write(f"Loaded the demo: {course}, {course.milestones.count()} milestones.")
        for run in (demo.past, demo.now):
            cohort = run.cohort
            state = "over" if cohort.closed_on else "in its third week today"
            self.stdout.write(
                f"{cohort}, {state}: {len(run.groups)} groups, {cohort.enrolments.count()} students, "
                f"{cohort.questions.count()} questions."
            )
        self.stdout.write(
            f"{demo.next}, begins next Monday: {demo.next.enrolments.count()} students, no groups yet."
        )
