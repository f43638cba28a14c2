"""The words of standing as the models store and show them, and the thresholds of a course."""

import pytest

from courses.models import Course
from tracker.dashboards.facts import thresholds_of
from tracker.models import CheckIn, CheckInEntry, Progress
from tracker.standing import Thresholds
from tracker.standing.facts import Word


@pytest.mark.parametrize(
    ("words", "choices"),
    [
        (
            Progress.State,
            {
                "not_started": "not started",
                "working": "working on it",
                "need_help": "need help",
                "done": "done",
                "skipped": "skipped",
            },
        ),
        (CheckInEntry.Attendance, {"present": "present", "excused": "excused", "absent": "absent"}),
        (
            CheckIn.Outcome,
            {
                "held": "met",
                "group_absent": "group absent",
                "cancelled": "cancelled",
                "moved": "rescheduled",
            },
        ),
    ],
)
def test_choices_of_the_models_have_their_labels(words: type[Word], choices: dict[str, str]) -> None:
    assert dict(words.choices()) == choices


def test_thresholds_have_the_defaults_of_a_course() -> None:
    assert thresholds_of(Course()) == Thresholds()


@pytest.mark.parametrize(("weeks", "days"), [(None, 14), (4, 7), (7, 12), (8, 14), (9, 14), (30, 14)])
def test_silence_is_14_days_or_a_quarter_of_the_course(weeks: int | None, days: int) -> None:
    thresholds = thresholds_of(Course(), weeks)
    assert (thresholds.silent_days, thresholds.grace_days) == (days, days)
    own = thresholds_of(Course(silent_days=21, grace_days=0), weeks)
    assert (own.silent_days, own.grace_days) == (21, 0)
