"""Which group a cell means, whose people write names of groups nearly as they are."""

from collections import defaultdict
from collections.abc import Iterable

from lib.text import folded_with_signs
from sheets.understanding.roster import group_key


class GroupNames:
    """The groups of a cohort, and those that files bring, found by what a file calls them.

    A name is first that of the group which is called exactly so. "Group 1" may be "group-1" too, yet where both are
    names of groups, or stand in the files, they are two groups.
    """

    def __init__(self, existing: Iterable[str], names_in_files: Iterable[str] = ()) -> None:
        """Begin with the names of the groups that are there, and those that stand in the files."""
        self._existing: dict[str, str] = {}
        self._near: dict[str, dict[str, str]] = defaultdict(dict)
        for name in existing:
            self.add(name)
        self._existing_keys = frozenset(self._existing)
        self._names_in_files: dict[str, dict[str, str]] = defaultdict(dict)
        for name in filter(None, names_in_files):
            self._names_in_files[_near_key(name)].setdefault(group_key(name), name)

    def add(self, name: str) -> None:
        """Note a group that will be there."""
        if group_key(name) not in self._existing:
            self._existing[group_key(name)] = name
            self._near[_near_key(name)][group_key(name)] = name

    def find(self, called: str) -> str:
        """The name of the group that is called so exactly, else of the only one that nearly is; "" for none."""
        exact = self._existing.get(group_key(called))
        near = self._near.get(_near_key(called), {})
        return exact or (next(iter(near.values())) if len(near) == 1 else "")

    def find_or_new(self, called: str) -> str:
        """The same where a name may be that of a new group: nearly counts if the files write it in one way only."""
        if group_key(called) in self._existing or len(self._names_in_files[_near_key(called)]) < 2:
            return self.find(called)
        return ""

    def as_here(self, called: str) -> str:
        """The name of the group that is meant; as the file writes it, where case alone differs or the group is new."""
        name = self.find_or_new(called) if called else ""
        return name if name and group_key(name) != group_key(called) else called

    def notes(self) -> list[str]:
        """Say which names of the files are nearly the same and taken for groups of their own."""
        return [
            f"{' and '.join(f'“{name[:60]}”' for name in names.values())} are taken for groups of their own."
            for names in self._names_in_files.values()
            if len(names) > 1 and not self._existing_keys.issuperset(names)
        ]


def _near_key(name: str) -> str:
    return folded_with_signs(name) or name.strip()
