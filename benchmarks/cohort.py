"""Measure the pages of running a cohort of 3,000 students in 1,000 groups with 40 milestones: `make bench-cohort`.

It needs an empty database. Beside the pages, it asks for the previews of what is done to 200 people at once. The
milliseconds are processor time of the web process and, on PostgreSQL, of its database process, so that what else the
machine does hardly counts. It exits with 1 if a page takes more than 300 of them, a preview more than 900, or one more
queries than with 30 students, but for one or two that ask for what a small cohort has none of.
"""

import sys
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from statistics import median
from typing import Any

import django

STUDENTS, FEW, WEEKS = 3_000, 30, 38
MOST_MS, MORE_QUERIES, REQUESTS = 300, 2, 5
# A preview for so many people does what it shows, and rolls it back.
MANY, MOST_MS_OF_MANY = 200, 900
PAGES = (
    ("board", "admin", "tracker:board", "cohort"),
    ("people", "admin", "groups:cohort-people", "cohort"),
    ("groups", "admin", "tracker:cohort-groups", "cohort"),
    ("group, set up", "admin", "groups:group-set-up", "group"),
    ("calendar", "admin", "groups:cohort-calendar", "cohort"),
    ("moves", "admin", "groups:move-list", "cohort"),
    ("enrolment", "admin", "groups:enrolment-detail", "enrolment"),
    ("shifts", "admin", "groups:shift-list", "cohort"),
    ("shift, preview", "admin", "groups:shift-detail", "draft"),
    ("shift, applied", "admin", "groups:shift-detail", "applied"),
    ("form groups", "admin", "groups:proposal", "waiting"),
    ("proposal", "admin", "groups:proposal", "proposed"),
    ("wishes", "admin", "groups:wish-list", "proposed"),
    ("mentors-to-be", "admin", "groups:willing-mentor-list", "proposed"),
    ("requests of mentors", "admin", "tracker:request-list", "cohort"),
    ("close the cohort", "admin", "tracker:cohort-close", "cohort"),
    ("my groups", "mentor", "tracker:my-groups", ""),
    ("group", "mentor", "tracker:group-detail", "group"),
    ("check-ins of a group", "mentor", "tracker:check-in-list", "group"),
    ("plan", "mentor", "groups:plan-edit", "group"),
    ("plan, history", "mentor", "groups:plan-history", "group"),
    ("agreement", "mentor", "groups:agreement", "enrolment"),
    ("story", "mentor", "tracker:student-detail", "enrolment"),
    ("my week", "student", "tracker:my-week", ""),
    ("reviews", "student", "tracker:review-list", ""),
)
# What the pages of many people send for their preview, beside who is chosen.
DEEDS = ("move", "end", "return", "invite")


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
        most = MOST_MS_OF_MANY if name in DEEDS else MOST_MS
        is_ok = web + database <= most and queries <= few[name][2] + MORE_QUERIES
        is_good &= is_ok
        note = "" if is_ok else f"  too much (queries with {FEW} students: {few[name][2]})"
        label = f"{name} {MANY}, preview" if name in DEEDS else name
        print(f"{label:24}{web:7.0f}{database:7.0f}{queries:7}{wall:8.0f}{note}")
    return 0 if is_good else 1


def _measured(students: int, now: datetime) -> dict[str, tuple[float, float, int, float]]:
    from django.test import Client
    from django.urls import reverse

    things = _made(students, now)
    found = {}
    for name, reader, address, thing in PAGES:
        client = Client()
        client.force_login(things[reader])
        url = reverse(address, args=[things[thing].pk] if thing else [])
        found[name] = _taken(partial(client.get, url))
    client = Client()
    client.force_login(things["admin"])
    for deed in DEEDS:
        cohort, fields = things["many"][deed]
        url = reverse("groups:people-bulk", args=[cohort.pk])
        fields |= {"deed": deed, "asked": "1"}
        if b"Stay as they are" in client.post(url, fields).content:
            raise RuntimeError(f"the preview to {deed} refuses somebody")
        found[deed] = _taken(partial(client.post, url, fields))
    return found


def _taken(ask: Callable[[], Any]) -> tuple[float, float, int, float]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from benchmarks.measuring.clock import database_seconds

    ask()
    with CaptureQueriesContext(connection) as queries:
        answer = ask()
        count = len(queries)
    if answer.status_code != 200:
        raise RuntimeError(f"{answer.request['PATH_INFO']} answers {answer.status_code}")
    web: list[float] = []
    begun, ticks = time.perf_counter(), database_seconds()
    for _ in range(REQUESTS):
        before = time.process_time()
        ask()
        web.append(time.process_time() - before)
    database, wall = (database_seconds() - ticks) / REQUESTS, (time.perf_counter() - begun) / REQUESTS
    return median(web) * 1_000, database * 1_000, count, wall * 1_000


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
    many = _many([row.person for row in rows], admin, now)
    return {
        "cohort": cohort, "admin": admin, "mentor": made.mentor, "student": made.student, "group": made.group,
        "enrolment": made.enrolment, "applied": applied, "draft": draft, "many": many,
        **new,
    }  # fmt: skip


def _many(people: Sequence[Any], admin: Any, now: datetime) -> dict[str, tuple[Any, dict[str, Any]]]:
    """For each deed a cohort with people whom it can be done to, in ten groups, and the fields of its preview."""
    from courses.models import Cohort, Course, CourseAdmin
    from groups.models import Enrolment, Group, Membership
    from people.models import User

    # Its groups have room for all: nobody is refused.
    course = Course.objects.create(title="Many", slug="many", group_size=MANY)
    CourseAdmin.objects.create(course=course, person=admin)
    new = User.objects.bulk_create(
        User(name=f"New {n}", email=f"new-{n}@example.com", password="!")  # noqa: S106
        for n in range(len(people[:MANY]))
    )
    today, found = now.date(), {}
    start, on = today - timedelta(weeks=2), {"with-on": today.isoformat(), "with-reason": ""}
    gone = {"ended_on": today - timedelta(days=3), "end_reason": "dropped"}
    for deed in DEEDS:
        cohort = Cohort.objects.create(course=course, title=deed, starts_on=start)
        days = {"started_on": start} | (gone if deed == "return" else {})
        enrolments = Enrolment.objects.bulk_create(
            Enrolment(cohort=cohort, person=person, **days)
            for person in (new if deed == "invite" else people[:MANY])
        )
        groups = Group.objects.bulk_create(Group(cohort=cohort, name=f"Group {n}") for n in range(11))
        Membership.objects.bulk_create(
            Membership(enrolment=row, group=groups[n % 10], **days) for n, row in enumerate(enrolments)
        )
        fields = on | {"enrolment": [row.pk for row in enrolments], "with-group": groups[-1].pk}
        found[deed] = cohort, fields | {"with-end_reason": "dropped"}
    return found


if __name__ == "__main__":
    sys.exit(main())
