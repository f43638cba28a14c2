"""What a student said before the meeting, in one block, and the copy of it in the note of the mentor."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tracker.forms.check_in import Typed
from tracker.models import MeetingItem, MeetingNote

_USE = re.compile(r"e([0-9]{1,18})")


@dataclass(frozen=True, slots=True)
class Said:
    """`words` is all of it, as a note takes it; `is_short`: nothing that a note would take."""

    words: str
    is_short: bool


def said_of(notes: Mapping[int, MeetingNote], items: Sequence[MeetingItem]) -> dict[int, Said]:
    """Return by enrolment what was said, of notes and of what they bring up."""
    said = {}
    for enrolment_id in {*notes, *(item.enrolment_id for item in items)}:
        note = notes.get(enrolment_id)
        parts = [f"{note.get_going_display()}."] if note else []
        parts += [f"“{note.note}”"] if note and note.note else []
        brings = " ".join(f"“{item}”" for item in items if item.enrolment_id == enrolment_id)
        parts += [f"To bring up: {brings}"] if brings else []
        said[enrolment_id] = Said(" ".join(parts), is_short=not (note and note.note))
    return said


def with_used(typed: Typed, said: Mapping[int, Said]) -> Typed:
    """Return what was typed, with the words of the student that `use` names in the note; those there go again."""
    match = _USE.fullmatch(typed.get("use", [""])[0])
    words = said[int(match[1])].words if match and int(match[1]) in said else ""
    if match is None or not words:
        return typed
    name = f"{match[0]}-note"
    note = typed.get(name, [""])[0].strip()
    used = note.replace(words, "").strip() if words in note else f"{note}\n{words}".strip()
    return {**typed, name: [used]}
