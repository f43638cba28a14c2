"""Form groups of 30, 300 and 3,000 made-up people, and say how good they are and how long it takes.

`make bench-groups` runs it; no database is needed. Compared with the mean of random groups, and with a bound that no
groups can pass: everybody with the two who suit them best, even if others need these two. Exits with 1 if it
takes longer than 10 seconds of this processor, or if groups come less than 0.8 of the way from random to the bound.
"""

import sys
import time
from random import Random
from statistics import mean

from groups.forming import Suiting, Wishes, WishPoints, form_groups, points, worth
from groups.sharing import group_sizes

SIZE = 3
MOST_SECONDS, LEAST_SHARE = 10, 0.8
# Most of a cohort lives in a few time zones; a tenth of each thing is not known.
OFFSETS = [0, 0, 60, 60, 60, 120, 180, 330, 540, -180, -300]


def people(count: int, chance: Random) -> list[Suiting]:
    return [
        Suiting(
            person,
            chance.choice(OFFSETS) if chance.random() < 0.9 else None,
            chance.choice([2, 3, 4, 5, 6, 8, 10]) if chance.random() < 0.9 else None,
            chance.choice([1, 2, 2.5, 3, 3.5, 4, 5]) if chance.random() < 0.9 else None,
        )
        for person in range(count)
    ]


def wishes_among(count: int, chance: Random) -> Wishes:
    """One wish for ten people, three of four to be together."""
    found: dict[tuple[int, int], int] = {}
    for n in range(count // 10):
        one, other = sorted(chance.sample(range(count), 2))
        found[one, other] = WishPoints.APART if n % 4 == 3 else WishPoints.TOGETHER
    return found


def at_random(students: list[Suiting], wishes: Wishes, chance: Random) -> float:
    rest = iter(chance.sample(students, len(students)))
    return worth([[next(rest) for _ in range(n)] for n in group_sizes(len(students), SIZE)], wishes)


def bound(students: list[Suiting], wishes: Wishes) -> float:
    best = 0.0
    for one in students:
        found = sorted((points(one, other, wishes) for other in students if other is not one), reverse=True)
        best += sum(found[: SIZE - 1])
    return best / 2


def kept(groups: list[list[Suiting]], wishes: Wishes) -> int:
    group_of = {one.person: n for n, group in enumerate(groups) for one in group}
    return sum((group_of[a] == group_of[b]) == (value > 0) for (a, b), value in wishes.items())


def main() -> int:
    print("people   found  random   bound  of the way  wishes met  seconds")
    is_good = True
    for count in (30, 300, 3_000):
        shares, seconds = [], []
        # Some made-up cohorts of 30 are harder than others.
        for seed in range(5 if count == 30 else 1):
            chance = Random(seed)  # noqa: S311
            students, wishes = people(count, chance), wishes_among(count, chance)
            began = time.process_time()
            groups = form_groups(students, SIZE, wishes)
            seconds.append(time.process_time() - began)
            found = worth(groups, wishes)
            random = mean(at_random(students, wishes, chance) for _ in range(20))
            most = bound(students, wishes)
            shares.append((found - random) / (most - random))
            print(
                f"{count:6,}{found:8.0f}{random:8.0f}{most:8.0f}{shares[-1]:12.0%}"
                f"{kept(groups, wishes):8} of {len(wishes):<3}{seconds[-1]:6.1f}",
                flush=True,
            )
        is_good &= mean(shares) >= LEAST_SHARE and max(seconds) <= MOST_SECONDS
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
