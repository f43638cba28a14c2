"""The input of standing: what is known about a student or a group on one day.

Rows are taken as they are: a protocol names what is read of each, and the models satisfy it.

The stored values of states, attendances, answers and outcomes are listed here; they are the choices of the models.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

from courses.promises import Wait
from lib.weeks import Period, Week


class Word(StrEnum):
    """A stored value with a label for people: "on_track" is labelled "On track"."""

    @property
    def label(self) -> str:
        return self.value.replace("_", " ").capitalize()

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """For a field of a model, with the label as it stands within a sentence."""
        return [(word.value, word.label.lower()) for word in cls]


class ProgressState(Word):
    """The state of an enrolment at a milestone."""

    NOT_STARTED = "not_started"
    WORKING = "working"
    NEED_HELP = "need_help"
    DONE = "done"
    SKIPPED = "skipped"

    @property
    def label(self) -> str:
        return "Working on it" if self == ProgressState.WORKING else super().label


class Attendance(Word):
    """Whether a student was at a check-in; absent means without an excuse."""

    PRESENT = "present"
    EXCUSED = "excused"
    ABSENT = "absent"


class Going(Word):
    """A student's answer to "how is it going?" before a meeting."""

    STUCK = "stuck"
    SO_SO = "so_so"
    WELL = "well"

    @property
    def label(self) -> str:
        return "So-so" if self == Going.SO_SO else super().label


class AttentionReader(Word):
    """The reader of attention: a request for help calls mentor and course admin at different times."""

    MENTOR = "mentor"
    COURSE_ADMIN = "course_admin"


class Outcome(Word):
    """The outcome of a week's check-in."""

    HELD = "held"
    GROUP_ABSENT = "group_absent"
    CANCELLED = "cancelled"
    MOVED = "moved"

    @property
    def label(self) -> str:
        return {Outcome.HELD: "Met", Outcome.MOVED: "Rescheduled"}.get(self, super().label)


MOST_SILENT_DAYS = 14

# The limits that are the same in every course.
# Percent of the planned hours due so far that are not done: a student who lacks a quarter is far behind, also where
# that is one long milestone.
BEHIND_HOURS_SHARE = 25
# Days before it is due, to be exceeded: what is done in the week before it is due is done in time.
AHEAD_DAYS = 7
# Milestones done early: one alone is a short one.
AHEAD_COUNT = 2
# Answers before meetings: everybody has a bad week, and a second one.
STUCK_IN_A_ROW = 3
# For how many days after its meeting an answer is news.
ANSWER_DAYS = 14
# Milestones between the first and the last of a group: with one between them, they still talk of the same.
SPREAD_COUNT = 2
# Days before a meeting without a mentor: time to find a stand-in, and near enough that no mentor may still turn up.
SOON_DAYS = 2
# Percent of the students, to be exceeded: a rule that flags more than one in five says nothing.
FLAGGED_SHARE = 20


