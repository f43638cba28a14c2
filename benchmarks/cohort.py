"""Measure the pages of running a cohort of 3,000 students in 1,000 groups with 40 milestones: `make bench-cohort`.

It needs an empty database. The milliseconds are processor time of the web process and, on PostgreSQL, of its database
process, so that what else the machine does hardly counts. It exits with 1 if a page takes more than 300 of them, or
more queries than with 30 students, but for one or two that ask for what a small cohort has none of.
"""

import sys
import time
from datetime import datetime, timedelta
from statistics import median
from typing import Any

import django

STUDENTS, FEW, WEEKS = 3_000, 30, 38
MOST_MS, MORE_QUERIES, REQUESTS = 300, 2, 5
PAGES = (
    ("board", "admin", "tracker:board", "cohort"),
    ("people", "admin", "groups:cohort-people", "cohort"),
    ("groups", "admin", "groups:cohort-groups", "cohort"),
    ("group, set up", "admin", "groups:group-set-up", "group"),
    ("calendar", "admin", "groups:cohort-calendar", "cohort"),
    ("moves", "admin", "groups:move-list", "cohort"),
    ("enrolment", "admin", "groups:enrolment-detail", "enrolment"),
    ("shifts", "admin", "groups:shift-list", "cohort"),
    ("shift, preview", "admin", "groups:shift-detail", "draft"),
    ("shift, applied", "admin", "groups:shift-detail", "applied"),
    ("form groups", "admin", "groups:proposal", "waiting"),
    ("proposal", "admin", "groups:proposal", "proposed"),
    ("place in a proposal", "admin", "groups:proposed-place", "proposed_student"),
    ("wishes", "admin", "groups:wish-list", "proposed"),
    ("mentors-to-be", "admin", "groups:willing-mentor-list", "proposed"),
    ("close the cohort", "admin", "tracker:cohort-close", "cohort"),
    ("my groups", "mentor", "tracker:my-groups", ""),
    ("group", "mentor", "tracker:group-detail", "group"),
    ("check-ins of a group", "mentor", "tracker:check-in-list", "group"),
    ("plan", "mentor", "groups:plan-edit", "group"),
    ("plan, history", "mentor", "groups:plan-history", "group"),
    ("dates it can keep", "mentor", "tracker:group-dates", "group"),
    ("agreement", "mentor", "groups:agreement", "enrolment"),
    ("story", "mentor", "tracker:student-detail", "enrolment"),
    ("my week", "student", "tracker:my-week", ""),
    ("reviews", "student", "tracker:review-list", ""),
)


def main() -> int:
    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.test import override_settings
    from django.utils import timezone

    now = timezone.now()
    call_command("migrate", verbosity=0)
    print(f"{connection.vendor}: CPU ms of web, of database; queries; wall ms")
    with override_settings(ALLOWED_HOSTS=["*"]):
        few = _measured(FEW, now)
        call_command("flush", interactive=False, verbosity=0)
        many = _measured(STUDENTS, now)
    is_good = True
    for name, (web, database, queries, wall) in many.items():
        is_ok = web + database <= MOST_MS and queries <= few[name][2] + MORE_QUERIES
        is_good &= is_ok
        note = "" if is_ok else f"  too much (queries with {FEW} students: {few[name][2]})"
        print(f"{name:24}{web:7.0f}{database:7.0f}{queries:7}{wall:8.0f}{note}")
    return 0 if is_good else 1


def _measured(students: int, now: datetime) -> dict[str, tuple[float, float, int, float]]:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse

    from benchmarks.measuring.clock import database_seconds

    things = _made(students, now)
    found = {}
    for name, reader, address, thing in PAGES:
        client = Client()
        client.force_login(things[reader])
        url = reverse(address, args=[things[thing].pk] if thing else [])
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(url)
            count = len(queries)
        if answer.status_code != 200:
            raise RuntimeError(f"{url} answers {answer.status_code}")
        web: list[float] = []
        begun, ticks = time.perf_counter(), database_seconds()
        for _ in range(REQUESTS):
            before = time.process_time()
            client.get(url)
            web.append(time.process_time() - before)
        database, wall = (database_seconds() - ticks) / REQUESTS, (time.perf_counter() - begun) / REQUESTS
        found[name] = median(web) * 1_000, database * 1_000, count, wall * 1_000
    return found


def _made(students: int, now: datetime) -> dict[str, Any]:
    """A cohort under way with moves and shifts, one whose students wait for groups, and one with a proposal."""
    from benchmarks.learners import seed
    from benchmarks.learners.installation import CourseOutline
    from benchmarks.measuring.clock import database_seconds
    from benchmarks.straight import written_straight
    from courses.models import Cohort
    from groups.actions.forming import propose
    from groups.actions.shifting import apply_shift
    from groups.models import Enrolment, Move, Shift, WillingMentor, Wish
    from tracker.snapshots import take_due_snapshots

    outline = CourseOutline("LLM specialisation", "llm", WEEKS, begun=(5,), closed=0, optional=2)
    with written_straight():
        made = seed(students, now, [outline])
    take_due_snapshots(now)
    cohort, admin, today = made.cohort, made.admin, now.date()
    Enrolment.objects.filter(cohort=cohort).update(hours_a_week=2)
    rows = list(Enrolment.objects.filter(cohort=cohort).select_related("person"))
    Move.objects.bulk_create(
        Move(enrolment=row, kind="moved", what="from A to B", on=today, made_by=admin, made_at=now)
        for row in rows[: students // 10]
    )
    shift = {"cohort": cohort, "made_by": admin, "made_at": now}
    holiday = today + timedelta(weeks=3)
    applied = Shift.objects.create(
        from_on=holiday, pause_ends_on=holiday + timedelta(days=6), reason="Holiday", **shift
    )
    begun = time.process_time(), database_seconds()
    apply_shift(shift=applied, by=admin, at=now)
    spent = time.process_time() - begun[0], database_seconds() - begun[1]
    print(f"shift of {len(rows) // 3:,} groups applied in {spent[0]:.1f} s, {spent[1]:.1f} s of the database")
    draft = Shift.objects.create(from_on=today, days=7, reason="Snow", **shift)
    new = {}
    for name in ("waiting", "proposed"):
        new[name] = Cohort.objects.create(
            course=made.course, title=name, starts_on=today + timedelta(weeks=2)
        )
        Enrolment.objects.bulk_create(
            Enrolment(
                cohort=new[name], person=row.person, started_on=new[name].starts_on, hours_a_week=n % 8 + 2
            )
            for n, row in enumerate(rows)
        )
    waiting = list(new["proposed"].enrolments.order_by("pk"))
    pairs = zip(waiting[::10], waiting[5::10], strict=False)
    Wish.objects.bulk_create(
        Wish(one=one, other=other, kind="together", noted_by=admin) for one, other in pairs
    )
    WillingMentor.objects.bulk_create(
        WillingMentor(cohort=new["proposed"], person=row.person, most_groups=2, noted_by=admin)
        for row in rows[: students // 10]
    )
    propose(cohort=new["proposed"], by=admin, at=now)
    return {
        "cohort": cohort, "admin": admin, "mentor": made.mentor, "student": made.student, "group": made.group,
        "enrolment": made.enrolment, "applied": applied, "draft": draft, "proposed_student": waiting[0], **new,
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
