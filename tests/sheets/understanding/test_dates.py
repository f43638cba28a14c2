from datetime import date, datetime

import pytest

from sheets.reading import Value
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
def test_day_is_read_however_it_is_written(value: Value) -> None:
    assert read_day(value) == DAY


@pytest.mark.parametrize("value", ["last week", "32/13/2026", 17, True, "2026", "99999999999999999999"])
def test_what_is_no_day_is_said(value: Value) -> None:
    with pytest.raises(ValueError, match="is no date"):
        read_day(value)


def test_empty_cell_is_no_day() -> None:
    assert read_day(None) is None
