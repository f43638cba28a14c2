"""Offer similar questions while somebody types, among 100,000, and place 5,000 in topics; say what it costs.

`make bench-suggestions` runs it on SQLite and, where there is a server, on PostgreSQL, each on a database of its own.
Run by hand, DATABASE_URL names another one, which must be empty. Questions, answers and asks are made up first and do
not count: a course of eight cohorts and a small one beside it, words as rare and common as in a language (the
commonest stands in half of all titles). ASKED is how many questions there are, REQUESTS how often each kind of line is
typed, NEW how many wait for a topic. What counts is CPU time, which others on the machine disturb less: that of this
process, and that of the process of PostgreSQL that serves it. The memory is the most that this process took so far.
"""

import gc
import os
import random
import resource
import sys
import tempfile
import time
from bisect import bisect
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from statistics import quantiles
from typing import Any

QUESTIONS = int(os.environ.get("ASKED", "100000"))
REQUESTS = int(os.environ.get("REQUESTS", "60"))
COHORTS, GROUPS = 8, 40
# One question of so many is of a small course beside the large one, whose words the large one crowds.
BESIDE = 100
WORDS = 30_000
NEW = int(os.environ.get("NEW", "5000"))
# At most so much CPU for an answer, on average of each kind of line, and for placing the new ones.
MILLISECONDS = 60
SECONDS = 30
FRAMES = ("How do I", "Why does", "What is", "Can I use", "Where do I find", "Error:", "", "When should we")
NOW = datetime(2026, 9, 16, 10, 0, tzinfo=UTC)


class Language:
    """Made-up words, the second half as common as the first, the third a third: as in any language."""

    def __init__(self, chance: random.Random) -> None:
        syllables = [a + b for a in "bcdfghjklmnprstvwz" for b in ("a", "e", "i", "o", "u", "an", "er", "ol")]
        words = {
            "".join(chance.choices(syllables, k=chance.choice((1, 2, 2, 3, 3, 4)))) for _ in range(3 * WORDS)
        }
        self.words = sorted(words)
        chance.shuffle(self.words)
        self.words = self.words[:WORDS]
        self.sums = list(accumulate(1 / rank for rank in range(1, len(self.words) + 1)))
        self.chance = chance

    def word(self) -> str:
        return self.words[bisect(self.sums, self.chance.random() * self.sums[-1])]

    def title(self, topic: list[str]) -> str:
        """Words of the topic in another order, one left out now and then, and some more."""
        kept = [word for word in topic if self.chance.random() < 0.8] or topic
        said = [*kept, *(self.word() for _ in range(self.chance.randint(1, 5)))]
        self.chance.shuffle(said)
        return f"{self.chance.choice(FRAMES)} {' '.join(said)}?".strip()[:300]

    def text(self, length: int) -> str:
        return " ".join(self.word() for _ in range(length))


