import logging
import os
import time
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand
from django.db import close_old_connections, connection
from django.utils import timezone

from backup.nightly import backups
from courses.actions.links import check_next_link
from courses.models import Course
from groups.actions.mailing_invitations import send_waiting_invitations
from people.models import Hold
from people.second_factor import renew_secrets
from telling.actions.mornings import begin_mornings
from telling.actions.promises import tell_of_promises
from telling.actions.sending import send_due
from telling.actions.sorting import sort_events
from telling.models import Heartbeat
from tracker.snapshots import take_due_snapshots
from trends.actions.summaries import sum_up_large_courses
from trends.actions.topics import refresh_topics
from worker.child import long_jobs
from worker.keeping import remove_what_is_old

logger = logging.getLogger("trefoil.worker")


def refresh_all_topics(now: datetime) -> str:
    done = [refresh_topics(course=course, at=now) for course in Course.objects.current().order_by("pk")]
    checked = sum(one.looked_at for one in done)
    return f"{checked} questions checked, {sum(one.placed for one in done)} in a topic" if checked else ""


def update_statistics(now: datetime) -> None:
    """SQLite plans its queries by statistics that nothing else updates. PostgreSQL does it by itself."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA analysis_limit = 1000")
            cursor.execute("PRAGMA optimize")


def say_if_held(now: datetime) -> str:
    hold = Hold.objects.first()
    return f"{hold}: nothing is sent, told or fetched until manage.py release" if hold else ""


# Name, seconds between two times, and the work, which may return what it did.
JOBS: tuple[tuple[str, int, Callable[[datetime], str | None]], ...] = (
    ("heartbeat", 10, Heartbeat.beat),
    ("hold", 3600, say_if_held),
    ("events", 1, sort_events),
    ("mornings", 60, begin_mornings),
    ("promises", 60, tell_of_promises),
    ("messages", 1, send_due),
    ("invitations", 5, send_waiting_invitations),
    ("long jobs", 1, long_jobs.begin_next),
    ("topics", 60, refresh_all_topics),
    ("summaries", 60, sum_up_large_courses),
    ("snapshots", 60, take_due_snapshots),
    ("links", 20, check_next_link),
    ("backups", 600, backups.begin_due),
    ("what is old", 24 * 3600, remove_what_is_old),
    ("keys", 24 * 3600, renew_secrets),
    ("statistics", 60, update_statistics),
)
# What reaches people, or hosts of others. Of what is not released yet it is not done.
HELD = {"events", "mornings", "promises", "messages", "invitations", "links"}


class Command(BaseCommand):
    help = (
        "Do what is late or regular, job after job: tell what happened, mail invitations that wait, place new "
        "questions among topics, sum up the trends of large courses, take snapshots of the standings in large cohorts, "
        "look for dead links, make the backup of the night, remove what is old. bin/run and bin/serve keep one "
        "running; it ends when what started it does."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="Do every job once and end, as for a timer.")
        parser.add_argument("--with", type=int, metavar="PID", help="End when this process has ended.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            for name, _, work in JOBS:
                run(name, work)
            while long_jobs.wait():
                run("long jobs", long_jobs.begin_next)
            if backups.wait():
                run("backups", backups.begin_due)
            return
        lives = partial(_lives, options["with"]) if options["with"] else partial(_is_child_of, os.getppid())
        # By the clock: a round takes longer than a second where a mail server is slow.
        due_at = dict.fromkeys([name for name, _, _ in JOBS], 0.0)
        while True:
            for name, seconds, work in JOBS:
                if time.monotonic() >= due_at[name]:
                    due_at[name] = time.monotonic() + seconds
                    close_old_connections()
                    run(name, work)
            time.sleep(1)
            if not lives():
                return


def _is_child_of(process_id: int) -> bool:
    return os.getppid() == process_id


def _lives(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True


def run(name: str, work: Callable[[datetime], str | None]) -> None:
    """Do a job. What goes wrong in it is logged, and keeps no other job from its turn."""
    try:
        done = None if name in HELD and Hold.is_on() else work(timezone.now())
    except Exception:
        logger.exception("%s failed, and is tried again", name)
    else:
        if done:
            logger.info("%s: %s", name, done)
