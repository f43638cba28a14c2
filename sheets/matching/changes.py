"""What confirming writes into a cohort, by address and by the name of a group, before either may have a row."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class NewAccount:
    """A person whom Trefoil does not know yet."""

    email: str
    name: str
    time_zone: str = ""


@dataclass(slots=True)
class CohortChanges:
    """People are named by their address, groups by their name; `edits` are new values of an account by its id."""

    accounts: dict[str, NewAccount] = field(default_factory=dict)
    edits: dict[int, dict[str, str]] = field(default_factory=dict)
    groups: list[str] = field(default_factory=list)
    # Of a new group, by its name: the milestones that it takes. Without an entry it takes the calendar.
    chosen: dict[str, list[int]] = field(default_factory=dict)
    enrolled: list[str] = field(default_factory=list)
    # (address, name of the group, from when): out of the group they are in, if any.
    moves: list[tuple[str, str, date]] = field(default_factory=list)
    # (name of the group, address)
    mentors: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class NewMark:
    """A state that a student, by address, shall have at a milestone, by id."""

    email: str
    milestone_id: int
    state: str


@dataclass(frozen=True, slots=True)
class NewQuestion:
    """A question to be made in a group, by name. `student` is an address or "", `answered_by` too."""

    group: str
    student: str
    day: date | None
    milestone_id: int | None
    title: str
    detail: str
    answer: str
    answered_by: str
    is_solved: bool | None


@dataclass(slots=True)
class SheetChanges:
    """What tracking sheets write: people and groups first, then what they did and asked.

    `answers` are (question's id, text, who answered by address or "", when).
    """

    cohort: CohortChanges = field(default_factory=CohortChanges)
    marks: list[NewMark] = field(default_factory=list)
    questions: list[NewQuestion] = field(default_factory=list)
    answers: list[tuple[int, str, str, date | None]] = field(default_factory=list)
