from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from courses.models import Course
from trends.actions.topics import refresh_topics


class Command(BaseCommand):
    help = (
        "Place the questions that wait among the topics of their course now. The worker does it every minute."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--course", metavar="SLUG", help="Only this course.")
        parser.add_argument(
            "--all",
            action="store_true",
            help="Look at every question again, but those placed by hand; topics stay the same ones.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        courses = Course.objects.current().order_by("pk")
        if options["course"]:
            courses = courses.filter(slug=options["course"])
            if not courses.exists():
                raise CommandError(f"There is no course {options['course']}.")
        for course in courses:
            done = refresh_topics(course=course, at=timezone.now(), is_all=options["all"])
            self.stdout.write(
                f"{course}: {done.looked_at} questions checked, {done.placed} in a topic, "
                f"{done.found} topics created."
            )
