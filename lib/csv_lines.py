import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import batched

from lib.cells import Value, in_csv

CONTENT_TYPE = "text/csv; charset=utf-8"
# Excel reads CSV as UTF-8 only with this mark.
_MARK = "\ufeff"
_AT_ONCE = 100
# Types that the csv module writes as `in_csv` does, and faster.
_AS_IS = {type(None), int, float, Decimal, date}


def csv_lines(
    header: Sequence[str], rows: Iterable[Sequence[Value]], *, has_mark: bool = True
) -> Iterator[bytes]:
    """Yield the file in chunks of a hundred rows. Only one chunk is in memory."""
    yield ((_MARK if has_mark else "") + _text([header])).encode()
    for batch in batched(rows, _AT_ONCE):
        yield _text(
            [[value if type(value) in _AS_IS else in_csv(value) for value in row] for row in batch]
        ).encode()


def _text(rows: Iterable[Sequence[Value]]) -> str:
    lines = io.StringIO(newline="")
    csv.writer(lines).writerows(rows)
    return lines.getvalue()
