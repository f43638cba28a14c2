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
    parts = {1: said(useful=3, groups=1), 2: said(too_long=3, groups=1)}
    assert total_of(parts, ()) == said(useful=3, too_long=3, groups=2)
    # Some are in both.
    assert total_of(parts, (), people_of_others=4) is None
    # Naming all of them is a filter too: it differs from another by one of them.
    assert [total_of(parts, chosen) for chosen in ((1,), (2,), (1, 2))] == [None] * 3


def test_course_less_its_cohorts_leaves_nobody_alone() -> None:
    # The course without its large cohort would be the three others.
    parts = {1: said(useful=9, groups=3), 2: said(confusing=3, groups=1)}
    assert total_of(parts, ()) == total_of(parts, (1,)) == said(useful=9, groups=3)


def test_every_total_is_a_sum_of_parts_that_may_be_told() -> None:
    """So whatever is subtracted from whatever leaves whole parts, and each is of five people or more."""
    chance = random.Random(14)  # noqa: S311 -- no secret depends on it
    for _ in range(200):
        parts = {cohort: said(*(chance.randint(low, 3) for low in (0, 0, 0, 1))) for cohort in range(4)}
        others = Found.together(part for part in parts.values() if not part.may_be_told)
        told = [part for part in (*parts.values(), others) if part.people >= 5 and part.groups >= 2]
        sums = {Found.together(some) for size in range(6) for some in combinations(told, size)}
        filters = chain.from_iterable(combinations(parts, size) for size in range(5))
        assert {total_of(parts, chosen) or Found() for chosen in filters} <= sums
