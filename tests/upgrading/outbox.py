"""Upgrade the database of DATABASE_URL past the outbox for chats of its own, and print as JSON what is in the outbox.

A script, started by test_upgrading.py: one process of Django knows one database.
"""

import json
from datetime import UTC, datetime

import django
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

AT = datetime(2026, 11, 25, 12, tzinfo=UTC)


def main() -> None:
    django.setup()
    from django.core.management import call_command

    before = [("telling", "0005_broken_promises"), ("people", "0010_known_time_zones")]
    executor = MigrationExecutor(connection)
    executor.migrate(before)
    apps = executor.loader.project_state(before).apps
    group = apps.get_model("groups", "Group").objects.order_by("pk")[0]
    channel = apps.get_model("telling", "Channel").objects.create(
        group=group, address="https://chat.example.com/", made_at=AT
    )
    event = apps.get_model("people", "Event").objects.create(
        kind="dates_changed", ids={"group": group.pk}, at=AT
    )
    posts = apps.get_model("telling", "ChannelPost").objects
    posts.create(
        channel=channel, made_at=AT, try_at=AT, state="sent", ended_at=AT, post_id="msg_tried", tries=1
    )
    posts.create(
        channel=channel, event=event, made_at=AT, try_at=AT, claimed_at=AT, post_id="msg_waits", tries=2
    )

    call_command("migrate", verbosity=0)
    from people.models import Message

    shown = ("channel", "event__kind", "kind", "message_id", "state", "tries", "claimed_at", "ended_at")
    print(json.dumps(list(Message.objects.order_by("pk").values_list(*shown)), default=str))


if __name__ == "__main__":
    main()
