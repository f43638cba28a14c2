"""Who hears of what: one kind of mail a file, and all of them here, in the order of docs/notifications.md."""

from telling.kinds.answer import ANSWER
from telling.kinds.help import HELP
from telling.kinds.kind import Kind
from telling.kinds.question import QUESTION

KINDS: dict[str, Kind] = {kind.name: kind for kind in (HELP, QUESTION, ANSWER)}


def kinds_of(event_kind: str) -> list[Kind]:
    """Return the kinds of mail that an event leads to."""
    return [kind for kind in KINDS.values() if event_kind in kind.events]
