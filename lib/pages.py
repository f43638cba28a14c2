"""Long lists, page by page."""

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import QueryDict

# On one page: rows that say several things each, and short lines, which people skim or tick.
ROWS, LINES = 25, 100


def page_of(
    address: QueryDict, rows: QuerySet[Any] | Sequence[Any], size: int = ROWS, *, count: int | None = None
) -> Page[Any]:
    """Return the page that the address asks for: the first if it names none, the last if it names one beyond.

    Args:
        count: the number of all rows, where it is known already.
    """
    paginator = Paginator(rows, size)
    if count is not None:
        paginator.count = count
    return paginator.get_page(address.get("page"))


class _UncutPage(Page[Any]):
    paginator: "_UncutPaginator"

    def start_index(self) -> int:
        return self.paginator.starts[self.number - 1] + 1 if self.paginator.count else 0

    def end_index(self) -> int:
        return self.paginator.starts[self.number - 1] + len(self)


class _UncutPaginator(Paginator[Any]):
    """Begins a new page before a group that would be cut, unless it is longer than a page."""

    def __init__(self, rows: Sequence[Any], size: int, group_of: Callable[[Any], Any]) -> None:
        super().__init__(rows, size)
        self.starts, end = [0], 0
        for _, group in groupby(rows, key=group_of):
            start, end = end, end + len(list(group))
            if end - self.starts[-1] > size and start > self.starts[-1]:
                self.starts.append(start)
            while end - self.starts[-1] > size:
                self.starts.append(self.starts[-1] + size)

    @property
    def num_pages(self) -> int:
        return len(self.starts)

    def page(self, number: int | str) -> _UncutPage:
        number = self.validate_number(number)
        start, end = [*self.starts, self.count][number - 1 : number + 1]
        return _UncutPage(self.object_list[start:end], number, self)


def uncut_page_of(
    address: QueryDict, rows: Sequence[Any], size: int, *, group_of: Callable[[Any], Any]
) -> Page[Any]:
    """Return the page that the address asks for, as `page_of` does: no group of rows is cut that fits a page."""
    return _UncutPaginator(rows, size, group_of).get_page(address.get("page"))
