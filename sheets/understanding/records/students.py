"""Stays and mentorships, plans of groups, and progress."""

from dataclasses import dataclass
from datetime import date

from groups.models import Enrolment, Membership, Mentorship
from groups.models.enrolment import MOST_HOURS
from lib.mentions import Mention
from sheets.understanding.records.cells import RecordCells, SheetRecord
from sheets.understanding.roster import read_zone
from tracker.models import Progress

STUDENT = "student"

PEOPLE = {
    "person": "Person",
    "email": "E-mail",
    "group": "Group",
    "time_zone": "Time zone",
    "role": "Role",
    "from": "From",
    "until": "Until",
    "why": "Why it ended",
    "left_on": "Left the cohort on",
    "why_left": "Why they left",
    "joined_on": "Joined the cohort on",
    "level": "Level",
    "last_active": "Last active",
    "hours_a_week": "Hours a week",
    "mentor_note": "Note for the mentor",
}
PLAN = {
    "milestone": "Milestone",
    "week": "Week",
    "planned_hours": "Planned hours",
    "is_optional": "Optional",
    "due_on": "Due on",
}
PROGRESS = {
    "group": "Group",
    "person": "Person",
    "email": "E-mail",
    "milestone": "Milestone",
    "state": "State",
    "since": "Since",
    "hours": "Hours",
    "changed_at": "Last changed",
    "changed_by": "Changed by",
    "waived_at": "Waived on",
    "left_on": "Left on",
    "why": "Why they left",
    "begun_on": "Begun on",
    "finished_on": "Finished on",
    "changed_by_email": "Changed by e-mail",
    "waived_by": "Waived by",
    "waived_by_email": "Waived by e-mail",
    "joined_on": "Joined the cohort on",
}


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


def read_person_row(cells: RecordCells) -> PersonRecord:
    left_on = cells.day("left_on")
    why_left = cells.one_of("why_left", Enrolment.EndReason.choices)
    return PersonRecord(
        location=cells.location,
        person=cells.needed_person("person", "email"),
        group=cells.short("group", 100),
        role=cells.one_of("role", [(STUDENT, STUDENT), *Mentorship.Role.choices], STUDENT),
        time_zone=read_zone(cells.text("time_zone")),
        started_on=cells.day("from"),
        ended_on=cells.day("until"),
        why=cells.one_of("why", Membership.EndReason.choices),
        joined_on=cells.day("joined_on"),
        enrolment=Enrolment(
            ended_on=left_on,
            end_reason=(why_left or Enrolment.EndReason.FINISHED) if left_on else "",
            level=cells.short("level", 200),
            last_active_at=cells.moment("last_active"),
            hours_a_week=float(cells.number("hours_a_week", MOST_HOURS) or 0) or None,
            mentor_note=cells.short("mentor_note", 1_000),
        ),
    )


def read_plan_row(cells: RecordCells) -> PlanRecord:
    return PlanRecord(
        location=cells.location,
        milestone=cells.needed("milestone"),
        due_on=cells.day("due_on"),
    )


def read_progress(cells: RecordCells) -> ProgressRecord:
    state = cells.one_of("state", Progress.State.choices, Progress.State.NOT_STARTED)
    day = "finished_on" if state in Progress.FINISHED else "begun_on"
    begun = "begun_on"
    if state == Progress.State.WORKING and cells.understood.column(begun) is None:
        # For milestones that somebody works on, this is when they began.
        begun = "since"
    return ProgressRecord(
        location=cells.location,
        progress=Progress(
            state=state,
            # A day says nearly when; without any it is unknown.
            state_since=cells.moment("since") or cells.moment(day),
            hours=cells.number("hours", 500),
            # A skipped milestone may have been begun; one that is not started has no day.
            started_on=cells.day(begun) if state != Progress.State.NOT_STARTED else None,
            finished_on=cells.day("finished_on"),
            changed_at=cells.moment("changed_at") or cells.at,
            waived_at=cells.moment("waived_at"),
        ),
        person=cells.needed_person("person", "email"),
        joined_on=cells.day("joined_on"),
        milestone=cells.needed("milestone"),
        changed_by=cells.person("changed_by", "changed_by_email"),
        waived_by=cells.person("waived_by", "waived_by_email"),
    )
