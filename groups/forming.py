"""Form groups of people who suit each other (docs/forming-groups.md). The same people give the same groups.

A pair of people gets points for what they have in common: for hours at which both are awake, as much time a week, as
much known already, and for wishes. A group is worth the sum over its pairs. The search fills one group after the
other with those who suit it best, then swaps two at a time as long as that makes groups better.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import IntEnum
from functools import cache
from itertools import combinations
from zoneinfo import ZoneInfo

from groups.sharing import group_sizes
from lib.text import folded

# People are awake from 8:00 to 22:00 where they live; in quarters of an hour.
_DAY = 96
_AWAKE = range(8 * 4, 22 * 4)

# Fewer hours a day in which both are awake cost points.
_ENOUGH_HOURS = 9
_AN_HOUR_AWAKE = 0.8
_SAME_HOURS_A_WEEK, _AN_HOUR_A_WEEK_APART = 2.0, 1.0
_SAME_LEVEL, _A_LEVEL_APART = 2.0, 1.5
_WORST = -4.0
# The points that each group a mentor has already takes from them.
_A_GROUP_MORE = 3.0

# With how many people it begins anew, to keep the best: where they are few, much depends on the first group.
_PEOPLE_OF_ALL_BEGINNINGS = 1_500
# How far from somebody, in the order of what people have in common, it looks for their group, and for a swap.
_NEAR, _NEAR_TO_SWAP = 150, 60
# Less is no gain, but how a computer rounds.
_GAIN = 1e-6

_LEVELS = {
    **dict.fromkeys("none beginner novice iniciante principiante debutant basic basico".split(), 1.0),
    **dict.fromkeys("intermediate intermedio intermediaire medium medio moyen".split(), 3.0),
    **dict.fromkeys("advanced expert avancado avanzado avance".split(), 5.0),
}
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


class WishPoints(IntEnum):
    TOGETHER = 40
    APART = -80


# The points of a wish by its two persons, the smaller id first.
type Wishes = Mapping[tuple[int, int], int]


@dataclass(frozen=True, slots=True)
class StudentTraits:
    """A student's difference to UTC in minutes, hours a week and level. None is unknown and gives no points."""

    person: int
    offset: int | None = None
    hours: float | None = None
    level: float | None = None


@dataclass(frozen=True, slots=True)
class Willing:
    """A mentor, how many groups more they take, and how many they have."""

    person: int
    offset: int | None
    takes: int
    has: int = 0


def level_of(text: str) -> float | None:
    """Return the mean of the numbers, else of the known words: 2.5 for "python 3, ml 2"; None for neither."""
    numbers = [float(number.replace(",", ".")) for number in _NUMBER.findall(text)]
    levels = numbers or [_LEVELS[word] for word in folded(text).split() if word in _LEVELS]
    return sum(levels) / len(levels) if levels else None


def offset_of(time_zone: str, on: date) -> int | None:
    """Return the difference to UTC in minutes at noon of that day; None for an unknown time zone."""
    shift = datetime.combine(on, time(12), ZoneInfo(time_zone)).utcoffset() if time_zone else None
    return None if shift is None else int(shift.total_seconds()) // 60


