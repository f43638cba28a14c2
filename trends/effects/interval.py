"""The ratio of two rates with its exact conditional interval.

Two counts follow Poisson distributions over two exposures. Given their sum, the later count is binomial, and its
probability depends only on the ratio of the rates (Przyborowski and Wilenski, 1940). The limits of Clopper and Pearson
for that probability, converted to ratios, give an interval that covers the true ratio at least as often as its level,
for any rates and for small counts.
"""

import math
from dataclasses import dataclass

# Halvings of the range from 0 to 1 until float precision is exhausted.
_HALVINGS = 60
# The share that each side of an interval of 95% leaves out.
_TAIL = 0.025
# Steps of the continued fraction; it needs about as many as the square root of the larger count.
_MOST_STEPS = 10_000
_SMALLEST = 1e-300


@dataclass(frozen=True, slots=True)
class RateRatio:
    """The later rate divided by the earlier one, and the limits of its interval.

    `ratio` and `upper` are infinite if the earlier count is 0. `ratio` is NaN if both counts are 0.
    """

    ratio: float
    lower: float
    upper: float


def rate_ratio(before: int, exposure_before: float, after: int, exposure_after: float) -> RateRatio:
    """Return the ratio of the rates `after / exposure_after` and `before / exposure_before`.

    Args:
        exposure_before, exposure_after: in the same unit, such as student-weeks.

    Raises:
        ValueError: a count below 0, or an exposure that is not positive.
    """
    if before < 0 or after < 0:
        raise ValueError("Counts are 0 or more.")
    if not (exposure_before > 0 and exposure_after > 0):
        raise ValueError("A rate needs an exposure.")
    odds_to_ratio = exposure_before / exposure_after
    lower, upper = binomial_limits(after, before + after)
    return RateRatio(
        ratio=_odds(after, before) * odds_to_ratio,
        lower=_odds(lower, 1 - lower) * odds_to_ratio,
        upper=_odds(upper, 1 - upper) * odds_to_ratio,
    )


def _odds(share: float, rest: float) -> float:
    if rest == 0:
        return math.inf if share else math.nan
    return share / rest


def binomial_limits(successes: int, trials: int) -> tuple[float, float]:
    """Return the limits of Clopper and Pearson (1934) for the share of successes. 0 and 1 without trials."""
    # The shares at which this many successes or more, and this many or fewer, have the tail probability.
    lower = _where(successes, trials - successes + 1, _TAIL) if successes else 0.0
    upper = _where(successes + 1, trials - successes, 1 - _TAIL) if successes < trials else 1.0
    return lower, upper


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
    """Return the probability of `a` or more successes in `a + b - 1` trials with the share `x`.

    This is the regularised incomplete beta function.
    """
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    logarithm = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    # The fraction converges fast on this side of the middle. The other side is its mirror image.
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
