"""A script: the schema of the database of DATABASE_URL, and what pages of each role answer at the moment given."""

import json
import sys
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import django
import time_machine

from tests.upgrading.schema import schema


def addresses() -> Iterator[tuple[str, str]]:
    """The role and the address of the pages to open."""
    from groups.models import Group

    group = Group.objects.filter(cohort__course__admins__person__email="ines@demo.example").latest("pk")
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


def opened() -> dict[str, Any]:
    """The answer of each page, and the number of questions a search finds."""
    from django.test import Client
    from django.test.utils import setup_test_environment

    from people.models import User
    from questions.models import Question
    from questions.search import matching

    setup_test_environment()
    names = {"student": "ana", "mentor": "marta", "course-admin": "ines"}
    people = {role: User.objects.get(email=f"{name}@demo.example") for role, name in names.items()}
    answers = {}
    for role, url in addresses():
        client = Client()
        client.force_login(people[role])
        answers[url] = client.get(url, follow=True).status_code
    return {"answers": answers, "found": matching(Question.objects.all(), "prompt").count()}


def main() -> None:
    django.setup()
    print(json.dumps({"schema": schema(), **opened()}))


if __name__ == "__main__":
    with time_machine.travel(datetime.fromisoformat(sys.argv[1])):
        main()
