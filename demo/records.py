from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from courses.models import Cohort, Course, Material, Milestone
from demo.days import Days
from demo.events import DemoEvent
from groups.models import Enrolment, Group
from people.models import User
from questions.models import MaterialChange, MaterialNeed, Question


@dataclass(frozen=True, slots=True)
class DemoCourse:
    """The course, its people, and its materials by milestone.

    Questions of both cohorts, needs and changes are added when they are created, under their keys in the content.
    """

    course: Course
    admin: User
    people: Mapping[str, User]
    milestones: Mapping[str, Milestone]
    materials: Mapping[str, list[Material]]
    questions: dict[str, Question] = field(default_factory=dict)
    needs: dict[str, MaterialNeed] = field(default_factory=dict)
    changes: dict[str, MaterialChange] = field(default_factory=dict)

    def material(self, title: str, kind: str) -> Material:
        every = [material for materials in self.materials.values() for material in materials]
        return next(row for row in every if row.title == title and kind in ("", row.kind))


@dataclass(frozen=True, slots=True)
class DemoRun:
    demo: DemoCourse
    cohort: Cohort
    days: Days
    groups: Mapping[str, Group]
    enrolments: dict[str, Enrolment] = field(default_factory=dict)

    def event(self, when: str | datetime, do: Callable[..., object], *args: object) -> DemoEvent:
        """Let `do` be called with this run, `args` and the moment, such as "w0 mon 18:30"."""
        at = self.days.moment(when) if isinstance(when, str) else when
        return at, partial(do, self, *args, at)

    def event_by(self, when_and_who: str, do: Callable[..., object], *args: object) -> DemoEvent:
        """The same for "w7 tue 10:30 by ines": `do` gets the person before the moment."""
        when, _, by = when_and_who.partition(" by ")
        return self.event(when, do, *args, self.demo.people[by])

    def group_of(self, name: str, at: datetime) -> Group:
        stays = self.enrolments[name].memberships.open(self.cohort.today(at))
        group: Group = stays.select_related("group__cohort__course").get().group
        return group
