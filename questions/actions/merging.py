"""Merge questions that ask the same, and part them again. A duplicate points at a question that is none itself."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from courses.models import Course
from people.models import User
from questions.actions.asking import ask_again, take_back_question
from questions.actions.keeping import PARTED, QuestionError, save
from questions.actions.telling import mail_merge
from questions.models import Ask, Question

# Kept in the history, so that undoing a merge finds what came along with it.
_MARKED = "marked as a duplicate"
_CAME_ALONG = "came along with question {}"


@transaction.atomic
def mark_duplicate(*, question: Question, original: Question, by: User, at: datetime) -> Question:
    """Say that a question asks what another asks. Its asks count there from now on.

    Duplicates that the question had move to the original with it, so there are no chains; an original that is a
    duplicate itself stands for the question it points at. Who waited for an answer that is there is told by mail.

    Raises:
        QuestionError: both are the same; they are of two courses; not everybody who sees the one sees the other.
    """
    rows = _locked_family(question, original)
    question, original = rows[question.pk], rows[original.pk]
    original = rows[original.duplicate_of_id] if original.duplicate_of_id else original
    if question.duplicate_of_id == original.pk:
        return question
    _check_merge(question, original)
    has_news = question.first_answered_at is None and original.first_answered_at is not None
    moving = [question, *(row for row in rows.values() if row.duplicate_of_id == question.pk)]
    for row in moving:
        row.duplicate_of = original
        row.status = Question.Status.DUPLICATE
        save(row, by=by, at=at, reason=_MARKED if row is question else _CAME_ALONG.format(question.pk))
    if has_news:
        mail_merge(merged=moving, by=by, at=at)
    return question


def _locked_family(*questions: Question) -> dict[int, Question]:
    """These questions, what they point at and what points at them, locked until the end of the transaction.

    Merges of one course wait for each other, so that no two of them make a chain.
    """
    Course.objects.select_for_update(no_key=True).get(pk=questions[0].cohort.course_id)
    ids = {question.pk for question in questions}
    pointing = Question.objects.filter(Q(pk__in=ids) | Q(duplicate_of__in=ids))
    pointed_at = {pk for pk in pointing.values_list("duplicate_of", flat=True) if pk is not None}
    rows = Question.objects.filter(Q(pk__in=ids | pointed_at) | Q(duplicate_of__in=ids | pointed_at))
    family = {row.pk: row for row in rows.held().select_related("cohort")}
    for question in questions:
        if question.pk not in family:
            raise QuestionError(f"“{question}” was taken back in the meantime.")
    return family


def _check_merge(question: Question, original: Question) -> None:
    if question.pk == original.pk:
        raise QuestionError("A question cannot be a duplicate of itself.")
    if question.cohort.course_id != original.cohort.course_id:
        raise QuestionError(f"“{original}” is a question of another course.")
    # What comes along is seen by no more people than the question it points at.
    if not original.reaches(question):
        raise QuestionError(
            f"Not everybody who sees “{question}” may see “{original}”, so they would lose its answers."
            " Merge the other way round, or let more people see it first."
        )


@transaction.atomic
def undo_duplicate(*, question: Question, by: User, at: datetime) -> Question:
    """Part a duplicate from its original; it is as open or answered as it was, and what came along comes back.

    Raises:
        QuestionError: it is no duplicate.
    """
    rows = _locked_family(question)
    question = rows[question.pk]
    original_id = question.duplicate_of_id
    if original_id is None:
        raise QuestionError(f"“{question}” is no duplicate.")
    came_along = _came_along(
        question, [pk for pk, row in rows.items() if row.duplicate_of_id == original_id and pk != question.pk]
    )
    question.duplicate_of = None
    question.status = _status_before(question)
    save(question, by=by, at=at, reason=PARTED)
    for pk in came_along:
        rows[pk].duplicate_of = question
        save(rows[pk], by=by, at=at, reason=_MARKED)
    return question


def _came_along(question: Question, siblings: list[int]) -> list[int]:
    """Those whose last merge was only that they came along with this question."""
    merges = (
        Question.history.filter(id__in=siblings)
        .exclude(history_change_reason=None)
        .order_by("history_date", "history_id")
    )
    last = dict(merges.values_list("id", "history_change_reason"))
    return sorted(pk for pk, reason in last.items() if reason == _CAME_ALONG.format(question.pk))


def _status_before(question: Question) -> str:
    """The last status of its own, unless its answers say otherwise by now."""
    before = (
        question.history.exclude(status=Question.Status.DUPLICATE)
        .order_by("-history_date", "-history_id")
        .values_list("status", flat=True)
        .first()
    )
    has_answer = question.first_answered_at is not None
    if before == Question.Status.ANSWERED and not has_answer:
        return Question.Status.OPEN
    return before or (Question.Status.ANSWERED if has_answer else Question.Status.OPEN)


@transaction.atomic
def ask_instead(*, question: Question, original: Question, by: User, at: datetime) -> Ask:
    """Take back a question that was just asked, and ask another again: its asker has seen that it is the same.

    Raises:
        QuestionError: as `take_back_question` and `ask_again`.
    """
    first = (
        question.asks.select_related("group__cohort", "enrolment__person").order_by("asked_at", "pk").first()
    )
    take_back_question(question=question, by=by, at=at)
    group = first.group if first else question.group
    enrolment = first.enrolment if first else None
    return ask_again(question=original, group=group, by=by, at=at, enrolment=enrolment)
