"""A page that shows what a change would do before it is done; its part of the form is in components/preview.html.

with rolled_back():
    shown = effects_of(move_student(…))
preview = previewed(request, shown)
if preview.is_confirmed:
    move_student(…)
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256

from django.db import transaction
from django.http import HttpRequest

from people.audit import without_audit


@dataclass(frozen=True, slots=True)
class Preview[Shown]:
    """What a change would do. `key` stands for what is shown, `seen` for what was shown when the form was sent."""

    shown: Shown
    key: str
    seen: str

    @property
    def is_confirmed(self) -> bool:
        """Whether the form was sent as this was shown: now it is done."""
        return self.seen == self.key

    @property
    def is_other(self) -> bool:
        """Whether this is different from what was seen."""
        return bool(self.seen) and not self.is_confirmed


def previewed[Shown](request: HttpRequest, shown: Shown) -> Preview[Shown]:
    """Compare what is shown with what was seen: all of it, so it has no ids of new rows, which differ each time."""
    key = sha256(repr(shown).encode()).hexdigest()[:16]
    return Preview(shown, key, request.POST.get("seen", ""))


@contextmanager
def rolled_back() -> Iterator[None]:
    """Do something in order to look at it: no row, mail, event or line of the audit log remains.

    It is short, since SQLite has one lock for all who write. What is long is worked out without doing it.
    """
    with without_audit(), transaction.atomic():
        yield
        transaction.set_rollback(True)
