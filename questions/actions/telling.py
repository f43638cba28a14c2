"""Mail to those who asked: when a question of theirs is answered first, or merged into one that is, and when material
was changed because of it.

Nobody is told who asked, who left is left in peace, and everybody may switch these mails off. Mails are sent once the
transaction is over; one that fails is logged, and breaks nothing.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.conf import settings
from django.core.mail import EmailMessage, mailers
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse

from groups.models import Enrolment, Mentorship
from groups.relations import relations_of_many
from people.models import User
from people.models.user import UserQuerySet
from questions.access.sight import sight_of
from questions.models import Answer, Ask, MaterialChange, Question
from questions.models.question import QuestionQuerySet

logger = logging.getLogger("trefoil.mail")

# Characters of a subject and of an answer in a mail; the page has it whole.
_SUBJECT = 150
_BODY = 3_000


class TellingError(Exception):
    """Nobody can be told; the message says why, for people."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody to tell, and which of the questions they asked they may still see."""

    person: User
    questions: tuple[Question, ...]


def mail_answer(*, answer: Answer, at: datetime) -> None:
    """Mail those who asked that their question has its first answer, once this transaction is over."""
    transaction.on_commit(partial(_send_answer, answer, at), robust=True)


def _send_answer(answer: Answer, at: datetime) -> None:
    questions = Question.objects.filter(pk=answer.question_id)
    told = [one for one in recipients(questions, at=at) if one.person.pk != answer.answered_by_id]
    _send(
        _mail(
            one.person,
            f"Answered: {one.questions[0]}",
            "answered",
            {"question": one.questions[0], "body": _cut(answer.body), "link": _link(one.questions[0])},
        )
        for one in told
    )


def mail_merge(*, merged: Iterable[Question], by: User, at: datetime) -> None:
    """Mail those who asked these, duplicates of an answered question by now, its answer, once this is over."""
    transaction.on_commit(partial(_send_merge, [question.pk for question in merged], by, at), robust=True)


def _send_merge(merged_ids: Sequence[int], by: User, at: datetime) -> None:
    merged = Question.objects.filter(pk__in=merged_ids, duplicate_of__isnull=False)
    originals = Question.objects.filter(duplicates__in=merged).distinct()
    answers = Answer.objects.filter(question__in=originals).order_by("-answered_at", "-pk")
    bodies = dict(answers.values_list("question", "body"))
    _send(
        _mail(
            one.person,
            f"Answered: {one.questions[0]}",
            "merged",
            {
                "question": one.questions[0],
                "body": _cut(bodies[one.questions[0].pk]),
                "link": _link(one.questions[0]),
            },
        )
        for one in recipients(originals, at=at, merged=merged)
        if one.person.pk != by.pk and one.questions[0].pk in bodies
    )


def recipients_of_change(change: MaterialChange, at: datetime, *, by: User) -> list[Recipient]:
    """Those who asked what the change answers, by its questions and its topics; not who tells it. Four queries."""
    return [one for one in recipients(questions_of(change), at=at) if one.person.pk != by.pk]


def questions_of(change: MaterialChange) -> QuestionQuerySet:
    """The questions that the change answers, in topics or by themselves; duplicates count at their originals."""
    named = Question.objects.filter(
        Q(material_changes=change)
        | Q(placement__topic__material_changes=change)
        # Of a topic that was merged into another since, the other one's.
        | Q(placement__topic__merged__material_changes=change)
    ).values("pk")
    originals = Question.objects.filter(duplicates__in=named).values("pk")
    questions: QuestionQuerySet = Question.objects.originals().filter(Q(pk__in=named) | Q(pk__in=originals))
    return questions


@transaction.atomic
def tell_of_change(*, change: MaterialChange, by: User, at: datetime) -> int:
    """Mail those who asked what was changed, once; return how many are told. Who tells it needs no mail.

    Raises:
        TellingError: they were told already; nobody is there to be told.
    """
    change = MaterialChange.objects.select_for_update(of=("self",)).get(pk=change.pk)
    if change.told_at is not None:
        raise TellingError("Those who asked were told already.")
    told = recipients_of_change(change, at, by=by)
    if not told:
        raise TellingError("Nobody is to be told: who asked has left, or wants no mail.")
    mark_told(change=change, by=by, at=at)
    mails = [
        _mail(
            one.person,
            f"Changed because you asked: {one.questions[0]}",
            "changed",
            {"change": change, "questions": one.questions, "link": _link(one.questions[0])},
        )
        for one in told
    ]
    transaction.on_commit(partial(_send, mails), robust=True)
    return len(told)


