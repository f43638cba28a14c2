"""The models store the words that standing is worked out from: the same words, the same thresholds."""

from enum import StrEnum

import pytest
from django.db.models import TextChoices

from courses.models import Course
from tracker.dashboards.facts import thresholds_of
from tracker.models import CheckIn, CheckInEntry, Progress
from tracker.standing import Attendance, Outcome, ProgressState, Thresholds


@pytest.mark.parametrize(
    ("stored", "words"),
    [
        (Progress.State, ProgressState),
        (CheckInEntry.Attendance, Attendance),
        (CheckIn.Outcome, Outcome),
    ],
)
def test_words_are_those_that_the_models_store(stored: type[TextChoices], words: type[StrEnum]) -> None:
    assert stored.values == [word.value for word in words]


def test_thresholds_have_the_defaults_of_a_course() -> None:
    assert thresholds_of(Course()) == Thresholds()


@pytest.mark.parametrize(("weeks", "days"), [(None, 14), (4, 7), (7, 12), (8, 14), (9, 14), (30, 14)])
def test_silence_is_14_days_or_a_quarter_of_the_course(weeks: int | None, days: int) -> None:
    thresholds = thresholds_of(Course(), weeks)
    assert (thresholds.silent_days, thresholds.grace_days) == (days, days)
    own = thresholds_of(Course(silent_days=21, grace_days=0), weeks)
    assert (own.silent_days, own.grace_days) == (21, 0)