def awake_together(offsets: Iterable[int]) -> tuple[int, float]:
    """Return when the longest time begins in which all are awake, in minutes of UTC, and how many hours it has."""
    shared = set.intersection(*({(slot - offset // 15) % _DAY for slot in _AWAKE} for offset in offsets))
    best, longest = 0, 0
    for start in sorted(shared):
        length = next(n for n in range(1, _DAY) if (start + n) % _DAY not in shared)
        if length > longest:
            best, longest = start, length
    return best * 15, longest / 4


@cache
def _points_of_time(one: int | None, other: int | None) -> float:
    if one is None or other is None:
        return 0
    return (awake_together([one, other])[1] - _ENOUGH_HOURS) * _AN_HOUR_AWAKE


def _points_of_rest(
    one: tuple[float | None, float | None], other: tuple[float | None, float | None]
) -> float:
    """Of hours a week, and of levels."""
    return _nearness(one[0], other[0], _SAME_HOURS_A_WEEK, _AN_HOUR_A_WEEK_APART) + _nearness(
        one[1], other[1], _SAME_LEVEL, _A_LEVEL_APART
    )


def _nearness(one: float | None, other: float | None, same: float, apart: float) -> float:
    return 0 if one is None or other is None else max(_WORST, same - apart * abs(one - other))


def points(one: StudentTraits, other: StudentTraits, wishes: Wishes) -> float:
    """Return how well two students suit each other."""
    a, b = one.person, other.person
    return (
        _points_of_time(one.offset, other.offset)
        + _points_of_rest((one.hours, one.level), (other.hours, other.level))
        + wishes.get((a, b) if a < b else (b, a), 0)
    )


def worth(groups: Iterable[Sequence[StudentTraits]], wishes: Wishes) -> float:
    return sum(points(one, other, wishes) for group in groups for one, other in combinations(group, 2))


def form_groups(students: Collection[StudentTraits], size: int, wishes: Wishes) -> list[list[StudentTraits]]:
    """Share students out into groups of that size, as `group_sizes` says."""
    order = sorted(students, key=_in_common)
    if not order:
        return []
    search = _Search(order, group_sizes(len(order), size), wishes)
    beginnings = range(0, len(order), 1 + len(order) ** 2 // _PEOPLE_OF_ALL_BEGINNINGS)
    found = [search.run(first) for first in beginnings]
    return max(found, key=lambda groups: worth(groups, wishes))


def _in_common(one: StudentTraits) -> tuple[int, float, float, int]:
    return (
        9_999 if one.offset is None else one.offset,
        99 if one.level is None else one.level,
        99 if one.hours is None else one.hours,
        one.person,
    )


def _table[Known](
    values: Sequence[Known], points_of: Callable[[Known, Known], float]
) -> tuple[list[list[float]], list[int]]:
    """The points of each two different values, and the row of each value: what is looked up a million times."""
    rows = {value: n for n, value in enumerate(dict.fromkeys(values))}
    return [[points_of(one, other) for other in rows] for one in rows], [rows[value] for value in values]


class _Search:
    """People are their places in `order` here: what two have in common is looked up ten million times."""

    def __init__(self, order: Sequence[StudentTraits], sizes: Sequence[int], wishes: Wishes) -> None:
        self.order, self.sizes = order, sizes
        self.hours, self.hours_of = _table([one.offset for one in order], _points_of_time)
        self.rest, self.rest_of = _table([(one.hours, one.level) for one in order], _points_of_rest)
        place_of = {one.person: n for n, one in enumerate(order)}
        self.wished: list[dict[int, int]] = [{} for _ in order]
        for (a, b), value in sorted(wishes.items()):
            if a in place_of and b in place_of:
                one, other = place_of[a], place_of[b]
                self.wished[one][other] = self.wished[other][one] = value

    def run(self, first: int) -> list[list[StudentTraits]]:
        groups = self.fill([*range(first, len(self.order)), *range(first)])
        self.swap(groups)
        return [[self.order[n] for n in group] for group in groups]

    def fill(self, left: list[int]) -> list[list[int]]:
        groups = []
        for size in self.sizes:
            group = [left.pop(0)]
            while len(group) < size:
                wished = {other for one in group for other in self.wished[one]}
                near = left[:_NEAR] + [one for one in left[_NEAR:] if one in wished]
                best = max(near, key=lambda one: self.points_among(one, group))
                left.remove(best)
                group.append(best)
            groups.append(group)
        return groups

    def swap(self, groups: list[list[int]]) -> None:
        count = len(self.order)
        group_of = {one: group for group in groups for one in group}
        is_better = True
        while is_better:
            is_better = False
            for one in range(count):
                near = [(one + n) % count for n in range(1, min(_NEAR_TO_SWAP + 1, count))]
                for other in [*near, *(other for wished in self.wished[one] for other in group_of[wished])]:
                    mine, theirs = group_of[one], group_of[other]
                    if mine is theirs:
                        continue
                    gain = self.points_among(one, theirs) - self.points_among(one, mine)
                    back = self.points_among(other, mine) - self.points_among(other, theirs)
                    is_swap = gain + back - 2 * self.points_among(one, [other]) > _GAIN
                    # From a larger group one can go without a swap: as many groups have each size afterwards.
                    if is_swap or (gain > _GAIN and len(mine) > len(theirs)):
                        mine.remove(one)
                        theirs.append(one)
                        group_of[one] = theirs
                        is_better = True
                    if is_swap:
                        theirs.remove(other)
                        mine.append(other)
                        group_of[other] = mine

    def points_among(self, one: int, group: Iterable[int]) -> float:
        hours, rest, wished = self.hours[self.hours_of[one]], self.rest[self.rest_of[one]], self.wished[one]
        total: float = 0
        for other in group:
            if other != one:
                total += hours[self.hours_of[other]] + rest[self.rest_of[other]]
                if wished:
                    total += wished.get(other, 0)
        return total


def assign_mentors(groups: Sequence[Sequence[StudentTraits]], mentors: Sequence[Willing]) -> list[int | None]:
    """Return a mentor for each group, never of one that they study in; None where nobody is left.

    The mentor is awake when the group is, and has few groups. Groups that the fewest could mentor come first.
    """
    could = [[one for one in mentors if all(one.person != each.person for each in group)] for group in groups]
    left = {one.person: one.takes for one in mentors}
    has = {one.person: one.has for one in mentors}
    found: list[int | None] = [None] * len(groups)
    for n in sorted(range(len(groups)), key=lambda n: (len(could[n]), n)):
        free = [one for one in could[n] if left[one.person] > 0]
        if free:
            best = max(
                free, key=lambda one: _points_of_mentor(one, groups[n]) - _A_GROUP_MORE * has[one.person]
            )
            found[n] = best.person
            left[best.person] -= 1
            has[best.person] += 1
    return found


def _points_of_mentor(mentor: Willing, group: Sequence[StudentTraits]) -> float:
    return sum(_points_of_time(mentor.offset, one.offset) for one in group) / max(1, len(group))
