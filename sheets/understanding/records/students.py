"""Stays and mentorships, plans of groups, and progress."""

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import NamedTuple

from groups.models import Enrolment, Membership, Mentorship, PlanItem
from groups.models.enrolment import MOST_HOURS, STUDENT_COLUMNS, StudentColumn
from lib.cells import Value
from lib.mentions import Mention
from people.models import User
from sheets.understanding.records.cells import RecordCells, SheetRecord
from sheets.understanding.records.column import ExportColumn, at_most, one_of, person, read_into
from sheets.understanding.roster import read_zone
from tracker.models import Progress

STUDENT = "student"
# Faster than `get_…_display`, which makes such a mapping anew for each row.
_STATES = dict(Progress.State.choices())
_ENDS = dict(Enrolment.EndReason.choices)


class ExportedPerson(NamedTuple):
    """A student with a stay in a group, or without any; or a mentor, who has no enrolment."""

    person: User
    group: str | None
    role: str
    started_on: date
    ended_on: date | None
    why: str
    enrolment: Enrolment | None

    @property
    def why_left(self) -> str | None:
        return _ENDS.get(self.enrolment.end_reason) if self.enrolment else None


class ExportedProgress(NamedTuple):
    """Progress with the name of the group in which it came about."""

    progress: Progress
    group: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRecord(SheetRecord):
    """A student's enrolment and stay in a group, or a mentorship, which has neither: `role` says which.

    Days that the row does not have are None.
    """

    person: Mention
    group: str
    role: str
    time_zone: str
    started_on: date | None
    ended_on: date | None
    why: str
    joined_on: date | None
    enrolment: Enrolment


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRecord(SheetRecord):
    milestone: str
    due_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressRecord(SheetRecord):
    """`joined_on` tells two enrolments of a person in one cohort apart."""

    progress: Progress
    person: Mention
    joined_on: date | None
    milestone: str
    changed_by: Mention | None
    waived_by: Mention | None


def _of_student(column: StudentColumn) -> ExportColumn[ExportedPerson]:
    def cell(row: ExportedPerson) -> Value:
        return column.value(row.enrolment) if row.enrolment else None

    def read(cells: RecordCells, name: str) -> str | float | None:
        if column.is_hours:
            return float(cells.number(name, MOST_HOURS) or 0) or None
        return cells.short(name, column.field.max_length or 0)

    return ExportColumn(column.header, cell, column.name, read, column.name)


def _zone(cells: RecordCells, name: str) -> str:
    return read_zone(cells.text(name))


