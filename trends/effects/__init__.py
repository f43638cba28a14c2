"""Did a change of the material help? Asks per student-week before and after it, as a rate ratio with its interval.

Pure: plain values in, frozen dataclasses out. docs/did-it-help.md describes the method.
"""

from trends.effects.comparison import RateComparison, Side, Verdict, compare
from trends.effects.effect import CohortEffect, CohortFacts, Effect, effect
from trends.effects.interval import RateRatio, rate_ratio
from trends.effects.labels import comparison_summary, interval_label

__all__ = [
    "CohortEffect",
    "CohortFacts",
    "Effect",
    "RateComparison",
    "RateRatio",
    "Side",
    "Verdict",
    "compare",
    "comparison_summary",
    "effect",
    "interval_label",
    "rate_ratio",
]
