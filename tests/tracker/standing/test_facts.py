"""What the models store is what standing is worked out from: the same words, the same thresholds."""

from dataclasses import asdict
from enum import StrEnum

import pytest
from django.db.models import TextChoices

from courses.models import Course
from tracker.models import CheckIn, CheckInEntry, Progress
from tracker.standing import Attendance, Outcome, Pace, State, Thresholds


@pytest.mark.parametrize(
    ("stored", "words"),
    [
        (Progress.State, State),
        (CheckInEntry.Attendance, Attendance),
        (CheckInEntry.Pace, Pace),
        (CheckIn.Outcome, Outcome),
    ],
)
def test_words_are_those_that_the_models_store(stored: type[TextChoices], words: type[StrEnum]) -> None:
    assert stored.values == [word.value for word in words]


def test_thresholds_have_the_defaults_of_a_course() -> None:
    course = Course()
    assert asdict(Thresholds()) == {name: getattr(course, name) for name in asdict(Thresholds())}
