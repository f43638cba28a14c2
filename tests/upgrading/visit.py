"""Bring the database of DATABASE_URL up to date, open pages of each role in it, and print what was found as JSON.

A script, started by test_upgrading.py with the moment of the dump: one process of Django knows one database.
"""

import json
import sys
from collections.abc import Iterator
from datetime import datetime

import django
import time_machine


def addresses() -> Iterator[tuple[str, str]]:
    """The role and the address of the pages to open."""
    from groups.models import Group

    group = Group.objects.select_related("cohort__course").order_by("-pk")[0]
    student = group.memberships.order_by("pk")[0].enrolment_id
    course = group.cohort.course.slug
    for url in ("/week/", "/questions/?q=prompt", "/reviews/"):
        yield "student", url
    for url in ("/groups/", "/trends/"):
        yield "mentor", url
    for url in (
        f"/groups/{group.pk}/",
        f"/students/{student}/",
        f"/cohorts/{group.cohort_id}/",
        f"/cohorts/{group.cohort_id}/people/",
        f"/cohorts/{group.cohort_id}/export/",
        f"/courses/{course}/trends/",
        f"/courses/{course}/topics/",
    ):
        yield "course-admin", url


def main() -> int:
    django.setup()
    from django.apps import apps
    from django.core.management import call_command
    from django.test import Client
    from django.test.utils import setup_test_environment

    from people.demo import DEMO_ROLES
    from people.models import User
    from questions.models import Question
    from questions.search import matching

    setup_test_environment()
    call_command("migrate", verbosity=0)
    people = {role.key: User.objects.get(email=role.email) for role in DEMO_ROLES}
    answers = {}
    for role, url in addresses():
        client = Client()
        client.force_login(people[role])
        answers[url] = client.get(url, follow=True).status_code
    counts = {
        model._meta.label: model._default_manager.count()
        for model in apps.get_models()
        if model.__module__.partition(".")[0] in ("people", "courses", "groups", "questions", "tracker")
    }
    print(
        json.dumps(
            {
                "answers": answers,
                "counts": counts,
                "found": matching(Question.objects.all(), "prompt").count(),
            }
        )
    )
    return 0


if __name__ == "__main__":
    with time_machine.travel(datetime.fromisoformat(sys.argv[1])):
        sys.exit(main())
