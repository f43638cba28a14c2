"""The exact interval of a ratio of two rates: against published values, and by simulation."""

import math
import random
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate, product

import pytest

from trends.effects.interval import (
    RateRatio,
    binomial_limits,
    incomplete_beta,
    rate_ratio,
)

_rate_ratio = lru_cache(maxsize=None)(rate_ratio)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        # Stata's manual and its page on incidence rates, `iri 41 15 28010 19017`: 1.855759, exact 1.005684 to 3.6093.
        ((15, 19017), (41, 28010), (1.855759, 1.005684, 3.6093)),
        # R's example of poisson.test, lung cancer in Fredericia: c(11, 21), c(800, 3011).
        ((21, 3011), (11, 800), (1.971488, 0.8584264, 4.2772659)),
    ],
)
def test_rate_ratio_is_as_published(
    before: tuple[int, int], after: tuple[int, int], expected: tuple[float, float, float]
) -> None:
    found = rate_ratio(*before, *after)
    assert (found.ratio, found.lower, found.upper) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(
    ("successes", "trials", "expected"),
    [
        # The limits of Clopper and Pearson: for 0 of n they are known in closed form, 1 - 0.025 ** (1 / n).
        (0, 10, (0, 1 - 0.025 ** (1 / 10))),
        (10, 10, (0.025 ** (1 / 10), 1)),
        (0, 1, (0, 0.975)),
        (5, 10, (0.1870860, 0.8129140)),
        # Newcombe (1998), table I: 81 of 263, and 15 of 148.
        (81, 263, (0.2527, 0.3676)),
        (15, 148, (0.0578, 0.1617)),
    ],
)
def test_binomial_limits_are_as_published(successes: int, trials: int, expected: tuple[float, float]) -> None:
    assert binomial_limits(successes, trials) == pytest.approx(expected, abs=6e-5)


def tail(at_least: int, trials: int, share: float) -> float:
    """The chance of so many successes or more, term by term."""
    return sum(
        math.comb(trials, k) * share**k * (1 - share) ** (trials - k) for k in range(at_least, trials + 1)
    )


@pytest.mark.parametrize(("a", "b"), [(1, 1), (1, 30), (3, 8), (12, 6), (40, 2), (25, 25)])
@pytest.mark.parametrize("share", [0.001, 0.1, 0.3, 0.5, 0.77, 0.999])
def test_incomplete_beta_is_the_tail_of_a_binomial(a: int, b: int, share: float) -> None:
    assert incomplete_beta(a, b, share) == pytest.approx(tail(a, a + b - 1, share), abs=1e-12)


def test_incomplete_beta_ends_at_nothing_and_all() -> None:
    assert incomplete_beta(3, 4, 0) == 0
    assert incomplete_beta(3, 4, 1) == 1


@pytest.mark.parametrize(("successes", "trials"), [(3, 11), (1, 40), (39, 40), (7, 7), (0, 5), (500, 1500)])
def test_binomial_limits_leave_their_tails(successes: int, trials: int) -> None:
    lower, upper = binomial_limits(successes, trials)
    if successes:
        assert incomplete_beta(successes, trials - successes + 1, lower) == pytest.approx(0.025, abs=1e-9)
    if successes < trials:
        assert incomplete_beta(successes + 1, trials - successes, upper) == pytest.approx(0.975, abs=1e-9)


def test_rate_ratio_of_no_ask_after_has_an_upper_limit() -> None:
    found = rate_ratio(10, 20, 0, 20)
    assert (found.ratio, found.lower) == (0, 0)
    # Of ten asks all lie before: the later share is below 1 - 0.025 ** (1 / 10).
    limit = 1 - 0.025 ** (1 / 10)
    assert found.upper == pytest.approx(limit / (1 - limit))


def test_rate_ratio_of_no_ask_before_is_infinite_with_a_lower_limit() -> None:
    found = rate_ratio(0, 20, 10, 40)
    assert (found.ratio, found.upper) == (math.inf, math.inf)
    limit = 0.025 ** (1 / 10)
    assert found.lower == pytest.approx(limit / (1 - limit) / 2)


def test_rate_ratio_of_no_ask_at_all_may_be_anything() -> None:
    found = rate_ratio(0, 20, 0, 20)
    assert math.isnan(found.ratio)
    assert (found.lower, found.upper) == (0, math.inf)


def test_rate_ratio_turned_around_is_its_inverse() -> None:
    found, turned = rate_ratio(12, 30, 5, 40), rate_ratio(5, 40, 12, 30)
    assert (1 / turned.ratio, 1 / turned.upper, 1 / turned.lower) == pytest.approx(
        (found.ratio, found.lower, found.upper)
    )


def test_rate_ratio_does_not_depend_on_the_unit_of_exposure() -> None:
    assert rate_ratio(12, 30, 5, 40) == RateRatio(
        *(pytest.approx(value) for value in _values(rate_ratio(12, 210, 5, 280)))
    )


