"""The cast of the stories that the tests tell, and the day on which they are told.

The day is Wednesday 16 September 2026, the third teaching week of a cohort that began on Monday 31 August. Marta
mentors Clover (Ana, Bruno, Chidi), Tomás mentors Juniper (Dalia, Emre, Fátima), Inês administers the course, and Zoe
administers another course: she is a stranger to all of them.
"""

import gc
import pickle
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.contrib.contenttypes.management import create_contenttypes
from django.db import connection, transaction
from django.db.models.signals import post_migrate
from django.test import Client
from pytest_django import DjangoDbBlocker
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

type SignIn = Callable[[str], Client]


# The files whose tests take longest, longest first.
LONGEST = [
    "test_a_team_moves_in.py",
    "test_upgrading.py",
    "test_killed_worker.py",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest tests: as the last ones they would leave a core with nothing to do."""
    items.sort(key=lambda item: [*LONGEST, item.path.name].index(item.path.name))


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


@dataclass(frozen=True)
class KeptCast:
    """The rows of a cast, by the statement that writes them, and its people pickled."""

    rows: dict[str, list[tuple[Any, ...]]]
    people: bytes

    def write(self) -> Cast:
        # Rows of tables in any order: whom they name is looked at in the end.
        with transaction.atomic(), connection.cursor() as cursor:
            for statement, rows in self.rows.items():
                cursor.executemany(statement, rows)
        found: Cast = pickle.loads(self.people)  # noqa: S301 - pickled by `_kept_cast`
        return found


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """All tables are emptied after a test that commits: to make permissions anew each time was nine tenths of that.

    To truncate them took PostgreSQL longer than such a test does. As its owner we delete what rows there are.
    """
    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
    post_migrate.disconnect(create_contenttypes)
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute("SHOW is_superuser")
            if cursor.fetchone() == ("on",):
                pytest.MonkeyPatch().setattr(connection.ops, "sql_flush", rows_deleted)


def rows_deleted(style: object, tables: list[str], **_options: object) -> list[str]:
    """Return what empties the tables that have rows, in any order: no reference is looked at."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f'EXISTS (SELECT FROM "{table}")' for table in tables))  # noqa: S608
        is_filled = cursor.fetchone()
    filled = [table for table, filled in zip(tables, is_filled, strict=True) if filled]
    return [
        "SET LOCAL session_replication_role = replica",
        *(f'DELETE FROM "{table}"' for table in filled),  # noqa: S608
    ]


@pytest.fixture(scope="session")
def _kept_cast(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> KeptCast:
    """The cast, made once a process: to make its rows model by model for each test was a seventh of the run."""
    rows: dict[str, list[tuple[Any, ...]]] = {}
    with (
        django_db_blocker.unblock(),
        transaction.atomic(),
        time_machine.travel(NOW, tick=False),
        connection.cursor() as cursor,
    ):
        # SQLite is asked once a process, at the first list of rows as JSON: not in the middle of a count of queries.
        assert connection.features.supports_json_field
        models = apps.get_models(include_auto_created=True)
        empty = [model for model in models if model._meta.managed and not model._base_manager.exists()]
        cast = make_cast()
        for model in empty:
            table, fields = model._meta.db_table, model._meta.concrete_fields
            columns = ", ".join(f'"{field.column}"' for field in fields if not field.generated)
            cursor.execute(f'SELECT {columns} FROM "{table}"')  # noqa: S608 - names of our own
            if found := cursor.fetchall():
                places = ", ".join(["%s"] * len(found[0]))
                rows[f'INSERT INTO "{table}" ({columns}) VALUES ({places})'] = found  # noqa: S608
        transaction.set_rollback(True)
    return KeptCast(rows, pickle.dumps(cast))


@pytest.fixture
def cast(_kept_cast: KeptCast, db: None) -> Cast:
    # A test may have made people before, and the numbers of these may be theirs.
    return make_cast() if User.objects.exists() or Course.objects.exists() else _kept_cast.write()


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
def as_(cast: Cast) -> SignIn:
    """A browser in which the person of that first name is signed in: `as_("marta").get(…)`."""

    def sign_in(name: str) -> Client:
        client = Client()
        client.force_login(cast.person(name))
        return client

    return sign_in
