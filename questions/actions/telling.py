"""Mail those who asked: at the first answer, at a merge into an answered question, and at a material change.

Mails name nobody else who asked. People who left the course get none, and everybody can switch them off. Mails are
sent after the transaction; a failed one is logged and stops nothing else.
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
from people.actions.limits import MAILS, TooOftenError, spend
from people.models import User
from people.models.user import UserQuerySet
from questions.access.sight import sight_of
from questions.models import Answer, Ask, MaterialChange, Question
from questions.models.question import QuestionQuerySet

logger = logging.getLogger("trefoil.mail")

# Longest subject, and longest answer in a mail, in characters.
_SUBJECT = 150
_BODY = 3_000


class TellingError(Exception):
    """No mail can be sent; the message for people says why."""


@dataclass(frozen=True, slots=True)
class Recipient:
    person: User
    questions: tuple[Question, ...]


def mail_answer(*, answer: Answer, at: datetime) -> None:
    """Mail the first answer of a question to those who asked, after this transaction."""
    transaction.on_commit(partial(_send_answer, answer, at), robust=True)


def _send_answer(answer: Answer, at: datetime) -> None:
    questions = Question.objects.filter(pk=answer.question_id)
    people = [
        recipient
        for recipient in recipients(questions, at=at)
        if recipient.person.pk != answer.answered_by_id
    ]
    _send(
        _mail(
            recipient.person,
            f"Answered: {recipient.questions[0]}",
            "answered",
            {
                "question": recipient.questions[0],
                "body": _cut(answer.body),
                "link": _link(recipient.questions[0]),
            },
        )
        for recipient in people
    )


def mail_merge(*, merged: Iterable[Question], by: User, at: datetime) -> None:
    """Mail the answer of the original to those who asked these duplicates, after this transaction."""
    transaction.on_commit(partial(_send_merge, [question.pk for question in merged], by, at), robust=True)


def _send_merge(merged_ids: Sequence[int], by: User, at: datetime) -> None:
    merged = Question.objects.filter(pk__in=merged_ids, duplicate_of__isnull=False)
    originals = Question.objects.filter(duplicates__in=merged).distinct()
    answers = Answer.objects.filter(question__in=originals).in_order().reverse()
    bodies = dict(answers.values_list("question", "body"))
    _send(
        _mail(
            recipient.person,
            f"Answered: {recipient.questions[0]}",
            "merged",
            {
                "question": recipient.questions[0],
                "body": _cut(bodies[recipient.questions[0].pk]),
                "link": _link(recipient.questions[0]),
            },
        )
        for recipient in recipients(originals, at=at, merged=merged)
        if recipient.person.pk != by.pk and recipient.questions[0].pk in bodies
    )


def recipients_of_change(change: MaterialChange, at: datetime, *, by: User) -> list[Recipient]:
    """Return those who asked the questions of the change, without the sender. Four queries."""
    return [
        recipient for recipient in recipients(questions_of(change), at=at) if recipient.person.pk != by.pk
    ]


def questions_of(change: MaterialChange) -> QuestionQuerySet:
    named = Question.objects.filter(
        Q(material_changes=change)
        | Q(placement__topic__material_changes=change)
        # Its topic was merged into another one: the questions of that one.
        | Q(placement__topic__merged__material_changes=change)
    ).values("pk")
    originals = Question.objects.filter(duplicates__in=named).values("pk")
    questions: QuestionQuerySet = Question.objects.originals().filter(Q(pk__in=named) | Q(pk__in=originals))
    return questions


@transaction.atomic
def tell_of_change(*, change: MaterialChange, by: User, at: datetime) -> int:
    """Mail a material change to those who asked, once; return the number of mails. The sender gets none.

    Raises:
        TellingError: the mails were sent before; there is nobody to mail; too many mails within an hour.
    """
    change = MaterialChange.objects.select_for_update(of=("self",)).get(pk=change.pk)
    if change.told_at is not None:
        raise TellingError("The people who asked have already been told.")
    people = recipients_of_change(change, at, by=by)
    if not people:
        raise TellingError("There is nobody to tell: the people who asked have left or turned mails off.")
    try:
        spend(MAILS, by=by, at=at, number=len(people))
    except TooOftenError as error:
        raise TellingError(str(error)) from error
    mark_told(change=change, by=by, at=at)
    mails = [
        _mail(
            recipient.person,
            f"Changed because you asked: {recipient.questions[0]}",
            "changed",
            {"change": change, "questions": recipient.questions, "link": _link(recipient.questions[0])},
        )
        for recipient in people
    ]
    transaction.on_commit(partial(_send, mails), robust=True)
    return len(people)


def mark_told(*, change: MaterialChange, by: User, at: datetime) -> None:
    change.told_at, change.told_by = at, by
    change._history_user, change._history_date = by, at  # type: ignore[attr-defined]
    change.save(update_fields=["told_at", "told_by"])


def recipients(
    questions: QuestionQuerySet, *, at: datetime, merged: QuestionQuerySet | None = None
) -> list[Recipient]:
    """Return those who asked these originals, first or again, and get mail about them. Four queries.

    They must be able to sign in, want mail, still belong to the course, and still see a question they asked. Questions
    logged for nobody in particular go to the mentor who logged them, while they mentor in the course.

    Args:
        merged: duplicates of the originals; only those who asked these are returned.
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
    people = _mailable(asked_first, asks, at)
    relations = relations_of_many(people, at)
    people_to_mail: list[Recipient] = []
    for person in people.order_by("name", "pk"):
        if person.pk not in relations:
            continue
        sight = sight_of(person, relations[person.pk])
        seen = [rows[pk] for pk in sorted(asked[person.pk]) if pk in rows and sight.covers(rows[pk])]
        if seen:
            people_to_mail.append(Recipient(person, tuple(seen)))
    return people_to_mail


def _mailable(questions: QuestionQuerySet, asks: QuerySet[Ask], at: datetime) -> UserQuerySet:
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
    if not settings.SENDS_MAIL:
        return
    connection = mailers.default
    for mail in mails:
        try:
            connection.send_messages([mail])
        except Exception:
            # The subject has words of a question.
            logger.exception("could not mail a notice about a question")
    connection.close()


def _link(question: Question) -> str:
    return f"{settings.SITE_URL}{question.get_absolute_url()}"


def _cut(body: str) -> str:
    return body if len(body) <= _BODY else f"{body[:_BODY].rstrip()} …"
