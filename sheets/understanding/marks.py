"""Reads the cells of a tracker: check boxes in the notations people use, in four languages."""

from dataclasses import dataclass

from lib.text import folded
from sheets.reading import CellValue, Formula
from sheets.reading.tables import text_of

_STATES = {
    "done": "true,x,xx,yes,y,ok,done,finished,complete,completed,checked,sim,s,feito,concluido,verdadeiro,si,"
    "hecho,terminado,,"
    "completado,verdadero,oui,fait,fini,termine,vrai,1,100",
    "not_started": "false,no,n,not started,nao,falso,por comecar,no iniciado,non,faux,pas commence,0",
    "working": "working,working on it,in progress,started,doing,wip,em curso,a fazer,em progresso,en curso,"
    "en progreso,,"
    "haciendo,en cours,commence,partial,partly,half,metade,mitad,moitie",
    "need_help": "need help,help,stuck,preciso de ajuda,ajuda,bloqueado,necesito ayuda,ayuda,besoin d aide,aide,"
    "bloque",
    "skipped": "skipped,skip,saltado,omitido,omis,saute,dispensado",
}
_WORDS = {word: state for state, words in _STATES.items() for word in words.split(",") if word}
# Symbols, which folding a text removes.
_SIGNS = {
    **dict.fromkeys("✓ ✔ ✔️ ☑ ✅ ●".split(), "done"),
    **dict.fromkeys("☐ ✗ ✘ ❌ - – — ○".split(), "not_started"),
    "◐": "working",
    "?": "need_help",
}


@dataclass(frozen=True, slots=True)
class TrackerMark:
    """The state of progress that a cell shows, or `wrong` with the reason; `text` is the cell's text."""

    state: str
    text: str
    wrong: str = ""


def read_mark(value: CellValue) -> TrackerMark | None:
    """Read a check box; None if the cell is empty."""
    text = text_of(value)
    if isinstance(value, bool):
        return TrackerMark("done" if value else "not_started", text)
    if isinstance(value, Formula):
        return TrackerMark("", text, "It contains a formula without a saved value.")
    if isinstance(value, int | float):
        return _of_number(float(value), text)
    if not text:
        return None
    state = _SIGNS.get(text) or _WORDS.get(folded(text))
    if state:
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
