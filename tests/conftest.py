"""The cast of the stories that the tests tell, and the day on which they are told.

The day is Wednesday 16 September 2026, the third teaching week of a cohort that began on Monday 31 August. Marta
mentors Clover (Ana, Bruno, Chidi), Tomás mentors Juniper (Dalia, Emre, Fátima), Inês administers the course, and Zoe
administers another course: she is a stranger to all of them.
"""

import gc
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import connection
from django.test import Client
from simple_history.utils import bulk_create_with_history

from courses.models import Cohort, Course, Milestone
from groups.models import Enrolment, Group, Membership, PlanItem
from people.models import User
from tests.factories.courses import CohortFactory, CourseFactory, MilestoneFactory
from tests.factories.groups import (
    EnrolmentFactory,
    GroupFactory,
    MembershipFactory,
    MentorshipFactory,
    PlanItemFactory,
)
from tests.factories.people import UserFactory

NOW = datetime(2026, 9, 16, 10, 0, tzinfo=UTC)
TODAY = date(2026, 9, 16)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest test: as the last one it would leave a core with nothing to do."""
    items.sort(key=lambda item: "upgrading" not in item.path.parts)


def pytest_collection_finish() -> None:
    """Leave what was imported and collected out of every later garbage collection: a quarter of the run went there."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.fixture(autouse=True)
def _day() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@dataclass(frozen=True)
class Cast:
    """Everybody by first name, and what they take part in."""

    course: Course
    cohort: Cohort
    milestones: list[Milestone]
    clover: Group
    juniper: Group
    ines: User
    marta: User
    tomas: User
    ana: Membership
    bruno: Membership
    chidi: Membership
    dalia: Membership
    emre: Membership
    fatima: Membership
    zoe: User

    def person(self, name: str) -> User:
        """The person of that first name, whether a membership or a person stands there."""
        found = getattr(self, name)
        return found.enrolment.person if isinstance(found, Membership) else found

    def enrolment(self, name: str) -> Enrolment:
        return getattr(self, name).enrolment


@pytest.fixture
def cast(db: None) -> Cast:
    # SQLite is asked once a process, at the first list of rows as JSON: not in the middle of a count of queries.
    assert connection.features.supports_json_field
    return make_cast()


def make_cast() -> Cast:
    course = CourseFactory.create(title="LLM specialisation", slug="llm")
    milestones = [
        MilestoneFactory.create(course=course, position=n, week=n, title=title, planned_hours=hours)
        for n, (title, hours) in enumerate(
            [("LLM basics", "3.5"), ("Prompt engineering", "3"), ("Indexation", "2.5"), ("RAG", "3")], start=1
        )
    ]
    cohort = CohortFactory.create(course=course, title="Autumn 2026", time_zone="Europe/Lisbon")
    clover, juniper = (GroupFactory.create(cohort=cohort, name=name) for name in ("Clover", "Juniper"))
    # Due on the Sundays 6, 13, 20 and 27 September.
    plan = [
        PlanItemFactory.build(group=group, milestone=milestone, due_on=date(2026, 9, 6 + 7 * n))
        for group in (clover, juniper)
        for n, milestone in enumerate(milestones)
    ]
    PlanItem.objects.bulk_create(plan)
    names = {
        "ana": "Ana Ruivo", "bruno": "Bruno Sá", "chidi": "Chidi Okafor",
        "dalia": "Dalia Haddad", "emre": "Emre Kaya", "fatima": "Fátima Nunes",
        "ines": "Inês Duarte", "marta": "Marta Pires", "tomas": "Tomás Reis", "zoe": "Zoe Lind",
    }  # fmt: skip
    *students, ines, marta, tomas, zoe = User.objects.bulk_create(
        UserFactory.build(name=name, email=f"{mail}@example.com") for mail, name in names.items()
    )
    course.admins.create(person=ines)
    CourseFactory.create(title="Statistics", slug="statistics").admins.create(person=zoe)
    MentorshipFactory.create(group=clover, person=marta)
    MentorshipFactory.create(group=juniper, person=tomas)
    enrolments = [EnrolmentFactory.build(cohort=cohort, person=person) for person in students]
    enrolments = bulk_create_with_history(enrolments, Enrolment)
    memberships = [
        MembershipFactory.build(group=clover if n < 3 else juniper, enrolment=enrolment)
        for n, enrolment in enumerate(enrolments)
    ]
    memberships = bulk_create_with_history(memberships, Membership)
    return Cast(
        course=course, cohort=cohort, milestones=milestones, clover=clover, juniper=juniper,
        ines=ines, marta=marta, tomas=tomas, zoe=zoe, **dict(zip(names, memberships, strict=False)),
    )  # fmt: skip


@pytest.fixture
def as_(cast: Cast) -> Callable[[str], Client]:
    """A browser in which the person of that first name is signed in: `as_("marta").get(…)`."""

    def sign_in(name: str) -> Client:
        client = Client()
        client.force_login(cast.person(name))
        return client

    return sign_in
