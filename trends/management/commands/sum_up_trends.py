from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from courses.models import Course
from trends.actions.summaries import count_differences, sum_up, sum_up_large_courses


class Command(BaseCommand):
    help = (
        "Count the trends of courses that are too large to be counted whenever somebody looks. "
        "The worker does it too."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--rebuild",
            action="store_true",
            help="Count all courses with summaries now, however recent they are.",
        )
        parser.add_argument(
            "--check",
            action="store_true",
            help="Only compare summaries with a live count; fail if one differs.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        summed = Course.objects.filter(trends_summary__isnull=False).order_by("pk")
        if options["check"]:
            wrong = {course: count_differences(course) for course in summed}
            for course, count in wrong.items():
                self.stdout.write(f"{course}: {count} rows differ from a live count.")
            if any(wrong.values()):
                raise CommandError("Summaries differ. sum_up_trends --rebuild counts them again.")
        elif options["rebuild"]:
            for course in summed:
                sum_up(course, timezone.now())
        else:
            sum_up_large_courses(timezone.now())
