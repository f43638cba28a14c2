"""Finds the group that a cell means; people write names of groups inexactly."""

from collections import defaultdict
from collections.abc import Iterable

from lib.text import folded_with_signs, joined
from sheets.understanding.roster import group_key


class GroupNames:
    """The groups of a cohort and those in the files, found by name.

    An exact name wins. "group-1" also means "Group 1", unless both are existing groups or occur in the files; then
    they are two groups.
    """

    def __init__(self, existing: Iterable[str], names_in_files: Iterable[str] = ()) -> None:
        self._existing: dict[str, str] = {}
        self._near: dict[str, dict[str, str]] = defaultdict(dict)
        for name in existing:
            self.add(name)
        self._existing_keys = frozenset(self._existing)
        self._names_in_files: dict[str, dict[str, str]] = defaultdict(dict)
        for name in filter(None, names_in_files):
            self._names_in_files[_near_key(name)].setdefault(group_key(name), name)

    def add(self, name: str) -> None:
        if group_key(name) not in self._existing:
            self._existing[group_key(name)] = name
            self._near[_near_key(name)][group_key(name)] = name

    def find(self, called: str) -> str:
        """The exact match, else the only near match; "" if there is none."""
        exact = self._existing.get(group_key(called))
        near = self._near.get(_near_key(called), {})
        return exact or (next(iter(near.values())) if len(near) == 1 else "")

    def find_or_new(self, called: str) -> str:
        """Like `find`, where the name may be that of a new group: a near match needs a single spelling in the files."""
        if group_key(called) in self._existing or len(self._names_in_files[_near_key(called)]) < 2:
            return self.find(called)
        return ""

    def canonical(self, called: str) -> str:
        """The existing group's name; the file's spelling if only the case differs or the group is new."""
        name = self.find_or_new(called) if called else ""
        return name if name and group_key(name) != group_key(called) else called

    def notes(self) -> list[str]:
        return [
            f"{joined(f'“{name[:60]}”' for name in names.values())} are imported as different groups."
            for names in self._names_in_files.values()
            if len(names) > 1 and not self._existing_keys.issuperset(names)
        ]


def _near_key(name: str) -> str:
    return folded_with_signs(name) or name.strip()
