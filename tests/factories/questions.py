from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import factory
from factory.django import DjangoModelFactory

from groups.models import Membership
from lib.weeks import monday_of
from questions.models import Answer, Ask, Picture, Placement, Question, Topic
from questions.search import search_text
from tests.factories.people import UserFactory

NOW = datetime(2026, 9, 16, 10, 0, tzinfo=UTC)


class QuestionFactory(DjangoModelFactory[Question]):
    """A question of a student in a group: give `membership`; its first ask is made too."""

    class Meta:
        model = Question
        skip_postgeneration_save = True

    class Params:
        membership = None

    cohort = factory.LazyAttribute(lambda question: question.membership.group.cohort)
    group = factory.LazyAttribute(lambda question: question.membership.group)
    asked_by = factory.LazyAttribute(lambda question: question.membership.enrolment.person)
    asked_at = NOW
    title = factory.Sequence(lambda n: f"Question {n}")
    search_text = factory.LazyAttribute(
        lambda question: search_text(question.title, getattr(question, "detail", ""), ())
    )

    @factory.post_generation
    def first_ask(self, create: bool, extracted: object, **kwargs: object) -> None:
        if create:
            stay = Membership.objects.filter(enrolment__person=self.asked_by, group=self.group).first()
            AskFactory.create(
                question=self,
                group=self.group,
                enrolment=stay.enrolment if stay else None,
                asked_at=self.asked_at,
                logged_by=self.asked_by,
            )


class AskFactory(DjangoModelFactory[Ask]):
    class Meta:
        model = Ask

    asked_at = NOW
    week_starts_on = factory.LazyAttribute(lambda ask: monday_of(ask.group.cohort.today(ask.asked_at)))


class AnswerFactory(DjangoModelFactory[Answer]):
    class Meta:
        model = Answer

    body = "Because the dot products grow with the size of the key."
    answered_at = NOW
    answered_by = factory.SubFactory(UserFactory)


class PictureFactory(DjangoModelFactory[Picture]):
    """A picture that is not sent yet; with a `question` it is of that one, whose text is to name it."""

    class Meta:
        model = Picture

    key = factory.Sequence(lambda n: f"picture-number-{n:07}")
    content = b"RIFF"
    width = 40
    height = 20
    added_by = factory.LazyAttribute(lambda picture: picture.question.asked_by)
    added_at = NOW
    unused_since = factory.LazyAttribute(lambda picture: None if picture.question else NOW)
    question = None


class TopicFactory(DjangoModelFactory[Topic]):
    """A topic of `course`, with `questions`, the first of which stands for the others."""

    class Meta:
        model = Topic
        skip_postgeneration_save = True

    found_at = NOW

    @factory.post_generation
    def questions(self, create: bool, extracted: Iterable[Question] | None, **kwargs: object) -> None:
        topic: Any = self
        for question in extracted or ():
            Placement.objects.filter(question=question).delete()
            Placement.objects.create(question=question, topic=topic, placed_at=NOW)
            topic.representative = topic.representative or question
        topic.save()
