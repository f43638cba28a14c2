"""A rate with its exact interval, and the ratio of two rates with its exact conditional one.

Two counts that follow Poisson laws, seen over two exposures: given their sum, the later one is binomial, and its share
depends on the ratio of the rates alone (Przyborowski and Wilenski, 1940). The limits of Clopper and Pearson for that
share, turned into ratios, make an interval that covers the true ratio at least as often as it says, whatever the rates,
small counts included. The limits of a single rate are those of Garwood (1936) for its count.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

# Halvings of a range from 0 to 1 until nothing of a float is left.
_HALVINGS = 60
# Steps of the continued fraction; it needs about as many as the square root of the larger count.
_MOST_STEPS = 10_000
_SMALLEST = 1e-300


@dataclass(frozen=True, slots=True)
class RateRatio:
    """The later rate divided by the earlier one, and the limits of its interval.

    `ratio` and `upper` are infinite where nothing was counted earlier, `ratio` is not a number where nothing was
    counted at all.
    """

    ratio: float
    lower: float
    upper: float


def rate_ratio(
    before: int, exposure_before: float, after: int, exposure_after: float, *, level: float = 0.95
) -> RateRatio:
    """Return the ratio of the rates `after / exposure_after` and `before / exposure_before`.

    Args:
        exposure_before, exposure_after: in the same unit, such as student-weeks.
        level: how often the interval covers the true ratio, at least.

    Raises:
        ValueError: a count below 0, or an exposure of nothing.
    """
    if before < 0 or after < 0:
        raise ValueError("Counts are 0 or more.")
    if not (exposure_before > 0 and exposure_after > 0):
        raise ValueError("A rate needs an exposure.")
    odds_to_ratio = exposure_before / exposure_after
    lower, upper = binomial_limits(after, before + after, level=level)
    return RateRatio(
        ratio=_odds(after, before) * odds_to_ratio,
        lower=_odds(lower, 1 - lower) * odds_to_ratio,
        upper=_odds(upper, 1 - upper) * odds_to_ratio,
    )


def _odds(share: float, rest: float) -> float:
    if rest == 0:
        return math.inf if share else math.nan
    return share / rest


def binomial_limits(successes: int, trials: int, *, level: float = 0.95) -> tuple[float, float]:
    """Return the limits of Clopper and Pearson (1934) for the share of successes; 0 and 1 without trials."""
    tail = (1 - level) / 2
    # The share at which as many successes or more have the probability of the tail; and as many or fewer.
    lower = _where(successes, trials - successes + 1, tail) if successes else 0.0
    upper = _where(successes + 1, trials - successes, 1 - tail) if successes < trials else 1.0
    return lower, upper


def poisson_limits(count: int, *, level: float = 0.95) -> tuple[float, float]:
    """Return the limits of Garwood (1936) for the mean of a Poisson distribution, given an observed `count`.

    Raises:
        ValueError: a count below 0.
    """
    if count < 0:
        raise ValueError("Counts are 0 or more.")
    tail = (1 - level) / 2
    # The mean at which as many or more have the probability of the tail; and as many or fewer.
    lower = _mean(0, count, lambda mean: _poisson_tail(count, mean, up=True) < tail) if count else 0.0
    most = count + 10 * math.sqrt(count + 1) - math.log(tail)
    upper = _mean(count, most, lambda mean: _poisson_tail(count, mean, up=False) > tail)
    return lower, upper


def _mean(low: float, high: float, is_below: Callable[[float], bool]) -> float:
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if is_below(middle):
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _poisson_tail(count: int, mean: float, *, up: bool) -> float:
    """How likely a Poisson law gives `count` or more (or fewer), on the side of the mean where terms grow smaller."""
    term = total = math.exp(count * math.log(mean) - mean - math.lgamma(count + 1))
    k = count
    while term > total * 1e-17 and (up or k):
        term *= mean / (k + 1) if up else k / mean
        k += 1 if up else -1
        total += term
    return total


def _where(a: float, b: float, probability: float) -> float:
    """The share at which the regularised incomplete beta function reaches a probability."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if incomplete_beta(a, b, middle) < probability:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def incomplete_beta(a: float, b: float, x: float) -> float:
    """Return how likely `a` or more of `a + b - 1` trials succeed at a share `x`: the regularised incomplete beta."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    logarithm = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    # The fraction runs fast on this side of the middle, and the other side mirrors it.
    if x > (a + 1) / (a + b + 2):
        return 1 - math.exp(logarithm) * _fraction(b, a, 1 - x) / b
    return math.exp(logarithm) * _fraction(a, b, x) / a


def _fraction(a: float, b: float, x: float) -> float:
    """The continued fraction of the incomplete beta function, by Lentz's method (Numerical Recipes, 6.4)."""
    c, d = 1.0, 1 / _away_from_zero(1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, _MOST_STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1 / _away_from_zero(1 + term * d)
            c = _away_from_zero(1 + term / c)
            value *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return value


def _away_from_zero(value: float) -> float:
    return value if abs(value) > _SMALLEST else _SMALLEST
