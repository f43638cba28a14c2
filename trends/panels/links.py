"""Numbers of the trends as links: to the questions they count, and to this page filtered by a row.

A `query` is a query string without "?" for the list of questions that a number counts (`trends:asked`), made by
`trends.forms.drill_down.DrillDown`. It is "" if the number counts nothing.
"""

from dataclasses import dataclass
from typing import Any, Self

from django.http import QueryDict
from django.urls import reverse

from trends.counts import TrendView
from trends.forms.drill_down import DrillDown, DrillDownForm


@dataclass(frozen=True, slots=True)
class Asks:
    asks: int
    query: str

    @classmethod
    def of(cls, asks: int, drill: DrillDown) -> Self:
        return cls(asks, drill.query if asks else "")


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    url: str


def questions_url(query: str) -> str:
    return with_query(reverse("trends:asked"), query) if query else ""


def trends_url(view: TrendView, **changes: Any) -> str:
    return with_query(reverse("trends:trends", args=[view.course.slug]), view.filters.narrowed(**changes))


def with_query(page: str, query: str) -> str:
    return f"{page}?{query}" if query else page


def asks_link(asks: Asks) -> Link:
    return Link(f"{asks.asks:,}", questions_url(asks.query))


def questions_link(count: int, query: str, **changes: Any) -> Link:
    drill = DrillDownForm.read(QueryDict(query)) if count else None
    return Link(f"{count:,}", questions_url(drill.narrowed(**changes)) if drill else "")


def count_label(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
