from datetime import date, datetime

import pytest

from sheets.reading import CellValue
from sheets.understanding.dates import DayOrder, read_day, unclear_day

DAY = date(2026, 9, 17)


@pytest.mark.parametrize(
    "value",
    [
        DAY, datetime(2026, 9, 17, 12), 46282,  # noqa: DTZ001
         46282.5, "46282", "17/09/2026", "17-9-2026", "17.09.26", "2026-09-17",
        "2026/9/17", "2026-09-17 12:00", "09/17/2026", "17 de setembro de 2026", "17 set. 2026", "17 septiembre 2026",
        "jueves, 17 de sept. de 2026", "le 17 septembre 2026", "17th September 2026", "Thu, Sep 17th, 2026",
        "17-Sep-26", "2026 Sep 17", "2026, 17 de setembro", "17 Sep 2026 18:05:30", "2026 Sep 17 18:05",
        "17. 9. 2026", "17. September 2026",
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


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1 de fevereiro", date(2026, 2, 1)), ("1er août", date(2026, 8, 1)), ("3 déc.", date(2025, 12, 3)),
        ("1º de março", date(2026, 3, 1)), ("March 1st", date(2026, 3, 1)), ("5/10", date(2025, 10, 5)),
        ("5.10", date(2025, 10, 5)), ("5.10.", date(2025, 10, 5)), ("3. März", date(2026, 3, 3)),
        ("9/9", date(2026, 9, 9)), ("29/02", date(2024, 2, 29)), ("17 Sep 18:05", DAY), ("17 September 14:00", DAY),
        ("Sep 17, 10:30", DAY), ("17 de setembro às 18h05", DAY), ("17 Sep 10.30 a.m.", DAY),
        ("17 Sep 18-19h", DAY), ("17 Sep 18h", DAY), ("17 Sep 10-11 pm", DAY), ("Sep 17 - 18:00", DAY),
        ("17 de setembro 18 às 19h", DAY), ("Sep 17, 10 p.m.", DAY),
        ("18:05, 17 Sep", DAY),
    ],
)  # fmt: skip
def test_day_without_a_year_is_the_latest_one(text: str, day: date) -> None:
    assert read_day(text, until=DAY) == day
    with pytest.raises(ValueError, match="is not a date"):
        read_day(text)


@pytest.mark.parametrize(
    "text", ["setembro 2026", "in may", "31 de setembro de 2026", "dois de maio", "17 sets 2026"]
)
def test_words_that_are_no_day_are_said(text: str) -> None:
    with pytest.raises(ValueError, match="is not a date"):
        read_day(text, until=DAY)


@pytest.mark.parametrize("text", ["3/4", "3.4.", "3 April"])
def test_day_without_a_year_is_refused_before_the_first_that_fits(text: str) -> None:
    april = date(2026, 4, 3)
    assert read_day(text, until=DAY, since=april) == april
    with pytest.raises(ValueError, match="has no year, and none fits the cohort"):
        read_day(text, until=DAY, since=date(2026, 4, 4))
    for dated in ("3/4/2026", "3.4.26", "3 April 2026", april, datetime(2026, 4, 3), 46_115):  # noqa: DTZ001
        assert read_day(dated, until=DAY, since=DAY) == april


def test_day_to_come_is_refused() -> None:
    with pytest.raises(ValueError, match="is after today"):
        read_day("18/09/2026", until=DAY)


def test_order_that_was_chosen_holds_for_all() -> None:
    assert read_day("5/10/2025", DayOrder.MONTH) == date(2025, 5, 10)
    assert read_day("5/10/2025", DayOrder.DAY) == date(2025, 10, 5)
    for text, order in (("10/13/2025", DayOrder.DAY), ("13/10/2025", DayOrder.MONTH)):
        with pytest.raises(ValueError, match="is not a date"):
            read_day(text, order)


@pytest.mark.parametrize(
    ("texts", "unclear"),
    [
        (["5/10/2025", "10/13/2025"], ("5/10/2025", "month")),
        (["10/13", None, "9/9", "5/10"], ("5/10", "month")),
        (["5/10/2025", "13/10/2025"], ("5/10/2025", "day")),
        (["5.10.2025", "13/10/2025", "10/13/2025"], ("5.10.2025", "")),
        (["5/10/2025"], ("5/10/2025", "")),
        (["5.10.", "13.10."], ("5.10.", "day")),
        (["10/13/2025", "9/9/2025", "2025-10-05"], ("", "month")),
        ([date(2025, 10, 5), "10/13/2025", "9/40/2025"], ("", "month")),
    ],
)
def test_day_that_may_be_two_is_found_with_the_order_of_its_column(
    texts: list[CellValue], unclear: tuple[str, str]
) -> None:
    assert unclear_day(texts) == unclear
