from itertools import batched
from typing import Any

from django.db import migrations

# What both have: what waits goes on where it was, under the id by which a program knows it again.
_SAME = ("channel_id", "event_id", "made_at", "try_at", "tries", "claimed_at", "state", "reason", "ended_at")


def carry_over(apps: Any, schema_editor: Any) -> None:
    Message = apps.get_model("people", "Message")
    posts = apps.get_model("telling", "ChannelPost").objects.order_by("pk").iterator()
    for batch in batched(posts, 500):
        Message.objects.bulk_create(
            Message(
                kind="post",
                message_id=post.post_id,
                due_at=post.made_at,
                **{name: getattr(post, name) for name in _SAME},
            )
            for post in batch
        )


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0011_message_to_channel"),
        ("telling", "0005_broken_promises"),
    ]

    operations = [migrations.RunPython(carry_over, migrations.RunPython.noop)]
