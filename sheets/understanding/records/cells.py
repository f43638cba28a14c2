"""Reads the cells of one row of a record tab by the type of their column."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation

from lib.mentions import Mention, read_person
from lib.text import folded
from sheets.reading import CellValue, Formula, SheetRow
from sheets.reading.tables import text_of
from sheets.understanding.columns import UnderstoodTable
from sheets.understanding.dates import read_day
from sheets.understanding.marks import read_mark

_TIME = re.compile(r"^(.*?)[T ]+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?$")
_NOON = time(12)
# Cells of a person column that name nobody in particular.
_NOBODY = {"", "the whole group", "somebody of the group"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRecord:
    """A row of a record tab as it was read."""

    location: str


@dataclass(frozen=True, slots=True)
class RecordCells:
    """The cells of a row. Every method raises ValueError, with a message for people, if the cell cannot be read."""

    understood: UnderstoodTable
    row: SheetRow
    # The moment of the import, in the time zone of the moments in the file.
    at: datetime

    @property
    def location(self) -> str:
        return self.understood.table.location(self.row.number)

    def value(self, name: str) -> CellValue:
        column = self.understood.column(name)
        value = None if column is None else self.row.cell(column)
        if isinstance(value, Formula):
            raise ValueError(self._wrong(name, "It contains a formula without a saved value."))
        return value

    def text(self, name: str) -> str:
        return text_of(self.value(name))

    def lines(self, name: str) -> str:
        value = self.value(name)
        return value.strip() if isinstance(value, str) else text_of(value)

    def short(self, name: str, most: int) -> str:
        text = self.lines(name)
        if len(text) > most:
            raise ValueError(
                self._wrong(name, f"It has {len(text):,} characters; {most} at most are allowed.")
            )
        return text

    def needed(self, name: str) -> str:
        text = self.text(name)
        if not text:
            raise ValueError(f"There is no {name} in this row.")
        return text

    def day(self, name: str) -> date | None:
        try:
            return read_day(self.value(name))
        except ValueError as error:
            raise ValueError(self._wrong(name, str(error))) from error

    def moment(self, name: str) -> datetime | None:
        """The moment in the cohort's time zone; noon if the cell has only a day."""
        value = self.value(name)
        if isinstance(value, datetime):
            self.day(name)
            return value.replace(tzinfo=self.at.tzinfo)
        parts = _TIME.match(text_of(value))
        try:
            if parts is None:
                day = read_day(value)
                return None if day is None else datetime.combine(day, _NOON, self.at.tzinfo)
            day = read_day(parts[1])
            at = time(int(parts[2]), int(parts[3]), int(parts[4] or 0))
        except ValueError as error:
            raise ValueError(self._wrong(name, f"“{text_of(value)[:40]}” is not a date.")) from error
        return None if day is None else datetime.combine(day, at, self.at.tzinfo)

    def number(self, name: str, most: int) -> Decimal | None:
        text = self.text(name).replace(",", ".")
        if not text:
            return None
        try:
            number = Decimal(text)
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or not 0 <= number <= most:
            raise ValueError(self._wrong(name, f"“{text[:40]}” is not a number from 0 to {most}."))
        return number

    def is_true(self, name: str) -> bool:
        mark = read_mark(self.value(name))
        return mark is not None and mark.state == "done"

    def one_of(self, name: str, choices: Iterable[tuple[str, object]], default: str = "") -> str:
        """The stored value of a choice; both its label and the value itself are understood."""
        text = folded(self.text(name))
        if not text:
            return default
        labels = [(value, str(label)) for value, label in choices]
        for value, label in labels:
            if text in (folded(label), folded(value.replace("_", " "))):
                return value
        known = ", ".join(label for _, label in labels)
        raise ValueError(self._wrong(name, f"“{self.text(name)[:40]}” is not one of: {known}."))

    def person(self, name: str, email: str) -> Mention | None:
        """The person in a column of names and the column of addresses beside it; None if they name nobody."""
        try:
            return mention_in(self.text(name), self.text(email))
        except ValueError as error:
            raise ValueError(self._wrong(name, str(error))) from error

    def needed_person(self, name: str, email: str) -> Mention:
        person = self.person(name, email)
        if person is None:
            raise ValueError("There is neither a name nor an e-mail address.")
        return person

    def _wrong(self, name: str, problem: str) -> str:
        header = next((column.header for column in self.understood.columns if column.field == name), name)
        return f"{header}: {problem}"


def mention_in(text: str, email: str = "") -> Mention | None:
    """The person of a cell; None if it is empty, or names nobody in particular.

    Raises:
        ValueError: it cannot be used, with a message for people.
    """
    if not email and text.lower() in _NOBODY:
        return None
    person = read_person(text, email)
    if person.wrong:
        raise ValueError(person.wrong)
    return person
