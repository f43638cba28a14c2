from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from groups.models import PlanItem
from tracker.standing import PlannedMilestone, State


@dataclass(frozen=True, slots=True)
class Planned:
    """A milestone in the group's plan, and how many members finished it."""

    item: PlanItem
    facts: PlannedMilestone
    done_count: int
    member_count: int

    @property
    def share_done(self) -> int:
        """Percent of the members who finished it; 0 without members."""
        return round(100 * self.done_count / self.member_count) if self.member_count else 0

    @property
    def short_label(self) -> str:
        milestone = self.item.milestone
        return f"W{milestone.week}" if milestone.week else f"no. {milestone.position}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressCell:
    """A member's state at a planned milestone. `before` is the state before it was done."""

    enrolment_id: int
    member_name: str
    milestone_id: int
    milestone_title: str
    state: State
    before: State
    hours: Decimal | None
    since: datetime | None
    is_waived: bool

    @property
    def is_done(self) -> bool:
        return self.state is State.DONE

    @property
    def shown_as(self) -> str:
        """A waived milestone that was not started looks like one outside the plan."""
        return "unplanned" if self.is_waived and self.state is State.NOT_STARTED else self.state.value

    @property
    def state_label(self) -> str:
        return self.state.label.lower() + (", not expected" if self.is_waived and not self.is_done else "")

    @property
    def label(self) -> str:
        return f"{self.member_name}, {self.milestone_title}: {self.state_label}"

    @property
    def next_state(self) -> State:
        """The state after a click: done, and a second click undoes that, as in the sheet."""
        return self.before if self.is_done else State.DONE

    @property
    def click_hint(self) -> str:
        return f"{self.state_label.capitalize()}; click to mark as {self.next_state.label.lower()}"

    @property
    def html_id(self) -> str:
        return f"cell-{self.enrolment_id}-{self.milestone_id}"
