"""Matches modules of a sheet to milestones of the course by title, and asks when unsure."""

import re
from collections import defaultdict
from dataclasses import dataclass
from difflib import SequenceMatcher

from courses.models import Course, Milestone
from lib.text import folded
from sheets.matching.clarifications import Clarifications
from sheets.matching.plan import LEAVE_OUT, Clarification, ClarificationChoice

# Additions to a title: "Week 2: Prompts", "RAG (week 4)", "3. RAG".
_AROUND = re.compile(r"\b(?:week|semana|semaine|module|modulo|unit|unidade|unidad)\s*\d*\b|\b\d+\b")
_ALIKE = 0.8


@dataclass(frozen=True, slots=True)
class MilestoneMatch:
    """A milestone, or None; `is_open` means the question is not answered yet."""

    milestone: Milestone | None
    is_open: bool = False


class ModuleFinder:
    """Asks once per title if it cannot know which milestone is meant."""

    def __init__(self, course: Course, answers: dict[str, str], *, may_be_new: bool = False) -> None:
        self.milestones = list(course.milestones.in_order())
        self._answers = answers
        self._may_be_new = may_be_new
        self._titled: dict[str, list[Milestone]] = defaultdict(list)
        for milestone in self.milestones:
            self._titled[folded(milestone.title)].append(milestone)
        self._valued = {f"milestone:{milestone.pk}": milestone for milestone in self.milestones}
        self._choices = self._all_choices()
        # One per milestone, reused for every title.
        self._bare = [_BareTitle(milestone) for milestone in self.milestones]
        # By key, so that each title is compared once.
        self._near: dict[str, Milestone | None] = {}
        self._asked = Clarifications()

    @property
    def clarifications(self) -> list[Clarification]:
        return self._asked.all

    def find(self, title: str, location: str) -> MilestoneMatch:
        key = folded(title)
        same = self._titled.get(key, [])
        if len(same) == 1:
            return MilestoneMatch(same[0])
        suggested = same[0] if same else self._alike(key)
        if self._may_be_new and suggested is None:
            return MilestoneMatch(None)
        name = f"module:{key or title.strip()}"
        self._asked.ask(name, location, lambda: self._clarification(name, title, suggested))
        answer = self._answers.get(name, "")
        return MilestoneMatch(self._valued.get(answer), is_open=not answer)

    def _alike(self, key: str) -> Milestone | None:
        """The milestone with the most similar title, if one is similar enough."""
        if key not in self._near:
            bare = _bare(key)
            scored = [
                (bare_title.score(bare), -bare_title.milestone.position, bare_title.milestone)
                for bare_title in self._bare
            ]
            score, _, best = max(scored, default=(0.0, 0, None), key=lambda item: item[:2])
            self._near[key] = best if score >= _ALIKE else None
        return self._near[key]

    def _clarification(self, key: str, title: str, suggested: Milestone | None) -> Clarification:
        return Clarification(
            key=key,
            text=f"Which milestone is “{title[:200]}”?",
            locations=(),
            choices=self._choices,
            suggested=f"milestone:{suggested.pk}" if suggested else "",
        )

    def _all_choices(self) -> tuple[ClarificationChoice, ...]:
        choices = [ClarificationChoice(value, milestone.title) for value, milestone in self._valued.items()]
        if self._may_be_new:
            choices.append(ClarificationChoice("new", "None of these: create a milestone"))
        return (*choices, ClarificationChoice(LEAVE_OUT, "None of these: skip it"))

    def is_new(self, title: str) -> bool:
        return self._answers.get(f"module:{folded(title) or title.strip()}", "new") == "new"


class _BareTitle:
    """A milestone's title without "Week 2:" and the like, prepared for many comparisons."""

    def __init__(self, milestone: Milestone) -> None:
        self.milestone = milestone
        self._text = _bare(folded(milestone.title))
        self._words = set(self._text.split())
        # SequenceMatcher caches what it computes for the second text.
        self._matcher = SequenceMatcher(None, "", self._text[:200])

    def score(self, bare: str) -> float:
        """The similarity; 0 if it is too low to suggest."""
        if not bare or not self._text:
            return 0.0
        words = set(bare.split())
        if words <= self._words or self._words <= words:
            return 1.0
        self._matcher.set_seq1(bare[:200])
        if self._matcher.real_quick_ratio() < _ALIKE or self._matcher.quick_ratio() < _ALIKE:
            return 0.0
        return self._matcher.ratio()


def _bare(key: str) -> str:
    return " ".join(_AROUND.sub(" ", key).split())
