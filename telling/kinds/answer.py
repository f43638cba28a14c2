from collections.abc import Iterable
from datetime import datetime

from people.models import Event, User
from questions.access.questions import question_to_read
from questions.actions.telling import recipients
from questions.models import Answer, Question
from questions.models.question import QuestionQuerySet
from telling.kinds.in_groups import mentor_to_reply_to
from telling.kinds.kind import Kind
from telling.mails import Mail, Part, cut


def _merged(event: Event) -> QuestionQuerySet:
    merged: QuestionQuerySet = Question.objects.filter(
        pk__in=event.ids["questions"], duplicate_of__isnull=False
    )
    return merged


def _question_id(event: Event) -> int | None:
    if event.kind == "questions_merged":
        return _merged(event).values_list("duplicate_of", flat=True).first()
    return Answer.objects.filter(pk=event.ids["answer"]).values_list("question", flat=True).first()


def _hearers(event: Event, now: datetime) -> Iterable[User]:
    questions = Question.objects.filter(pk=_question_id(event) or 0)
    merged = _merged(event) if event.kind == "questions_merged" else None
    return [recipient.person for recipient in recipients(questions, at=now, merged=merged)]


def _write(reader: User, event: Event, now: datetime) -> Mail | None:
    question_id = _question_id(event)
    if question_id is None:
        return None
    access = question_to_read(reader, question_id, now)
    question, is_merge = access.question, event.kind == "questions_merged"
    answers = question.answers.in_order()
    answer = answers.last() if is_merge else answers.filter(pk=event.ids["answer"]).first()
    if answer is None:
        return None
    said = "Your question was asked before, and is answered." if is_merge else "Your question is answered."
    return Mail(
        subject=f"Answered: {question}",
        heading=question.title,
        parts=(Part(said), Part(cut(answer.body), look="markdown")),
        label="Open the question",
        path=question.get_absolute_url(),
        why="because you asked this question",
        reply_to=mentor_to_reply_to(question.group, now) if access.is_asker else None,
    )


ANSWER = Kind(
    name="answer",
    label="A question of mine is answered",
    whom="who asked it, first or again, or asked one that is merged into it",
    soon="at once",
    roles=("student", "mentor"),
    events=("question_answered", "questions_merged"),
    thread=lambda event: f"question {_question_id(event)}",
    hearers=_hearers,
    write=_write,
)
