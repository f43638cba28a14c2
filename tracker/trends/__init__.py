"""The arithmetic of trends: weeks, rates, percentiles, ages. Pure: plain values in, plain values out."""

from tracker.trends.answering import percentile, within_words
from tracker.trends.rates import FEWEST_STUDENTS, rate, rate_words
from tracker.trends.runs import Run, same_weeks, student_weeks
from tracker.trends.spans import Span, mondays

__all__ = [
    "FEWEST_STUDENTS",
    "Run",
    "Span",
    "mondays",
    "percentile",
    "rate",
    "rate_words",
    "same_weeks",
    "student_weeks",
    "within_words",
]
