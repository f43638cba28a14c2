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
    # The level that somebody's open enrolment, by address, shall have.
    levels: dict[str, str] = field(default_factory=dict)
    # Addresses of new accounts of people who did something, and are neither students nor mentors.
    named: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    # Of a new group, by its name: the milestones that it takes. Without an entry it takes the calendar.
    chosen: dict[str, list[int]] = field(default_factory=dict)
    enrolled: list[str] = field(default_factory=list)
    # (address, name of the group, from when): out of the group they are in, if any.
    moves: list[tuple[str, str, date]] = field(default_factory=list)
    # (name of the group, address)
    mentors: list[tuple[str, str]] = field(default_factory=list)
    # What a new group says of when it meets, by its name.
    meetings: dict[str, str] = field(default_factory=dict)
