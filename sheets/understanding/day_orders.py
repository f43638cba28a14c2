"""Finds columns in which 5/10 may be a day in May or in October, and remembers what people said about them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sheets.reading.tables import letters
from sheets.understanding.columns import UnderstoodTable
from sheets.understanding.dates import DayOrder, mixed_days


@dataclass(slots=True)
class MixedColumn:
    """A column with days of both kinds: one that is unclear, and one that has the month first."""

    column: str
    unclear: str
    month_first: str
    locations: list[str] = field(default_factory=list)


class DayOrders:
    """Asked once for all tables with the same headers. `mixed` has what is asked, by its key."""

    def __init__(self, answers: Mapping[str, str] | None = None) -> None:
        self._answers = answers or {}
        self.mixed: dict[str, MixedColumn] = {}

    def of(self, understood: UnderstoodTable, name: str) -> DayOrder:
        number = understood.column(name)
        if number is None:
            return DayOrder.EITHER
        key = f"days:{understood.layout}:{number}"
        mixed = mixed_days(row.cell(number) for row in understood.rows)
        if mixed is not None:
            header = understood.header.text(number)[:60]
            column = MixedColumn(f"{letters(number)} (“{header}”)", *mixed)
            self.mixed.setdefault(key, column).locations.append(understood.table.name)
        answer = self._answers.get(key, "")
        return DayOrder(answer) if answer in ("day", "month") else DayOrder.EITHER
