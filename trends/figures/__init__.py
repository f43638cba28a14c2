"""The arithmetic of trends: weeks, rates, percentiles, ages. Pure: plain values in, plain values out."""

from questions.answer_times import percentile, within_label
from trends.figures.rates import FEWEST_STUDENTS, left_out_label, rate, rate_label
from trends.figures.runs import CohortRun, Stay, same_weeks, student_weeks
from trends.figures.spans import Span, mondays

__all__ = [
    "FEWEST_STUDENTS",
    "CohortRun",
    "Span",
    "Stay",
    "left_out_label",
    "mondays",
    "percentile",
    "rate",
    "rate_label",
    "same_weeks",
    "student_weeks",
    "within_label",
]
