"""Finds whom a part of a name, or one that is written otherwise, may mean; as fast among ten thousand as among ten."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from difflib import get_close_matches

# Only the names that share most pairs of letters are compared letter by letter.
_COMPARED = 50
_ALIKE = 0.6
_MOST = 4


class NearNames:
    """Of folded names."""

    def __init__(self, names: Iterable[str]) -> None:
        self._with: dict[str, list[str]] = defaultdict(list)
        self._with_beginning: dict[str, set[str]] = defaultdict(set)
        for name in dict.fromkeys(names):
            for pair in _pairs(name):
                self._with[pair].append(name)
            for word in name.split():
                self._with_beginning[word[:2]].add(name)

    def begun(self, name: str) -> list[str]:
        """Find the people meant by "Ana", "Ana R." or "Ruivo, Ana": each part begins a word of the name."""
        parts = name.split()
        longest = max(parts, key=len, default="")
        return [
            other
            for other in sorted(self._with_beginning.get(longest[:2], ()))
            if all(any(word.startswith(part) for word in other.split()) for part in parts)
        ]

    def near(self, name: str) -> list[str]:
        shared = Counter(other for pair in _pairs(name) for other in self._with.get(pair, ()))
        others = [other for other, _ in shared.most_common(_COMPARED)]
        return get_close_matches(name, others, n=_MOST, cutoff=_ALIKE)


def _pairs(name: str) -> set[str]:
    """Each pair of neighbouring letters; a space precedes the first letter."""
    name = f" {name[:100]}"
    return {name[n : n + 2] for n in range(len(name) - 1)}
