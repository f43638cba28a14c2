"""The sheet of a group: a row a member, a column a milestone, with the same columns for all groups of a cohort."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import NamedTuple

from groups.models import Membership
from lib.days import day_label
from lib.marks import PersonMark
from tracker.forms.progress import UNDO
from tracker.models import AgreedStep
from tracker.standing import (
    Mark,
    PlannedMilestone,
    ProgressState,
    Standing,
    StudentFacts,
    Words,
    away_label,
    words_about,
)

# Columns of a sheet. Of a longer plan those around the groups are shown, the rest as two sums.
MOST_COLUMNS = 7
_LABELS = {state.value: state.label.lower() for state in ProgressState} | {"need_help": "needs help"}


@dataclass(frozen=True, slots=True)
class ProgressCell:
    """A member's progress at a planned milestone; `mark` is None where nothing was marked."""

    enrolment_id: int
    member_name: str
    planned: PlannedMilestone
    mark: Mark | None

    @property
    def state(self) -> str:
        return self.mark.state if self.mark else ProgressState.NOT_STARTED

    @property
    def is_waived(self) -> bool:
        return self.mark is not None and self.mark.waived_at is not None

    @property
    def is_settled(self) -> bool:
        return self.is_waived or self.state in (ProgressState.DONE, ProgressState.SKIPPED)

    @property
    def shown_as(self) -> str:
        return self.mark.shown_as if self.mark else ProgressState.NOT_STARTED.value

    @property
    def state_label(self) -> str:
        is_expected = not self.is_waived or self.state == ProgressState.DONE
        return _LABELS[self.state] + ("" if is_expected else ", not expected")

    @property
    def label(self) -> str:
        return f"{self.member_name}, {self.planned.title}: {self.state_label}"

    @property
    def states(self) -> list[tuple[str, str]]:
        return [(each.value, each.label) for each in ProgressState]

    @property
    def html_id(self) -> str:
        return f"cell-{self.enrolment_id}-{self.planned.id}"

    @property
    def click(self) -> str:
        """The value of the button: a click marks the milestone as done, a second undoes that, as in the sheet."""
        deed = UNDO if self.state == ProgressState.DONE else ProgressState.DONE.value
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
    def look(self) -> str:
        """Of their mark: whether they are away, or have not signed in yet."""
        return "gone" if self.away else "" if self.facts.has_signed_in else "wait"

    @cached_property
    def away(self) -> str:
        """ "away until Friday", which all of the group may read; empty for who is there."""
        return away_label(self.facts)

    @cached_property
    def words(self) -> Words:
        """ "needs help", "1 behind", "on track": on every page the same."""
        return words_about(self.standing, self.facts)

    @property
    def has_begun(self) -> bool:
        return any(mark.state != ProgressState.NOT_STARTED for mark in self.facts.marks.values())

    @property
    def state_now(self) -> str:
        """The state of their next milestone, or that they need help with any; *done* without a next one."""
        marks, next_id = self.facts.marks, self.standing.next_milestone_id
        if any(mark.state == ProgressState.NEED_HELP for mark in marks.values()):
            return ProgressState.NEED_HELP
        if next_id is None:
            return ProgressState.DONE if self.facts.plan else ProgressState.NOT_STARTED
        return marks[next_id].state if next_id in marks else ProgressState.NOT_STARTED

    @property
    def requests(self) -> tuple[int, ...]:
        """The milestones that they need help with, and nobody has answered."""
        return tuple(
            milestone_id
            for milestone_id, mark in self.facts.marks.items()
            if mark.state == ProgressState.NEED_HELP and mark.helped_at is None
        )

    @cached_property
    def cells(self) -> tuple[ProgressCell, ...]:
        marks, enrolment_id, name = self.facts.marks, self.enrolment_id, self.name
        return tuple(
            ProgressCell(enrolment_id, name, planned, marks.get(planned.id)) for planned in self.facts.plan
        )


@dataclass(frozen=True, slots=True)
class GridColumn:
    """A milestone, or several that are folded into a sum.

    `place` has an "n" where the group is now, and an "f" if a narrow sheet leaves it out; None until a sheet is laid
    out.
    """

    ids: tuple[int, ...]
    title: str
    place: str | None = None

    @property
    def is_sum(self) -> bool:
        return len(self.ids) > 1

    @property
    def key(self) -> str:
        """As the form of a sheet sends its columns back: the row of a mark stays below the heads that are there."""
        return "+".join(map(str, self.ids)) + (self.place or "")

    @property
    def classes(self) -> str:
        place = self.place or ""
        return _classes(now="n" in place, far="f" in place, sum=self.is_sum)


