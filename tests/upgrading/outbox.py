"""Two outboxes and 23 kinds of mail: what waited is in the one outbox once, and choices are merged."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

AT = datetime(2026, 11, 25, 12, tzinfo=UTC)
BEFORE = [("telling", "0005_broken_promises"), ("people", "0010_known_time_zones")]


def fill(apps: Any) -> dict[int, str]:
    """Return the names, in this story, of the people by their ids."""
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

    people = apps.get_model("people", "User").objects.filter(
        pk__in=apps.get_model("groups", "Mentorship").objects.values("person")
    )
    mentor, other = people.order_by("pk")[:2]
    student = (
        apps.get_model("groups", "Enrolment").objects.exclude(person__in=people).order_by("pk")[0].person_id
    )
    choose = apps.get_model("people", "MailChoice").objects.create
    for person, kind, soon in (
        (mentor.pk, "move", "never"),
        (mentor.pk, "dates", "digest"),
        (mentor.pk, "reminder", "never"),
        (other.pk, "check-in-due", "never"),
        (other.pk, "check-in-late", "never"),
        (other.pk, "reminder", "never"),
        (other.pk, "begin", "never"),
        (other.pk, "help", "always"),
        *((student, kind, "never") for kind in ("begin", "move", "mentor", "dates")),
    ):
        choose(person_id=person, kind=kind, soon=soon)
    morning = apps.get_model("people", "Event").objects.create(kind="morning", at=AT, told_at=AT)
    message = partial(apps.get_model("people", "Message").objects.create, due_at=AT, try_at=AT)
    message(recipient=mentor, event=event, kind="dates", thread=f"dates {group.pk}", message_id="new dates")
    message(recipient=mentor, event=morning, kind="check-in-due", message_id="due waits")
    message(recipient=mentor, event=morning, kind="check-in-late", message_id="late waits")
    message(
        recipient=other, event=morning, kind="check-in-due", message_id="due sent", state="sent", ended_at=AT
    )
    message(recipient=other, event=morning, kind="check-in-late", message_id="late still waits")

    return {mentor.pk: "mentor", other.pk: "other", student: "student"}


def found(names: dict[int, str]) -> dict[str, object]:
    from people.models import MailChoice, Message

    shown = ("channel", "event__kind", "kind", "message_id", "state", "tries", "claimed_at", "ended_at")
    posts_now = Message.objects.filter(kind="post").order_by("pk").values_list(*shown)
    mails = (
        Message.objects.exclude(kind__in=("post", "account"))
        .exclude(event__kind="dates_dropped")
        .order_by("message_id")
    )
    choices = MailChoice.objects.filter(person__in=names).values_list("person", "kind", "soon")
    return {
        "posts": list(posts_now),
        "mails": list(mails.values_list("kind", "message_id", "state")),
        "choices": sorted((names[person], kind, soon) for person, kind, soon in choices),
    }
