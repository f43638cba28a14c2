"""Numbers of the trends as links: to the questions they count, and to this page filtered by a row."""

from dataclasses import dataclass
from typing import Any, Self

from django.urls import reverse

from trends.counts import TrendView
from trends.forms.drill_down import DrillDown


@dataclass(frozen=True, slots=True)
class Number:
    """A number, and the list of the asks or questions that it counts. `url` is "" for 0."""

    count: int
    url: str

    @classmethod
    def of(cls, count: int, drill: DrillDown) -> Self:
        return cls(count, f"{reverse('trends:asked')}?{drill.query}" if count else "")

    @property
    def label(self) -> str:
        return f"{self.count:,}"


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    url: str


def trends_url(view: TrendView, **changes: Any) -> str:
    page, query = reverse("trends:trends", args=[view.course.slug]), view.filters.narrowed(**changes)
    return f"{page}?{query}" if query else page


def panel_url(view: TrendView, name: str) -> str:
    """The page of a panel, under the same filters."""
    page, query = reverse("trends:trends-panel", args=[view.course.slug, name]), view.filters.query
    return f"{page}?{query}" if query else page


def csv_url(view: TrendView, name: str) -> str:
    page, query = reverse("trends:trends-csv", args=[view.course.slug, name]), view.filters.query
    return f"{page}?{query}" if query else page


def students_label(students: int, undated: int) -> str:
    """Return e.g. "3 students"; "7 students without a date" if nobody knows when any of them was there."""
    if undated and not students:
        return f"{count_label(undated, 'student')} without a date"
    return count_label(students, "student")


def count_label(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
