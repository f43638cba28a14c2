"""Tell the askers of the first answer, of a merge into an answered question, and of a material change.

People who left the course are not. `telling` decides how and when, and what each wants to hear of.
"""

from collections import defaultdict
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.shortcuts import get_object_or_404

from groups.models import Enrolment, Mentorship
from groups.models.holding import not_ended
from groups.relations import relations_of_many
from lib.history import credit
from lib.refusals import Refused
from people.actions.limits import MAILS, spend
from people.models import MailChoice, User
from people.models.user import UserQuerySet
from people.outbox import tell
from questions.access.sight import sight_of
from questions.models import Ask, MaterialChange, Question
from questions.models.question import QuestionQuerySet


def recipients_of_change(change: MaterialChange, at: datetime, *, by: User) -> list[User]:
    """Return those who asked the questions of the change, without the sender."""
    return [person for person in recipients(questions_of(change), at=at, kind="change") if person != by]


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
    """Tell those who asked of a material change, once; return how many. The sender is not told.

    Raises:
        Refused: they were told before; there is nobody to tell; too many mails within an hour.
    """
    change = get_object_or_404(MaterialChange.objects.select_for_update(of=("self",)), pk=change.pk)
    if change.told_at is not None:
        raise Refused("The people who asked have already been notified.")
    people = recipients_of_change(change, at, by=by)
    if not people:
        raise Refused("There is nobody to notify: the people who asked have left or turned e-mails off.")
    spend(MAILS, by=by, at=at, number=len(people))
    mark_told(change=change, by=by, at=at)
    tell("material_changed", by=by, at=at, change=change.pk)
    return len(people)


def mark_told(*, change: MaterialChange, by: User, at: datetime) -> None:
    change.told_at, change.told_by = at, by
    credit(change, by, at)
    change.save(update_fields=["told_at", "told_by"])


def recipients(
    questions: QuestionQuerySet,
    *,
    at: datetime,
    merged: QuestionQuerySet | None = None,
    kind: str = "answer",
) -> list[User]:
    """Return those who asked these originals, first or again, and want to hear of it.

    They must be able to sign in, still belong to the course, and still see a question they asked. Questions
    logged for nobody in particular go to the mentor who logged them, while they mentor in the course.

    Args:
        merged: duplicates of the originals; only those who asked these are returned.
        kind: who never wants to hear of this kind is left out; see `telling.kinds`.
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
    people = _mailable(asked_first, asks, at, kind)
    relations = relations_of_many(people, at)
    people_to_mail: list[User] = []
    for person in people.order_by("name", "pk"):
        if person.pk in relations:
            sight = sight_of(person, relations[person.pk])
            if any(pk in rows and sight.covers(rows[pk]) for pk in asked[person.pk]):
                people_to_mail.append(person)
    return people_to_mail


def _mailable(questions: QuestionQuerySet, asks: QuerySet[Ask], at: datetime, kind: str) -> UserQuerySet:
    course = questions.values("cohort__course")
    studies = Enrolment.objects.filter(
        not_ended(at.date()) | Q(end_reason=Enrolment.EndReason.FINISHED),
        person=OuterRef("pk"),
        cohort__course__in=course,
    )
    mentors = Mentorship.objects.open(at.date()).filter(
        person=OuterRef("pk"), group__cohort__course__in=course
    )
    never = MailChoice.objects.filter(person=OuterRef("pk"), kind=kind, soon=MailChoice.Soon.NEVER)
    people: UserQuerySet = User.objects.filter(
        Q(pk__in=asks.exclude(enrolment=None).values("enrolment__person"))
        | Q(pk__in=questions.values("asked_by")),
        Exists(studies) | Exists(mentors),
        ~Exists(never),
        is_active=True,
        anonymised_at=None,
    )
    return people
