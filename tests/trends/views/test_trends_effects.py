from datetime import date

from pytest_django import DjangoAssertNumQueries

from courses.models import Course
from people.models import User
from questions.models import MaterialChange, Topic
from tests.conftest import NOW, Cast, SignIn
from tests.trends.asked_story import AskedStory
from trends.dashboards.effects import effects_of

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
    assert [change.what for change, _, _ in page.context["rows"]] == ["Drawn 9", "Drawn 8"]
    html = page.content.decode()
    for change, _, _ in page.context["rows"]:
        assert f'<a class="who" href="/changes/{change.pk}/">{change}</a>' in html
        said = effects_of([change], NOW)[change.pk].summary
        assert f"{said[0].upper()}{said[1:]}." in html


def test_rates_and_their_intervals_lie_on_the_scale(cast: Cast, story: AskedStory, as_: SignIn) -> None:
    changed(cast.course, cast.ines, 10, story.topic)
    ((_, effect, sides),) = as_("ines").get(URL).context["rows"]
    assert effect.together.exposure == "0 in 60 student-weeks before, 0 in 6 student-weeks after"
    assert [side.label for side in sides] == ["0.00 before", "0.00 after"]
    for side in sides:
        assert side.x is not None
        assert 0 <= side.low_x <= side.x <= side.high_x <= 70
    # Nobody learned yet with what was changed today.
    changed(cast.course, cast.ines, 16, story.topic)
    _, _, (_, after) = as_("ines").get(URL).context["rows"][0]
    assert (after.label, after.x) == ("no rate after", None)


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
