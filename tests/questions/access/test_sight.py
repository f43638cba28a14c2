"""Asking the database for a person's questions, and asking about one question, gives the same."""

import pytest

from groups.relations import relations_of, relations_of_many
from people.models import User
from questions.access.sight import questions_visible_to, sight_of
from questions.models import Question
from tests.conftest import NOW, Cast
from tests.factories.courses import CohortFactory
from tests.factories.groups import GroupFactory, MembershipFactory
from tests.factories.questions import QuestionFactory


def ask_everywhere(cast: Cast) -> None:
    spring = GroupFactory.create(
        name="Spring group", cohort=CohortFactory.create(course=cast.course, title="Spring")
    )
    for stay in (cast.ana, cast.bruno, cast.dalia, MembershipFactory.create(group=spring)):
        for visibility in Question.Visibility.values:
            QuestionFactory.create(membership=stay, visibility=visibility)
    for stay in (cast.bruno, cast.emre):
        stay.ended_on, stay.end_reason = NOW.date(), "left"
        stay.save()


@pytest.mark.parametrize("name", ["ana", "bruno", "dalia", "emre", "marta", "tomas", "ines", "zoe"])
def test_one_question_is_seen_as_the_database_says(cast: Cast, name: str) -> None:
    ask_everywhere(cast)
    person = User.objects.get(email=f"{name}@example.com")
    sight = sight_of(person, relations_of(person, NOW))
    rows = Question.objects.select_related("cohort")
    seen = {question.pk for question in rows if sight.covers(question)}
    assert seen == set(questions_visible_to(person, NOW).values_list("pk", flat=True))
    expected = {"ana": 9, "bruno": 8, "dalia": 8, "emre": 7, "marta": 9, "tomas": 8, "ines": 12, "zoe": 0}
    assert len(seen) == expected[name]


def test_relations_of_many_are_those_of_each_in_three_queries(cast: Cast, django_assert_num_queries) -> None:
    people = User.objects.exclude(email="gus@example.com")
    with django_assert_num_queries(3):
        found = relations_of_many(people, NOW)
    every = {person.pk: relations_of(person, NOW) for person in User.objects.all()}
    assert found == {pk: relations for pk, relations in every.items() if relations.rows}
    assert cast.zoe.pk in found
