from datetime import datetime

from django.db.models import Q
from django.urls import reverse

from people.models import Event, User
from questions.access.sight import questions_visible_to
from questions.actions.telling import questions_of, recipients
from questions.models import MaterialChange
from telling.chat.wording import Post, write_post
from telling.kinds.kind import MailKind, never_urgent
from telling.mails import Mail, write_mail
from telling.models import Channel


def _change(event: Event) -> MaterialChange:
    return MaterialChange.objects.select_related("material", "milestone", "made_by").get(
        pk=event.ids["change"]
    )


def _write(reader: User, event: Event, now: datetime) -> Mail | None:
    change = _change(event)
    asked = (
        Q(asked_by=reader)
        | Q(asks__enrolment__person=reader)
        | Q(duplicates__asked_by=reader)
        | Q(duplicates__asks__enrolment__person=reader)
    )
    visible = questions_visible_to(reader, now).filter(pk__in=questions_of(change).values("pk"))
    questions = list(visible.filter(asked).distinct().order_by("pk"))
    if not questions:
        return None
    return write_mail(
        "change",
        reader,
        now,
        {"change": change, "questions": questions},
        path=questions[0].get_absolute_url(),
        reply_to=change.made_by,
    )


def _post(channel: Channel, event: Event, now: datetime) -> Post:
    change = _change(event)
    milestone_id = change.material.milestone_id if change.material else change.milestone_id
    # The page of the change itself is for course admins.
    path = (
        reverse("questions:milestone-questions", args=[milestone_id])
        if milestone_id
        else reverse("tracker:home")
    )
    return write_post("change", {"change": change}, "material.changed", path, change.what)


CHANGE = MailKind(
    name="change",
    topic="questions",
    label="Material changes because of my question",
    roles=("student", "mentor"),
    events=("material_changed",),
    is_urgent=never_urgent,
    recipients=lambda event, now: recipients(questions_of(_change(event)), at=now, kind="change"),
    write=_write,
    post=_post,
)
