"""The list of who was anonymised, and whose account was closed: restoring an older backup does it again.

The database cannot tell, since the newer one may be lost. So it is a file beside the backups, to which lines are added:
numbers and digests, no names.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from functools import partial
from pathlib import Path
from types import NoneType
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
        # It begins a line by itself: a full disk may have cut the one before it short.
        file.write(f"\n{line}")


def read_erasures(lists: Iterable[Path], since: datetime) -> tuple[list[dict[str, Any]], list[str]] | None:
    """Return what was noted since then, oldest first, and lines that cannot be read; None if there is no list."""
    texts = [path.read_text(errors="replace") for path in lists if path.exists()]
    lines = dict.fromkeys(line for text in texts for line in text.splitlines() if line.strip())
    read = {line: _erasure(line) for line in lines}
    erasures = [one for one in read.values() if one is not None and one["at"] > since.isoformat()]
    unread = [line for line, one in read.items() if one is None]
    return (sorted(erasures, key=lambda one: str(one["at"])), unread) if texts else None


def _erasure(line: str) -> dict[str, Any] | None:
    """Return what a line says; None if it was cut short, or is none of ours."""
    try:
        said: dict[str, Any] = json.loads(line)
        datetime.fromisoformat(said["at"])
        types = {"person": int, "joined": float}
        types |= {"is_active": bool} if "is_active" in said else {"keys": list, "kept_because": str}
        is_ours = all(type(said[name]) is kind for name, kind in types.items())
        return said if is_ours and type(said.get("by")) in (int, NoneType) else None
    except (KeyError, TypeError, ValueError, RecursionError):
        return None
