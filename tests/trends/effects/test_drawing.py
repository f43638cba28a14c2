"""Where a ratio and its interval stand on the line."""

import math

import pytest

from trends.effects.drawing import Drawing, drawing, scale_marks
from trends.effects.interval import RateRatio


def test_as_before_stands_in_the_middle_and_halves_as_far_as_doubles() -> None:
    found = drawing(RateRatio(1, 0.5, 2))
    assert found.x == 50
    assert found.x - found.low_x == pytest.approx(found.high_x - found.x)
    assert (found.goes_left, found.goes_right) == (False, False)


@pytest.mark.parametrize(
    ("ratio", "expected"),
    [
        (RateRatio(0.1, 0.1, 10), Drawing(0, 0, 100, goes_left=False, goes_right=False)),
        (RateRatio(0, 0, 0.1), Drawing(0, 0, 0, goes_left=True, goes_right=False)),
        (RateRatio(20, 10, 40), Drawing(100, 100, 100, goes_left=False, goes_right=True)),
        (RateRatio(1, 0, math.inf), Drawing(50, 0, 100, goes_left=True, goes_right=True)),
    ],
)
def test_what_lies_beyond_the_line_is_drawn_at_its_end(ratio: RateRatio, expected: Drawing) -> None:
    assert drawing(ratio) == expected


def test_marks_rise_from_end_to_end_with_one_as_before() -> None:
    found = scale_marks()
    assert [mark.x for mark in found] == sorted(mark.x for mark in found)
    assert (found[0].x, found[-1].x) == (0, 100)
    assert [(mark.x, mark.label) for mark in found if mark.is_as_before] == [(50, "1")]
