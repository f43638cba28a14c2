"""The list of who was anonymised, and whose account was closed: restoring an older backup does it again.

The database cannot tell, since the newer one may be lost. So it is a file beside the backups, to which lines are added:
numbers and digests, no names.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from people.models import User


def note_erasure(person: User, at: datetime, **what: Any) -> None:
    """Add it to the list once it is saved. The log of errors has the line if the list cannot be written."""
    # By when they came: the same number is somebody else in another installation.
    who = {"person": person.pk, "joined": person.date_joined.timestamp()}
    line = json.dumps({**who, "at": at.isoformat(), **what})
    transaction.on_commit(partial(_add, line), robust=True)


def _add(line: str) -> None:
    settings.ERASED_LIST.touch(mode=0o600)
    with settings.ERASED_LIST.open("a") as file:
        file.write(f"{line}\n")


def read_erasures(lists: Iterable[Path], since: datetime) -> list[dict[str, Any]] | None:
    """Return what was noted since then, the oldest first; None if there is no list."""
    texts = [path.read_text() for path in lists if path.exists()]
    lines = dict.fromkeys(line for text in texts for line in text.splitlines())
    erasures = sorted(map(json.loads, lines), key=lambda erasure: str(erasure["at"]))
    return [one for one in erasures if one["at"] > since.isoformat()] if texts else None
