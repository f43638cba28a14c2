"""Authors may edit and remove their answers; those who lead the question's group may remove them too."""

from datetime import datetime
from typing import cast

from django.http import Http404
from django.shortcuts import get_object_or_404

from lib.locking import lock_row
from people.models import User
from questions.access.questions import QuestionAccess, question_to_read, require
from questions.models import Answer, Question


def answer_to_edit(
    user: User, answer_id: int, now: datetime, *, is_locked: bool = False
) -> tuple[QuestionAccess, Answer]:
    """Return the answer if the user wrote it and takes part today; others who see its question get 403."""
    access, answer = _answer(user, answer_id, now, is_locked=is_locked)
    require(access, access.may_edit_answer(answer), f"edit answer {answer_id} of")
    return access, answer


def answer_to_remove(user: User, answer_id: int, now: datetime) -> tuple[QuestionAccess, Answer]:
    """Return the answer if the user wrote it or leads the question's group; others who see the question get 403."""
    access, answer = _answer(user, answer_id, now)
    require(access, access.may_remove_answer(answer), f"remove answer {answer_id} of")
    return access, answer


def question_of_removed_answer(user: User, question_id: int, answer_id: int, now: datetime) -> QuestionAccess:
    access = question_to_read(user, question_id, now)
    removed = Answer.history.filter(id=answer_id, question=question_id).order_by("-history_date").first()
    if removed is None:
        raise Http404
    is_allowed = access.may_remove_answer(cast(Answer, removed.instance))
    return require(access, is_allowed, f"restore answer {answer_id} of")


def _answer(
    user: User, answer_id: int, now: datetime, *, is_locked: bool = False
) -> tuple[QuestionAccess, Answer]:
    if is_locked:
        # The question first, as the actions do.
        Question.objects.select_for_update(of=("self",), no_key=True).filter(
            answers__id=answer_id
        ).values_list("pk").first()
        lock_row(Answer, answer_id)
    answer = get_object_or_404(Answer.objects.select_related("changed_by", "answered_by"), pk=answer_id)
    return question_to_read(user, answer.question_id, now), answer
