from collections.abc import Sequence
from dataclasses import dataclass

from trends.charts.scale import Tick, level, named_every, number_label, place, room_of_scale, ticks

# Pixels: a digit, and the drawing on a wide screen and on a phone.
_FIGURE = 8
_ROOM = 720
_ROOM_ON_A_PHONE = 320
# The widest column, in percent of the drawing.
_BROADEST = 7
# The width of the columns of a name in percent of its space.
_FILL = 76


@dataclass(frozen=True, slots=True)
class Series:
    """The numbers of one colour, one for each name (None: not there yet), with the link of each ("" for no link)."""

    name: str
    values: tuple[int | None, ...]
    urls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """`is_compared`: of the second series. `is_open`: more may come."""

    series: str
    value: int
    value_label: str
    url: str
    x: float
    y: float
    width: float
    height: float
    middle: float
    is_compared: bool
    is_open: bool


@dataclass(frozen=True, slots=True)
class ColumnName:
    name: str
    middle: float
    columns: tuple[Column, ...]
    is_named: bool
    is_named_on_a_phone: bool


@dataclass(frozen=True, slots=True)
class ColumnChart:
    names: tuple[ColumnName, ...]
    ticks: tuple[Tick, ...]
    ground: float
    # The names of the series, if there are two.
    keys: tuple[str, ...]
    is_numbered: bool
    is_numbered_on_a_phone: bool


def column_chart(
    names: Sequence[str], series: Sequence[Series], *, open_at: int | None = None
) -> ColumnChart:
    """Return columns side by side: one for each name, or two to compare.

    Args:
        open_at: the index of the column of the first series to which more may come.

    Raises:
        ValueError: a series does not have one number for each name, or there are more than two.
    """
    if len(series) > 2 or any(len(one.values) != len(names) for one in series):
        raise ValueError("At most two series, each with a number for each name.")
    values = [value for one in series for value in one.values if value is not None]
    steps = ticks(max(values, default=0))
    top, left = steps[-1].value, room_of_scale(steps)
    named, named_on_a_phone = named_every(names)
    longest = max((len(number_label(value)) for value in values), default=0)
    room = longest * _FIGURE * len(names) * len(series) * 100
    return ColumnChart(
        names=tuple(
            ColumnName(
                name=name,
                middle=place(n + 0.5, len(names), left),
                columns=tuple(_columns(n, len(names), series, top, left, open_at)),
                is_named=n % named == 0,
                is_named_on_a_phone=n % named_on_a_phone == 0,
            )
            for n, name in enumerate(names)
        ),
        ticks=steps,
        ground=steps[0].y,
        keys=tuple(one.name for one in series) if len(series) > 1 else (),
        is_numbered=room <= _ROOM * _FILL,
        is_numbered_on_a_phone=room <= _ROOM_ON_A_PHONE * _FILL,
    )


def _columns(
    n: int, count: int, series: Sequence[Series], top: float, left: float, open_at: int | None
) -> list[Column]:
    width = round(min(_FILL / max(len(series), 1) * (100 - left) / 100 / count, _BROADEST), 2)
    start = place(n + 0.5, count, left) - width * len(series) / 2
    columns = []
    for at, one in enumerate(series):
        value = one.values[n]
        if value is None:
            continue
        x, y = round(start + at * width, 2), level(value, top)
        columns.append(
            Column(
                series=one.name,
                value=value,
                value_label=number_label(value),
                url=one.urls[n] if one.urls else "",
                x=x,
                y=y,
                # A line of the ground between two columns.
                width=round(width - 0.4, 2),
                height=round(level(0, top) - y, 2),
                middle=round(x + (width - 0.4) / 2, 2),
                is_compared=at > 0,
                is_open=at == 0 and n == open_at,
            )
        )
    return columns