class Head(NamedTuple):
    column: GridColumn
    due_on: date | None
    classes: str


class Place(NamedTuple):
    """A row's place in a column: a cell, or "8 of 8", or neither if the milestone is not in the group's plan.

    The line of a member is green up to the first milestone that is not begun. What a button says stands beside its
    cell: a page has sixty of them, and a template reads a name of its own twice as fast as one of an object.
    """

    classes: str
    sum_label: str = ""
    cell: ProgressCell | None = None
    html_id: str = ""
    click: str = ""
    state: str = ""
    label: str = ""
    shown_as: str = ""


@dataclass(frozen=True, slots=True)
class ShownStep:
    """`due_on`: what is due in a pause or an absence of the student's, or open in one, is due on the day after it."""

    step: AgreedStep
    due_on: date | None
    today: date

    @property
    def days_late(self) -> int:
        return max((self.today - self.due_on).days, 0) if self.due_on and not self.step.is_done else 0

    @property
    def due_label(self) -> str:
        """ "by Tue 22 September", "was due Tue 15 September"; empty without a date."""
        if self.due_on is None:
            return ""
        return f"{'was due' if self.days_late else 'by'} {day_label(self.due_on, self.today)}"


@dataclass(frozen=True, slots=True)
class GridRow:
    """`first_name` is the whole name where first names are the same."""

    member: Member
    first_name: str
    mark: PersonMark
    places: tuple[Place, ...]
    steps: tuple[ShownStep, ...]

    @property
    def enrolment_id(self) -> int:
        return self.member.enrolment_id


@dataclass(frozen=True, slots=True)
class Sheet:
    heads: tuple[Head, ...]
    rows: tuple[GridRow, ...]

    @property
    def sums(self) -> Iterator[tuple[str, str]]:
        """A text a column, over all members, and its title: "3 of 3"."""
        for column in (head.column for head in self.heads):
            cells = [cell for row in self.rows for cell in row.member.cells if cell.planned.id in column.ids]
            done = sum(cell.state == ProgressState.DONE for cell in cells)
            yield f"{done} of {len(cells)}" if cells else "–", column.title

    @property
    def columns_key(self) -> str:
        return " ".join(head.column.key for head in self.heads)

    @property
    def has_steps(self) -> bool:
        return any(row.steps for row in self.rows)

    def row_of(self, enrolment_id: int) -> GridRow | None:
        return next((row for row in self.rows if row.enrolment_id == enrolment_id), None)


def first_names(members: Iterable[Member]) -> dict[int, str]:
    """First names by enrolment id, or full names where first names are the same."""
    short = [(member, member.short_name) for member in members]
    count = Counter(name for _, name in short)
    return {member.enrolment_id: name if count[name] == 1 else member.name for member, name in short}


def columns_of(
    milestones: Iterable[PlannedMilestone], at: Iterable[int | None], *, is_unfolded: bool = False
) -> tuple[GridColumn, ...]:
    """Return the columns for milestones of one or several plans, so that the sheets of their groups align.

    Args:
        at: the milestones that the groups are at. Those between the first and the last of them are shown, as far as
            there is room.
    """
    unique = {each.id: each for each in milestones}
    ordered = sorted(unique.values(), key=lambda each: (each.position, each.id))
    if len(ordered) <= MOST_COLUMNS or is_unfolded:
        return tuple(GridColumn((each.id,), each.title) for each in ordered)
    places = [number for number, each in enumerate(ordered) if each.id in set(at)]
    room = MOST_COLUMNS - 2
    first, last = min(places, default=0), max(places, default=0)
    start = first - 1 if last - first + 1 < room else first
    end = start + room
    # A sum of one milestone is that milestone.
    if start <= 1:
        start, end = 0, MOST_COLUMNS - 1
    elif end >= len(ordered) - 1:
        start, end = len(ordered) - MOST_COLUMNS + 1, len(ordered)
    shown = tuple(
        GridColumn((each.id,), f"{number} {each.title}")
        for number, each in enumerate(ordered[start:end], start=start + 1)
    )
    return (*_sum_of(ordered, 0, start), *shown, *_sum_of(ordered, end, len(ordered)))


