"""The progress grid of a group: a column a planned milestone, a row a member."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from groups.models import Membership
from tracker.forms.progress import UNDO
from tracker.standing import (
    Attention,
    MilestoneProgress,
    PlannedMilestone,
    ReasonCode,
    Standing,
    State,
    StudentFacts,
)


@dataclass(frozen=True, slots=True)
class ProgressCell:
    """A member's progress at a planned milestone; `mark` is None where nothing was marked."""

    enrolment_id: int
    member_name: str
    planned: PlannedMilestone
    mark: MilestoneProgress | None

    @property
    def state(self) -> State:
        return self.mark.state if self.mark else State.NOT_STARTED

    @property
    def is_waived(self) -> bool:
        return self.mark is not None and self.mark.is_waived

    @property
    def shown_as(self) -> str:
        """A waived milestone that was not started looks like one outside the plan."""
        return "unplanned" if self.is_waived and self.state is State.NOT_STARTED else self.state.value

    @property
    def state_label(self) -> str:
        is_expected = not self.is_waived or self.state is State.DONE
        return self.state.label.lower() + ("" if is_expected else ", not expected")

    @property
    def label(self) -> str:
        return f"{self.member_name}, {self.planned.title}: {self.state_label}"

    @property
    def html_id(self) -> str:
        return f"cell-{self.enrolment_id}-{self.planned.id}"

    @property
    def click(self) -> str:
        """The value of the button: a click marks the milestone as done, a second undoes that, as in the sheet."""
        deed = UNDO if self.state is State.DONE else State.DONE.value
        return f"{self.enrolment_id}-{self.planned.id}-{deed}"


@dataclass(frozen=True)
class Member:
    """A current member and their standing. `cells` are their marks in plan order."""

    membership: Membership
    facts: StudentFacts
    standing: Standing

    @property
    def enrolment_id(self) -> int:
        return self.membership.enrolment_id

    @property
    def name(self) -> str:
        return self.membership.enrolment.person.name

    @property
    def short_name(self) -> str:
        return self.membership.enrolment.person.get_short_name()

    @property
    def has_begun(self) -> bool:
        return any(mark.state is not State.NOT_STARTED for mark in self.facts.progress)

    @cached_property
    def cells(self) -> tuple[ProgressCell, ...]:
        marks = {mark.milestone_id: mark for mark in self.facts.progress}
        return tuple(
            ProgressCell(self.enrolment_id, self.name, planned, marks.get(planned.id))
            for planned in self.facts.plan
        )

    @property
    def tone(self) -> str:
        """Tone of the standing's chip. A wide spread alone gives no colour: it is shown for the group."""
        reasons = {reason.code for reason in self.standing.reasons}
        if self.standing.attention is not Attention.NONE and reasons != {ReasonCode.SPREAD}:
            return self.standing.attention.value
        return "quiet" if self.standing.behind_by or self.standing.ahead_by else "ok"


@dataclass(frozen=True, slots=True)
class Planned:
    """A milestone in the plan of a group, and the group's members."""

    milestone: PlannedMilestone
    members: Sequence[Member]

    @property
    def done_count(self) -> int:
        return sum(
            mark.state is State.DONE and mark.milestone_id == self.milestone.id
            for member in self.members
            for mark in member.facts.progress
        )

    @property
    def share_done(self) -> int:
        """Percent of the members who finished it; 0 without members."""
        return round(100 * self.done_count / len(self.members)) if self.members else 0
