import gc
import logging
import os
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from itertools import count
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from backup.nightly import backups
from courses.actions.links import check_next_link
from courses.models import Course
from lib.databases import is_away
from lib.parent import finish_when_asked, must_end, say_ready
from lib.preload import load_pages
from lib.version import version_and_commit
from people.models import Hold
from people.second_factor import renew_secrets
from telling.actions.mornings import begin_mornings
from telling.actions.promises import tell_of_promises
from telling.actions.sending import send_due
from telling.actions.sorting import sort_events
from telling.models import Heartbeat
from tracker.actions.mailing_invitations import send_waiting_invitations
from tracker.snapshots import take_due_snapshots
from trends.actions.summaries import sum_up_large_courses
from trends.actions.topics import refresh_topics
from worker.child import long_jobs
from worker.keeping import remove_what_is_old

logger = logging.getLogger("trefoil.worker")

# Seconds between two tries of what fails, and between two questions to a database that is away: a cry for help waits
# for its mail meanwhile.
LONGEST_PAUSE, LONGEST_WAIT = 60, 15


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
    return f"{hold}: nothing is sent, told or fetched until bin/production manage.py release" if hold else ""


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
    ("backups", 10, backups.begin_due),
    ("what is old", 24 * 3600, remove_what_is_old),
    ("keys", 24 * 3600, renew_secrets),
    ("statistics", 60, update_statistics),
)
# Jobs that reach people, or hosts of others. They rest while a restored database is held back.
HELD = {"events", "mornings", "promises", "messages", "invitations", "links"}


class Command(BaseCommand):
    help = (
        "Do what is late or regular, job after job: tell what happened, mail invitations that wait, place new "
        "questions among topics, sum up the trends of large courses, take snapshots of the standings in large cohorts, "
        "look for dead links, make the backup of the night, remove what is old. bin/run and bin/serve keep one "
        "running; it ends when what started it does."
    )

    # They ask the database, which it waits for when it is away.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="Do every job once and end, as for a timer.")

    def handle(self, *args: Any, **options: Any) -> None:
        logger.info("Trefoil %s", version_and_commit())
        if options["once"]:
            for name, _, work in JOBS:
                run(name, work)
            while long_jobs.wait():
                run("long jobs", long_jobs.begin_next)
            backups.wait()
            return
        started_by = os.getppid()

        def is_over() -> bool:
            return must_end() or os.getppid() != started_by

        finish_when_asked()
        load_pages()
        # Left out of the searches for garbage, as in the web server: a sixth of a snapshot of 2,500 groups.
        gc.freeze()
        say_ready()
        # By the clock: a round takes longer than a second where a mail server is slow.
        due_at = dict.fromkeys([name for name, _, _ in JOBS], 0.0)
        failures: Counter[str] = Counter()
        while not is_over():
            for name, seconds, work in JOBS:
                if must_end() or time.monotonic() < due_at[name]:
                    continue
                began = time.monotonic()
                close_old_connections()
                failures[name] = 0 if run(name, work, is_over) else failures[name] + 1
                # Later each time that it fails, but not by much more than a minute.
                pause = seconds * 2 ** max(failures[name] - 1, 0)
                due_at[name] = began + min(pause, max(seconds, LONGEST_PAUSE))
            time.sleep(1)
        # Another worker may do the rest already, but not what is under way here.
        long_jobs.wait()
        backups.wait()


def run(name: str, work: Callable[[datetime], str | None], is_over: Callable[[], bool] = must_end) -> bool:
    """Do a job, and return whether it was done. An error in it is logged, and keeps no other from its turn."""
    try:
        done = None if name in HELD and Hold.is_on() else work(timezone.now())
    except Exception as error:
        if is_away(error):
            wait_for_database(str(error), is_over)
        else:
            # What another server or a disk refused shows no line of ours that is at fault.
            is_ours = not isinstance(error, OSError)
            logger.error("%s failed, and is tried again: %s", name, error, exc_info=is_ours)
        return False
    if done:
        logger.info("%s: %s", name, done)
    return True


def wait_for_database(why: str, is_over: Callable[[], bool]) -> None:
    """Ask for it after 1, 2, 4 … seconds until it answers, or the worker has to end."""
    logger.error("The database does not answer, and is waited for: %s", " ".join(why.split()))
    for tries in count():
        for _ in range(min(2**tries, LONGEST_WAIT)):
            time.sleep(1)
            if is_over():
                return
        connection.close()
        # PgBouncer lets in also while the server behind it is away.
        with suppress(DatabaseError), connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            logger.info("The database answers again.")
            return
