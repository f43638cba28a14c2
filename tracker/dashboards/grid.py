"""The progress grid of a group: a column a milestone, a row a member."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from groups.models import Membership
from tracker.forms.progress import UNDO
from tracker.standing import (
    MilestoneProgress,
    PlannedMilestone,
    Standing,
    State,
    StudentFacts,
    Words,
    words_about,
)

# Of a longer plan, the milestones are folded that are far from the current one and say the same of everybody.
ALL_SHOWN = 8
_BEFORE, _AFTER = 2, 5
_BESIDE_TITLES = 4


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
    def words(self) -> Words:
        """ "needs help", "1 behind", "on track": on every page the same."""
        return words_about(self.standing, self.facts)

    @property
    def has_begun(self) -> bool:
        return any(mark.state is not State.NOT_STARTED for mark in self.facts.progress)

    @property
    def cries(self) -> tuple[int, ...]:
        """The milestones that they need help with, and nobody has answered."""
        return tuple(
            mark.milestone_id
            for mark in self.facts.progress
            if mark.state is State.NEED_HELP and mark.help_answered_on is None
        )

    @cached_property
    def cells(self) -> tuple[ProgressCell, ...]:
        marks = {mark.milestone_id: mark for mark in self.facts.progress}
        return tuple(
            ProgressCell(self.enrolment_id, self.name, planned, marks.get(planned.id))
            for planned in self.facts.plan
        )


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


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row and a column meet. `cell` is None if the milestone is not in the group's plan.

    The line of a member is green up to the first milestone that is not begun.
    """

    cell: ProgressCell | None
    is_reached: bool
    is_now: bool
    is_folded: bool

    @property
    def classes(self) -> str:
        has_line = self.cell is not None and self.cell.shown_as != "unplanned"
        return _classes(
            reached=self.is_reached and has_line,
            unplanned=not has_line,
            now=self.is_now,
            folded=self.is_folded,
        )


@dataclass(frozen=True, slots=True)
class GridRow:
    """A member: on a phone only `first_name` is seen, which is the whole name where first names are the same."""

    enrolment_id: int
    first_name: str
    rest: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class GridColumn:
    """`planned` is None if the milestone is not in the group's plan."""

    title: str
    planned: Planned | None
    is_now: bool
    is_folded: bool

    @property
    def classes(self) -> str:
        return _classes(now=self.is_now, folded=self.is_folded)


@dataclass(frozen=True, slots=True)
class Grid:
    columns: tuple[GridColumn, ...]
    rows: tuple[GridRow, ...]

    @property
    def folded_count(self) -> int:
        return sum(column.is_folded for column in self.columns)

    @property
    def is_long(self) -> bool:
        return len(self.columns) > ALL_SHOWN

    @property
    def is_crowded(self) -> bool:
        """Whether the columns of a phone leave no room for the titles of milestones beside them."""
        return len(self.rows) > _BESIDE_TITLES


def _classes(**classes: bool) -> str:
    return " ".join(name for name, holds in classes.items() if holds)


def first_names(members: Iterable[Member]) -> dict[int, str]:
    """First names by enrolment id, or full names where first names are the same."""
    members = list(members)
    count = Counter(member.short_name for member in members)
    return {
        member.enrolment_id: member.short_name if count[member.short_name] == 1 else member.name
        for member in members
    }


def grid_of(
    plan: Sequence[Planned],
    members: Sequence[Member],
    milestones: Sequence[PlannedMilestone],
    *,
    now_id: int | None,
) -> Grid:
    """Lay out a group's plan and members.

    Args:
        milestones: the columns: those of the plan, or of several plans, so that the grids of their groups align.
        now_id: the milestone that the group is at.
    """
    in_plan = {planned.milestone.id: planned for planned in plan}
    hidden = _folded(plan, members, milestones, now_id)
    names = first_names(members)
    return Grid(
        columns=tuple(
            GridColumn(each.title, in_plan.get(each.id), each.id == now_id, each.id in hidden)
            for each in milestones
        ),
        rows=tuple(
            GridRow(
                member.enrolment_id,
                names[member.enrolment_id],
                member.name.removeprefix(names[member.enrolment_id]),
                tuple(_places(member, milestones, now_id, hidden)),
            )
            for member in members
        ),
    )


def _places(
    member: Member, shown: Sequence[PlannedMilestone], now_id: int | None, hidden: Collection[int]
) -> Iterator[Place]:
    cells = {cell.planned.id: cell for cell in member.cells}
    is_reached = True
    for each in shown:
        cell = cells.get(each.id)
        is_reached = is_reached and (cell is None or cell.is_waived or cell.state is not State.NOT_STARTED)
        yield Place(cell, is_reached, each.id == now_id, each.id in hidden)


def _folded(
    plan: Sequence[Planned],
    members: Sequence[Member],
    milestones: Sequence[PlannedMilestone],
    now_id: int | None,
) -> frozenset[int]:
    """The columns of a long plan that are far from the current one, and settled by all or begun by nobody."""
    ids = [each.id for each in milestones]
    if len(ids) <= ALL_SHOWN:
        return frozenset()
    at = ids.index(now_id) if now_id in ids else 0
    at = min(max(at, _BEFORE), len(ids) - 1 - _AFTER)
    near = set(ids[at - _BEFORE : at + _AFTER + 1])
    states: dict[int, set[State]] = {each.milestone.id: set() for each in plan}
    for member in members:
        for cell in member.cells:
            states[cell.planned.id].add(cell.state)
    return frozenset(
        each
        for each in ids
        if each not in near
        and (states.get(each, set()) <= {State.NOT_STARTED} or states[each] <= {State.DONE, State.SKIPPED})
    )
