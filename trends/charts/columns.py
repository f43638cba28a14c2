from collections.abc import Sequence
from dataclasses import dataclass, replace

from trends.charts.scale import (
    Tick,
    level,
    middle,
    named_every,
    number_label,
    percent,
    ticks,
)

# The least height, in pixels, of a segment with its number inside.
_LINE = 16
# More series are hard to distinguish.
MOST_SERIES = 6
OTHERS = "others"
# Pixels: a digit, and the drawing on a wide screen and on a phone.
_FIGURE = 8
_ROOM = 1_000
_ROOM_ON_A_PHONE = 290
# The widest column, in percent of the drawing.
_BROADEST = 14
# The width of a column in percent of its slot.
_FILL = 78


@dataclass(frozen=True, slots=True)
class Series:
    """The numbers of one colour, one for each column, and the link of each ("" for no link)."""

    name: str
    values: tuple[int, ...]
    urls: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        return sum(self.values)


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a column. `style` is the number of its colour and pattern, from 1."""

    name: str
    value: int
    style: int
    url: str
    x: float
    y: float
    width: float
    height: float
    # The middle, where the number is drawn if it fits.
    label_x: float
    label_y: float
    is_numbered: bool


@dataclass(frozen=True, slots=True)
class ChartColumn:
    name: str
    total: int
    total_label: str
    segments: tuple[Segment, ...]
    middle: float
    total_y: float
    is_named: bool
    is_named_on_a_phone: bool


@dataclass(frozen=True, slots=True)
class ChartKey:
    name: str
    style: int
    total_label: str


@dataclass(frozen=True, slots=True)
class StackedColumns:
    columns: tuple[ChartColumn, ...]
    ticks: tuple[Tick, ...]
    # The series at the top of the columns comes first.
    keys: tuple[ChartKey, ...]
    ground: float
    is_numbered: bool
    is_numbered_on_a_phone: bool


def stacked_columns(names: Sequence[str], series: Sequence[Series]) -> StackedColumns:
    """Return columns side by side, with the parts of all series stacked.

    Raises:
        ValueError: a series does not have one number for each column.
    """
    if any(len(part.values) != len(names) for part in series):
        raise ValueError("Each series needs a number for each column.")
    drawn = largest(series)
    totals = [sum(part.values[n] for part in drawn) for n in range(len(names))]
    steps = ticks(max(totals, default=0))
    top = steps[-1].value
    named, named_on_a_phone = named_every(names)
    columns = tuple(
        ChartColumn(
            name=name,
            total=totals[n],
            segments=tuple(_segments(n, len(names), drawn, top)),
            middle=middle(n, len(names)),
            total_label=number_label(totals[n]),
            total_y=round(level(totals[n], top) - percent(6), 2),
            is_named=n % named == 0,
            is_named_on_a_phone=n % named_on_a_phone == 0,
        )
        for n, name in enumerate(names)
    )
    return StackedColumns(
        columns=columns,
        ticks=steps,
        keys=tuple(
            ChartKey(part.name, style, f"{part.total:,}")
            for style, part in reversed(list(enumerate(drawn, start=1)))
        ),
        ground=steps[0].y,
        is_numbered=_has_room(columns, _ROOM),
        is_numbered_on_a_phone=_has_room(columns, _ROOM_ON_A_PHONE),
    )


def _has_room(columns: Sequence[ChartColumn], room: int) -> bool:
    longest = max((len(column.total_label) for column in columns), default=0)
    return longest * _FIGURE * len(columns) * 100 <= room * _FILL


def largest(series: Sequence[Series], most: int = MOST_SERIES) -> tuple[Series, ...]:
    """Return the largest series in their order, and the sum of the rest as "others".

    "Others" has no link: no list shows just them.
    """
    if len(series) <= most:
        return tuple(series)
    kept = set(sorted(range(len(series)), key=lambda n: (-series[n].total, n))[:most])
    rest = [part for n, part in enumerate(series) if n not in kept]
    others = Series(OTHERS, tuple(map(sum, zip(*(part.values for part in rest), strict=True))))
    return (*(part for n, part in enumerate(series) if n in kept), others)


def _segments(n: int, count: int, drawn: Sequence[Series], top: float) -> list[Segment]:
    width = min(_FILL / count, _BROADEST)
    centre, below, segments = middle(n, count), 0, []
    for style, part in enumerate(drawn, start=1):
        value = part.values[n]
        if not value:
            continue
        y = level(below + value, top)
        high = round(level(below, top) - y, 2)
        segment = Segment(
            name=part.name,
            value=value,
            style=style,
            url=part.urls[n] if part.urls else "",
            x=round(centre - width / 2, 2),
            y=y,
            width=round(width, 2),
            height=high,
            label_x=centre,
            label_y=round(y + high / 2, 2),
            is_numbered=high >= percent(_LINE),
        )
        segments.append(segment)
        below += value
    # A column of one segment already has its number above.
    return segments if len(segments) > 1 else [replace(segment, is_numbered=False) for segment in segments]
