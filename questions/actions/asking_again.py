"""Ask what was asked before, and undo it.

The typed question is kept as a duplicate, so that the same words find it the next time.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from groups.models import Enrolment, Group
from lib.markdown_pictures import keys_in
from lib.refusals import Refused
from lib.weeks import Week
from people.actions.limits import ASKS, spend
from people.models import User
from people.outbox import tell
from questions.actions.asking import new_ask, new_question, remove_question
from questions.actions.keeping import (
    KEPT,
    check_open,
    is_kept,
    locked,
    note_own_activity,
    save,
    stay_of,
)
from questions.actions.merging import locked_family
from questions.actions.pictures import keep_pictures
from questions.models import Ask, Question
from questions.models.question import asks_of

_WIDEST_FIRST = (Question.Visibility.COURSE, Question.Visibility.COHORT, Question.Visibility.GROUP)


@transaction.atomic
def ask_again(
    *,
    question: Question,
    group: Group,
    by: User,
    at: datetime,
    enrolment: Enrolment | None = None,
    typed: Mapping[str, Any] | None = None,
    is_answered: bool = False,
) -> Ask:
    """Count one more ask of the question, or of its original if it is a duplicate. A student counts once.

    Of what a mentor says that it is answered for somebody of the group, one counts a group, question and week.

    Args:
        typed: the fields of the question that was typed. It is kept as a duplicate that is shown to no more people than
            it was typed for, nor than see the original; where that is nobody, it is not kept.
        is_answered: who asks says that its answer answers theirs, so that nobody is told.

    Raises:
        Refused: the group is of another course; its cohort is closed; the student is not in the group that
            day; too many asks within an hour; it was to be answered and has no answer.
    """
    check_open(group.cohort, at)
    rows = locked_family(question)
    original = rows[rows[question.pk].duplicate_of_id or question.pk]
    if is_answered and not original.has_answer:
        raise Refused(f"“{original}” no longer has an answer.")
    if group.cohort.course_id != original.cohort.course_id:
        raise Refused(f"“{original}” is a question of another course.")
    asker = enrolment.person if enrolment else by
    stay = stay_of(group, at, enrolment=enrolment, asker=asker)
    if stay is not None:
        earlier = asks_of([original.pk]).filter(enrolment=stay.enrolment_id).first()
        if earlier is not None:
            return earlier
    elif is_answered:
        week = Week.of(group.cohort.today(at))
        of_week = asks_of([original.pk]).filter(group=group, enrolment=None, is_answered_already=True)
        if earlier := of_week.filter(logged_by=by, week_starts_on=week.starts_on).first():
            return earlier
    spend(ASKS, by=by, at=at)
    asked = original
    if typed:
        own = new_question(group=group, asked_by=asker, at=at, **typed)
        if _is_narrowed(own, original):
            own.duplicate_of, own.status = original, Question.Status.DUPLICATE
            save(own, by=by, at=at, reason=KEPT)
            if keys_in(own.detail):
                keep_pictures(own, by=by, at=at)
            asked = own
    ask = new_ask(asked, group, stay.enrolment_id if stay else None, by, at)
    ask.is_answered_already = is_answered
    ask.save()
    if not is_answered:
        tell("question_asked", by=by, at=at, ask=ask.pk)
    note_own_activity(stay, by=by, at=at)
    return ask


def _is_narrowed(question: Question, original: Question) -> bool:
    """Show the question to who sees the original only; False if not even its group does."""
    widest = _WIDEST_FIRST.index(Question.Visibility(question.visibility))
    for visibility in _WIDEST_FIRST[widest:]:
        question.visibility = visibility
        if original.reaches(question):
            return True
    return False


@transaction.atomic
def remove_ask(*, ask: Ask, by: User, at: datetime) -> Question:
    """Undo an ask of what was asked before, and return the question that is there after it.

    The duplicate that was kept with it is removed.

    Raises:
        Refused: it is the first ask of a question.
    """
    question = ask.question
    if is_kept(question) and not question.asks.exclude(pk=ask.pk).exists():
        remove_question(question=question, by=by, at=at)
        return question.duplicate_of or question
    question = locked(question)
    first = question.asks.order_by("asked_at", "pk").first()
    if first is None or first.pk == ask.pk:
        raise Refused(f"“{question}” was first asked here. Remove the question instead.")
    question.asks.filter(pk=ask.pk).delete()
    return question
