from itertools import pairwise

import pytest

from trends.charts.columns import MOST_SERIES, Series, largest, stacked_columns
from trends.charts.scale import level

BASICS = Series("LLM basics", (9, 6, 0), ("?week=1", "?week=2", "?week=3"))
RAG = Series("RAG", (0, 2, 14))


def test_columns_stack_what_there_is_from_the_ground_up() -> None:
    chart = stacked_columns(["31 Aug", "7 Sep", "14 Sep"], [BASICS, RAG])
    assert [
        [(part.name, part.value, part.style, part.url) for part in column.segments]
        for column in chart.columns
    ] == [
        [("LLM basics", 9, 1, "?week=1")],
        [("LLM basics", 6, 1, "?week=2"), ("RAG", 2, 2, "")],
        [("RAG", 14, 2, "")],
    ]
    assert [column.total for column in chart.columns] == [9, 8, 14]


def test_parts_touch_each_other_and_the_ground() -> None:
    below, above = stacked_columns(["7 Sep"], [Series("a", (6,)), Series("b", (2,))]).columns[0].segments
    assert round(below.y + below.height, 2) == level(0, 8)
    assert round(above.y + above.height, 2) == below.y
    assert above.y == level(8, 8)
    assert below.height == pytest.approx(3 * above.height, abs=0.02)


def test_keys_stand_as_the_parts_do_from_above() -> None:
    chart = stacked_columns(["31 Aug", "7 Sep", "14 Sep"], [BASICS, RAG])
    assert [(key.name, key.style, key.total_label) for key in chart.keys] == [
        ("RAG", 2, "16"),
        ("LLM basics", 1, "15"),
    ]


def test_small_part_and_lone_part_have_no_number_inside() -> None:
    chart = stacked_columns(["a", "b"], [Series("x", (100, 50)), Series("y", (1, 0))])
    assert [[part.is_numbered for part in column.segments] for column in chart.columns] == [
        [True, False],
        [False],
    ]


def test_a_single_week_is_a_slim_column_in_the_middle() -> None:
    column = stacked_columns(["31 Aug"], [Series("x", (3,))]).columns[0]
    assert (column.middle, column.segments[0].x, column.segments[0].width) == (50, 43, 14)


def test_columns_lie_beside_each_other_within_the_drawing() -> None:
    columns = stacked_columns([str(n) for n in range(40)], [Series("x", (1,) * 40)]).columns
    parts = [column.segments[0] for column in columns]
    assert parts[0].x >= 0
    assert parts[-1].x + parts[-1].width <= 100
    assert all(one.x + one.width < other.x for one, other in pairwise(parts))


@pytest.mark.parametrize(
    ("weeks", "named", "named_on_a_phone"), [(1, 1, 1), (4, 4, 4), (13, 7, 4), (40, 10, 4)]
)
def test_names_are_as_many_as_there_is_room_for(weeks: int, named: int, named_on_a_phone: int) -> None:
    chart = stacked_columns([f"week {n:02}" for n in range(weeks)], [Series("x", (1,) * weeks)])
    assert sum(column.is_named for column in chart.columns) == named
    assert sum(column.is_named_on_a_phone for column in chart.columns) == named_on_a_phone
    # What a phone names, a wide screen names too.
    assert all(column.is_named for column in chart.columns if column.is_named_on_a_phone)


@pytest.mark.parametrize(
    ("weeks", "most", "is_numbered", "is_numbered_on_a_phone"),
    [
        (1, 1_240_000, True, True),
        (4, 12, True, True),
        (13, 9, True, True),
        (13, 120, True, False),
        (40, 9, True, False),
        (40, 120, False, False),
    ],
)
def test_numbers_are_shown_where_the_longest_has_room(
    weeks: int, most: int, is_numbered: bool, is_numbered_on_a_phone: bool
) -> None:
    chart = stacked_columns([str(n) for n in range(weeks)], [Series("x", (1,) * (weeks - 1) + (most,))])
    assert (chart.is_numbered, chart.is_numbered_on_a_phone) == (is_numbered, is_numbered_on_a_phone)


def test_the_smallest_of_many_are_others_and_lead_nowhere() -> None:
    series = [Series(f"m{n}", (n, 1), ("?a", "?b")) for n in range(1, 16)]
    found = largest(series)
    assert [one.name for one in found] == ["m10", "m11", "m12", "m13", "m14", "m15", "others"]
    assert found[-1].values == (sum(range(1, 10)), 9)
    assert found[-1].urls == ()
    assert sum(one.total for one in found) == sum(one.total for one in series)


def test_as_many_as_can_be_told_apart_stay_as_they_are() -> None:
    series = [Series(f"m{n}", (n,)) for n in range(MOST_SERIES)]
    assert largest(series) == tuple(series)


def test_equals_are_kept_in_the_order_of_the_course() -> None:
    assert [one.name for one in largest([Series(f"m{n}", (1,)) for n in range(8)], most=2)] == [
        "m0",
        "m1",
        "others",
    ]


def test_chart_of_nothing_has_its_ground() -> None:
    chart = stacked_columns(["31 Aug"], [])
    assert (chart.columns[0].segments, chart.columns[0].total, chart.ground) == ((), 0, 89.23)
    assert stacked_columns([], []).columns == ()


def test_series_without_a_number_for_each_column_is_refused() -> None:
    with pytest.raises(ValueError, match="a number for each column"):
        stacked_columns(["31 Aug", "7 Sep"], [Series("x", (1,))])
