from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from lib.history import credit
from lib.refusals import Refused
from people.models import User
from questions.actions.keeping import check_course
from questions.models import MaterialChange, MaterialNeed, Question, Topic
from trends.actions.needs import set_state


@transaction.atomic
def save_change(
    *,
    change: MaterialChange,
    questions: Iterable[Question],
    topics: Iterable[Topic],
    by: User,
    at: datetime,
    need: MaterialNeed | None = None,
) -> MaterialChange:
    """Save a change of its course, a changed one as a new version. If a need is given, mark it as changed.

    `made_by` is the person who records it, unless it is set.

    Raises:
        Refused: a question, topic, milestone, material or the need is in another course, a material in another
            milestone, or the need was removed.
    """
    if change.pk is None:
        change.recorded_at = at
        if change.made_by_id is None:
            change.made_by = by
        change.changed_at, change.changed_by = at, by
    else:
        change.touch(by=by, at=at)
    questions = _originals(change, questions)
    topics = list(topics)
    if any(topic.course_id != change.course_id for topic in topics):
        raise Refused("You can only choose topics from this course.")
    change.milestone = check_course(change.course_id, change.milestone, change.material)
    credit(change, by, at)
    change.save()
    change.questions.set(questions)
    # A topic that was merged since counts as the one it is part of.
    change.topics.set({topic.merged_into_id or topic.pk for topic in topics})
    if need is not None:
        set_state(need=need, state="changed", change=change, by=by, at=at)
    return change


def _originals(change: MaterialChange, questions: Iterable[Question]) -> list[Question]:
    """The questions that asks count for: the original in place of a duplicate."""
    wanted = {question.duplicate_of_id or question.pk for question in questions}
    originals = list(Question.objects.filter(pk__in=wanted).select_related("cohort"))
    if any(question.cohort.course_id != change.course_id for question in originals):
        raise Refused("You can only choose questions from this course.")
    return originals


@transaction.atomic
def remove_change(*, change: MaterialChange, by: User, at: datetime) -> list[MaterialNeed]:
    """Delete a change that was recorded by mistake. Return the needs that it met, which are waiting again.

    Raises:
        Refused: people who asked were notified, or a need that it met was noted again since.
    """
    row = MaterialChange.objects.select_for_update(no_key=True).filter(pk=change.pk).first()
    if row is None:
        raise Refused("Someone removed this change.")
    if row.told_at is not None:
        raise Refused("People who asked were notified, so it can't be removed.")
    needs = [
        set_state(need=need, state=MaterialNeed.State.OPEN, by=by, at=at) for need in row.needs.order_by("pk")
    ]
    credit(row, by, at)
    row.delete()
    return needs
