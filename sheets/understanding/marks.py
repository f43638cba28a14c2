"""Reads the cells of a tracker: check boxes in the notations people use, in five languages."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from lib.text import folded
from sheets.reading import CellValue, Formula
from sheets.reading.tables import text_of
from sheets.understanding.dates import DayOrder, names_day, read_day

# Signs that say no more than "not done".
_NO = "false,no,n,nao,falso,non,faux,nein,falsch,0"
_STATES = {
    "done": "true,x,yes,y,ok,done,complete,completed,checked,sim,feito,verdadeiro,si,hecho,verdadero,oui,fait,vrai,ja,"
    "erledigt,wahr,1,100",
    "not_started": f"{_NO},not started,not completed,to do,a faire,offen",
    "working": "working,working on it,in progress,em curso,en curso,en cours,in arbeit",
    "need_help": "need help,ajuda,ayuda,aide,bloque,hilfe",
    "skipped": "skipped,n a,dispensado,omitido,saute",
}
_WORDS = {word: state for state, words in _STATES.items() for word in words.split(",") if word}
# Symbols, which folding a text removes.
_SIGNS = {
    **dict.fromkeys("✓ ✔ ✔️ ☑ ✅ ●".split(), "done"),
    **dict.fromkeys("☐ ✗ ✘ ❌ - – — ○".split(), "not_started"),
    "◐": "working",
    "?": "need_help",
}


# Keys of marks that differ from cell to cell: 60 %, 12/10; and 3/4 and 4/4, which are fractions or days.
SHARE, DAY, PART, WHOLE = "a share", "a day", "a part", "a whole"
DAYS = (DAY, PART, WHOLE)
# A mark may also mean the day on which it was done.
DAY_DONE = "day"
_FRACTION = re.compile(r"(\d{1,2}) ?/ ?(\d{1,2})")
_DAY = re.compile(r"\d{1,4}[-/.] ?\d{1,2}([-/.] ?(\d{2,4})?)?([T ]\d{1,2}:\d{2}.*)?")


@dataclass(frozen=True, slots=True)
class TrackerMark:
    """The state of progress that a cell shows, or `wrong` with the reason; `text` is the cell's text."""

    state: str
    text: str
    wrong: str = ""
    # The day on which it was done.
    day: date | None = None

    @property
    def is_open_box(self) -> bool:
        """Whether it says no more than that something is not done: a box that is not ticked, "no"."""
        return self.state == "not_started" and (self.text in _SIGNS or folded(self.text) in _NO.split(","))


def mark_key(value: CellValue) -> str:
    """Return the key of a mark with a meaning to choose: a word or sign; one for shares, one for days; "" for a box.

    Marks of one key have one state, unless they are days.
    """
    text = text_of(value)
    if (
        isinstance(value, bool | Formula)
        or not text
        or text.replace(" ", "") in ("0", "1", "100", "0%", "100%")
    ):
        return ""
    if isinstance(value, int | float) or (text.endswith("%") and text[0].isdigit()):
        mark = read_mark(value)
        return SHARE if mark and mark.state == "working" else text
    if (parts := _FRACTION.fullmatch(text)) and int(parts[1]) <= int(parts[2]):
        return WHOLE if int(parts[1]) == int(parts[2]) else PART
    if isinstance(value, date) or _DAY.fullmatch(text) or names_day(text):
        return DAY
    return folded(text) or text


def read_mark(
    value: CellValue,
    said: Mapping[str, str] | None = None,
    order: str = "",
    until: date | None = None,
    since: date | None = None,
) -> TrackerMark | None:
    """Read a check box, or what a person said its mark means; None if the cell is empty.

    Args:
        order, until, since: see `read_day`.
    """
    text = text_of(value)
    meant = said.get(mark_key(value)) if said else None
    if meant == "":
        read = read_mark(value)
        return (
            read
            if read is None or read.wrong
            else TrackerMark("", text, "This mark is chosen to be left out.")
        )
    if meant is not None:
        if meant != DAY_DONE:
            return TrackerMark(meant, text)
        try:
            return TrackerMark("done", text, day=read_day(value, DayOrder(order), until=until, since=since))
        except ValueError as error:
            return TrackerMark("", text, str(error))
    if isinstance(value, bool):
        return TrackerMark("done" if value else "not_started", text)
    if isinstance(value, Formula):
        return TrackerMark("", text, "It contains a formula without a saved value.")
    if isinstance(value, int | float):
        return _of_number(float(value), text)
    if not text:
        return None
    state = _SIGNS.get(text) or _WORDS.get(folded(text))
    if state and not text.endswith("%"):
        return TrackerMark(state, text)
    return _of_percent(text)


def words_of(text: str) -> frozenset[str]:
    return frozenset(map(folded, text.split(",")))


def read_yes(value: CellValue, yes: frozenset[str], no: frozenset[str]) -> tuple[bool | None, str]:
    """Read a cell that means yes or no; an empty one means no.

    Args:
        yes: folded words that mean yes in this column, besides those of check boxes: "solved".
        no: folded words that mean no.

    Returns:
        The answer, or None if it is not understood, and then the reason.
    """
    text = folded(text_of(value))
    if isinstance(value, str) and text in yes | no:
        return text in yes, ""
    mark = read_mark(value)
    if mark is not None and mark.wrong:
        return None, mark.wrong
    return mark is not None and mark.state == "done", ""


def _of_number(number: float, text: str) -> TrackerMark:
    """1 and 100 are done, 0 is not started, a share of 1 is in progress."""
    if number in (1, 100):
        return TrackerMark("done", text)
    if number == 0:
        return TrackerMark("not_started", text)
    if 0 < number < 1:
        return TrackerMark("working", text)
    return TrackerMark("", text, f"“{text[:40]}” is not understood.")


def _of_percent(text: str) -> TrackerMark:
    number = text.removesuffix("%").strip().replace(",", ".")
    try:
        share = float(number)
    except ValueError:
        return TrackerMark("", text, f"“{text[:40]}” is not understood.")
    if text.endswith("%") and 0 < share < 100:
        return TrackerMark("working", text)
    return _of_number(share, text)
