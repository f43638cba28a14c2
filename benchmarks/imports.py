"""Import a roster of 10,000 people and 200 tracking sheets, and say how long it took and how much memory.

`make bench-import` runs it on a database of its own in a temporary folder; DATABASE_URL names another one, which must
be empty. Files are made first and do not count.
"""

import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

PEOPLE = int(os.environ.get("PEOPLE", "10000"))
BOOKS = int(os.environ.get("BOOKS", "200"))
TITLES = ("Basics", "Prompts", "Ingestion", "RAG")
SECONDS, MEGABYTES = 60, 500


def roster() -> bytes:
    rows = ["name,email,group,mentor,time_zone,level"]
    rows += [
        f"Person {n},person{n}@example.org,Group {n // 3},"
        f"Mentor {n // 30} <mentor{n // 30}@example.org>,Europe/Lisbon,{n % 4}"
        for n in range(PEOPLE)
    ]
    return "\n".join(rows).encode()


def book(group: int) -> bytes:
    from openpyxl import Workbook

    file = Workbook()
    tab = file.active
    tab.title = "Courses"
    tab.append(["Learning Path", "Module", "Selected"])
    for title in TITLES:
        tab.append(["LLM", title, True])
    tab = file.create_sheet("Tracker")
    tab.append(["Learning path:", None, "LLM"])
    tab.append([])
    tab.append([None, None, *TITLES])
    tab.append(["Name", "Mentor", 1, 0.67, 0.33, 0])
    for n in range(3):
        tab.append([f"Person {group * 3 + n}", f"Mentor {group // 10}", True, n < 2, n < 1, False])
    for _ in range(10):
        tab.append([None, None, False, False, False, False])
    tab = file.create_sheet("Questions")
    tab.append(["Date", "Student", "Module", "Question", "Answer", "Answered by", "Solved"])
    for n in range(12):
        answered = ["So that it works.", f"Mentor {group // 10}", True] if n % 2 else [None, None, False]
        tab.append(
            ["2026-09-10", f"Person {group * 3 + n % 3}", TITLES[n % 4], f"Why is it so, {n}?", *answered]
        )
    buffer = BytesIO()
    file.save(buffer)
    return buffer.getvalue()


def _longest_transaction(connection: Any) -> list[float]:
    """Seconds that each transaction takes from now on: on SQLite nobody else writes meanwhile."""
    seconds: list[float] = []
    began = 0.0
    switch = connection.set_autocommit

    def timed(autocommit: bool, **more: Any) -> None:
        nonlocal began
        switch(autocommit, **more)
        if autocommit:
            seconds.append(time.monotonic() - began)
        else:
            began = time.monotonic()

    connection.set_autocommit = timed
    return seconds


def main() -> int:
    from django.core.management import call_command
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from courses.models import Cohort, Course
    from people.models import User
    from sheets.actions.confirm import confirm
    from sheets.actions.preview import preview
    from sheets.actions.undo import undo
    from sheets.actions.upload import Upload, upload
    from sheets.models import SheetImport

    call_command("migrate", verbosity=0)
    now = timezone.now()
    by = User.objects.create_user("admin@example.org", name="Admin")
    course = Course.objects.create(title="LLM", slug="llm")
    course.admins.create(person=by)
    for n, title in enumerate(TITLES, start=1):
        course.milestones.create(position=n, week=n, title=title)
    cohort = Cohort.objects.create(course=course, title="Autumn", starts_on=now.date(), time_zone="UTC")
    files = {
        SheetImport.Kind.ROSTER: [Upload("roster.csv", roster())],
        SheetImport.Kind.SHEET: [Upload(f"group_{n}.xlsx", book(n)) for n in range(BOOKS)],
    }
    total = 0.0
    held = _longest_transaction(connection)

    def timed(what: str, work: Callable[[], SheetImport]) -> SheetImport:
        nonlocal total
        began = time.monotonic()
        held.clear()
        with CaptureQueriesContext(connection) as queries:
            result = work()
        seconds = time.monotonic() - began
        total += seconds if "undone" not in what else 0
        longest = max(held, default=0.0)
        print(
            f"{what:34}{seconds:7.1f} s{len(queries):8,} queries, longest transaction {longest:5.1f} s",
            flush=True,
        )
        return result

    for kind, given in files.items():
        name = f"{len(given)} tracking sheets" if kind == SheetImport.Kind.SHEET else f"roster of {PEOPLE:,}"
        one = timed(
            f"{name} given",
            lambda: upload(kind=kind, course=course, cohort=cohort, files=given, by=by, at=now),  # noqa: B023
        )
        one = timed(f"{name} previewed", lambda: preview(sheet_import=one, at=now))  # noqa: B023
        one = timed(f"{name} written", lambda: confirm(sheet_import=one, by=by, at=now))  # noqa: B023
        print(f"{'':34}{one.understood['counts']}")
    timed("tracking sheets undone", lambda: undo(sheet_import=one, by=by, at=now))
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 if sys.platform == "darwin" else 1024)
    most = most / 1024 if sys.platform == "darwin" else most
    print(
        f"{'previewed and written':34}{total:7.1f} s (at most {SECONDS}), {most:.0f} MB (at most {MEGABYTES})"
    )
    return 0 if total <= SECONDS and most <= MEGABYTES else 1


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/bench.sqlite3")
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        os.environ.setdefault("DEBUG", "1")
        import django

        django.setup()
        sys.exit(main())