def usual_silent_days(course_weeks: int | None) -> int:
    """14, or a quarter of the course's length if that is less."""
    return min(MOST_SILENT_DAYS, course_weeks * 7 // 4) if course_weeks else MOST_SILENT_DAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """The limits in the rules that are settings of the course.

    Units are days, except: `behind_count` milestones, `absences_in_a_row` check-ins, `weekly_minutes` minutes.
    `behind_days` must be exceeded; all others reached. `help_days` is a promise, in weekdays outside pauses.
    """

    behind_days: int = 7
    behind_count: int = 2
    help_days: int = 1
    silent_days: int = MOST_SILENT_DAYS
    grace_days: int = MOST_SILENT_DAYS
    absences_in_a_row: int = 2
    weekly_minutes: int = 30


@dataclass(frozen=True, slots=True)
class PlannedMilestone:
    """A milestone in a group's plan; without `due_on` it is never due. `week` is only shown, no rule uses it.

    `due_on` is worked out: the group's day after breaks or, where a student's own plan is meant, theirs.
    """

    id: int
    title: str
    position: int
    week: int | None = None
    due_on: date | None = None
    planned_hours: Decimal | None = None
    is_optional: bool = False


class Mark(Protocol):
    """An enrolment's progress at a milestone; a milestone without a mark is not started.

    Waived: not expected from this student. Help has been needed since the state was reached, else since the last
    change; somebody answered it at `helped_at`.
    """

    @property
    def state(self) -> str: ...
    @property
    def state_since(self) -> datetime | None: ...
    @property
    def changed_at(self) -> datetime: ...
    @property
    def helped_at(self) -> datetime | None: ...
    @property
    def waived_at(self) -> datetime | None: ...
    # Only shown, no rule uses it.
    @property
    def hours(self) -> Decimal | None: ...
    @property
    def shown_as(self) -> str: ...


class Snooze(Protocol):
    """A student's snooze, until the day on which they count again; `codes` are the reasons that it was set on."""

    @property
    def until_on(self) -> date: ...
    @property
    def codes(self) -> Collection[str]: ...
    @property
    def put_aside_at(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class SaidBefore:
    """A student's answer before a meeting: its day, and whether its check-in said "done" are known of "stuck"."""

    going: str
    meeting_on: date = date.min
    is_done: bool = False

    @property
    def is_stuck(self) -> bool:
        return self.going == Going.STUCK


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentFacts:
    """Everything that a student's standing depends on, with days in the cohort's time zone.

    `marks` are by the id of their milestone. `ended_on` and `cohort_closed_on` are the first day after the end.
    `recorded_on` is the day on which Trefoil was told of the student; `invited_on` that of the last invitation sent.
    `attendances` starts with the most recent check-in, `said` with what was said before the latest meeting.
    `absences` are the accepted ones, `pauses` the cohort's. Of the requests for help that nobody has answered the last
    was made at `help_asked_at`, and the oldest has waited for `help_wait`, on the clock of the promises; None without
    one, or if nobody knows since when.
    """

    plan: Sequence[PlannedMilestone]
    marks: Mapping[int, Mark]
    zone: ZoneInfo
    today: date
    cohort_starts_on: date
    joined_on: date
    cohort_closed_on: date | None = None
    ended_on: date | None = None
    recorded_on: date | None = None
    has_signed_in: bool = True
    invited_on: date | None = None
    last_active_on: date | None = None
    attendances: Sequence[str] = ()
    said: Sequence[SaidBefore] = ()
    absences: Sequence[Period] = ()
    pauses: Sequence[Period] = ()
    snooze: Snooze | None = None
    help_asked_at: datetime | None = None
    help_wait: Wait | None = None

    def day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def help_needed_at(self, mark: Mark) -> datetime:
        """The moment in the time zone of the cohort."""
        return (mark.state_since or mark.changed_at).astimezone(self.zone)


class LoggedCheckIn(Protocol):
    """A check-in that was logged; `was_stand_in`: by a stand-in. `minutes` is None if it is unknown."""

    @property
    def week(self) -> Week: ...
    @property
    def outcome(self) -> str: ...
    @property
    def was_stand_in(self) -> bool: ...
    @property
    def minutes(self) -> int | None: ...


class Mentoring(Protocol):
    """The time of a mentor, co-mentor or stand-in with a group, who is there if it is open and they are not away."""

    def is_open(self, on: date, /) -> bool: ...
    def is_there(self, on: date, /) -> bool: ...


class Staying(Protocol):
    """The time of a member in the group."""

    @property
    def started_on(self) -> date: ...

    def is_open(self, on: date, /) -> bool: ...
    def has_ended(self, on: date, /) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupFacts:
    """Everything that a group's status depends on.

    Its check-ins can be on record since `kept_since`; `stays` are those of its members, before, today and later.
    `question_waits` is how long each open question has waited for an answer, on the clock of
    the promises; None if nobody knows since when. `spread` is from `group_standings`. `meets_on` are the days of its
    meetings that lie ahead, until the end of next week; None if it has not said on which weekday it meets.
    """

    today: date
    cohort_starts_on: date
    kept_since: date
    stays: Sequence[Staying]
    mentors: Sequence[Mentoring]
    cohort_closed_on: date | None = None
    pauses: Sequence[Period] = ()
    check_ins: Sequence[LoggedCheckIn] = ()
    question_waits: Sequence[Wait | None] = ()
    meets_on: Sequence[date] | None = None
    spread: int = 0
