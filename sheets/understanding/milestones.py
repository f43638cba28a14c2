"""Finds the milestones of a course by what a sheet calls them."""

import re
from collections import Counter
from collections.abc import Iterable
from difflib import get_close_matches

from courses.models import Milestone
from lib.text import folded

# Additions to a title: "Week 2: Prompts", "W2 Prompts", "RAG (week 4)", "3. RAG".
_AROUND = re.compile(r"\b(?:week|semana|semaine|module|modulo|unit|unidade|unidad)\s*\d*\b|\b[ws]?\d+\b")
_ALIKE = 0.8
# So many letters of two words are the same if these are akin.
_BEGIN = 6
_WEEK = re.compile(r"(?:week|semana|semaine|woche|w|s) ?(\d{1,2})")


def title_key(title: str) -> str:
    return folded(title) or title.strip()


class MilestoneTitles:
    def __init__(self, milestones: Iterable[Milestone] = ()) -> None:
        self.all = list(milestones)
        times = Counter(title_key(milestone.title) for milestone in self.all)
        self._titled = {title_key(milestone.title): milestone for milestone in reversed(self.all)}
        self._shared = {key for key, count in times.items() if count > 1}
        self._bare = {_bare(milestone.title): milestone for milestone in reversed(self.all)}
        self._words = [(set(_bare(milestone.title).split()), milestone) for milestone in self.all]
        # Titles to what they are likeliest to mean, so that each is compared once.
        self._likeliest: dict[str, Milestone | None] = {"": None}

    def find(self, title: str) -> Milestone | None:
        """The only milestone with exactly this title but for case, accents and punctuation."""
        key = title_key(title)
        return None if key in self._shared else self._titled.get(key)

    def likeliest(self, title: str) -> Milestone | None:
        """The milestone of this title, or of the most similar one if it is similar enough."""
        bare = _bare(title)
        if bare not in self._likeliest:
            self._likeliest[bare] = self._alike(bare)
        return self._titled.get(title_key(title)) or self._likeliest[bare]

    def akin(self, title: str) -> Milestone | None:
        """The only milestone with a word that begins as one of the title does: "Prompting" and Prompt engineering."""
        begins = {word[:_BEGIN] for word in _bare(title).split() if len(word) >= _BEGIN}
        found = [one for words, one in self._words if begins & {word[:_BEGIN] for word in words}]
        return found[0] if len(found) == 1 else None

    def of_week(self, title: str) -> Milestone | None:
        """The only milestone of the week that a title names, if it names no more: "Week 2", "S2"."""
        number = _WEEK.fullmatch(folded(title))
        found = [one for one in self.all if number and one.week == int(number[1])]
        return found[0] if len(found) == 1 else None

    def _alike(self, bare: str) -> Milestone | None:
        words = set(bare.split())
        for others, milestone in self._words:
            if others and (words <= others or others <= words):
                return milestone
        near = get_close_matches(bare, self._bare, n=1, cutoff=_ALIKE)
        return self._bare[near[0]] if near else None


def _bare(title: str) -> str:
    return " ".join(_AROUND.sub(" ", folded(title[:200])).split())