def _values(found: RateRatio) -> tuple[float, float, float]:
    return found.ratio, found.lower, found.upper


@pytest.mark.parametrize("values", [(-1, 1, 1, 1), (1, 1, -1, 1), (1, 0, 1, 1), (1, 1, 1, 0), (1, -2, 1, 1)])
def test_rate_ratio_refuses_what_is_no_rate(values: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match=r"Counts are|A rate needs"):
        rate_ratio(*values)


def test_rate_ratio_of_large_counts_is_as_the_normal_law_has_it() -> None:
    found = rate_ratio(20_000, 1_000, 10_000, 1_000)
    width = 1.959964 * math.sqrt(1 / 20_000 + 1 / 10_000)
    assert (found.lower, found.upper) == pytest.approx(
        (0.5 * math.exp(-width), 0.5 * math.exp(width)), rel=1e-3
    )


# Asks expected before, the true ratio, and student-weeks before and after: few asks and many, short and long.
GRID = list(product([1, 3, 8, 25], [0.2, 0.5, 1, 1.8], [(20, 20), (60, 15), (15, 60)]))


class Poisson:
    """Draws counts of a mean; quicker than adding up waiting times, since many are drawn of few means."""

    def __init__(self, mean: float) -> None:
        self.chances = list(_chances(mean))
        self.added = list(accumulate(self.chances))

    def draw(self, chance: random.Random, count: int) -> list[int]:
        return chance.choices(range(len(self.chances)), cum_weights=self.added, k=count)


def _chances(mean: float) -> Iterator[float]:
    for k in range(int(mean + 12 * math.sqrt(mean) + 20)):
        yield math.exp(k * math.log(mean) - mean - math.lgamma(k + 1))


def covers(before: int, after: int, weeks: tuple[int, int], truth: float) -> bool:
    found = _rate_ratio(before, weeks[0], after, weeks[1])
    return found.lower <= truth <= found.upper


DRAWS = 1_000


@pytest.mark.parametrize(("mean", "truth", "weeks"), GRID)
def test_interval_covers_the_truth_at_least_as_often_as_it_says(
    mean: float, truth: float, weeks: tuple[int, int]
) -> None:
    chance = random.Random(20261125)  # noqa: S311 -- no secret depends on it
    before = Poisson(mean).draw(chance, DRAWS)
    after = Poisson(mean * truth * weeks[1] / weeks[0]).draw(chance, DRAWS)
    covered = sum(covers(*pair, weeks, truth) for pair in zip(before, after, strict=True))
    # The error of so many draws by chance alone: three standard errors.
    allowance = 3 * math.sqrt(0.95 * 0.05 / DRAWS)
    assert covered / DRAWS >= 0.95 - allowance
    # With asks enough it is no wider than it has to be: it misses now and then.
    if min(mean, mean * truth * weeks[1] / weeks[0]) >= 8:
        assert covered / DRAWS <= 0.985


@pytest.mark.parametrize(("mean", "truth", "weeks"), [case for case in GRID if case[0] <= 3])
def test_interval_covers_the_truth_by_the_sum_over_all_counts(
    mean: float, truth: float, weeks: tuple[int, int]
) -> None:
    """The same without chance, where all pairs of counts can be gone through: 95 % is a floor, not an average."""
    before = list(_chances(mean))
    after = list(_chances(mean * truth * weeks[1] / weeks[0]))
    covered = sum(
        one * other
        for k, one in enumerate(before)
        for m, other in enumerate(after)
        if one * other > 1e-9 and covers(k, m, weeks, truth)
    )
    assert covered >= 0.95 - 1e-6


def clustered(chance: random.Random, groups: int, mean: float, spread: float) -> int:
    """Asks of some groups, of which some ask more than others: their rates vary by a gamma law of that variance."""
    asked = 0
    for _ in range(groups):
        rate = mean / groups * (chance.gammavariate(1 / spread, spread) if spread else 1)
        limit, product_, count = math.exp(-rate), chance.random(), 0
        while product_ > limit:
            product_ *= chance.random()
            count += 1
        asked += count
    return asked


@pytest.mark.parametrize(
    ("spread", "least", "most"), [(0.0, 0.94, 0.98), (0.5, 0.78, 0.85), (1.0, 0.67, 0.75), (3.0, 0.46, 0.54)]
)
def test_interval_covers_less_often_where_some_groups_ask_more(
    spread: float, least: float, most: float
) -> None:
    """Asks of one group are not independent, and the interval does not know: docs/did-it-help.md quotes these figures.

    Ten groups on each side, thirty asks expected, nothing changed.
    """
    chance = random.Random(20261125)  # noqa: S311 -- no secret depends on it
    draws = 1_000
    pairs = [(clustered(chance, 10, 30, spread), clustered(chance, 10, 30, spread)) for _ in range(draws)]
    covered = sum(covers(*pair, (100, 100), 1) for pair in pairs) / draws
    assert least <= covered <= most
