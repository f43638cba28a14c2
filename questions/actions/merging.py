"""Merge questions that ask the same, and undo it. A duplicate never points at another duplicate."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from courses.models import Course
from lib.refusals import Refused
from people.actions.limits import MAILS, spend
from people.models import User
from people.outbox import tell
from questions.actions.keeping import PARTED, save
from questions.actions.topics.restoring import restore_placement
from questions.models import Question
from questions.models.question import asks_of

# Reasons kept in the history, so that undoing a merge finds the duplicates that moved with it.
_MARKED = "marked as a duplicate"
_CAME_ALONG = "came along with question {}"


@transaction.atomic
def mark_duplicate(*, question: Question, original: Question, by: User, at: datetime) -> Question:
    """Mark a question as a duplicate; its asks count at the original from now on.

    Duplicates of the question move to the original, so that there are no chains; an original that is a duplicate is
    replaced by the question it points at. If only the original was answered, those who asked the duplicate are told.

    Raises:
        Refused: both are the same question or of two courses, or not everybody who sees the duplicate may see
            the original; too many mails within an hour.
    """
    rows = locked_family(question, original)
    question, original = rows[question.pk], rows[original.pk]
    original = rows[original.duplicate_of_id] if original.duplicate_of_id else original
    if question.duplicate_of_id == original.pk:
        return question
    _check_merge(question, original)
    has_news = not question.has_answer and original.has_answer
    moving = [question, *(row for row in rows.values() if row.duplicate_of_id == question.pk)]
    # Merging, undoing it and merging again sends no second mail.
    has_news = has_news and not question.history.filter(duplicate_of=original.pk).exists()
    for row in moving:
        row.duplicate_of = original
        row.status = Question.Status.DUPLICATE
        save(row, by=by, at=at, reason=_MARKED if row is question else _CAME_ALONG.format(question.pk))
    if has_news:
        spend(MAILS, by=by, at=at, number=asks_of([row.pk for row in moving]).count())
        tell("questions_merged", by=by, at=at, questions=[row.pk for row in moving])
    return question


def locked_family(*questions: Question) -> dict[int, Question]:
    """Lock and return the questions with their originals and duplicates.

    The course is locked first: merges run one after the other, so that no two of them make a chain.
    """
    Course.objects.select_for_update(no_key=True).get(pk=questions[0].cohort.course_id)
    ids = {question.pk for question in questions}
    pointing = Question.objects.filter(Q(pk__in=ids) | Q(duplicate_of__in=ids))
    pointed_at = {pk for pk in pointing.values_list("duplicate_of", flat=True) if pk is not None}
    rows = Question.objects.filter(Q(pk__in=ids | pointed_at) | Q(duplicate_of__in=ids | pointed_at))
    locked = rows.select_for_update(of=("self",), no_key=True).select_related("cohort").order_by("pk")
    family = {row.pk: row for row in locked}
    for question in questions:
        if question.pk not in family:
            raise Refused(f"“{question}” has been removed.")
    return family


def _check_merge(question: Question, original: Question) -> None:
    if question.pk == original.pk:
        raise Refused("A question cannot be a duplicate of itself.")
    if question.cohort.course_id != original.cohort.course_id:
        raise Refused(f"“{original}” is a question of another course.")
    # No more people see its duplicates than the question itself.
    if not original.reaches(question):
        raise Refused(
            f"Not everyone who sees “{question}” may see “{original}” and its answers."
            " Merge the other way round, or let more people see it first."
        )


@transaction.atomic
def undo_duplicate(*, question: Question, by: User, at: datetime) -> Question:
    """Undo a merge: restore the status, the place by hand in a topic, and the duplicates that moved with the question.

    Raises:
        Refused: it is not a duplicate.
    """
    rows = locked_family(question)
    question = rows[question.pk]
    original_id = question.duplicate_of_id
    if original_id is None:
        raise Refused(f"“{question}” is not a duplicate.")
    came_along = _came_along(
        question, [pk for pk, row in rows.items() if row.duplicate_of_id == original_id and pk != question.pk]
    )
    question.duplicate_of = None
    question.status = _status_before(question)
    save(question, by=by, at=at, reason=PARTED)
    question.asks.update(is_answered_already=False)
    restore_placement(question, by=by, at=at)
    for pk in came_along:
        rows[pk].duplicate_of = question
        save(rows[pk], by=by, at=at, reason=_MARKED)
    return question


def _came_along(question: Question, siblings: list[int]) -> list[int]:
    """Return the siblings that last moved because this question was merged."""
    merges = (
        Question.history.filter(id__in=siblings)
        .exclude(history_change_reason=None)
        .order_by("history_date", "history_id")
    )
    last = dict(merges.values_list("id", "history_change_reason"))
    return sorted(pk for pk, reason in last.items() if reason == _CAME_ALONG.format(question.pk))


def _status_before(question: Question) -> str:
    """Return its last status before the merge, corrected by its answers."""
    before = (
        question.history.exclude(status=Question.Status.DUPLICATE)
        .order_by("-history_date", "-history_id")
        .values_list("status", flat=True)
        .first()
    )
    if before == Question.Status.ANSWERED and not question.has_answer:
        return Question.Status.OPEN
    return before or (Question.Status.ANSWERED if question.has_answer else Question.Status.OPEN)
