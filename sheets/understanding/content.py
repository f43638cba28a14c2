"""Proposes what columns without a known header hold, by what is in them. Until somebody says so, it is to be chosen."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence

from lib.mentions import ADDRESS
from sheets.reading import SheetRow, Table
from sheets.understanding.columns import UNSURE
from sheets.understanding.labels import is_label
from sheets.understanding.marks import read_mark

_JUDGED_BY = 200
_NAME = re.compile(r"[^\W\d_][^\d_@/:;?!#()\[\]|]{1,59}")
_IN_BRACKETS = re.compile(r"(?<=\w) \([^()]*\)$")
_MOST_WORDS, _MOST_WORDS_OF_GROUP = 5, 3


def has_addresses(rows: Sequence[SheetRow], number: int) -> bool:
    """Whether most cells are addresses that differ: those of mentors are there several times."""
    texts = _texts(rows, number)
    return _are_most(texts, lambda text: bool(ADDRESS.fullmatch(text))) and len(set(texts)) * 2 > len(texts)


def with_likely(
    table: Table, header: int, free: Collection[int], columns: Mapping[int, str]
) -> dict[int, str]:
    """The columns with those that may hold names, and the only ones that may hold mentors or groups.

    Args:
        header: the index of the row with the headers.
        free: the columns of which no header says what they hold.
        columns: the fields of the others; one that is empty gives way.
    """
    rows = table.rows[header + 1 :]
    known = {field: n for n, field in columns.items() if n not in free and _texts(rows, n)}
    texts = {n: of for n in free if (of := _texts(rows, n))}
    if table.is_turned:
        # A group or mentor may be written once, over all of whom it is.
        texts = {n: _continued(rows, n) for n in texts}
    is_said_above = any(map(is_label, table.rows[:header]))
    named = {n for n, of in texts.items() if _are_most(of, _is_name)}
    whole = {n for n in named if _are_most(texts[n], _has_words)}
    few = {n for n, of in texts.items() if _are_few(of)}
    names: set[int] = set()
    rest: set[int] = set()
    if known.keys().isdisjoint(("name", "first_name", "last_name")):
        # A log has the names of people in full, several times.
        names = whole - few or named - few or whole
    elif "name" in known and not _are_most(_texts(rows, known["name"]), _has_words):
        beside = {known["name"] - 1, known["name"] + 1}
        if known.keys().isdisjoint(("first_name", "last_name")):
            rest = {n for n in (named - whole - few) & beside if len(set(texts[n])) > 1}
    found = dict.fromkeys(names, "name") | dict.fromkeys(rest, "last_name")
    for field, of_field in (("mentor", whole & few - names), ("group", few - whole)):
        if field not in known and len(of_field) == 1 and not is_said_above:
            found |= dict.fromkeys(of_field, field)
    kept = {n: field for n, field in columns.items() if field in known or field not in found.values()}
    return kept | {n: f"{UNSURE}{field}" for n, field in found.items()}


def _texts(rows: Sequence[SheetRow], number: int) -> list[str]:
    return [text for row in rows[:_JUDGED_BY] if (text := row.text(number))]


def _continued(rows: Sequence[SheetRow], number: int) -> list[str]:
    texts = [""]
    for row in rows[:_JUDGED_BY]:
        texts.append(row.text(number) or texts[-1])
    return [*filter(None, texts)]


def _are_most(texts: Sequence[str], what: Callable[[str], bool]) -> bool:
    return sum(map(what, texts)) * 5 > len(texts) * 3


def _has_words(text: str) -> bool:
    return " " in text


def _is_name(text: str) -> bool:
    """Whether it may be a name, also with a nickname or device in brackets behind it."""
    text = _IN_BRACKETS.sub("", text)
    words = text.split()
    is_short = len(words) <= _MOST_WORDS and not (words[0][0].islower() or words[-1][0].islower())
    return is_short and bool(_NAME.fullmatch(text)) and not _is_mark(text)


def _are_few(texts: Sequence[str]) -> bool:
    """Whether they are a few short words, each several times."""
    different = set(texts)
    return (
        1 < len(different) < len(texts)
        and len(different) <= max(len(texts) / 2, 2)
        and not any(
            len(text.split()) > _MOST_WORDS_OF_GROUP
            or not any(map(str.isalpha, text))
            or "@" in text
            or _is_mark(text)
            for text in different
        )
    )


def _is_mark(text: str) -> bool:
    mark = read_mark(text)
    return mark is not None and not mark.wrong
