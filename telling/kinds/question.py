from datetime import datetime

from django.urls import reverse

from people.models import Event, Message, User
from questions.access.questions import question_to_read
from questions.models import Ask
from telling.kinds.help import HELP
from telling.kinds.in_groups import answering_people, reason_asked
from telling.kinds.kind import MailKind
from telling.mails import Mail, Part, moment_label, written, zone_of


def _ask(event: Event) -> Ask:
    asks = Ask.objects.select_related("question", "group__cohort", "enrolment__person")
    return asks.get(pk=event.ids["ask"])


def _thread(event: Event) -> str:
    ask = _ask(event)
    return f"question {ask.question.duplicate_of_id or ask.question_id}"


def _write(reader: User, event: Event, now: datetime) -> Mail | None:
    ask = _ask(event)
    access = question_to_read(reader, ask.question.duplicate_of_id or ask.question_id, now)
    question = access.question
    # A mail of the same moment that the asker needs help has these words.
    of_help = Message.objects.filter(
        recipient=reader, kind=HELP.name, event__by=event.by_id, event__at=event.at, due_at__lte=now
    )
    if question.has_answer or of_help.filter(state__in=[Message.State.WAITING, Message.State.SENT]).exists():
        return None
    # Without an enrolment it is somebody of the group. The first asker may hide their name, one who asked again does
    # not.
    asker = ask.enrolment.person if ask.enrolment else None
    if asker == question.asked_by and not access.reader.sees_asker(question):
        asker = None
    parts = [
        Part(f"Asked {moment_label(ask.asked_at, zone_of(reader, ask.group.cohort), now)}.", look="muted")
    ]
    if question.detail:
        parts.append(written(question.detail, question.get_absolute_url()))
    if question.milestone:
        path = reverse("questions:milestone-questions", args=[question.milestone_id])
        parts.append(Part(question.milestone.title, label="About", path=path))
    if question.ask_count > 1:
        parts.append(Part(f"It was asked {question.ask_count} times in the course."))
    return Mail(
        subject=f"{asker.get_short_name() if asker else f'Somebody in {ask.group}'} asks: {question}",
        about=f"for {ask.group}",
        heading=question.title,
        parts=tuple(parts),
        label="Answer" if access.may_answer else "Read it",
        path=f"{question.get_absolute_url()}{'#id_body' if access.may_answer else ''}",
        why=reason_asked(reader, ask.group, now),
        reply_to=asker if access.leads_beside(ask.group) else None,
    )


QUESTION = MailKind(
    name="question",
    label="A question is asked in my group",
    roles=("mentor", "course admin"),
    events=("question_asked",),
    thread=_thread,
    recipients=lambda event, now: answering_people(_ask(event).group, now),
    write=_write,
)