def _sum_of(ordered: Sequence[PlannedMilestone], start: int, end: int) -> Iterator[GridColumn]:
    if start < end:
        yield GridColumn(tuple(each.id for each in ordered[start:end]), f"{start + 1}–{end}")


def columns_from(key: str, plan: Iterable[PlannedMilestone]) -> tuple[GridColumn, ...]:
    """Return the columns that a form has sent; those of the plan if it has sent none that can be read."""
    found = re.fullmatch(r"[0-9]{1,15}(?:[ +][0-9]{1,15}|(?:n|f|nf)(?= |$)){0,400}", key)
    if found is None:
        return columns_of(plan, ())
    columns = ((text.rstrip("nf"), text) for text in key.split())
    return tuple(GridColumn(tuple(map(int, ids.split("+"))), "", text[len(ids) :]) for ids, text in columns)


def placed(
    columns: Sequence[GridColumn], now_id: int | None, *, also: Collection[int] = ()
) -> list[GridColumn]:
    """Place the columns of a sheet that is at a milestone, and has at least these `also` where it is narrow."""
    at = next((number for number, each in enumerate(columns) if now_id in each.ids), 0)
    # In a narrow sheet: the current one, one before, one after, or else one more beside.
    at = max(1, min(at, len(columns) - 2))
    near = {
        each.ids
        for number, each in enumerate(columns)
        if not each.is_sum and (abs(number - at) <= 1 or not set(each.ids).isdisjoint(also))
    }
    return [
        replace(each, place="f" if each.ids not in near else "n" if now_id in each.ids else "")
        for each in columns
    ]


def sheet_of(
    plan: Sequence[PlannedMilestone],
    members: Sequence[Member],
    columns: Sequence[GridColumn],
    *,
    now_id: int | None,
    marks: Mapping[int, PersonMark],
    steps: Mapping[int, Sequence[ShownStep]] | None = None,
    just: str = "",
) -> Sheet:
    """Lay out a group's plan and members.

    Args:
        marks: of its members, by the id of the person.
        now_id: the milestone that the group is at.
        steps: what was agreed, by enrolment id.
        just: the id of the cell whose tick was set a moment ago.
    """
    # A day that nobody has to keep any longer is not said.
    open_ids = {cell.planned.id for member in members for cell in member.cells if not cell.is_settled}
    due_days = {each.id: each.due_on for each in plan if each.id in open_ids}
    if any(each.place is None for each in columns):
        helpless = {milestone_id for member in members for milestone_id in member.requests}
        columns = placed(columns, now_id, also=helpless)
    names = first_names(members)
    heads = tuple(Head(each, due_days.get(each.ids[0]), each.classes) for each in columns)
    return Sheet(
        heads=heads,
        rows=tuple(
            GridRow(
                member,
                names[member.enrolment_id],
                marks[member.membership.enrolment.person_id],
                tuple(_places(member, heads, just)),
                tuple((steps or {}).get(member.enrolment_id, ())),
            )
            for member in members
        ),
    )


def _places(member: Member, heads: Sequence[Head], just: str) -> Iterator[Place]:
    cells = {cell.planned.id: cell for cell in member.cells}
    is_reached, is_joined = True, False
    for column, _, place in heads:
        of_column = [cells[each] for each in column.ids if each in cells]
        is_reached = is_reached and all(
            cell.is_waived or cell.state != ProgressState.NOT_STARTED for cell in of_column
        )
        cell = of_column[0] if of_column and not column.is_sum else None
        has_line = cell is not None and cell.shown_as != "unplanned"
        classes = place + _classes(
            reached=is_reached and has_line,
            first=not (has_line and is_joined),
            just=cell is not None and cell.html_id == just,
        )
        if cell:
            yield Place(classes, "", cell, cell.html_id, cell.click, cell.state, cell.label, cell.shown_as)
        elif of_column:
            done = sum(cell.state == ProgressState.DONE for cell in of_column)
            yield Place(classes, f"{done} of {len(of_column)}")
        else:
            yield Place(classes)
        is_joined = has_line


def _classes(**classes: bool) -> str:
    return "".join(f" {name}" for name, holds in classes.items() if holds)
