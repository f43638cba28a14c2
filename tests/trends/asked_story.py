"""The story of the trends: questions of the cast until 16 September, and of a cohort in spring.

Spring: six students in Willow, whom Marta mentored; Gil asked twice, once with his name hidden.
Autumn, by week: Ana asks why one divides (31 August), Dalia asks it in other words, Bruno and Fátima about chunks
(7 September), Chidi and Emre ask Ana's question again, Chidi for the group alone, Dalia with her name hidden (14
September).
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from courses.models import Cohort, Material
from groups.models import Group, Membership
from questions.models import Question, Topic
from tests.conftest import Cast
from tests.factories.courses import CohortFactory, MaterialFactory
from tests.factories.groups import GroupFactory, MembershipFactory, MentorshipFactory
from tests.factories.people import UserFactory
from tests.factories.questions import AnswerFactory, AskFactory, QuestionFactory, TopicFactory
from tests.factories.tracker import ProgressFactory


@dataclass(frozen=True)
class AskedStory:
    """The named rows of the story."""

    spring: Cohort
    willow: Group
    material: Material
    topic: Topic
    why: Question
    chunk: Question
    ours: Question
    hidden: Question
    overlap: Question
    in_spring: Question
    hidden_in_spring: Question


def at(month: int, day: int, hour: int = 10) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def tell_asked(cast: Cast) -> AskedStory:
    """Let all of it be asked."""
    spring = CohortFactory.create(
        course=cast.course, title="Spring 2026", starts_on=date(2026, 3, 2), closed_on=date(2026, 4, 30)
    )
    willow = GroupFactory.create(cohort=spring, name="Willow")
    MentorshipFactory.create(
        group=willow, person=cast.marta, started_on=date(2026, 3, 2), ended_on=date(2026, 4, 30)
    )
    in_willow = [_in_willow(cast, willow, name) for name in ("Gil Matos", "Hana", "Ivo", "Jun", "Kim", "Lia")]
    basics, prompts = cast.milestones[:2]
    for name in ("ana", "bruno", "chidi", "dalia", "emre", "fatima"):
        ProgressFactory.create(
            enrolment=cast.enrolment(name),
            milestone=basics,
            started_on=date(2026, 8, 31),
            finished_on=date(2026, 9, 6),
        )
    for name in ("ana", "bruno"):
        ProgressFactory.create(
            enrolment=cast.enrolment(name), milestone=prompts, state="working", started_on=date(2026, 9, 8)
        )
    material = MaterialFactory.create(milestone=prompts, title="Chunking strategies")

    in_spring = _asked(in_willow[0], at(3, 10), "Spring basics?", milestone=basics, visibility="course")
    hidden_in_spring = _asked(
        in_willow[0], at(3, 11), "Spring hidden?", milestone=basics, is_asker_hidden=True
    )
    why = _asked(cast.ana, at(9, 3), "Why divide?", milestone=basics, category="concept", visibility="course")
    root = _asked(cast.dalia, at(9, 9), "Why the root?", milestone=prompts, category="setup")
    Question.objects.filter(pk=root.pk).update(duplicate_of=why, status="duplicate")
    chunk = _asked(
        cast.bruno, at(9, 8), "Chunk size?", milestone=prompts, material=material, category="unclear_material"
    )
    overlap = _asked(cast.fatima, at(9, 10), "Overlap?", milestone=prompts, category="setup")
    ours = _asked(cast.chidi, at(9, 14), "Ours?", visibility="group")
    hidden = _asked(
        cast.dalia, at(9, 15), "Hidden?", milestone=prompts, category="wrong_material", is_asker_hidden=True
    )
    for who in (cast.chidi, cast.emre):
        AskFactory.create(
            question=why,
            group=who.group,
            enrolment=who.enrolment,
            asked_at=at(9, 15),
            logged_by=who.enrolment.person,
        )
    _answered(in_spring, after=timedelta(days=1), by=cast.marta)
    _answered(why, after=timedelta(hours=7), by=cast.marta)
    _answered(overlap, after=timedelta(days=2), by=cast.tomas)
    return AskedStory(
        spring=spring,
        willow=willow,
        material=material,
        topic=TopicFactory.create(course=cast.course, questions=[chunk, overlap]),
        why=why,
        chunk=chunk,
        ours=ours,
        hidden=hidden,
        overlap=overlap,
        in_spring=in_spring,
        hidden_in_spring=hidden_in_spring,
    )


def _in_willow(cast: Cast, willow: Group, name: str) -> Membership:
    stay: Membership = MembershipFactory.create(
        group=willow, person=UserFactory.create(name=name), started_on=date(2026, 3, 2)
    )
    ProgressFactory.create(
        enrolment=stay.enrolment,
        milestone=cast.milestones[0],
        started_on=date(2026, 3, 3),
        finished_on=date(2026, 3, 12),
    )
    return stay


def _asked(stay: Membership, when: datetime, title: str, **given: Any) -> Question:
    question: Question = QuestionFactory.create(membership=stay, asked_at=when, title=title, **given)
    return question


def _answered(question: Question, *, after: timedelta, by: Any) -> None:
    moment = question.asked_at + after
    AnswerFactory.create(question=question, answered_by=by, answered_at=moment)
    Question.objects.filter(pk=question.pk).update(status="answered", first_answered_at=moment)
