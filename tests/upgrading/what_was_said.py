"""Upgrade the database of DATABASE_URL past confidence and pace, and print what is left of what was said.

A script, started by test_upgrading.py: one process of Django knows one database.
"""

import json
from datetime import UTC, datetime, timedelta

import django
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

AT = datetime(2026, 11, 25, 12, tzinfo=UTC)
SAID = [
    ("low", "stuck", "The key", "Ask Inês"),
    ("high", "behind", "", "RAG"),
    ("high", "stuck", "", ""),
    ("low", "ahead", "Exams", ""),
]


def main() -> None:
    django.setup()
    from django.core.management import call_command

    before = [("tracker", "0018_rings_are_suggested")]
    executor = MigrationExecutor(connection)
    executor.migrate(before)
    apps = executor.loader.project_state(before).apps
    notes, history = (
        apps.get_model("tracker", name).objects for name in ("MeetingNote", "HistoricalMeetingNote")
    )
    notes.all().delete()
    history.all().delete()
    stay = apps.get_model("groups", "Membership").objects.order_by("pk")[0]
    for number, (confidence, pace, blocker, next_step) in enumerate(SAID):
        fields = {
            "enrolment_id": stay.enrolment_id,
            "group_id": stay.group_id,
            "week_starts_on": AT.date() - timedelta(days=2 + 7 * number),
            "confidence": confidence,
            "pace": pace,
            "blocker": blocker,
            "next_step": next_step,
        }
        note = notes.create(**fields)
        history.create(id=note.pk, history_date=AT, history_type="+", **fields)

    call_command("migrate", verbosity=0)
    from tracker.models import MeetingNote

    said = [
        list(rows.order_by("pk").values_list("going", "note"))
        for rows in (MeetingNote.objects.all(), MeetingNote.history.all())
    ]
    print(json.dumps(said))


if __name__ == "__main__":
    main()
