from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from courses.models import Material
from lib.days import day_label
from tracker.dashboards.group_overviews import GroupOverview, Member
from tracker.dashboards.hours import hours_label
from tracker.standing import State


@dataclass(frozen=True, slots=True)
class CardMaterial:
    id: int
    title: str
    url: str
    kind: str
    minutes: int | None
    is_optional: bool
    is_ticked: bool

    @property
    def details(self) -> str:
        parts = [
            self.kind,
            f"{self.minutes} min" if self.minutes else "",
            "optional" if self.is_optional else "",
        ]
        return " · ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class StateChoice:
    """A button for a state; `tone` is used when it is the current one."""

    value: State
    tone: str
    is_current: bool

    @property
    def label(self) -> str:
        return self.value.label


_TONES = {State.NEED_HELP: "act", State.NOT_STARTED: "quiet", State.SKIPPED: "quiet"}
_CHOICES = (State.NOT_STARTED, State.WORKING, State.NEED_HELP, State.DONE)


@dataclass(frozen=True, slots=True)
class MilestoneCard:
    """`due_label` is empty for milestones outside the plan or without a date.

    `known_count` is the number of known questions: answered and published.
    """

    id: int
    title: str
    summary: str
    week: int | None
    planned_hours: Decimal | None
    is_optional: bool
    is_planned: bool
    due_label: str
    state: State
    hours: Decimal | None
    is_waived: bool
    materials: tuple[CardMaterial, ...]
    known_count: int

    @property
    def is_settled(self) -> bool:
        return self.is_waived or self.state in (State.DONE, State.SKIPPED)

    @property
    def choices(self) -> tuple[StateChoice, ...]:
        states = (*_CHOICES, State.SKIPPED) if self.state is State.SKIPPED else _CHOICES
        return tuple(StateChoice(state, _TONES.get(state, "ok"), state is self.state) for state in states)

    @property
    def hours_value(self) -> str:
        return "" if self.hours is None else hours_label(self.hours)

    @property
    def details(self) -> str:
        """ "Week 2 · due Fri 18 September · 3 h planned, 1.5 h spent"."""
        hours = [
            f"{hours_label(number)} h {word}"
            for number, word in ((self.planned_hours, "planned"), (self.hours, "spent"))
            if number is not None
        ]
        parts = [
            f"Week {self.week}" if self.week else "",
            self.due_label,
            ", ".join(hours),
            "optional" if self.is_optional else "",
            "waived for you" if self.is_waived else "",
        ]
        return " · ".join(part for part in parts if part)


def milestone_cards(overview: GroupOverview, me: Member) -> dict[int, MilestoneCard]:
    """Return every milestone of the course by id: planned ones in plan order, then the others in course order.

    Needs a group annotated by `with_week_rows`.
    """
    group: Any = overview.group
    membership: Any = me.membership
    marks = {row["milestone_id"]: row for row in membership.progress_rows}
    materials: dict[int, list[CardMaterial]] = defaultdict(list)
    for row in group.material_rows:
        materials[row["milestone_id"]].append(_material(row))
    due = {planned.facts.id: _due_label(planned.facts.due_on, overview.today) for planned in overview.plan}
    rows = {row["id"]: row for row in group.milestone_rows}
    ids = [*due, *(milestone_id for milestone_id in rows if milestone_id not in due)]
    return {
        milestone_id: _card(
            rows[milestone_id],
            marks.get(milestone_id),
            tuple(materials[milestone_id]),
            is_planned=milestone_id in due,
            due_label=due.get(milestone_id, ""),
        )
        for milestone_id in ids
    }


def _card(
    row: dict[str, Any],
    mark: dict[str, Any] | None,
    materials: tuple[CardMaterial, ...],
    *,
    is_planned: bool,
    due_label: str,
) -> MilestoneCard:
    return MilestoneCard(
        id=row["id"],
        title=row["title"],
        summary=row["summary"],
        week=row["week"],
        planned_hours=_hours(row["planned_hours"]),
        is_optional=bool(row["is_optional"]),
        is_planned=is_planned,
        due_label=due_label,
        state=State(mark["state"]) if mark else State.NOT_STARTED,
        hours=_hours(mark["hours"]) if mark else None,
        is_waived=mark is not None and mark["waived_at"] is not None,
        materials=materials,
        known_count=row["known_count"],
    )


def _due_label(due_on: date | None, today: date) -> str:
    if due_on is None:
        return ""
    return f"{'was due' if due_on < today else 'due'} {day_label(due_on, today)}"


def _hours(number: float | str | None) -> Decimal | None:
    return None if number is None else Decimal(str(number))


def _material(row: dict[str, Any]) -> CardMaterial:
    return CardMaterial(
        id=row["id"],
        title=row["title"],
        url=row["url"],
        kind=str(Material.Kind(row["kind"]).label),
        minutes=row["minutes"],
        is_optional=bool(row["is_optional"]),
        is_ticked=bool(row["is_ticked"]),
    )
