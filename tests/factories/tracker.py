from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

import factory
from factory.django import DjangoModelFactory

from groups.models import Membership
from lib.weeks import monday_of
from tests.factories.groups import GroupFactory
from tests.factories.people import UserFactory
from tracker.models import (
    AgreedStep,
    Answer,
    Ask,
    CheckIn,
    CheckInEntry,
    CodeReview,
    Placement,
    Progress,
    Question,
    Topic,
)
from tracker.search import search_text

NOW = datetime(2026, 9, 16, 10, 0, tzinfo=UTC)


class ProgressFactory(DjangoModelFactory[Progress]):
    class Meta:
        model = Progress

    state = Progress.State.DONE
    state_since = NOW
    started_on = factory.LazyAttribute(
        lambda progress: NOW.date() if progress.state in Progress.BEGUN else None
    )
    finished_on = factory.LazyAttribute(
        lambda progress: NOW.date() if progress.state in Progress.FINISHED else None
    )
    changed_at = NOW
    changed_by = factory.SelfAttribute("enrolment.person")


class CheckInFactory(DjangoModelFactory[CheckIn]):
    class Meta:
        model = CheckIn

    group = factory.SubFactory(GroupFactory)
    week_starts_on = date(2026, 9, 7)
    held_on = factory.SelfAttribute("week_starts_on")
    minutes = 30
    logged_by = factory.SubFactory(UserFactory)
    logged_at = NOW
    logged_as = "mentor"


class CheckInEntryFactory(DjangoModelFactory[CheckInEntry]):
    class Meta:
        model = CheckInEntry

    check_in = factory.SubFactory(CheckInFactory)


class AgreedStepFactory(DjangoModelFactory[AgreedStep]):
    class Meta:
        model = AgreedStep

    text = factory.Sequence(lambda n: f"Step {n}")
    agreed_at = NOW
    agreed_by = factory.SubFactory(UserFactory)


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


class CodeReviewFactory(DjangoModelFactory[CodeReview]):
    class Meta:
        model = CodeReview

    url = factory.Sequence(lambda n: f"https://example.com/code/{n}")
    requested_at = NOW
    changed_at = NOW


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
