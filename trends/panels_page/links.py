"""Numbers of the trends as links: to the questions that they count, and to the page with a row as its filter."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.urls import reverse

from trends.forms.drill_down import DrillDownForm
from trends.panels.figures import Asks


@dataclass(frozen=True, slots=True)
class Link:
    """A number in words, and the questions it counts ("" where it counts none)."""

    words: str
    url: str


def questions_url(query: str) -> str:
    """The list of the questions that a figure counts; "" where it counts none."""
    return address(reverse("trends:asked"), query) if query else ""


def address(page: str, query: str) -> str:
    return f"{page}?{query}" if query else page


def asks_link(found: Asks) -> Link:
    return Link(f"{found.asks:,}", questions_url(found.query))


def questions_link(count: int, query: str, **changes: Any) -> Link:
    """A number of questions, and the list of them: that of a wider figure, narrowed."""
    drill = DrillDownForm.read(QueryDict(query)) if count else None
    return Link(f"{count:,}", questions_url(drill.narrowed(**changes)) if drill else "")


def counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
