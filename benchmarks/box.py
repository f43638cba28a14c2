"""Measure what the one box costs in an empty database with so many learners and questions: find, and offer.

The questions of the learners are written again until there are so many: each word stands in as many more titles.

    DJANGO_SETTINGS_MODULE=config.test_settings DATABASE_URL=sqlite:////tmp/box.sqlite3 \
        python -m benchmarks.box 3000 10000

For PostgreSQL `bin/postgres.py` goes before it. Medians of eleven requests, in process, from the first middleware on:
milliseconds of this process (CPU; on SQLite the database is part of it) and on the clock (wall).
"""

import os
import sys
import time
from functools import partial
from statistics import median

REQUESTS = 11
# A word that many titles hold, a beginning of many, a name, several words, words that no title holds all of, nothing.
TEXTS = (
    "tokenizer",
    "wh",
    "ana",
    "tokenizer fail",
    "why does my tokenizer fail on long documents?",
    "quagga",
)


def main(learners: int, questions: int) -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.urls import reverse
    from django.utils import timezone

    from benchmarks.learners import seed
    from benchmarks.straight import written_straight
    from questions.models import Question
    from trends.actions.summaries import sum_up_large_courses

    call_command("migrate", verbosity=0)
    with written_straight():
        installation = seed(learners, timezone.now())
        fields = [field for field in Question._meta.concrete_fields if not field.generated]
        columns = ", ".join(str(field.column) for field in fields if not field.primary_key)
        while left := max(questions - Question.objects.count(), 0):
            again = f"SELECT {columns} FROM questions_question LIMIT {left}"  # noqa: S608 - names of our own
            with connection.cursor() as cursor:
                cursor.execute(f"INSERT INTO questions_question ({columns}) {again}")
    sum_up_large_courses(timezone.now())
    print(f"{learners:,} learners, {Question.objects.count():,} questions on {connection.vendor}")
    offer = reverse("questions:question-similar", args=[installation.group.pk])
    finding = {"HX-Request": "true", "HX-Target": "box-hits"}
    for who in ("student", "mentor", "admin"):
        client = Client()
        client.force_login(getattr(installation, who))
        for text in TEXTS:
            about = str(installation.milestone.pk)
            find = partial(client.get, "/search/", {"q": text}, headers=finding)
            print(who, _cost(find), "find ", text)
            print(who, _cost(partial(client.post, offer, {"title": text, "milestone": about})), "offer", text)


def _cost(ask) -> str:  # type: ignore[no-untyped-def]
    costs = []
    for _ in range(REQUESTS + 1):
        cpu, wall = time.process_time(), time.perf_counter()
        answer = ask()
        costs.append((time.process_time() - cpu, time.perf_counter() - wall))
        if answer.status_code != 200:
            raise RuntimeError(answer.status_code)
    # The first one reads templates.
    return " ".join(f"{median(each) * 1_000:6.1f}" for each in zip(*costs[1:], strict=True))


if __name__ == "__main__":
    if "DJANGO_SETTINGS_MODULE" not in os.environ:
        sys.exit("Set DJANGO_SETTINGS_MODULE: python -m pydoc benchmarks.box has the whole command.")
    main(int(sys.argv[1]), int(sys.argv[2]))
