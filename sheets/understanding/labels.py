"""Reads labels above a table, with the value in the same cell or the next one: "Group: Clover"."""

import re
from collections.abc import Sequence
from itertools import takewhile

from lib.mentions import Mention, read_people
from lib.text import folded
from sheets.reading import SheetRow
from sheets.understanding.columns import UnderstoodTable

_GROUPS = "group|grupo|groupe|gruppe|team|equip[aeo]|équipe|turma"
GROUP = re.compile(rf"^({_GROUPS})\s*:\s*(.*)$", re.IGNORECASE)
# "Group 1", which needs no colon to be the name of a group; folded.
CALLED = re.compile(rf"^({_GROUPS}) \w+$")
MENTOR = re.compile(r"^(mentors?|mentora|tutora?|tuteur|betreuer(?:in)?)\s*:\s*(.*)$", re.IGNORECASE)
MEETING = re.compile(r"^(meets)\s*:\s*(.*)$", re.IGNORECASE)

# Of a workbook that holds several, the one of the tab; folded.
PATH = re.compile(r"^learning path\b")
# The begin of another label in a cell: "Group 1 | Mentor: Kim", "Group: Fern (mentor: Kim)".
_BESIDE = re.compile(
    rf"\s*[|·•;,(–—-]\s*(?=(?:{_GROUPS}|mentors?|mentora|tutora?|tuteur|meets)\s*:)",
    re.IGNORECASE,
)


def in_words(group: str) -> str:
    """The name of a group as one says it: "Group Clover", but "Group 10"."""
    return group if CALLED.match(folded(group)) else f"Group {group}"


def label_texts(row: SheetRow) -> list[str]:
    """The texts of a row above a table; labels that stand in one cell are several."""
    texts = []
    for number in range(len(row.cells)):
        first, *others = _BESIDE.split(row.text(number))
        texts += [first, *(text.removesuffix(")") for text in others)]
    return [*filter(None, texts)]


def texts_of_group(row: SheetRow) -> list[str]:
    """The texts of a row but for labels of a mentor or meeting, and their values."""
    texts: list[str] = []
    is_value = False
    for text in label_texts(row):
        match = MENTOR.match(text) or MEETING.match(text)
        if match is None and not is_value:
            texts.append(text)
        is_value = match is not None and not match[2]
    return texts


def is_label(row: SheetRow) -> bool:
    """Whether a row above a table says something of all of it, such as its group."""
    texts = label_texts(row)
    words = [folded(text) for text in texts]
    return any(any(label.match(text) for label in (GROUP, MENTOR, MEETING)) for text in texts) or any(
        PATH.match(text) or (CALLED.match(text) and len(texts) == 1) for text in words
    )


def rows_above(understood: UnderstoodTable) -> Sequence[SheetRow]:
    return list(takewhile(lambda row: row.number < understood.header_row, understood.table.rows))


def labelled(understood: UnderstoodTable, label: re.Pattern[str]) -> str:
    """The value of a label: in the same cell, else in the next cell that is not empty; "" if the label is missing."""
    for row in rows_above(understood):
        texts = label_texts(row)
        for n, text in enumerate(texts):
            if match := label.match(text):
                return match[2] or next(iter(texts[n + 1 :]), "")
    return ""


def title_above(understood: UnderstoodTable) -> str:
    """A row above the table with nothing but what is called like a group: "Grupo Oliveira"."""
    rows = map(texts_of_group, rows_above(understood))
    return next((texts[0] for texts in rows if len(texts) == 1 and CALLED.match(folded(texts[0]))), "")


def mentors_above(understood: UnderstoodTable) -> tuple[Mention, ...]:
    """The mentors named above a table, who are those of all in it."""
    return read_people(labelled(understood, MENTOR))
