import pytest
from django.utils import timezone

from courses.actions.course import add_course_admin, create_course, remove_course_admin
from courses.models import Course
from lib.refusals import Refused
from tests.conftest import NOW, Cast


def admins(course: Course) -> set[str]:
    return {admin.person.name for admin in course.admins.select_related("person")}


def test_create_course_makes_its_creator_the_admin(cast: Cast) -> None:
    course = create_course(course=Course(title="Bayesian statistics"), by=cast.marta, at=timezone.now())
    assert (course.slug, course.changed_by, course.changed_at) == ("bayesian-statistics", cast.marta, NOW)
    assert admins(course) == {"Marta Pires"}


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("LLM", "llm-2"),
        ("Statistics", "statistics-2"),
        ("New", "new-2"),
        ("言語モデル", "course"),
        ("—", "course"),
    ],
)
def test_create_course_finds_a_free_address(cast: Cast, title: str, slug: str) -> None:
    assert create_course(course=Course(title=title), by=cast.ines, at=NOW).slug == slug


def test_create_course_counts_on_from_addresses_that_are_taken(cast: Cast) -> None:
    slugs = [create_course(course=Course(title="LLM"), by=cast.ines, at=NOW).slug for _ in range(3)]
    assert slugs == ["llm-2", "llm-3", "llm-4"]


def test_add_course_admin_adds_a_person_once(cast: Cast) -> None:
    for _ in range(2):
        add_course_admin(course=cast.course, person=cast.marta, by=cast.ines, at=NOW)
    assert admins(cast.course) == {"Inês Duarte", "Marta Pires"}
    assert cast.course.admins.count() == 2


def test_remove_course_admin_takes_one_of_two(cast: Cast) -> None:
    add_course_admin(course=cast.course, person=cast.marta, by=cast.ines, at=NOW)
    remove_course_admin(course=cast.course, person=cast.ines, by=cast.ines, at=NOW)
    assert admins(cast.course) == {"Marta Pires"}


def test_remove_course_admin_refuses_the_last_one(cast: Cast) -> None:
    with pytest.raises(Refused, match="LLM specialisation needs a course admin"):
        remove_course_admin(course=cast.course, person=cast.ines, by=cast.ines, at=NOW)
    assert admins(cast.course) == {"Inês Duarte"}
