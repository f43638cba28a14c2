"""The archives that are made each night in one folder: `trefoil-2026-09-16.zip`. Other files are nobody's business."""

from contextlib import suppress
from datetime import date
from pathlib import Path


def nightly_archives(folder: Path) -> dict[date, Path]:
    """Return them by their day."""
    found = {}
    for path in folder.glob("trefoil-????-??-??.zip"):
        with suppress(ValueError):
            found[date.fromisoformat(path.stem.removeprefix("trefoil-"))] = path
    return found


def is_kept(day: date, today: date) -> bool:
    """Whether it is of this week, a Monday of four weeks, or the first day of one of six months."""
    age = (today - day).days
    return age < 7 or (age < 28 and day.weekday() == 0) or (age < 183 and day.day == 1)
