"""What confirming an import writes into a cohort. New rows have no id, so people go by address and groups by name."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class NewAccount:
    email: str
    name: str
    time_zone: str = ""


@dataclass(slots=True)
class CohortChanges:
    """People are named by e-mail address, groups by name; `edits` are new values of an account by its id."""

    accounts: dict[str, NewAccount] = field(default_factory=dict)
    edits: dict[int, dict[str, str]] = field(default_factory=dict)
    # The new level of a person's open enrolment, by address.
    levels: dict[str, str] = field(default_factory=dict)
    # Addresses of new accounts for people who did something but are neither students nor mentors.
    named: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    # The milestones of a new group's plan, by name of the group. Without an entry it takes the calendar.
    chosen: dict[str, list[int]] = field(default_factory=dict)
    enrolled: list[str] = field(default_factory=list)
    # (address, name of the group, from when). They leave the group they are in, if any.
    moves: list[tuple[str, str, date]] = field(default_factory=list)
    # (name of the group, address)
    mentors: list[tuple[str, str]] = field(default_factory=list)
    # When a new group meets, by name of the group.
    meetings: dict[str, str] = field(default_factory=dict)
