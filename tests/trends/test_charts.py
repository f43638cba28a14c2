from itertools import pairwise

import pytest

from trends.charts import Series, column_chart, level

NOVEMBER = Series("November", (9, 6, None), ("?week=1", "?week=2", ""))
AUGUST = Series("August", (0, 2, 14))


def test_columns_of_two_stand_beside_each_other_under_one_name() -> None:
    chart = column_chart(["Week 1", "Week 2", "Week 3"], [NOVEMBER, AUGUST], open_at=1)
    assert [
        [(one.series, one.value, one.is_compared, one.is_open, one.url) for one in name.columns]
        for name in chart.names
    ] == [
        [("November", 9, False, False, "?week=1"), ("August", 0, True, False, "")],
        [("November", 6, False, True, "?week=2"), ("August", 2, True, False, "")],
        [("August", 14, True, False, "")],
    ]
    assert chart.keys == ("November", "August")


def test_columns_reach_from_the_ground_to_their_number() -> None:
    one = column_chart(["7 Sep"], [Series("a", (8,))]).names[0].columns[0]
    assert one.y == level(8, 8)
    assert round(one.y + one.height, 2) == level(0, 8)


def test_a_single_column_is_slim_and_needs_no_key() -> None:
    chart = column_chart(["31 Aug"], [Series("x", (3,))])
    name = chart.names[0]
    assert (name.middle, name.columns[0].width, chart.keys) == (51.8, 6.6, ())


def test_columns_lie_beside_each_other_right_of_the_scale() -> None:
    names = column_chart([str(n) for n in range(40)], [Series("x", (1,) * 40), Series("y", (2,) * 40)]).names
    columns = [one for name in names for one in name.columns]
    assert columns[0].x >= 3.6
    assert columns[-1].x + columns[-1].width <= 100
    assert all(one.x + one.width < other.x for one, other in pairwise(columns))


@pytest.mark.parametrize(
    ("weeks", "named", "named_on_a_phone"), [(1, 1, 1), (4, 4, 4), (6, 6, 6), (13, 13, 5), (40, 10, 5)]
)
def test_names_are_as_many_as_there_is_room_for(weeks: int, named: int, named_on_a_phone: int) -> None:
    chart = column_chart([f"Week {n:02}"[:6] for n in range(weeks)], [Series("x", (1,) * weeks)])
    assert sum(name.is_named for name in chart.names) == named
    assert sum(name.is_named_on_a_phone for name in chart.names) == named_on_a_phone
    # A wide screen names all that a phone names.
    assert all(name.is_named for name in chart.names if name.is_named_on_a_phone)


@pytest.mark.parametrize(
    ("weeks", "most", "is_numbered", "is_numbered_on_a_phone"),
    [(1, 1_240_000, True, True), (6, 38, True, True), (13, 99, True, False), (26, 120, False, False)],
)
def test_numbers_are_shown_where_the_longest_has_room(
    weeks: int, most: int, is_numbered: bool, is_numbered_on_a_phone: bool
) -> None:
    both = [Series("x", (1,) * (weeks - 1) + (most,)), Series("y", (1,) * weeks)]
    chart = column_chart([str(n) for n in range(weeks)], both)
    assert (chart.is_numbered, chart.is_numbered_on_a_phone) == (is_numbered, is_numbered_on_a_phone)


def test_chart_of_nothing_has_its_ground() -> None:
    chart = column_chart(["31 Aug"], [])
    assert (chart.names[0].columns, chart.ground) == ((), level(0, 1))
    assert column_chart([], []).names == ()


@pytest.mark.parametrize("series", [[Series("x", (1,))], [Series("x", (1, 2))] * 3])
def test_series_that_do_not_fit_are_refused(series: list[Series]) -> None:
    with pytest.raises(ValueError, match="At most two series"):
        column_chart(["31 Aug", "7 Sep"], series)
