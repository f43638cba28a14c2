"""What a row of each record tab holds. Times are local to the cohort and have no tzinfo yet."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sheets.reading import SheetRow
from sheets.understanding.people import Mention


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRecord:
    location: str
    row: SheetRow


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRecord(SheetRecord):
    """A stay or a mentorship: `role` is "student" or the mentor's role. Only students have `joined_on`, `left_on`."""

    person: Mention
    group: str
    role: str
    time_zone: str
    started_on: date | None
    ended_on: date | None
    why: str
    joined_on: date | None
    left_on: date | None
    why_left: str
    level: str
    last_active_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRecord(SheetRecord):
    milestone: str
    due_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressRecord(SheetRecord):
    """`joined_on` tells two enrolments of a person in one cohort apart."""

    person: Mention
    joined_on: date | None
    milestone: str
    state: str
    since: datetime | None
    hours: Decimal | None
    begun_on: date | None
    finished_on: date | None
    changed_at: datetime | None
    changed_by: Mention | None
    waived_at: datetime | None
    waived_by: Mention | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInRecord(SheetRecord):
    """A check-in with the entry of one student; without an entry if `person` is None."""

    group: str
    week: date
    outcome: str
    held_on: date | None
    minutes: int | None
    logged_by: Mention | None
    logged_as: str
    logged_at: datetime | None
    summary: str
    request: str
    private_note: str
    person: Mention | None
    attendance: str
    pace: str
    blocker: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRecord(SheetRecord):
    """An agreed step; of the whole group if `person` is None."""

    person: Mention | None
    step: str
    due_on: date | None
    state: str
    agreed_at: datetime | None
    agreed_by: Mention | None
    closed_at: datetime | None
    closed_by: Mention | None
    week: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRecord(SheetRecord):
    author: Mention
    reviewer: Mention
    milestone: str
    url: str
    state: str
    note: str
    requested_at: datetime | None
    changed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRecord(SheetRecord):
    """An answer; `number` identifies the question, else the title `asked` does."""

    number: str
    asked: str
    body: str
    person: Mention | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskRecord(SheetRecord):
    """One time a question was asked; `person` is None if nobody is named."""

    number: str
    asked: str
    group: str
    person: Mention | None
    asked_at: datetime | None
    week: date | None
    logged_by: Mention | None
