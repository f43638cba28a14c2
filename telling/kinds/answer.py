from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse

from groups.access import group_to_read
from people.models import Event, User
from questions.access.questions import question_to_read
from questions.actions.telling import recipients
from questions.models import Answer, Question
from questions.models.question import QuestionQuerySet, asks_of
from telling.access.channels import question_to_post
from telling.chat.wording import Post, write_post
from telling.kinds.in_groups import mentor_to_reply_to
from telling.kinds.kind import MailKind
from telling.mails import Mail, write_mail
from telling.models import Channel
from tracker.models import Progress
from tracker.models.progress import ended_by_others

# A request for help was sorted out by somebody else.
SETTLED = "help_settled"


def _merged(event: Event) -> QuestionQuerySet:
    merged: QuestionQuerySet = Question.objects.filter(
        pk__in=event.ids["questions"], duplicate_of__isnull=False
    )
    return merged


def _question_id(event: Event) -> int:
    if event.kind == "questions_merged":
        return _merged(event).order_by("pk")[:1].get().duplicate_of_id or 0
    return Answer.objects.get(pk=event.ids["answer"]).question_id


def _settled(event: Event) -> Any:
    """The mark by which somebody else ended the student's request for help, while the student has not marked on.

    Raises:
        Progress.DoesNotExist: they have, or the request was made again.
    """
    rows = Progress.objects.select_related("enrolment__person", "enrolment__cohort")
    progress = rows.get(enrolment=event.ids["enrolment"], milestone=event.ids["milestone"])
    for ended in ended_by_others([progress.pk], progress.enrolment.person):
        if ended.history_date <= event.at:
            ended.enrolment = progress.enrolment
            return ended
    raise Progress.DoesNotExist


def _write_settled(reader: User, event: Event, now: datetime) -> Mail | None:
    ended = _settled(event)
    enrolment = ended.enrolment
    if enrolment.person_id != reader.pk:
        return None
    stay = enrolment.memberships.open(enrolment.cohort.today(now)).select_related("group__cohort").get()
    # Nobody is told of what is archived.
    group_to_read(reader, stay.group_id, now)
    path, mentor = reverse("tracker:week", args=[stay.group_id]), mentor_to_reply_to(stay.group, now)
    context = {"ended": ended}
    return write_mail("help_settled", reader, now, context, path=path, group=stay.group, reply_to=mentor)


def _recipients(event: Event, now: datetime) -> Iterable[User]:
    if event.kind == SETTLED:
        return [_settled(event).enrolment.person]
    questions = Question.objects.filter(pk=_question_id(event))
    merged = _merged(event) if event.kind == "questions_merged" else None
    return recipients(questions, at=now, merged=merged)


def _write(reader: User, event: Event, now: datetime) -> Mail | None:
    if event.kind == SETTLED:
        return _write_settled(reader, event, now)
    access = question_to_read(reader, _question_id(event), now)
    question, is_merge = access.question, event.kind == "questions_merged"
    answers = question.answers.in_order()
    answer = answers.last() if is_merge else answers.filter(pk=event.ids["answer"]).first()
    if answer is None:
        return None
    # A mentor who noted it for somebody of the group would be told to reply to themselves.
    is_noted = not asks_of([question.pk]).filter(enrolment__person=reader).exists()
    return write_mail(
        "answer",
        reader,
        now,
        {"question": question, "answer": answer, "is_merge": is_merge, "is_noted": is_noted},
        path=question.get_absolute_url(),
        reply_to=mentor_to_reply_to(question.group, now) if access.is_asker and not is_noted else None,
    )


def _post(channel: Channel, event: Event, now: datetime) -> Post:
    question = question_to_post(channel, _question_id(event), now)
    return write_post("answer", {}, "question.answered", question.get_absolute_url(), question.title)


ANSWER = MailKind(
    name="answer",
    topic="questions",
    label="Somebody answers my question, or sorts out what I needed help with",
    roles=("student", "mentor"),
    events=("question_answered", "questions_merged", SETTLED),
    # Every request that is sorted out is told.
    thread=lambda event: "" if event.kind == SETTLED else f"question {_question_id(event)}",
    recipients=_recipients,
    write=_write,
    post=_post,
)
