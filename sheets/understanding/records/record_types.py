"""What a row of each record tab says. Moments have no time zone yet: they are as a clock showed them there."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sheets.reading import SheetRow
from sheets.understanding.people import Mention


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRecord:
    """Something that a row says, and where it stands."""

    location: str
    row: SheetRow


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRecord(SheetRecord):
    """A stay or a mentorship: `role` is "student", else that of the mentor. Of a student, when they joined and left."""

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
    """`joined_on` tells apart two enrolments of a person in one cohort."""

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
    """A check-in with what it says of one student; of none, where `person` is None."""

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
    """An agreed step; of the whole group where `person` is None."""

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
    """An answer; the question is that of the number, else that of the title."""

    number: str
    asked: str
    body: str
    person: Mention | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskRecord(SheetRecord):
    """A time at which a question was asked, by nobody in particular where `person` is None."""

    number: str
    asked: str
    group: str
    person: Mention | None
    asked_at: datetime | None
    week: date | None
    logged_by: Mention | None