_DAY, _MOMENT, _NEEDED = RecordCells.day, RecordCells.moment, RecordCells.needed
_PERSON = partial(RecordCells.needed_person, email="email")
_ROLES = one_of([(STUDENT, STUDENT), *Mentorship.Role.choices], STUDENT)
_STATE = one_of(Progress.State.choices(), Progress.State.NOT_STARTED)
_LEVEL, *_MORE_OF_STUDENTS = map(_of_student, STUDENT_COLUMNS)
# The order of the columns stays: what others made of these files counts on it.
PEOPLE: tuple[ExportColumn[ExportedPerson], ...] = (
    ExportColumn("Person", "person.name", "person", _PERSON),
    ExportColumn("E-mail", "person.email", "email"),
    ExportColumn("Group", "group", "group", at_most(100)),
    ExportColumn("Time zone", "person.time_zone", "time_zone", _zone),
    ExportColumn("Role", "role", "role", _ROLES),
    ExportColumn("From", "started_on", "from"),
    ExportColumn("Until", "ended_on", "until"),
    ExportColumn("Why it ended", "why", "why", one_of(Membership.EndReason.choices)),
    ExportColumn("Left the cohort on", "enrolment.ended_on", "left_on", _DAY, "ended_on"),
    ExportColumn("Why they left", "why_left", "why_left", one_of(Enrolment.EndReason.choices), "end_reason"),
    ExportColumn("Joined the cohort on", "enrolment.started_on", "joined_on", _DAY),
    _LEVEL,
    ExportColumn("Last active", "enrolment.last_active_at", "last_active", _MOMENT, "last_active_at"),
    *_MORE_OF_STUDENTS,
)
PLAN: tuple[ExportColumn[PlanItem], ...] = (
    ExportColumn("Milestone", "milestone.title", "milestone", _NEEDED),
    ExportColumn("Week", "milestone.week", "week"),
    ExportColumn("Planned hours", "milestone.planned_hours", "planned_hours"),
    ExportColumn("Optional", "milestone.is_optional", "is_optional"),
    ExportColumn("Due on", "due_on", "due_on", _DAY),
)
PROGRESS: tuple[ExportColumn[ExportedProgress], ...] = (
    ExportColumn("Group", "group", "group"),
    ExportColumn("Person", "progress.enrolment.person.name", "person", _PERSON),
    ExportColumn("E-mail", "progress.enrolment.person.email", "email"),
    ExportColumn("Milestone", "progress.milestone.title", "milestone", _NEEDED),
    ExportColumn("State", lambda row: _STATES[row.progress.state], "state", _STATE, "state"),
    ExportColumn("Since", "progress.state_since", "since", _MOMENT, "state_since"),
    ExportColumn("Hours", "progress.hours", "hours", partial(RecordCells.number, most=500), "hours"),
    ExportColumn("Last changed", "progress.changed_at", "changed_at"),
    ExportColumn("Changed by", "progress.changed_by.name", "changed_by", person("changed_by_email")),
    ExportColumn("Waived on", "progress.waived_at", "waived_at", _MOMENT, "waived_at"),
    ExportColumn("Left on", "progress.enrolment.ended_on", "left_on"),
    ExportColumn("Why they left", lambda row: _ENDS.get(row.progress.enrolment.end_reason), "why"),
    ExportColumn("Begun on", "progress.started_on", "begun_on"),
    ExportColumn("Finished on", "progress.finished_on", "finished_on", _DAY, "finished_on"),
    ExportColumn("Changed by e-mail", "progress.changed_by.email", "changed_by_email"),
    ExportColumn("Waived by", "progress.waived_by.name", "waived_by", person("waived_by_email")),
    ExportColumn("Waived by e-mail", "progress.waived_by.email", "waived_by_email"),
    ExportColumn("Joined the cohort on", "progress.enrolment.started_on", "joined_on", _DAY),
)


def read_person_row(cells: RecordCells) -> PersonRecord:
    enrolment = Enrolment()
    read = read_into(enrolment, PEOPLE, cells)
    if enrolment.ended_on is None:
        enrolment.end_reason = ""
    elif not enrolment.end_reason:
        enrolment.end_reason = Enrolment.EndReason.FINISHED
    return PersonRecord(
        enrolment=enrolment, started_on=cells.day("from"), ended_on=cells.day("until"), **read
    )


def read_plan_row(cells: RecordCells) -> PlanRecord:
    return PlanRecord(**read_into(None, PLAN, cells))


def read_progress(cells: RecordCells) -> ProgressRecord:
    progress = Progress()
    read = read_into(progress, PROGRESS, cells)
    begun = "begun_on"
    # A day says nearly when; without any it is unknown.
    if progress.state_since is None:
        progress.state_since = cells.moment("finished_on" if progress.state in Progress.FINISHED else begun)
    if progress.state == Progress.State.WORKING and cells.understood.column(begun) is None:
        # For milestones that somebody works on, this is when they began.
        begun = "since"
    # A skipped milestone may have been begun; one that is not started has no day.
    if progress.state != Progress.State.NOT_STARTED:
        progress.started_on = cells.day(begun)
    progress.changed_at = cells.moment("changed_at") or cells.at
    return ProgressRecord(progress=progress, **read)
