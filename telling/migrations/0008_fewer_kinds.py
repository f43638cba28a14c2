from typing import Any

from django.db import migrations
from django.db.models import Exists, OuterRef, Q

MERGED = {
    "group": ("begin", "move", "mentor", "away", "dates"),
    "log": ("check-in-due", "check-in-late", "reminder"),
}
# The loudest first.
_SOON = ("always", "at_once", "digest", "never")


def merge_messages(apps: Any, schema_editor: Any) -> None:
    """A morning may have told of two things in two mails to one person: the one that waits says both."""
    messages = apps.get_model("people", "Message").objects
    late = messages.filter(kind="check-in-late", event__isnull=False, recipient__isnull=False)
    for message in late:
        due = messages.filter(kind="check-in-due", event=message.event_id, recipient=message.recipient_id).first()
        if due is not None:
            is_over = due.ended_at is not None and message.ended_at is None
            (due if is_over else message).delete()
    for kind, names in MERGED.items():
        messages.filter(kind__in=names).update(kind=kind)


def merge_choices(apps: Any, schema_editor: Any) -> None:
    """Take the loudest choice that somebody made. "Never" holds only if they chose it for all that could reach them."""
    MailChoice = apps.get_model("people", "MailChoice")
    made: dict[tuple[int, str], dict[str, str]] = {}
    for kind, names in MERGED.items():
        for person, name, soon in MailChoice.objects.filter(kind__in=names).values_list("person", "kind", "soon"):
            made.setdefault((person, kind), {})[name] = soon
    is_person = Q(person=OuterRef("pk"))
    roles = {
        user.pk: user
        for user in apps.get_model("people", "User").objects.filter(pk__in={person for person, _ in made}).annotate(
            studies=Exists(apps.get_model("groups", "Enrolment").objects.filter(is_person)),
            mentors=Exists(apps.get_model("groups", "Mentorship").objects.filter(is_person)),
            administers=Exists(apps.get_model("courses", "CourseAdmin").objects.filter(is_person)),
        )
    }
    for (person, kind), chosen in made.items():
        loudest = min(chosen.values(), key=_SOON.index)
        if loudest != "never" or _shown(roles[person], kind) <= chosen.keys():
            MailChoice.objects.create(person_id=person, kind=kind, soon=loudest)
    MailChoice.objects.filter(kind__in=[name for names in MERGED.values() for name in names]).delete()


def _shown(user: Any, kind: str) -> set[str]:
    """The kinds that the person could choose by the roles that they have or had; all of them for who has none."""
    if kind == "log" or not (user.studies or user.mentors or user.administers):
        return set(MERGED[kind])
    names = {"begin", "move", "mentor", "dates"} if user.studies or user.mentors else set()
    return names | ({"away"} if user.mentors or user.administers else set())


class Migration(migrations.Migration):
    dependencies = [
        ("telling", "0007_delete_channel_post"),
        ("groups", "0010_closing"),
        ("courses", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(merge_messages, migrations.RunPython.noop),
        migrations.RunPython(merge_choices, migrations.RunPython.noop),
    ]
