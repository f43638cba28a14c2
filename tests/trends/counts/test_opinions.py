"""No total of opinions is of a few people, and no two differ by a few."""

import random
from itertools import chain, combinations

from trends.counts.opinions import Found, total_of


def said(useful: int = 0, confusing: int = 0, too_long: int = 0, groups: int = 0) -> Found:
    """By as many people."""
    return Found(useful, confusing, too_long, groups, people=useful + confusing + too_long)


def test_five_people_of_two_groups_make_a_total() -> None:
    few, of_one_group = said(useful=3, confusing=1, groups=2), said(confusing=6, groups=1)
    enough = said(useful=2, confusing=2, too_long=1, groups=2)
    assert total_of({1: few}, ()) is None
    assert total_of({1: of_one_group}, ()) is None
    assert total_of({1: enough}, ()) == total_of({1: enough}, (1,)) == enough
    assert enough.share == 3 / 5
    # Two of them said it twice.
    of_three = Found(useful=2, confusing=2, too_long=1, groups=2, people=3)
    assert total_of({1: of_three}, ()) is None


def test_small_cohorts_count_together_in_the_course_alone() -> None:
    parts = {1: said(useful=3, groups=1), 2: said(too_long=3, groups=1), 3: said(confusing=2, groups=1)}
    assert total_of(parts, ()) == said(useful=3, too_long=3, confusing=2, groups=3)
    # Some are in two.
    assert total_of(parts, (), people_of_others=7) is None
    # Naming all of them is a filter too: it differs from another by one of them.
    assert [total_of(parts, chosen) for chosen in ((1,), (2,), (1, 2, 3))] == [None] * 3


def test_no_cohort_tells_of_the_others_by_growing() -> None:
    """One said something in spring. A fifth of autumn makes it a total of its own, and the difference told two."""
    autumn, spring = said(useful=3, confusing=1, groups=2), said(too_long=1, groups=1)
    grown = said(useful=4, confusing=1, groups=2)
    assert total_of({1: autumn, 2: spring}, ()) is None
    assert total_of({1: grown, 2: spring}, ()) == grown
    # Five of two groups are left without the largest of these, whichever grows.
    rest = {3: said(useful=2, confusing=1, groups=1), 4: said(too_long=1, groups=1)}
    parts = {1: autumn, 2: spring, **rest}
    assert total_of(parts, ()) == said(useful=5, confusing=2, too_long=2, groups=5)


def test_course_less_its_cohorts_leaves_nobody_alone() -> None:
    # The course without its large cohort would be the three others.
    parts = {1: said(useful=9, groups=3), 2: said(confusing=3, groups=1)}
    assert total_of(parts, ()) == total_of(parts, (1,)) == said(useful=9, groups=3)


def test_every_total_is_a_sum_of_parts_that_may_be_told() -> None:
    """So whatever is subtracted from whatever leaves whole parts, and each is of five people or more."""
    chance = random.Random(14)  # noqa: S311 -- no secret depends on it
    for _ in range(200):
        parts = {cohort: said(*(chance.randint(low, 3) for low in (0, 0, 0, 1))) for cohort in range(4)}
        small = [part for part in parts.values() if not part.may_be_told]
        others = Found.together(small)
        left = [(others.people - part.people, others.groups - part.groups) for part in small]
        is_others_told = small and all(people >= 5 and groups >= 2 for people, groups in left)
        told = [part for part in parts.values() if part.may_be_told] + ([others] if is_others_told else [])
        sums = {Found.together(some) for size in range(6) for some in combinations(told, size)}
        filters = chain.from_iterable(combinations(parts, size) for size in range(5))
        assert {total_of(parts, chosen) or Found() for chosen in filters} <= sums


def test_no_tap_tells_more_than_itself_of_fewer_than_five() -> None:
    """Who reads the course's total before and after a tap learns what is one tap, or of five and more."""
    chance = random.Random(15)  # noqa: S311 -- no secret depends on it
    changes = set()
    for _ in range(300):
        taps: dict[int, list[int]] = {cohort: [] for cohort in range(4)}
        before = Found()
        for _ in range(25):
            taps[chance.randint(0, 3)].append(chance.randint(1, 3))
            parts = {
                cohort: said(useful=len(groups), groups=len(set(groups))) for cohort, groups in taps.items()
            }
            after = total_of({cohort: part for cohort, part in parts.items() if part.said}, ()) or Found()
            changes.add(after.said - before.said)
            before = after
    # Nothing, the tap itself, a sum of at least five, or one that is left out of the sum with the tap in it.
    assert {change for change in changes if -4 < change < 5} == {0, 1}
