from datetime import date

import pytest

from courses.actions.pause import PauseError, add_pause
from tests.conftest import Cast
from tests.factories.courses import CohortFactory, PauseFactory

MONDAY, FRIDAY = date(2026, 10, 5), date(2026, 10, 9)


def test_add_pause_keeps_both_days(cast: Cast) -> None:
    add_pause(cohort=cast.cohort, title="Autumn break", starts_on=MONDAY, ends_on=FRIDAY)
    assert list(cast.cohort.pauses.values_list("title", "starts_on", "ends_on")) == [
        ("Autumn break", MONDAY, FRIDAY)
    ]


@pytest.mark.parametrize(
    ("starts_on", "ends_on"),
    [(FRIDAY, date(2026, 10, 20)), (date(2026, 10, 1), MONDAY), (date(2026, 10, 6), date(2026, 10, 7))],
)
def test_add_pause_refuses_days_of_another_pause(cast: Cast, starts_on: date, ends_on: date) -> None:
    PauseFactory.create(cohort=cast.cohort, title="Autumn break", starts_on=MONDAY, ends_on=FRIDAY)
    with pytest.raises(PauseError, match="overlaps “Autumn break”, 5 October to 9 October 2026"):
        add_pause(cohort=cast.cohort, title="", starts_on=starts_on, ends_on=ends_on)
    assert cast.cohort.pauses.count() == 1


def test_add_pause_takes_the_next_day_and_other_cohorts(cast: Cast) -> None:
    PauseFactory.create(cohort=cast.cohort, starts_on=MONDAY, ends_on=FRIDAY)
    add_pause(cohort=cast.cohort, title="", starts_on=date(2026, 10, 10), ends_on=date(2026, 10, 11))
    add_pause(cohort=CohortFactory.create(), title="", starts_on=MONDAY, ends_on=FRIDAY)
    assert cast.cohort.pauses.count() == 2
