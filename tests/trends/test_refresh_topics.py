from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.conftest import Cast
from tests.factories.courses import CohortFactory, CourseFactory
from tests.factories.groups import GroupFactory, MembershipFactory
from tests.trends.actions.topics.gathering import DOCKER, TOKENS, asked, gathered


def told(*arguments: str) -> str:
    out = StringIO()
    call_command("refresh_topics", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def elsewhere(cast: Cast) -> Cast:
    """Questions in the course of the cast, and in another one."""
    other = GroupFactory.create(
        cohort=CohortFactory.create(course=CourseFactory.create(slug="other", title="Other"))
    )
    asked(cast.ana, *DOCKER)
    asked(MembershipFactory.create(group=other), *TOKENS)
    return cast


def test_all_courses_are_refreshed(elsewhere: Cast) -> None:
    lines = told().splitlines()
    assert "LLM specialisation: 3 questions checked, 3 in a topic, 1 topics created." in lines
    assert "Other: 2 questions checked, 2 in a topic, 1 topics created." in lines


def test_one_course_is_refreshed(elsewhere: Cast) -> None:
    assert "LLM" not in told("--course", "other")
    assert gathered(elsewhere.course) == []


def test_all_questions_are_looked_at_again(elsewhere: Cast) -> None:
    told()
    assert "LLM specialisation: 0 questions" in told("--course", "llm")
    assert "LLM specialisation: 3 questions checked, 3 in a topic, 0 topics" in told("--all")


def test_course_that_is_not_there_is_named(cast: Cast) -> None:
    with pytest.raises(CommandError, match="no course nowhere"):
        told("--course", "nowhere")
