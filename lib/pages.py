"""Long lists, page by page."""

from collections.abc import Sequence
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
