import re
from collections.abc import Mapping

from tracker.forms.check_in import Typed
from tracker.models import MeetingNote

# The field of the check-in into which a button copies, and the words that it copies.
_TAKE = re.compile(r"e([0-9]{1,18})-note")


def with_taken(typed: Typed, notes: Mapping[int, MeetingNote]) -> Typed:
    """Return what was typed, with the student's words copied into the field that `take` names.

    They are added to what stands there.
    """
    name = typed.get("take", [""])[0]
    match = _TAKE.fullmatch(name)
    note = notes.get(int(match[1])) if match else None
    if match is None or note is None:
        return typed
    words, before = note.note, typed.get(name, [""])[0].strip()
    if before:
        words = before if words in before else f"{before}; {words}"
    return {**typed, name: [words]}
