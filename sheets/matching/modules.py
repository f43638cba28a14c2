"""Matches what cells call milestones to those of the course by title, and asks when unsure."""

from dataclasses import dataclass
from itertools import starmap

from courses.models import Course, Milestone
from sheets.matching.clarifications import Clarifications
from sheets.matching.plan import LEAVE_OUT, Clarification, ClarificationChoice
from sheets.understanding.milestones import MilestoneTitles, title_key


@dataclass(frozen=True, slots=True)
class MilestoneMatch:
    """A milestone, or None; `is_open` means the question is not answered yet."""

    milestone: Milestone | None
    is_open: bool = False


class ModuleFinder:
    """Asks once per title if it cannot know which milestone is meant."""

    def __init__(self, course: Course, answers: dict[str, str], *, may_be_new: bool = False) -> None:
        self._titles = MilestoneTitles(course.milestones.in_order())
        self.milestones = self._titles.all
        self._answers = answers
        self._may_be_new = may_be_new
        self._valued = {f"milestone:{milestone.pk}": milestone for milestone in self.milestones}
        choices = [(value, milestone.title) for value, milestone in self._valued.items()]
        new = [("new", "None of these: create a milestone")] if may_be_new else []
        skipped = (LEAVE_OUT, "None of these: skip it")
        self._choices = tuple(starmap(ClarificationChoice, (*choices, *new, skipped)))
        # The chosen milestone of a column of marks, by its title.
        self._said: dict[str, Milestone] = {}
        self._asked = Clarifications()

    @property
    def clarifications(self) -> list[Clarification]:
        return self._asked.all

    def say(self, title: str, milestone_id: int) -> None:
        self._said.setdefault(title_key(title), self._valued[f"milestone:{milestone_id}"])

    def find(self, title: str, location: str) -> MilestoneMatch:
        known = self._titles.find(title) or self._said.get(title_key(title))
        if known is not None:
            return MilestoneMatch(known)
        suggested = self._titles.likeliest(title)
        if self._may_be_new and suggested is None:
            return MilestoneMatch(None)
        name = f"module:{title_key(title)}"
        clarification = Clarification(
            key=name,
            text=f"Which milestone is “{title[:200]}”?",
            choices=self._choices,
            suggested=f"milestone:{suggested.pk}" if suggested else "",
        )
        self._asked.ask(name, location, lambda: clarification)
        answer = self._answers.get(name, "")
        return MilestoneMatch(self._valued.get(answer), is_open=not answer)

    def is_new(self, title: str) -> bool:
        return self._answers.get(f"module:{title_key(title)}", "new") == "new"
