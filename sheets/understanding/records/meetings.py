"""Check-ins, agreed steps and code reviews."""

from dataclasses import dataclass
from datetime import date

from groups.models import Mentorship
from lib.mentions import Mention
from sheets.understanding.records.cells import RecordCells, SheetRecord
from tracker.models import AgreedStep, CheckIn, CheckInEntry, CodeReview

CHECK_INS = {
    "group": "Group",
    "week": "Week of",
    "outcome": "Outcome",
    "held_on": "Held on",
    "minutes": "Minutes",
    "logged_by": "Logged by",
    "logged_as": "Logged as",
    "summary": "For the group",
    "request": "Request to the course admin",
    "person": "Person",
    "email": "E-mail",
    "attendance": "Attendance",
    "pace": "Pace",
    "blocker": "Blocker",
    "note": "Note",
    "logged_at": "Logged at",
    "logged_by_email": "Logged by e-mail",
}
PRIVATE_NOTE = "Private note"
STEPS = {
    "person": "Person",
    "email": "E-mail",
    "step": "Step",
    "due_on": "Due on",
    "state": "State",
    "agreed_at": "Agreed on",
    "agreed_by": "Agreed by",
    "closed_at": "Closed on",
    "closed_by": "Closed by",
    "week": "Week of check-in",
    "agreed_by_email": "Agreed by e-mail",
    "closed_by_email": "Closed by e-mail",
}
REVIEWS = {
    "author": "Author",
    "author_email": "Author's e-mail",
    "reviewer": "Reviewer",
    "reviewer_email": "Reviewer's e-mail",
    "milestone": "Milestone",
    "url": "URL",
    "state": "State",
    "note": "Note",
    "requested_at": "Requested on",
    "changed_at": "Last changed",
}
COURSE_ADMIN = "course admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInRecord(SheetRecord):
    """A check-in with the entry of one student; without an entry if `person` is None."""

    check_in: CheckIn
    entry: CheckInEntry
    group: str
    logged_by: Mention | None
    person: Mention | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRecord(SheetRecord):
    """An agreed step; of the whole group if `person` is None. `week` is that of the check-in, if any."""

    step: AgreedStep
    week: date | None
    person: Mention | None
    agreed_by: Mention | None
    closed_by: Mention | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRecord(SheetRecord):
    review: CodeReview
    author: Mention
    reviewer: Mention
    milestone: str


def read_check_in(cells: RecordCells) -> CheckInRecord:
    week = cells.week("week")
    if week is None:
        raise ValueError("Week of: the week is missing.")
    check_in = CheckIn(
        week_starts_on=week,
        outcome=cells.one_of("outcome", CheckIn.Outcome.choices, CheckIn.Outcome.HELD),
        held_on=cells.day("held_on"),
        minutes=cells.whole("minutes", 1440),
        logged_as=cells.one_of("logged_as", [("", COURSE_ADMIN), *Mentorship.Role.choices]),
        logged_at=cells.moment("logged_at") or cells.at,
        summary=cells.lines("summary"),
        request=cells.lines("request"),
        private_note=cells.lines("private_note"),
    )
    if check_in.outcome == CheckIn.Outcome.HELD and None in (check_in.held_on, check_in.minutes):
        raise ValueError("A check-in that was held needs its day and minutes.")
    return CheckInRecord(
        location=cells.location,
        row=cells.row,
        check_in=check_in,
        entry=CheckInEntry(
            attendance=cells.one_of(
                "attendance", CheckInEntry.Attendance.choices, CheckInEntry.Attendance.PRESENT
            ),
            pace=cells.one_of("pace", CheckInEntry.Pace.choices),
            blocker=cells.short("blocker", 500),
            note=cells.lines("note"),
        ),
        group=cells.short("group", 100),
        logged_by=cells.person("logged_by", "logged_by_email"),
        person=cells.somebody(),
    )


def read_step(cells: RecordCells) -> StepRecord:
    cells.needed("step")
    return StepRecord(
        location=cells.location,
        row=cells.row,
        step=AgreedStep(
            text=cells.short("step", 300),
            due_on=cells.day("due_on"),
            state=cells.one_of("state", AgreedStep.State.choices, AgreedStep.State.OPEN),
            agreed_at=cells.moment("agreed_at") or cells.at,
            closed_at=cells.moment("closed_at"),
        ),
        week=cells.week("week"),
        person=cells.somebody(),
        agreed_by=cells.person("agreed_by", "agreed_by_email"),
        closed_by=cells.person("closed_by", "closed_by_email"),
    )


def read_review(cells: RecordCells) -> ReviewRecord:
    url = cells.short("url", 1000)
    if not url.startswith(("http://", "https://")):
        raise ValueError(f"URL: “{url[:60]}” is not a web address.")
    requested_at = cells.moment("requested_at") or cells.at
    return ReviewRecord(
        location=cells.location,
        row=cells.row,
        review=CodeReview(
            url=url,
            state=cells.one_of("state", CodeReview.State.choices, CodeReview.State.REQUESTED),
            note=cells.lines("note"),
            requested_at=requested_at,
            changed_at=cells.moment("changed_at") or requested_at,
        ),
        author=cells.needed_person("author", "author_email"),
        reviewer=cells.needed_person("reviewer", "reviewer_email"),
        milestone=cells.needed("milestone"),
    )