def seed() -> dict[str, Any]:
    from django.db import transaction

    from courses.models import Cohort, Course
    from groups.models import Enrolment, Group, Membership, Mentorship
    from people.models import User
    from questions.models import Answer, Ask, Question
    from questions.search import search_text

    chance = random.Random(3)  # noqa: S311
    language = Language(chance)
    topics = [[language.word() for _ in range(chance.randint(3, 6))] for _ in range(QUESTIONS // 4)]
    admin = User.objects.create_user("admin@example.org", name="Admin")
    course = Course.objects.create(title="LLM", slug="llm")
    course.admins.create(person=admin)
    milestones = [course.milestones.create(position=n, week=n, title=f"Milestone {n}") for n in range(1, 9)]
    people = User.objects.bulk_create(
        User(name=f"Person {n}", email=f"person{n}@example.org") for n in range(COHORTS * GROUPS * 4)
    )
    groups, members = [], []
    for n in range(COHORTS):
        cohort = Cohort.objects.create(
            course=course, title=f"Cohort {n}", starts_on=date(2026, 8, 31), time_zone="UTC"
        )
        for m in range(GROUPS):
            group = Group.objects.create(cohort=cohort, name=f"Group {n}-{m}")
            mentor, *students = people[(n * GROUPS + m) * 4 : (n * GROUPS + m + 1) * 4]
            Mentorship.objects.create(group=group, person=mentor, started_on=date(2026, 8, 31))
            for person in students:
                enrolment = Enrolment.objects.create(
                    cohort=cohort, person=person, started_on=date(2026, 8, 31)
                )
                Membership.objects.create(enrolment=enrolment, group=group, started_on=date(2026, 8, 31))
                members.append(enrolment)
            groups.append(group)
    beside = Course.objects.create(title="Beside", slug="beside")
    beside.admins.create(person=people[-1])
    small = Group.objects.create(
        cohort=Cohort.objects.create(
            course=beside, title="Only", starts_on=date(2026, 8, 31), time_zone="UTC"
        ),
        name="Small",
    )
    for start in range(0, QUESTIONS, 5_000):
        questions, bodies = [], []
        for n in range(start, min(start + 5_000, QUESTIONS)):
            group = groups[n % len(groups)] if n % BESIDE else small
            body = language.text(chance.randint(20, 200)) if chance.random() < 0.6 else ""
            title = language.title(chance.choice(topics))
            asked_at = NOW - timedelta(minutes=5 * (QUESTIONS - n))
            questions.append(
                Question(
                    cohort_id=group.cohort_id, group=group, asked_by_id=members[n % len(members)].person_id,
                    asked_at=asked_at, title=title,
                    milestone=chance.choice([None, *milestones]) if n % BESIDE else None,
                    visibility=chance.choices(["group", "cohort", "course"], [1, 7, 2])[0],
                    status="answered" if body else "open", first_answered_at=asked_at if body else None,
                    search_text=search_text(title, "", [body] if body else []),
                )
            )  # fmt: skip
            bodies.append(body)
        with transaction.atomic():
            Question.objects.bulk_create(questions)
            Answer.objects.bulk_create(
                Answer(question=one, body=body, answered_by=admin, answered_at=one.asked_at)
                for one, body in zip(questions, bodies, strict=True)
                if body
            )
            Ask.objects.bulk_create(
                Ask(
                    question=one, group_id=one.group_id, asked_at=one.asked_at + timedelta(seconds=again),
                    week_starts_on=one.asked_at.date() - timedelta(days=one.asked_at.weekday()), logged_by=admin,
                )
                for one in questions
                for again in range(chance.choice((1, 1, 1, 2, 5)))
            )  # fmt: skip
    return {
        "student": (members[0].person, groups[0]),
        "mentor": (people[0], groups[0]),
        "admin": (admin, groups[0]),
        "beside": (people[-1], small),
        "language": language,
        "topics": topics,
        "chance": chance,
    }


def lines(made: dict[str, Any]) -> dict[str, list[str]]:
    """What is typed: whole questions, questions half typed, and only common words."""
    language, chance = made["language"], made["chance"]
    whole = [language.title(chance.choice(made["topics"])) for _ in range(REQUESTS)]
    common = [" ".join(chance.sample(language.words[:12], chance.randint(1, 6))) for _ in range(REQUESTS)]
    misspelt = [
        "".join(chance.sample(word, len(word))) + " " + word[1:] for word in language.words[-REQUESTS:]
    ]
    return {
        "whole questions": whole,
        "half typed": [line[: len(line) * 2 // 3] for line in whole],
        "common words only": common,
        "misspelt": misspelt,
    }


def memory() -> int:
    """In MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def refresh() -> float:
    """Place the newest questions, the others being in no topic; return the seconds of CPU."""
    from django.utils import timezone

    from benchmarks.measuring.clock import database_seconds
    from courses.models import Course
    from questions.models import Placement, Question
    from trends.actions.topics import refresh_topics

    course = Course.objects.get(slug="llm")
    ids = list(Question.objects.filter(cohort__course=course).order_by("pk").values_list("pk", flat=True))
    now = timezone.now()
    Placement.objects.bulk_create(
        (Placement(question_id=pk, placed_at=now) for pk in ids[:-NEW]), batch_size=5_000
    )
    before, began, database = memory(), time.process_time(), database_seconds()
    done = refresh_topics(course=course, at=now)
    busy, database = time.process_time() - began, database_seconds() - database
    print(
        f"{done.looked_at:,} of {len(ids):,} placed, {done.found:,} topics found: CPU {busy:.0f} + {database:.0f} s"
        f" (at most {SECONDS}), memory {before} MB before, {memory()} MB after",
        flush=True,
    )
    return busy + database


def main() -> int:
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client, override_settings
    from django.urls import reverse

    from benchmarks.measuring.clock import database_seconds

    call_command("migrate", verbosity=0)
    began = time.monotonic()
    made = seed()
    # A server has nothing of it in memory.
    gc.collect()
    gc.freeze()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    print(
        f"{QUESTIONS:,} questions on {connection.vendor} made in {time.monotonic() - began:.0f} s", flush=True
    )
    slowest = 0.0
    with override_settings(ALLOWED_HOSTS=["testserver"], DEBUG=False):
        for role in ("student", "mentor", "admin", "beside"):
            person, group = made[role]
            client = Client()
            client.force_login(person)
            url = reverse("questions:question-similar", args=[group.pk])
            client.get(url, {"title": "warm up the connection"})
            for what, titles in lines(made).items():
                times = []
                offered = 0
                busy, database = time.process_time(), database_seconds()
                for title in titles:
                    start = time.perf_counter()
                    answer = client.get(url, {"title": title})
                    times.append((time.perf_counter() - start) * 1_000)
                    offered += b"<li>" in answer.content
                busy = (time.process_time() - busy) * 1_000 / len(times)
                database = (database_seconds() - database) * 1_000 / len(times)
                cuts = quantiles(times, n=20)
                slowest = max(slowest, busy + database)
                print(
                    f"{role:8} {what:18} p50 {cuts[9]:4.0f} ms  p95 {cuts[18]:4.0f} ms  most {max(times):4.0f} ms"
                    f"  CPU {busy:3.0f} + {database:.0f} ms  offered {offered} of {len(titles)}  memory {memory()} MB",
                    flush=True,
                )
        print(f"most CPU for an answer: {slowest:.0f} ms (at most {MILLISECONDS})", flush=True)
        return 0 if refresh() <= SECONDS and slowest <= MILLISECONDS else 1


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/bench.sqlite3")
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        os.environ.setdefault("DEBUG", "1")
        import django

        django.setup()
        sys.exit(main())