def mark_told(*, change: MaterialChange, by: User, at: datetime) -> None:
    """Keep that those who asked were told, and by whom."""
    change.told_at, change.told_by = at, by
    change._history_user, change._history_date = by, at  # type: ignore[attr-defined]
    change.save(update_fields=["told_at", "told_by"])


def recipients(
    questions: QuestionQuerySet, *, at: datetime, merged: QuestionQuerySet | None = None
) -> list[Recipient]:
    """Who asked these originals, first or again, and is to be told of them. Four queries, however many there are.

    Told is whoever may sign in, wants mail, has not left the course, and may still see a question that they asked.
    What was logged for nobody in particular is told to who logged it, while they mentor in the course.

    Args:
        merged: duplicates of the originals: only who asked these, not who asked the originals.
    """
    asked_first = questions if merged is None else merged
    counted = Q(question__in=asked_first.values("pk"))
    if merged is None:
        counted |= Q(question__duplicate_of__in=questions.values("pk"))
    asks = Ask.objects.filter(counted)
    asked: dict[int, set[int]] = defaultdict(set)
    for person_id, question_id, original_id in asks.exclude(enrolment=None).values_list(
        "enrolment__person", "question", "question__duplicate_of"
    ):
        asked[person_id].add(original_id or question_id)
    rows = {question.pk: question for question in questions.select_related("cohort").order_by("pk")}
    for question in rows.values() if merged is None else merged:
        asked[question.asked_by_id].add(question.duplicate_of_id or question.pk)
    people = _to_tell(asked_first, asks, at)
    relations = relations_of_many(people, at)
    told = []
    for person in people.order_by("name", "pk"):
        if person.pk not in relations:
            continue
        sight = sight_of(person, relations[person.pk])
        seen = [rows[pk] for pk in sorted(asked[person.pk]) if pk in rows and sight.holds(rows[pk])]
        if seen:
            told.append(Recipient(person, tuple(seen)))
    return told


def _to_tell(questions: QuestionQuerySet, asks: QuerySet[Ask], at: datetime) -> UserQuerySet:
    course = questions.values("cohort__course")
    studies = Enrolment.objects.filter(person=OuterRef("pk"), cohort__course__in=course).filter(
        Q(ended_on=None) | Q(ended_on__gt=at.date()) | Q(end_reason=Enrolment.EndReason.FINISHED)
    )
    mentors = Mentorship.objects.open(at.date()).filter(
        person=OuterRef("pk"), group__cohort__course__in=course
    )
    people: UserQuerySet = User.objects.filter(
        Q(pk__in=asks.exclude(enrolment=None).values("enrolment__person"))
        | Q(pk__in=questions.values("asked_by")),
        Exists(studies) | Exists(mentors),
        is_active=True,
        is_mailed=True,
        anonymised_at=None,
    )
    return people


def _mail(person: User, subject: str, template: str, context: dict[str, object]) -> EmailMessage:
    account = f"{settings.SITE_URL}{reverse('people:account')}#id_is_mailed"
    context = {**context, "person": person, "account": account}
    return EmailMessage(
        subject=" ".join(subject.split())[:_SUBJECT],
        body=render_to_string(f"questions/email/{template}.txt", context),
        to=[person.email],
        headers={"List-Unsubscribe": f"<{account}>", "Auto-Submitted": "auto-generated"},
    )


def _send(mails: Iterable[EmailMessage]) -> None:
    """Send over one connection; log what could not be sent, and go on with the next."""
    connection = mailers.default
    for mail in mails:
        try:
            connection.send_messages([mail])
        except Exception:
            logger.exception("could not mail %s", mail.subject)
    connection.close()


def _link(question: Question) -> str:
    return f"{settings.SITE_URL}{question.get_absolute_url()}"


def _cut(body: str) -> str:
    return body if len(body) <= _BODY else f"{body[:_BODY].rstrip()} …"
