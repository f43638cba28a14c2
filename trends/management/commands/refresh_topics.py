import logging
import os
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections, connection
from django.utils import timezone

from courses.models import Course
from tracker.snapshots import take_due_snapshots
from trends.actions.summaries import sum_up_large_courses
from trends.actions.topics import refresh_topics

logger = logging.getLogger("trefoil.topics")


class Command(BaseCommand):
    help = (
        "Place the questions that wait among the topics of their course, sum up the trends of large courses, "
        "and take snapshots of the standings in large cohorts. "
        "bin/run and bin/serve keep one running with --every; it ends when what started it does."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--course", metavar="SLUG", help="Only this course.")
        parser.add_argument(
            "--all",
            action="store_true",
            help="Look at every question again, but those placed by hand; topics stay the same ones.",
        )
        parser.add_argument(
            "--every", type=int, metavar="SECONDS", help="Do it again and again, so many seconds apart."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        courses = Course.objects.order_by("pk")
        if options["course"]:
            courses = courses.filter(slug=options["course"])
            if not courses.exists():
                raise CommandError(f"There is no course {options['course']}.")
        if options["every"]:
            self._again_and_again(options["every"])
            return
        for course in courses:
            done = refresh_topics(course=course, at=timezone.now(), is_all=options["all"])
            self.stdout.write(
                f"{course}: {done.looked_at} questions checked, {done.placed} in a topic, "
                f"{done.found} topics created."
            )
        sum_up_large_courses(timezone.now())
        take_due_snapshots(timezone.now())

    def _again_and_again(self, seconds: int) -> None:
        """Refresh all courses until the parent process ends. Errors are logged, and the next round tries again."""
        parent = os.getppid()
        while _waits(seconds, parent):
            close_old_connections()
            try:
                for course in Course.objects.order_by("pk"):
                    refresh_topics(course=course, at=timezone.now())
                sum_up_large_courses(timezone.now())
                take_due_snapshots(timezone.now())
                _update_statistics()
            except Exception:
                logger.exception("Topics were not refreshed; the next attempt is in %s seconds", seconds)


def _update_statistics() -> None:
    """SQLite plans its queries by statistics that nothing else updates. PostgreSQL does it by itself."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA analysis_limit = 1000")
            cursor.execute("PRAGMA optimize")


def _waits(seconds: int, parent: int) -> bool:
    """Wait, then return whether the parent process still runs."""
    for _ in range(seconds):
        if os.getppid() != parent:
            return False
        time.sleep(1)
    return os.getppid() == parent
