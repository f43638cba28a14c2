from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from courses.models import Course
from people.models import User
from questions.models import MaterialChange, Topic
from tests.conftest import NOW, Cast
from tests.trends.asked_story import AskedStory, tell_asked
from trends.dashboards.effects import effects_of

type SignIn = Callable[[str], Client]
URL = "/courses/llm/trends/effects/"


@pytest.fixture
def story(cast: Cast) -> AskedStory:
    return tell_asked(cast)


def changed(course: Course, by: User, *topics: Topic) -> MaterialChange:
    change: MaterialChange = MaterialChange.objects.create(
        course=course, what="Chunks drawn", changed_on=date(2026, 9, 14), made_by=by, recorded_at=NOW
    )
    change.topics.set(topics)
    return change


def test_effect_is_said_beside_its_topic(cast: Cast, story: AskedStory, as_: SignIn) -> None:
    change = changed(cast.course, cast.ines, story.topic)
    words = effects_of([change], NOW)[change.pk].summary
    assert "asks" in words
    html = as_("ines").get(URL, {"change": f"{story.topic.pk}-{change.pk}"}).content.decode()
    assert " ".join(html.split()) == (
        f'<a class="chip chip-quiet" id="change-{story.topic.pk}-{change.pk}" href="/changes/{change.pk}/"'
        f' hx-swap-oob="true"> changed 14 September 2026: {words} </a>'
    )


def test_changes_of_other_courses_and_nonsense_are_left_out(
    cast: Cast, story: AskedStory, as_: SignIn
) -> None:
    elsewhere = changed(Course.objects.get(slug="statistics"), cast.zoe)
    asked = [f"{story.topic.pk}-{elsewhere.pk}", "x-1", "1-x", "1", "-", "1-²", "9" * 30 + "-1"]
    assert as_("ines").get(URL, {"change": asked}).content.strip() == b""
    assert as_("ines").get(URL).content.strip() == b""


@pytest.mark.parametrize("count", [1, 3, 30])
def test_effects_take_as_many_queries_for_thirty_changes_as_for_one(
    cast: Cast, story: AskedStory, as_: SignIn, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    changes = [changed(cast.course, cast.ines, story.topic) for _ in range(count)]
    browser = as_("ines")
    # Session, person, course, relations, changes; questions, asks, cohorts and students of the effects.
    with django_assert_num_queries(12):
        html = browser.get(URL, {"change": [f"1-{change.pk}" for change in changes]}).content.decode()
    assert html.count("hx-swap-oob") == count
