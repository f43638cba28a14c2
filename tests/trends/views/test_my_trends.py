from datetime import date

import pytest
from pytest_django import DjangoAssertNumQueries

from courses.models import Course
from tests.conftest import Cast, SignIn
from tests.factories.courses import CohortFactory
from tests.factories.groups import GroupFactory, MentorshipFactory

URL = "/trends/"


@pytest.mark.parametrize("name", ["ines", "marta", "tomas"])
def test_one_course_is_shown_at_once(as_: SignIn, name: str) -> None:
    answer = as_(name).get(URL)
    assert (answer.status_code, answer["Location"]) == (302, "/courses/llm/trends/")


def test_with_several_courses_one_chooses(cast: Cast, as_: SignIn) -> None:
    statistics = Course.objects.get(slug="statistics")
    statistics.admins.create(person=cast.marta)
    html = as_("marta").get(URL).content.decode()
    assert '<a href="/courses/llm/trends/">Trends for LLM specialisation</a>' in html
    assert '<a href="/courses/statistics/trends/">Trends for Statistics</a>' in html


@pytest.mark.parametrize("name", ["ana", "dalia"])
def test_students_are_told_for_whom_it_is(as_: SignIn, name: str) -> None:
    answer = as_(name).get(URL)
    assert answer.status_code == 200
    assert "No trends for you yet" in answer.content.decode()


def test_who_mentors_from_later_on_sees_none_yet(cast: Cast, as_: SignIn) -> None:
    MentorshipFactory.create(group=cast.clover, person=cast.zoe, started_on=date(2026, 9, 20))
    assert as_("zoe").get(URL)["Location"] == "/courses/statistics/trends/"


@pytest.mark.parametrize("count", [1, 4])
def test_choosing_takes_four_queries(
    cast: Cast, as_: SignIn, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        MentorshipFactory.create(group=GroupFactory.create(cohort=CohortFactory.create()), person=cast.marta)
    browser = as_("marta")
    # Session, person, relations, courses.
    with django_assert_num_queries(5):
        html = browser.get(URL).content.decode()
    assert html.count("Trends for ") == count + 1
