"""What a standing is worked out from: plain values, without a database.

The words (states, attendances, paces, outcomes) are defined here once; the models store them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from lib.weeks import Period, Week, holds


class Word(StrEnum):
    """A stored word with a label for people: "on_track" reads "On track"."""

    @property
    def label(self) -> str:
        return self.value.replace("_", " ").capitalize()


class State(Word):
    """Where an enrolment is with a milestone."""

    NOT_STARTED = "not_started"
    WORKING = "working"
    NEED_HELP = "need_help"
    DONE = "done"
    SKIPPED = "skipped"

    @property
    def label(self) -> str:
        return "Working on it" if self == State.WORKING else super().label


class Attendance(Word):
    """A student at a check-in; absent means without an excuse."""

    PRESENT = "present"
    EXCUSED = "excused"
    ABSENT = "absent"


class Pace(Word):
    """A student's pace as the mentor sees it."""

    AHEAD = "ahead"
    ON_TRACK = "on_track"
    BEHIND = "behind"
    STUCK = "stuck"


class Outcome(Word):
    """What became of a week's check-in."""

    HELD = "held"
    GROUP_ABSENT = "group_absent"
    CANCELLED = "cancelled"
    MOVED = "moved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """From when on a fact is worth a word; each is a setting of the course.

    Days, except: `_count` milestones, `_share` percent, `absences_in_a_row` check-ins, `weekly_minutes` minutes.
    "Over" a number of days: behind, ahead, help, question. "From" it on: everything else; `flagged_share` is over.
    """

    behind_days: int = 7
    behind_count: int = 2
    behind_hours_share: int = 25
    ahead_days: int = 7
    ahead_count: int = 2
    help_days: int = 7
    silent_days: int = 14
    grace_days: int = 14
    absences_in_a_row: int = 2
    spread_count: int = 2
    question_open_days: int = 3
    flagged_share: int = 20
    weekly_minutes: int = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedMilestone:
    """A milestone in the plan of a group; without `due_on` it is planned but never due."""

    id: int
    title: str
    position: int
    due_on: date | None = None
    planned_hours: Decimal | None = None
    is_optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneProgress:
    """How far an enrolment is with a milestone; no progress means not started.

    `hours` and `done_on` are shown beside a standing and never judged. `is_waived`: the mentor does not expect it of
    this student. Help is needed since `need_help_since`, else `changed_on`, else today.
    """

    milestone_id: int
    state: State
    hours: Decimal | None = None
    changed_on: date | None = None
    need_help_since: date | None = None
    is_waived: bool = False
    done_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentFacts:
    """Everything that a student's standing depends on.

    `ended_on` and `cohort_closed_on` are the first day on which it was over. `attendances` starts with the most recent
    check-in. `absences` are those that were accepted, `pauses` those of the cohort. Attention that somebody put aside
    comes back on `set_aside_until`.
    """

    plan: Sequence[PlannedMilestone]
    progress: Sequence[MilestoneProgress]
    today: date
    cohort_starts_on: date
    joined_on: date
    cohort_closed_on: date | None = None
    ended_on: date | None = None
    last_active_on: date | None = None
    last_pace: Pace | None = None
    attendances: Sequence[Attendance] = ()
    absences: Sequence[Period] = ()
    pauses: Sequence[Period] = ()
    set_aside_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedCheckIn:
    """A check-in that was logged; `was_cover` when a cover logged it. `minutes` may not have been noted."""

    week: Week
    outcome: Outcome
    was_cover: bool = False
    minutes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentoring:
    """The stay of a mentor, co-mentor or cover with a group until the day before `ended_on`, and when they are away."""

    started_on: date
    ended_on: date | None = None
    away: Sequence[Period] = ()

    def is_there(self, day: date) -> bool:
        return self.is_open(day) and not any(period.contains(day) for period in self.away)

    def is_open(self, day: date) -> bool:
        return holds(day, self.started_on, self.ended_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupFacts:
    """Everything that a group's status depends on.

    It had members from `members_since` (None: never) until the day before `members_until` (None: it still has some).
    `questions_open_since` has the day on which each open question was asked. `spread` comes from `group_standings`.
    """

    today: date
    cohort_starts_on: date
    members_since: date | None
    mentors: Sequence[Mentoring]
    members_until: date | None = None
    cohort_closed_on: date | None = None
    pauses: Sequence[Period] = ()
    check_ins: Sequence[LoggedCheckIn] = ()
    questions_open_since: Sequence[date] = ()
    spread: int = 0
