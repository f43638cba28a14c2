from datetime import timedelta

import pytest

from questions.models import Question
from tests.conftest import Cast
from tests.factories.questions import QuestionFactory


@pytest.mark.parametrize(
    ("waited", "minutes"),
    [
        (timedelta(0), 0),
        (timedelta(minutes=5, microseconds=999_999), 5),
        (timedelta(minutes=5, seconds=1), 6),
        (timedelta(hours=13.9), 834),
        (timedelta(days=2_000), 2_880_000),
        (timedelta(hours=-1), -59),
    ],
)
def test_database_works_out_how_long_a_question_waited(cast: Cast, waited: timedelta, minutes: int) -> None:
    question = QuestionFactory.create(membership=cast.ana)
    assert Question.objects.get().answered_within is None
    Question.objects.update(first_answered_at=question.asked_at + waited)
    assert Question.objects.get().answered_within == minutes
