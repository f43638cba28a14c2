from datetime import UTC, date, datetime, time

import factory
from factory.django import DjangoModelFactory

from groups.models import Absence, Enrolment, Group, Membership, MentorAway, Mentorship, PlanItem
from tests.factories.courses import CohortFactory
from tests.factories.people import UserFactory


class GroupFactory(DjangoModelFactory[Group]):
    class Meta:
        model = Group

    cohort = factory.SubFactory(CohortFactory)
    name = factory.Sequence(lambda n: f"Group {n}")


class EnrolmentFactory(DjangoModelFactory[Enrolment]):
    class Meta:
        model = Enrolment

    cohort = factory.SubFactory(CohortFactory)
    person = factory.SubFactory(UserFactory)
    started_on = date(2026, 8, 31)
    # Known from the first day on, unless a story tells of somebody who moved in later.
    enrolled_at = factory.LazyAttribute(lambda row: datetime.combine(row.started_on, time(9), UTC))


class MembershipFactory(DjangoModelFactory[Membership]):
    """A student in a group; `person=` names who. The enrolment is in the group's cohort."""

    class Meta:
        model = Membership

    class Params:
        person = factory.SubFactory(UserFactory)

    group = factory.SubFactory(GroupFactory)
    started_on = date(2026, 8, 31)
    enrolment = factory.SubFactory(
        EnrolmentFactory,
        cohort=factory.SelfAttribute("..group.cohort"),
        person=factory.SelfAttribute("..person"),
        started_on=factory.SelfAttribute("..started_on"),
    )


class MentorshipFactory(DjangoModelFactory[Mentorship]):
    class Meta:
        model = Mentorship

    group = factory.SubFactory(GroupFactory)
    person = factory.SubFactory(UserFactory)
    started_on = date(2026, 8, 31)


class PlanItemFactory(DjangoModelFactory[PlanItem]):
    class Meta:
        model = PlanItem


class AbsenceFactory(DjangoModelFactory[Absence]):
    class Meta:
        model = Absence


class MentorAwayFactory(DjangoModelFactory[MentorAway]):
    class Meta:
        model = MentorAway
