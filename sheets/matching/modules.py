"""Modules of a sheet to milestones of the course: by title, and asked about when that is not sure."""

import re
from collections import defaultdict
from dataclasses import dataclass
from difflib import SequenceMatcher

from courses.models import Course, Milestone
from lib.text import folded
from sheets.matching.plan import LEAVE_OUT, Choice, Question

# What people put around a title: "Week 2: Prompts", "RAG (week 4)", "3. RAG".
_AROUND = re.compile(r"\b(?:week|semana|semaine|module|modulo|unit|unidade|unidad)\s*\d*\b|\b\d+\b")
_ALIKE = 0.8


@dataclass(frozen=True, slots=True)
class Found:
    """A milestone, or None; `is_open` says that it is asked and not answered yet."""

    milestone: Milestone | None
    is_open: bool = False


class ModuleFinder:
    """Finds the milestone that a title means; what it cannot know becomes a question, once a title."""

    def __init__(self, course: Course, answers: dict[str, str], *, may_be_new: bool = False) -> None:
        self.milestones = list(course.milestones.in_order())
        self._answers = answers
        self._may_be_new = may_be_new
        self._titled: dict[str, list[Milestone]] = defaultdict(list)
        for milestone in self.milestones:
            self._titled[folded(milestone.title)].append(milestone)
        self._asked: dict[str, Question] = {}

    @property
    def questions(self) -> list[Question]:
        return list(self._asked.values())

    def find(self, title: str, place: str) -> Found:
        key = folded(title)
        same = self._titled.get(key, [])
        if len(same) == 1:
            return Found(same[0])
        suggested = same[0] if same else self._alike(key)
        if self._may_be_new and suggested is None:
            return Found(None)
        name = f"module:{key or title.strip()}"
        asked = self._asked.get(name)
        places = (*asked.places, place) if asked else (place,)
        self._asked[name] = self._question(name, title, places, suggested)
        answer = self._answers.get(name, "")
        found = next((one for one in self.milestones if f"milestone:{one.pk}" == answer), None)
        return Found(found, is_open=not answer)

    def _alike(self, key: str) -> Milestone | None:
        """The milestone whose title is most like it, if any is."""
        bare = _bare(key)
        scored = [
            (self._score(bare, _bare(folded(one.title))), -one.position, one) for one in self.milestones
        ]
        score, _, best = max(scored, default=(0.0, 0, None), key=lambda item: item[:2])
        return best if score >= _ALIKE else None

    def _score(self, one: str, other: str) -> float:
        if not one or not other:
            return 0.0
        if one == other or set(one.split()) <= set(other.split()) or set(other.split()) <= set(one.split()):
            return 1.0
        return SequenceMatcher(None, one[:200], other[:200]).ratio()

    def _question(
        self, key: str, title: str, places: tuple[str, ...], suggested: Milestone | None
    ) -> Question:
        choices = [Choice(f"milestone:{one.pk}", one.title) for one in self.milestones]
        if self._may_be_new:
            choices.append(Choice("new", "None of them: a new milestone"))
        choices.append(Choice(LEAVE_OUT, "None of them: leave it out"))
        return Question(
            key=key,
            text=f"Which milestone is “{title[:200]}”?",
            places=places,
            choices=tuple(choices),
            suggested=f"milestone:{suggested.pk}" if suggested else "",
        )

    def is_new(self, title: str) -> bool:
        return self._answers.get(f"module:{folded(title) or title.strip()}", "new") == "new"


def _bare(key: str) -> str:
    return " ".join(_AROUND.sub(" ", key).split())
