"""Positions of a ratio and its interval on a logarithmic line: half and double are equally far from the middle."""

import math
from dataclasses import dataclass

from trends.effects.interval import RateRatio

# The ends of the line. Values beyond are drawn at the end, with an arrow.
LEAST, MOST = 0.1, 10.0
_MIDDLE = 50.0


@dataclass(frozen=True, slots=True)
class Drawing:
    """A ratio on a line, in percent from the left. `goes_left`, `goes_right`: the interval extends beyond that end."""

    x: float
    low_x: float
    high_x: float
    goes_left: bool
    goes_right: bool


@dataclass(frozen=True, slots=True)
class ScaleMark:
    x: float
    label: str
    is_as_before: bool = False


def drawing(ratio: RateRatio) -> Drawing:
    return Drawing(
        x=_x(ratio.ratio),
        low_x=_x(ratio.lower),
        high_x=_x(ratio.upper),
        goes_left=ratio.lower < LEAST,
        goes_right=ratio.upper > MOST,
    )


def scale_marks() -> tuple[ScaleMark, ...]:
    return tuple(
        ScaleMark(_x(value), label, is_as_before=value == 1)
        for value, label in ((0.1, "0.1"), (0.25, "¼"), (0.5, "½"), (1, "1"), (2, "2"), (4, "4"), (10, "10"))
    )


def _x(value: float) -> float:
    within = min(max(value, LEAST), MOST)
    return round(_MIDDLE * (1 + math.log(within) / math.log(MOST)), 2)
