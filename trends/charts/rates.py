from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from trends.charts.scale import Tick, level, named_every, place, room_of_scale, ticks


@dataclass(frozen=True, slots=True)
class Measured:
    name: str
    rate: float | None
    low: float | None = None
    high: float | None = None
    label: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Dot:
    name: str
    label: str
    url: str
    x: float
    y: float
    low_y: float
    high_y: float


@dataclass(frozen=True, slots=True)
class Stroke:
    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True, slots=True)
class PointName:
    name: str
    x: float
    is_known: bool
    is_named: bool
    is_named_on_a_phone: bool


@dataclass(frozen=True, slots=True)
class RateLine:
    dots: tuple[Dot, ...]
    strokes: tuple[Stroke, ...]
    names: tuple[PointName, ...]
    ticks: tuple[Tick, ...]
    ground: float
    # The position of a vertical line between two rates.
    mark_x: float | None = None


def rate_line(points: Sequence[Measured], *, mark_before: int | None = None) -> RateLine:
    """Return rates from left to right with their intervals. An unknown rate interrupts the line.

    Args:
        mark_before: the index of the rate before which a vertical line is drawn.
    """
    tops = [max(point.rate, point.high or 0) for point in points if point.rate is not None]
    steps = ticks(max(tops, default=0), is_whole=False)
    top, left, count = steps[-1].value, room_of_scale(steps), len(points)
    named, named_on_a_phone = named_every([point.name for point in points])
    dots = [_dot(point, place(n + 0.5, count, left), top) for n, point in enumerate(points)]
    known = tuple(dot for dot in dots if dot)
    return RateLine(
        dots=known,
        strokes=tuple(
            Stroke(dot.x, dot.y, next_dot.x, next_dot.y)
            for dot, next_dot in pairwise(dots)
            if dot and next_dot
        ),
        names=tuple(
            PointName(
                point.name,
                place(n + 0.5, count, left),
                point.rate is not None,
                n % named == 0,
                n % named_on_a_phone == 0,
            )
            for n, point in enumerate(points)
        ),
        ticks=steps,
        ground=steps[0].y,
        mark_x=None if mark_before is None else place(mark_before, count, left),
    )


def _dot(point: Measured, x: float, top: float) -> Dot | None:
    if point.rate is None:
        return None
    low = point.rate if point.low is None else point.low
    high = point.rate if point.high is None else point.high
    return Dot(
        name=point.name,
        label=point.label,
        url=point.url,
        x=x,
        y=level(point.rate, top),
        low_y=level(low, top),
        high_y=level(high, top),
    )
