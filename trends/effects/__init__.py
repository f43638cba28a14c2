"""Did a change of the material help? Asks a student-week before and after it, as a rate ratio with its interval.

Pure: plain values in, frozen dataclasses out. The method is described in docs/did-it-help.md.
"""

from trends.effects.comparison import Comparison, Side, Verdict, compare
from trends.effects.effect import CohortEffect, CohortFacts, Effect, Stay, effect
from trends.effects.interval import RateRatio, rate_ratio
from trends.effects.words import in_words, interval_words

__all__ = [
    "CohortEffect",
    "CohortFacts",
    "Comparison",
    "Effect",
    "RateRatio",
    "Side",
    "Stay",
    "Verdict",
    "compare",
    "effect",
    "in_words",
    "interval_words",
    "rate_ratio",
]
