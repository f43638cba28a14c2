"""Look at the trends of a course with a million asks, and say how long each view of them takes.

`make bench-trends` runs it on SQLite at a tenth of the size and, where there is a server, on PostgreSQL in full, each
on a database of its own. Run by hand, DATABASE_URL names another one, which must be empty. SCALE is the size: 1 means
1,000,000 asks of 200,000 questions by 30,000 students in one course. Measured are whole requests, the median of five;
then similar questions while somebody types, and the topics of a week's new questions. Exits with 1 if anything takes
longer, or more queries, than it may.
"""

import os
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.test import Client

    from courses.models import Course
    from people.models import User

SCALE = float(os.environ.get("SCALE", "0.1"))
TIMES = 5
# Milliseconds and queries of a page; milliseconds of an offer while typing; seconds of a refresh.
PAGE, QUERIES, OFFER, REFRESH = 300, 30, 150, 60
TYPED = (
    "Why does the embedding shrink in the exercise",
    "retriever ignore the prompt with long documents",
    "How do I make the tokenizer",
    "what happens when it is empty",
)


def main() -> int:
    from django.core.management import call_command
    from django.db import connection
    from django.test import override_settings
    from django.utils import timezone

    from benchmarks.trends_course import Size, seed
    from courses.models import Cohort, Material, Milestone
    from groups.models import Group, Membership
    from people.models import User
    from trends.actions.summaries import EVERY, sum_up_large_courses

    call_command("migrate", verbosity=0)
    began = time.monotonic()
    size = Size(int(30_000 * SCALE), int(200_000 * SCALE), int(1_000_000 * SCALE))
    course = seed(size, timezone.now().date())
    print(
        f"{size.asks:,} asks of {size.questions:,} questions by {size.students:,} students on {connection.vendor},"
        f" made in {time.monotonic() - began:.0f} s",
        flush=True,
    )
    for what, at in (("summed up", timezone.now()), ("summed up again", timezone.now() + EVERY)):
        print(f"{what:36}{timed(partial(sum_up_large_courses, at)):6.1f} s", flush=True)
    student = Membership.objects.filter(ended_on=None).order_by("pk")[0]
    admin, mentor = (User.objects.get(name=name) for name in ("admin", "mentor3"))
    last = Cohort.objects.order_by("-starts_on")[0]
    before = Cohort.objects.order_by("-starts_on")[1]
    group = Group.objects.filter(cohort=last).order_by("pk")[5]
    milestone = Milestone.objects.get(position=5)
    material = Material.objects.filter(milestone=milestone).order_by("pk")[0]
    since = timezone.now().date() - timedelta(weeks=11)
    views = {
        "all of it": "",
        "the last cohort": f"cohort={last.pk}",
        "two cohorts": f"cohort={last.pk}&cohort={before.pk}",
        "twelve weeks": f"since={since}",
        "until a day": f"until={before.starts_on}",
        "a milestone": f"milestone={milestone.pk}",
        "no milestone": "milestone=0",
        "a material": f"material={material.pk}",
        "a category": "category=setup",
        "a group": f"group={group.name}",
        "several filters": f"cohort={last.pk}&since={since}&milestone={milestone.pk}&category=setup",
    }
    # SQLite is asked once a process whether it knows JSON.
    is_over = not connection.features.supports_json_field
    with override_settings(ALLOWED_HOSTS=["testserver"], DEBUG=False):
        as_admin, as_mentor, as_student = (
            signed_in(person) for person in (admin, mentor, student.enrolment.person)
        )
        url = f"/courses/{course.slug}/trends/"
        for name, query in views.items():
            milliseconds, queries = asked(as_admin, f"{url}?{query}")
            is_over |= said(f"trends, {name}", milliseconds, PAGE, queries)
        milliseconds, queries = asked(as_mentor, url)
        is_over |= said("trends, a mentor's groups", milliseconds, PAGE, queries)
        for title in TYPED:
            milliseconds, _ = asked(
                as_student, f"/groups/{student.group_id}/questions/similar/?title={title}"
            )
            is_over |= said(f"similar to “{title[:20]}…”", milliseconds, OFFER)
    return int(refreshed(course) or is_over)


def signed_in(person: "User") -> "Client":
    from django.test import Client

    client = Client()
    client.force_login(person)
    # What is read once a process does not count.
    client.get("/")
    return client


def asked(client: "Client", url: str) -> tuple[float, int]:
    """Milliseconds of a page, the median of some requests, and its queries."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        answer = client.get(url)
    count = len(queries)
    if answer.status_code != 200:
        raise SystemExit(f"{url} answers {answer.status_code}")
    times = [timed(lambda: client.get(url)) for _ in range(TIMES)]
    return median(times) * 1_000, count


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def said(what: str, milliseconds: float, most: int, queries: int = 0) -> bool:
    """Print a figure beside its limit, and return whether it is over."""
    counted = f"{queries:4} queries (at most {QUERIES})" if queries else ""
    is_over = milliseconds > most or queries > QUERIES
    print(
        f"{what:36}{milliseconds:6.0f} ms (at most {most}){counted}{'  OVER' if is_over else ''}", flush=True
    )
    return is_over


def refreshed(course: "Course") -> bool:
    """Place this week's questions among the topics; return whether that took too long."""
    from django.utils import timezone

    from trends.actions.topics import refresh_topics

    began = time.monotonic()
    done = refresh_topics(course=course, at=timezone.now())
    seconds = time.monotonic() - began
    over = "  OVER" if seconds > REFRESH else ""
    what = f"topics of {done.looked_at:,} new questions"
    print(f"{what:36}{seconds:6.1f} s (at most {REFRESH}){over}", flush=True)
    return seconds > REFRESH


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/bench.sqlite3")
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        os.environ.setdefault("DEBUG", "1")
        import django

        # Nothing was collected for it.
        warnings.filterwarnings("ignore", "No directory at", UserWarning)
        django.setup()
        sys.exit(main())
