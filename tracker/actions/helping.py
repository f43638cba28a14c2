from datetime import datetime

from django.db import transaction

from courses.models import Milestone
from groups.models import Enrolment, Group
from people.models import User
from questions.actions import answer, ask
from questions.models import Question


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
