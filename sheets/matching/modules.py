"""Matches what cells call milestones to those of the course by title, and asks when unsure."""

from courses.models import Course, Milestone
from sheets.matching.clarifications import Clarifications
from sheets.matching.plan import LEAVE_OUT, Clarification
from sheets.understanding.milestones import MilestoneTitles, title_key


class ModuleFinder:
    """Asks once per title if it cannot know which milestone is meant."""

    def __init__(self, course: Course, answers: dict[str, str], *, may_be_new: bool = False) -> None:
        self._titles = MilestoneTitles(course.milestones.in_order())
        self.milestones = self._titles.all
        self._answers = answers
        self._may_be_new = may_be_new
        self._valued = {f"milestone:{milestone.pk}": milestone for milestone in self.milestones}
        new = [("new", "None of these: create a milestone")] if may_be_new else []
        self._choices = (
            *((value, milestone.title) for value, milestone in self._valued.items()),
            *new,
            (LEAVE_OUT, "None of these: skip it"),
        )
        # The chosen milestone of a column of marks, by its title.
        self._said: dict[str, Milestone] = {}
        self._asked = Clarifications()

    @property
    def clarifications(self) -> list[Clarification]:
        return self._asked.all

    def say(self, title: str, milestone_id: int) -> None:
        self._said.setdefault(title_key(title), self._valued[f"milestone:{milestone_id}"])

    def find(self, title: str, location: str) -> Milestone | None:
        known = self._titles.find(title) or self._said.get(title_key(title))
        if known is not None:
            return known
        suggested = self._titles.likeliest(title) or self._titles.akin(title)
        if self._may_be_new and suggested is None:
            return None
        name = f"module:{title_key(title)}"
        clarification = Clarification(
            key=name,
            text=f"Which milestone is “{title[:200]}”?",
            choices=self._choices,
            suggested=f"milestone:{suggested.pk}" if suggested else "",
        )
        self._asked.ask(name, location, lambda: clarification)
        return self._valued.get(self._answers.get(name, ""))

    def is_skipped(self, title: str) -> bool:
        """Whether somebody chose to leave out what is not found."""
        return bool(self._answers.get(f"module:{title_key(title)}"))

    def is_new(self, title: str) -> bool:
        return self._answers.get(f"module:{title_key(title)}", "new") == "new"
