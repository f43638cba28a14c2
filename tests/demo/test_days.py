from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from demo.days import Days

DAYS = Days.of(weeks_ago=2, today=date(2026, 11, 4), zone=ZoneInfo("Europe/Lisbon"))


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("w0 mon", date(2026, 10, 19)),
        ("w-1 fri", date(2026, 10, 16)),
        ("w2 wed", date(2026, 11, 4)),
        ("w3 sun", date(2026, 11, 15)),
        ("ago 0", date(2026, 11, 4)),
        ("ago 8", date(2026, 10, 27)),
    ],
)
def test_day_of_words(words: str, day: date) -> None:
    assert DAYS.day(words) == day


def test_moment_is_in_the_cohorts_zone_summer_and_winter() -> None:
    assert DAYS.moment("w0 sat 18:30") == datetime(2026, 10, 24, 17, 30, tzinfo=UTC)
    assert DAYS.moment("w0 sun 18:30") == datetime(2026, 10, 25, 18, 30, tzinfo=UTC)


@pytest.mark.parametrize("words", ["", "w1", "w1 mitt", "w1 xyz", "mon", "ago", "ago -1", "tomorrow"])
def test_day_of_other_words_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match="is no day"):
        DAYS.day(words)
