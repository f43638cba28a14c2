"""One need: its subject, the notes with their reasons, and its state. Three queries."""

from dataclasses import dataclass

from lib.history import HistoryLine, changes_of
from questions.access.needs import NeedAccess
from questions.models import MaterialNeed, NeedNote

_KEPT = ("state", "owner", "reason", "change", "why")


@dataclass(frozen=True, slots=True)
class NeedDetail:
    # The notes after the first, each with whether the reader may take it back.
    notes: tuple[tuple[NeedNote, bool], ...]
    may_take_back: bool
    history: tuple[HistoryLine, ...]


def need_detail(access: NeedAccess) -> NeedDetail:
    rows = list(access.need.notes.select_related("noted_by").order_by("noted_at", "pk"))
    return NeedDetail(
        notes=tuple((note, access.may_take_back_note(note)) for note in rows),
        may_take_back=access.may_take_back and all(note.noted_by_id == access.user.pk for note in rows),
        history=_history(access.need) if access.is_course_admin else (),
    )


def _history(need: MaterialNeed) -> tuple[HistoryLine, ...]:
    records = need.history.select_related("history_user", "owner", "change")
    return tuple(
        HistoryLine(change.at, change.by, field.label, field.before, field.after)
        for change in changes_of(records, _KEPT)
        if change.what == "changed"
        for field in change.fields
    )
