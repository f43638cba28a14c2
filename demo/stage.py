"""What of the demo is there so far, by the names that its content uses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from courses.models import Cohort, Course, Material, Milestone
from demo.days import Days
from groups.models import Enrolment, Group
from people.models import User
from questions.models import MaterialChange, MaterialNeed, Question


@dataclass(frozen=True, slots=True)
class Stage:
    """The course with its people and, by their milestone, its materials; the questions of both cohorts as they come.

    So do the needs and the changes of material, by what `material.toml` calls them.
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
        """The first material of that title, and of that kind if one is given."""
        every = [material for materials in self.materials.values() for material in materials]
        return next(row for row in every if row.title == title and kind in ("", row.kind))


@dataclass(frozen=True, slots=True)
class Scene:
    """One cohort: its days, its groups, and its enrolments as they come."""

    stage: Stage
    cohort: Cohort
    days: Days
    groups: Mapping[str, Group]
    enrolments: dict[str, Enrolment] = field(default_factory=dict)

    def group_of(self, name: str, at: datetime) -> Group:
        """The group in which the student was that day."""
        stays = self.enrolments[name].memberships.open(self.cohort.today(at))
        group: Group = stays.select_related("group__cohort__course").get().group
        return group
