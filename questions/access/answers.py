"""Who may change answers: their authors; who leads the question's group may take them away too."""

from datetime import datetime
from typing import cast

from django.http import Http404

from people.models import User
from questions.access.questions import QuestionAccess, allowed, question_to_read
from questions.models import Answer, Question


def answer_to_edit(
    user: User, answer_id: int, now: datetime, *, is_locked: bool = False
) -> tuple[QuestionAccess, Answer]:
    """Return an answer for who wrote it and takes part today; 403 to who else may see its question."""
    access, answer = _answer(user, answer_id, now, is_locked=is_locked)
    allowed(access, access.may_edit_answer(answer), f"edit answer {answer_id} of")
    return access, answer


def answer_to_remove(user: User, answer_id: int, now: datetime) -> tuple[QuestionAccess, Answer]:
    """Return an answer for who wrote it and who leads the question's group; 403 to who else may see the question."""
    access, answer = _answer(user, answer_id, now)
    allowed(access, access.may_remove_answer(answer), f"remove answer {answer_id} of")
    return access, answer


def question_of_removed_answer(user: User, question_id: int, answer_id: int, now: datetime) -> QuestionAccess:
    """Return the question of an answer that was taken away, for who might have taken it away."""
    access = question_to_read(user, question_id, now)
    gone = Answer.history.filter(id=answer_id, question=question_id).order_by("-history_date").first()
    if gone is None:
        raise Http404
    may = access.may_remove_answer(cast(Answer, gone.instance))
    return allowed(access, may, f"restore answer {answer_id} of")


def _answer(
    user: User, answer_id: int, now: datetime, *, is_locked: bool = False
) -> tuple[QuestionAccess, Answer]:
    if is_locked:
        # The question first, as the actions do; and before the answer is read with who changed it, since a row that was
        # waited for comes with its joins as they were.
        Question.objects.select_for_update(of=("self",), no_key=True).filter(
            answers__id=answer_id
        ).values_list("pk").first()
        Answer.objects.select_for_update(no_key=True).filter(pk=answer_id).values_list("pk").first()
    answer = Answer.objects.select_related("changed_by", "answered_by").filter(pk=answer_id).first()
    if answer is None:
        raise Http404
    return question_to_read(user, answer.question_id, now), answer
