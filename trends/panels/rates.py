"""Asks per student at a milestone: above and below the line are the same people, in the same weeks."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from trends.counts import TrendCounts
from trends.figures import CohortRun, Span, left_out_label, rate, rate_label
from trends.panels.panel import Number, count_label


@dataclass(frozen=True, slots=True)
class AskRate:
    """`asks` are all about the milestone; `counted` are those of the `students` who were at it then.

    Nobody knows when the `undated` were at it, so they and their asks are left out, as are the asks of others: who were
    not at it then, or of whom nobody knows who they were.
    """

    asks: Number
    counted: int
    students: int
    undated: int
    undated_asks: int

    def __bool__(self) -> bool:
        """Whether anybody asked or was at it."""
        return bool(self.asks.count or self.students or self.undated)

    @property
    def rate(self) -> float | None:
        return rate(self.counted, self.students)

    @property
    def label(self) -> str:
        return rate_label(self.rate, self.students, self.undated)

    @property
    def others(self) -> int:
        """The asks of others: see `others_label`."""
        return self.asks.count - self.counted - self.undated_asks

    @property
    def left_out(self) -> str:
        return left_out_label(self.undated, self.undated_asks, self.others)

    @property
    def note(self) -> str:
        """Return e.g. "asked 23 times, 8 students", or "asked 11 of 23 times, 8 students; " and who is left out."""
        asks, students = count_label(self.asks.count, "time"), count_label(self.students, "student")
        if not self.left_out or (self.rate is None and not self.undated):
            return f"asked {asks}, {students}"
        if not self.students:
            return f"asked {asks}; {self.left_out}"
        part = "" if self.counted == self.asks.count else f"{self.counted:,} of "
        return f"asked {part}{asks}, {students}; {self.left_out}"


def ask_rates(counts: TrendCounts, spans: Mapping[CohortRun, Span], **narrower: Any) -> dict[int, AskRate]:
    """Return the rate of each milestone over these weeks of these cohorts, in the order of the course.

    Args:
        narrower: the filters that lead to its asks, beside those of the view and the milestone.
    """
    asks: Counter[int | None] = Counter()
    counted: Counter[int | None] = Counter()
    undated_asks: Counter[int | None] = Counter()
    students: Counter[int] = Counter()
    undated: Counter[int] = Counter()
    for run, span in spans.items():
        asks.update(counts.asks.by_milestone(run.cohort_id, span))
        counted.update(counts.asks.of_students(run, span, is_dated=True))
        undated_asks.update(counts.asks.of_students(run, span, is_dated=False))
        students.update(counts.students.at_milestones(run, span, is_dated=True))
        undated.update(counts.students.at_milestones(run, span, is_dated=False))
    return {
        at: AskRate(
            Number.of(asks[at], counts.view, milestone=at, **narrower),
            *(counted[at], students[at], undated[at], undated_asks[at]),
        )
        for at in counts.view.milestones
    }


def others_label(rates: Iterable[AskRate]) -> str:
    """Say who the others are that are left out of these, "" if nobody is."""
    return (
        "Others were not at it then, or nobody knows who asked." if any(rate.others for rate in rates) else ""
    )


def no_rate_label(rates: Iterable[AskRate], left_out: int) -> str:
    """Say why none of these has a rate; `left_out` are the asks without a date that are not in them."""
    if left_out or any(rate.undated for rate in rates):
        return "dates are missing, so there is no rate"
    return "too few students for a rate"
