from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

from questions.forms.question_filters import WAITING
from trends.counts import TrendCounts, TrendView


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel of the trends, of a module of its own.

    `name` is its address. `finding` returns the sentence on top of its page: only from what was counted, so that it
    costs no query. If it is "", the page of trends does not lead there. `content` returns what `template` shows as
    `content`; where it is None,
    `why_empty` returns the heading and the words in its place. `needs_asks`: whether there is nothing to show where
    nothing was asked.
    """

    name: str
    title: str
    template: str
    finding: Callable[[TrendCounts], str]
    content: Callable[[TrendCounts], Any]
    why_empty: Callable[[TrendCounts], tuple[str, str]] = lambda counts: (
        "No cohort had begun",
        "In these weeks.",
    )
    needs_asks: bool = True


# Filters that lead to the questions open today, whenever they were asked.
OPEN_TODAY: dict[str, Any] = {"since": None, "until": None, "first": True, "status": WAITING}


@dataclass(frozen=True, slots=True)
class Number:
    """A number, and the list of the asks or questions that it counts. `url` is "" for 0."""

    count: int
    url: str

    @classmethod
    def of(cls, count: int, view: TrendView, **narrower: Any) -> Self:
        """Args:
        narrower: the filters of the number besides those of the view.
        """
        return cls(count, view.url("question-list", **narrower) if count else "")

    @property
    def label(self) -> str:
        return f"{self.count:,}"


def count_label(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
