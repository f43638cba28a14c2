from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from demo.loading import LoadedDemo, has_others, is_loaded, load_demo


class Command(BaseCommand):
    help = (
        "Load the demo: a course, a cohort that is over and one in its third week today, with their people. Does "
        "nothing where the demo is already. Its people have addresses at demo.example and no passwords."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--beside-others",
            action="store_true",
            help="Load it although there are other people in the database; it touches nothing of theirs.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if is_loaded():
            self.stdout.write("The demo is here already: nothing was done.")
        elif has_others() and not options["beside_others"]:
            raise CommandError(
                "There are people in this database who are not of the demo, so nothing was done. Use an empty "
                "database, or --beside-others to load the demo beside them; what is theirs stays as it is."
            )
        else:
            self._tell(load_demo(at=timezone.now()))
        when = "The" if settings.DEMO else "With DEMO=1 the"
        self.stdout.write(f"{when} sign-in page offers one click as student, mentor, course admin.")

    def _tell(self, demo: LoadedDemo) -> None:
        course = demo.now.stage.course
        self.stdout.write(f"Loaded the demo: {course}, {course.milestones.count()} milestones.")
        for scene in (demo.past, demo.now):
            cohort = scene.cohort
            state = "over" if cohort.closed_on else "in its third week today"
            self.stdout.write(
                f"{cohort}, {state}: {len(scene.groups)} groups, {cohort.enrolments.count()} students, "
                f"{cohort.questions.count()} questions."
            )
