from datetime import date, datetime

import pytest

from sheets.reading import CellValue
from sheets.understanding.dates import read_day

DAY = date(2026, 9, 17)


@pytest.mark.parametrize(
    "value",
    [
        DAY, datetime(2026, 9, 17, 12), 46282,  # noqa: DTZ001
         46282.5, "46282", "17/09/2026", "17-9-2026", "17.09.26", "2026-09-17",
        "2026/9/17", "2026-09-17 12:00", "09/17/2026",
    ],
)  # fmt: skip
def test_day_is_read_however_it_is_written(value: CellValue) -> None:
    assert read_day(value) == DAY


@pytest.mark.parametrize("value", ["last week", "32/13/2026", 17, True, "2026", "99999999999999999999"])
def test_what_is_no_day_is_said(value: CellValue) -> None:
    with pytest.raises(ValueError, match="is not a date"):
        read_day(value)


@pytest.mark.parametrize(
    "value",
    ["31/12/1899", "01/01/0001", date(1989, 12, 31), datetime(9999, 12, 31, 23, 59), "2100-01-02", 73_052],  # noqa: DTZ001
)
def test_day_that_no_course_has_is_said(value: CellValue) -> None:
    with pytest.raises(ValueError, match="is not a date"):
        read_day(value)


def test_first_and_last_day_that_are_taken() -> None:
    assert (read_day("1990-01-01"), read_day(73_051)) == (date(1990, 1, 1), date(2100, 1, 1))


def test_empty_cell_is_no_day() -> None:
    assert read_day(None) is None
