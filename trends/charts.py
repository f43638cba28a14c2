"""The geometry of charts: plain numbers in, percentages of the drawing out. No HTML, no database.

Positions are in percent, so that a drawing fills its space while its text keeps its size. Heights are for a drawing
of `HEIGHT` pixels, as in static/css/charts.css.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

# Pixels: the whole drawing, the space above the highest column for its number, and the space below for names.
HEIGHT = 224
_ABOVE = 24
_BELOW = 28
# Grid lines above the base line.
_MOST_STEPS = 5
# Pixels: a letter of a name, the space between two names, and the drawing on a wide screen and on a phone.
_LETTER = 7
_APART = 10
_ROOM = 720
_ROOM_ON_A_PHONE = 320
# The space that a digit of the scale takes at the left, in percent of the drawing on a phone.
_DIGIT = 2.6
# Pixels: a digit.
_FIGURE = 8
# The widest column, in percent of the drawing.
_BROADEST = 7
# The width of the columns of a name in percent of its space.
_FILL = 76


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of bars. `share` is a percentage of the longest bar, None if there is no number to draw."""

    label: str
    value_label: str
    share: float | None
    # The links of the number and of the label, "" for no link.
    url: str = ""
    label_url: str = ""
    # "" keeps the space of the notes in other rows.
    note: str | None = None


@dataclass(frozen=True, slots=True)
class BarChart:
    """Bars with their table headings, and a footnote below."""

    caption: str
    head: str
    value_head: str
    bars: tuple[Bar, ...]
    has_short_notes: bool = False
    footnote: str = ""


@dataclass(frozen=True, slots=True)
class Tick:
    value: float
    label: str
    y: float


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


def ticks(top: float, *, is_whole: bool = True) -> tuple[Tick, ...]:
    """Return round numbers from 0 to the first that is not below `top`, in steps of 1, 2 or 5 times a power of ten.

    Args:
        is_whole: the numbers are counts, so no step is smaller than 1.
    """
    if top <= 0:
        steps = [0, 1]
    else:
        power = 10 ** math.floor(math.log10(top))
        step = next(power * part for part in (0.2, 0.5, 1, 2) if top / (power * part) <= _MOST_STEPS)
        if is_whole:
            step = max(step, 1)
        steps = [n * step for n in range(math.ceil(round(top / step, 6)) + 1)]
    return tuple(Tick(round(step, 6), number_label(step), level(step, steps[-1])) for step in steps)


def number_label(number: float) -> str:
    """Return a short number for an axis: "0.5", "40", "1,500", "200k", "1.2M"."""
    # 999,950 would be rounded to "1000k".
    for least, size, letter in ((999_950, 1_000_000, "M"), (10_000, 1_000, "k")):
        if number >= least:
            return f"{number / size:.1f}".removesuffix(".0") + letter
    return f"{number:.2g}" if number < 1 else f"{number:,.1f}".removesuffix(".0")


def share(value: float | None, top: float) -> float:
    """Return the length of a bar in percent of the longest one, at most 100. A value above 0 is always visible."""
    if not value or top <= 0:
        return 0
    return round(min(max(value / top * 100, 0.5), 100), 2)


def rate_share(rate: float | None, top: float) -> float | None:
    return None if rate is None else share(rate, top)


def named_every(names: Sequence[str]) -> tuple[int, int]:
    """Return n for a wide screen and for a phone. Naming every n-th column leaves space for all names."""
    length = max(map(len, names), default=0) * _LETTER + _APART
    wide = math.ceil(len(names) / max(1, _ROOM // length)) or 1
    return wide, wide * (math.ceil(len(names) / wide / max(1, _ROOM_ON_A_PHONE // length)) or 1)


def room_of_scale(steps: Sequence[Tick]) -> float:
    """The space at the left for the numbers of the scale, in percent."""
    return round(1 + _DIGIT * max(len(tick.label) for tick in steps), 2)


def place(n: float, count: int, left: float) -> float:
    """The start of the n-th of `count` equal spaces in percent. Half a number is the middle of a space."""
    return round(left + n * (100 - left) / count, 2)


def percent(pixels: float) -> float:
    return pixels * 100 / HEIGHT


def level(value: float, top: float) -> float:
    """The position of a number in percent from the top."""
    room = HEIGHT - _ABOVE - _BELOW
    return round(percent(_ABOVE + room * (1 - value / top)), 2)
