"""Rows as CSV, some at a time, however many there are."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import batched

from lib.cells import Value, in_csv

CONTENT_TYPE = "text/csv; charset=utf-8"
# Excel takes CSV for UTF-8 by this mark alone.
_MARK = "\ufeff"
_AT_ONCE = 100


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Value]]) -> Iterator[bytes]:
    """The file in parts of a hundred rows; rows are taken as they are needed, so that no more are ever held."""
    yield (_MARK + _text([header])).encode()
    for batch in batched(rows, _AT_ONCE):
        yield _text([[in_csv(value) for value in row] for row in batch]).encode()


def _text(rows: Iterable[Sequence[str]]) -> str:
    lines = io.StringIO(newline="")
    csv.writer(lines).writerows(rows)
    return lines.getvalue()
