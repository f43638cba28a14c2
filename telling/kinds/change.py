from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from people.models import Event, User
from questions.access.sight import questions_visible_to
from questions.actions.telling import questions_of, recipients
from questions.models import MaterialChange
from telling.kinds.kind import MailKind
from telling.mails import Mail, Part, cut


def _change(event: Event) -> MaterialChange:
    return MaterialChange.objects.select_related("material", "made_by").get(pk=event.ids["change"])


def _recipients(event: Event, now: datetime) -> Iterable[User]:
    return recipients(questions_of(_change(event)), at=now, kind="change")


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
    url = change.url or (change.material.url if change.material else "")
    return Mail(
        subject=f"Changed because you asked: {questions[0]}",
        heading="The material was changed because you asked",
        parts=(
            Part(cut(change.what), label="What was changed", note=url, look="quote"),
            Part("You asked", look="head"),
            *(Part(question.title, path=question.get_absolute_url(), look="row") for question in questions),
        ),
        label="See your question",
        path=questions[0].get_absolute_url(),
        why="because you asked",
        again="",
        reply_to=change.made_by if change.made_by.is_active else None,
    )


CHANGE = MailKind(
    name="change",
    label="Material changes because of my question",
    roles=("student", "mentor"),
    events=("material_changed",),
    recipients=_recipients,
    write=_write,
)
