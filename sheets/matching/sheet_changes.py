"""What confirming tracking sheets writes: people and groups, then progress, meetings and questions.

New rows have no id yet: people go by address, groups by name, enrolments by `EnrolmentRef`. Moments are in UTC. An
empty address means whoever confirms, a moment of None means the moment of confirming.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from sheets.matching.changes import CohortChanges
from sheets.matching.enrolments import EnrolmentRef


@dataclass(frozen=True, slots=True)
class NewEnrolment:
    ref: EnrolmentRef
    started_on: date
    ended_on: date | None
    end_reason: str
    level: str
    last_active_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewStay:
    enrolment: EnrolmentRef
    group: str
    started_on: date
    ended_on: date | None
    end_reason: str


@dataclass(frozen=True, slots=True)
class NewMentorship:
    group: str
    email: str
    role: str
    started_on: date
    ended_on: date | None


@dataclass(frozen=True, slots=True)
class NewMark:
    enrolment: EnrolmentRef
    milestone_id: int
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewProgress:
    enrolment: EnrolmentRef
    milestone_id: int
    state: str
    since: datetime | None
    hours: Decimal | None
    started_on: date | None
    finished_on: date | None
    changed_at: datetime | None
    changed_by: str
    waived_at: datetime | None
    waived_by: str


@dataclass(frozen=True, slots=True)
class NewEntry:
    enrolment: EnrolmentRef
    attendance: str
    pace: str
    blocker: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCheckIn:
    group: str
    week: date
    outcome: str
    held_on: date | None
    minutes: int | None
    summary: str
    request: str
    private_note: str
    logged_by: str
    logged_as: str
    logged_at: datetime | None
    entries: tuple[NewEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewStep:
    """`week` is the week of the check-in at which it was agreed, if any."""

    group: str
    enrolment: EnrolmentRef | None
    text: str
    due_on: date | None
    state: str
    agreed_at: datetime | None
    agreed_by: str
    closed_at: datetime | None
    closed_by: str
    week: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReview:
    group: str
    author: EnrolmentRef
    reviewer: EnrolmentRef
    milestone_id: int
    url: str
    state: str
    note: str
    requested_at: datetime | None
    changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewAnswer:
    body: str
    answered_by: str
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewAsk:
    """`week` is None if it is the week of `asked_at`."""

    group: str
    enrolment: EnrolmentRef | None
    asked_at: datetime | None
    logged_by: str
    week: date | None = None


@dataclass(slots=True, kw_only=True)
class NewQuestion:
    """A new question with its asks, earliest first. `duplicate_of` is another new question, or an id."""

    group: str
    asked_by: str
    asked_at: datetime | None
    milestone_id: int | None
    title: str
    detail: str
    material_id: int | None = None
    category: str = ""
    visibility: str = "group"
    is_asker_hidden: bool = False
    # "" if answers and `is_solved` decide.
    status: str = ""
    is_solved: bool | None = None
    first_answered_at: datetime | None = None
    published_at: datetime | None = None
    published_by: str = ""
    duplicate_of: "NewQuestion | int | None" = None
    asks: list[NewAsk] = field(default_factory=list)
    answers: list[NewAnswer] = field(default_factory=list)


@dataclass(slots=True)
class SheetChanges:
    """`answers` and `asks` belong to existing questions, by id."""

    cohort: CohortChanges = field(default_factory=CohortChanges)
    enrolments: list[NewEnrolment] = field(default_factory=list)
    stays: list[NewStay] = field(default_factory=list)
    mentorships: list[NewMentorship] = field(default_factory=list)
    # (name of a group, id of the milestone, due date)
    plan_items: list[tuple[str, int, date | None]] = field(default_factory=list)
    marks: list[NewMark] = field(default_factory=list)
    progress: list[NewProgress] = field(default_factory=list)
    # Hours of existing progress without hours, by its id.
    hours: dict[int, Decimal] = field(default_factory=dict)
    check_ins: list[NewCheckIn] = field(default_factory=list)
    steps: list[NewStep] = field(default_factory=list)
    # (id of an open agreed step, its new state, when and by whom it was closed)
    closed_steps: list[tuple[int, str, datetime | None, str]] = field(default_factory=list)
    reviews: list[NewReview] = field(default_factory=list)
    questions: list[NewQuestion] = field(default_factory=list)
    answers: list[tuple[int, NewAnswer]] = field(default_factory=list)
    asks: list[tuple[int, NewAsk]] = field(default_factory=list)
    # Ids of open questions that are solved in the files.
    solved: list[int] = field(default_factory=list)

    def newcomers(self) -> list[str]:
        """Addresses of students and mentors whose recorded stay is still open."""
        students = [enrolment.ref.email for enrolment in self.enrolments if enrolment.ended_on is None]
        return [
            *students,
            *(mentorship.email for mentorship in self.mentorships if mentorship.ended_on is None),
        ]

    def people(self) -> Iterator[str]:
        yield from (enrolment.ref.email for enrolment in self.enrolments)
        yield from (mentorship.email for mentorship in self.mentorships)
        for progress in self.progress:
            yield from (progress.changed_by, progress.waived_by)
        yield from (check_in.logged_by for check_in in self.check_ins)
        for step in self.steps:
            yield from (step.agreed_by, step.closed_by)
        yield from (who for *_, who in self.closed_steps)
        asks = [ask for _, ask in self.asks]
        answers = [answer for _, answer in self.answers]
        for question in self.questions:
            yield from (question.asked_by, question.published_by)
            asks += question.asks
            answers += question.answers
        yield from (ask.logged_by for ask in asks)
        yield from (answer.answered_by for answer in answers)

    def enrolment_refs(self) -> Iterator[EnrolmentRef]:
        yield from (stay.enrolment for stay in self.stays)
        yield from (mark.enrolment for mark in self.marks)
        yield from (progress.enrolment for progress in self.progress)
        yield from (entry.enrolment for check_in in self.check_ins for entry in check_in.entries)
        yield from (step.enrolment for step in self.steps if step.enrolment)
        for review in self.reviews:
            yield from (review.author, review.reviewer)
        asks = [ask for _, ask in self.asks]
        asks += [ask for question in self.questions for ask in question.asks]
        yield from (ask.enrolment for ask in asks if ask.enrolment)
