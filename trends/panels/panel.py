from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lib.cells import Value
from trends.counts import TrendCounts

type CsvRow = Sequence[Value]


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel of the page: a card with a title and a CSV. Its module is all that there is to add, with its template.

    `name` is its id on the page and its address as a CSV. Panels of a `row` stand side by side, by `position`.
    `content` returns what `template` shows as `content`. If it returns None, the panel is left out. Content with a true
    `is_wide` takes a whole row of the page.
    """

    name: str
    row: int
    title: str
    template: str
    content: Callable[[TrendCounts], Any]
    csv_columns: Sequence[str]
    csv_rows: Callable[[TrendCounts], Iterator[CsvRow]]
    note: str = ""
    position: int = 1


def rounded(number: float | None) -> float | None:
    """A share or rate for the CSV, with four decimals."""
    return None if number is None else round(number, 4)
