from datetime import date
from unittest.mock import patch

from pytest_django import DjangoAssertNumQueries

from courses.models import Course
from people.models import User
from questions.models import MaterialChange, Topic
from tests.conftest import NOW, Cast, SignIn
from tests.trends.asked_story import AskedStory
from trends.dashboards.effects import effects_of
from trends.effects.comparison import Side, compare
from trends.effects.effect import Effect

URL = "/courses/llm/trends/effects/"


def changed(course: Course, by: User, day: int, *topics: Topic) -> MaterialChange:
    change: MaterialChange = MaterialChange.objects.create(
        course=course, what=f"Drawn {day}", changed_on=date(2026, 9, day), made_by=by, recorded_at=NOW
    )
    change.topics.set(topics)
    return change


def test_the_latest_changes_of_the_course_say_whether_they_helped(
    cast: Cast, story: AskedStory, as_: SignIn
) -> None:
    for day in (7, 8, 9):
        changed(cast.course, cast.ines, day, story.topic)
    changed(Course.objects.get(slug="statistics"), cast.zoe, 14)
    page = as_("ines").get(URL)
    assert page.context["first"] is None
    assert [row.change.what for row in page.context["rows"]] == ["Drawn 9", "Drawn 8", "Drawn 7"]
    html = " ".join(page.text.split())
    for row in page.context["rows"]:
        said = effects_of([row.change], NOW)[row.change.pk].summary
        assert f'<a href="/changes/{row.change.pk}/">{row.change}</a>' in html
        assert f"</a> {said[0].upper()}{said[1:]}." in html


def test_the_newest_change_that_can_be_judged_stands_first(
    cast: Cast, story: AskedStory, as_: SignIn
) -> None:
    newer, older = (changed(cast.course, cast.ines, day, story.topic) for day in (16, 10))
    before, since = Side(asks=10, students=9, weeks=12), Side(asks=2, students=14, weeks=18)
    effects = {newer.pk: Effect(compare(before, Side())), older.pk: Effect(compare(before, since))}
    with patch("trends.views.trends.effects_of", lambda changes, now: effects):
        page = as_("ines").get(URL)
    assert page.context["first"].change == older
    assert [row.change for row in page.context["rows"]] == [newer]
    assert page.context["first"].bars == (("before", 10, 100.0), ("since", 2, 13.33))
    html = " ".join(page.text.split())
    assert "<p>Asked 10 times before, twice since. Unlikely to be chance alone.</p>" in html
    assert "0.13 times as often, between 0.01 and 0.63 (95%)." in html
    assert "Asked 10 in 12 student-weeks before, 2 in 18 student-weeks after." in html


def test_a_course_without_a_change_has_none(cast: Cast, as_: SignIn) -> None:
    assert "<svg" not in as_("ines").get(URL).content.decode()


def test_effects_take_as_many_queries_for_thirty_changes_as_for_two(
    cast: Cast, story: AskedStory, as_: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    browser = as_("ines")
    for count in (2, 28):
        for day in range(1, count + 1):
            changed(cast.course, cast.ines, day % 16 + 1, story.topic)
        # Session, person, course, relations, changes; questions, asks, groups, cohorts and students of the effects.
        with django_assert_num_queries(11):
            browser.get(URL)
