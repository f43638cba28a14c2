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


@dataclass(frozen=True, slots=True)
class Tick:
    value: float
    label: str
    y: float


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
