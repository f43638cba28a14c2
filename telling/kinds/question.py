from datetime import datetime

from people.models import Event, Message, User
from questions.access.questions import question_to_read
from questions.models import Ask
from telling.access.channels import hides_asker, question_to_post
from telling.chat.wording import Post, write_post
from telling.kinds.help import HELP
from telling.kinds.in_groups import answering_people
from telling.kinds.kind import MailKind, never_urgent
from telling.mails import Mail, write_mail
from telling.models import Channel


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
    group = ask.group
    context = {
        "question": question,
        "asker": asker,
        "asked_at": ask.asked_at,
        "may_answer": access.may_answer,
        "mentors": group.mentors_on(group.cohort.today(now)).people(),
    }
    return write_mail(
        "question",
        reader,
        now,
        context,
        path=f"{question.get_absolute_url()}{'#id_body' if access.may_answer else ''}",
        group=group,
        reply_to=asker if access.leads_beside(group) else None,
    )


def _post(channel: Channel, event: Event, now: datetime) -> Post | None:
    ask = _ask(event)
    question = question_to_post(channel, ask.question.duplicate_of_id or ask.question_id, now)
    if question.has_answer or (channel.group and hides_asker(ask.question)):
        return None
    return write_post(
        "question", {"question": question}, "question.asked", question.get_absolute_url(), question.title
    )


QUESTION = MailKind(
    name="question",
    topic="questions",
    label="A question is asked in my group",
    roles=("mentor", "course admin"),
    events=("question_asked",),
    thread=_thread,
    is_urgent=never_urgent,
    recipients=lambda event, now: answering_people(_ask(event).group, now),
    write=_write,
    post=_post,
)
