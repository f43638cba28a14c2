"""Questions of the cohort before, answered and published, for tests of what the next one reads."""

from datetime import UTC, date, datetime
from typing import Any

from groups.models import Group, Membership
from people.models import User
from questions.models import Question
from tests.conftest import Cast
from tests.factories.courses import CohortFactory
from tests.factories.groups import GroupFactory, MembershipFactory, MentorshipFactory
from tests.factories.people import UserFactory
from tests.factories.questions import AnswerFactory, AskFactory, QuestionFactory

IN_SPRING = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)


def spring(cast: Cast) -> Group:
    """A group of the cohort before, mentored by Nuno."""
    found = Group.objects.filter(name="Rosebay").first()
    if found is None:
        cohort = CohortFactory.create(
            course=cast.course, title="Spring 2026", starts_on=date(2026, 2, 2), closed_on=date(2026, 4, 1)
        )
        found = GroupFactory.create(cohort=cohort, name="Rosebay")
        nuno = UserFactory.create(name="Nuno Vale", email="nuno@example.com")
        MentorshipFactory.create(group=found, person=nuno, started_on=date(2026, 2, 2))
    return found


def stay_in_spring(cast: Cast, name: str) -> Membership:
    """Somebody who finished in the spring."""
    group = spring(cast)
    person = UserFactory.create(name=name, email=f"{name.split(' ')[0].lower()}@example.com")
    stay = MembershipFactory.create(group=group, person=person, started_on=date(2026, 2, 2))
    stay.ended_on, stay.end_reason = date(2026, 4, 1), "finished"
    stay.save()
    stay.enrolment.started_on = date(2026, 2, 2)
    stay.enrolment.ended_on, stay.enrolment.end_reason = date(2026, 4, 1), "finished"
    stay.enrolment.save()
    stay.refresh_from_db()
    return stay


def known_question(
    stay: Membership, by: User, *, asks: int = 1, answer: str = "Because.", **fields: Any
) -> Question:
    """A question of that stay, answered by that person and published, asked that often."""
    given = {
        "visibility": "course", "status": "answered", "asked_at": IN_SPRING, "first_answered_at": IN_SPRING,
        "published_at": IN_SPRING, "published_by": by, **fields,
    }  # fmt: skip
    question = QuestionFactory.create(membership=stay, **given)
    AnswerFactory.create(question=question, answered_by=by, answered_at=IN_SPRING, body=answer)
    for _ in range(asks - 1):
        AskFactory.create(question=question, group=stay.group, logged_by=by, asked_at=IN_SPRING)
    return question
