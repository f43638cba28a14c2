"""Upgrade the database of DATABASE_URL past the thresholds that are constants now, and print whom the outbox tells.

A script, started by test_upgrading.py: one process of Django knows one database.
"""

import json

import django
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


def main() -> None:
    django.setup()
    from django.core.management import call_command

    before = [("courses", "0007_asks_before_meeting"), ("people", "0011_message_to_channel")]
    executor = MigrationExecutor(connection)
    executor.migrate(before)
    apps = executor.loader.project_state(before).apps
    apps.get_model("people", "Message").objects.all().delete()
    courses = apps.get_model("courses", "Course").objects
    courses.create(title="As it was", slug="as-it-was")
    of_demo = courses.exclude(slug="as-it-was")
    of_demo.update(spread_count=4, question_open_days=5, behind_days=9, question_days=2)

    call_command("migrate", verbosity=0)
    from courses.models import Course
    from people.models import Message

    told = list(Message.objects.order_by("pk").values_list("recipient__email", "address", "kind", "body"))
    print(json.dumps([told, list(Course.objects.order_by("pk").values_list("behind_days", "question_days"))]))


if __name__ == "__main__":
    main()
