"""Requests for help: answered, sorted out. What is a mark alone is in `progress`."""

from datetime import datetime

from django.db import transaction

from courses.models import Milestone
from groups.models import Enrolment, Group
from people.models import User
from questions.actions import answer, ask
from questions.models import Question
from tracker.actions.progress import mark, progress_to_change
from tracker.models import Progress


@transaction.atomic
def sort_out(*, enrolment: Enrolment, milestone: Milestone, by: User, at: datetime) -> Progress:
    """End a request for help: the student is working on it again, which they are told where somebody else says so.

    `undo_change` undoes it. Where no help is needed any longer nothing changes.

    Raises:
        ProgressError: as for `mark`.
    """
    progress = progress_to_change(enrolment, milestone, by=by, at=at)
    if progress.state != Progress.State.NEED_HELP:
        return progress
    return mark(enrolment=enrolment, milestone=milestone, state=Progress.State.WORKING, by=by, at=at)


@transaction.atomic
def answer_help(
    *, enrolment: Enrolment, group: Group, milestone: Milestone, body: str, by: User, at: datetime
) -> Question:
    """Answer a student who needs help and has not asked a question: it becomes one of the group, with this answer.

    Raises:
        QuestionError: the body is empty; the cohort is closed; too many asks or answers within an hour.
    """
    question = ask(
        group=group,
        by=by,
        at=at,
        title=f"Help with {milestone}",
        milestone=milestone,
        visibility=Question.Visibility.GROUP,
        enrolment=enrolment,
    )
    answer(question=question, by=by, at=at, body=body)
    return question
