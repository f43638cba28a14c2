"""Who takes part, and what they did: what is recorded when a page said that a deed was done."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

SETTLED = ("done", "skipped")
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Period:
    """Days, the first and the last included."""

    first: date
    last: date

    def has(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True)
class Milestone:
    number: int
    title: str
    hours: float
    is_optional: bool = False


@dataclass
class Stay:
    """In a group from a day, until the first day on which it no longer holds."""

    group: str
    start: date
    end: date | None = None

    def holds(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day < self.end)


@dataclass
class Lead:
    """Somebody mentors a group; a stand-in ("cover") from a day to another."""

    mentor: str
    group: str
    start: date
    end: date | None = None
    role: str = "mentor"

    def holds(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day < self.end)


@dataclass
class Mark:
    """A state of a milestone, by whom and when; `before` is what an undo brings back."""

    state: str
    at: datetime
    by: str
    before: "Mark | None" = None


@dataclass
class Answer:
    by: str
    at: datetime
    helped_at: datetime | None = None


@dataclass
class Question:
    title: str
    by: str
    milestone: int | None
    at: datetime
    group: str
    visibility: str = "group"
    is_for_help: bool = False
    answers: list[Answer] = field(default_factory=list)
    is_removed: bool = False

    @property
    def is_open(self) -> bool:
        return not self.answers and not self.is_removed


@dataclass
class HelpRequest:
    """It keeps what it is about when it is made: its words, as a question, or nothing."""

    student: str
    milestone: int
    at: datetime
    words: Question | None = None
    answered: list[Answer] = field(default_factory=list)


@dataclass
class Review:
    """ "author, reviewer (of the same group, not the author), URL, milestone, requested, changes asked, approved"."""

    author: str
    reviewer: str
    milestone: int
    group: str
    url: str
    changed_at: datetime
    state: str = "requested"


@dataclass
class MaterialChange:
    """Material that was changed because of questions; who asked them is told once."""

    what: str
    questions: list[Question]
    told_at: datetime | None = None


@dataclass
class Snooze:
    until: date
    at: datetime
    reasons: frozenset[str]


@dataclass
class Student:
    name: str
    started_on: date
    stays: list[Stay]
    is_invited_on: date | None = None
    signed_in_on: date | None = None
    ended_on: date | None = None
    marks: dict[int, Mark] = field(default_factory=dict)
    waived: set[int] = field(default_factory=set)
    absences: list[Period] = field(default_factory=list)
    active_on: list[date] = field(default_factory=list)
    requests: dict[int, HelpRequest] = field(default_factory=dict)
    snooze: Snooze | None = None
    # When their week last said what was new.
    seen_at: datetime | None = None

    def group_on(self, day: date) -> str | None:
        return next((stay.group for stay in self.stays if stay.holds(day)), None)

    def belongs_to(self, group: str, day: date) -> bool:
        """Whether they are in it, or come into it later."""
        return any(stay.group == group and (stay.end is None or stay.end > day) for stay in self.stays)

    def state(self, milestone: int) -> str:
        mark = self.marks.get(milestone)
        return mark.state if mark else "not_started"


@dataclass
class CheckIn:
    """One a group and week. `attendance` of its members, by name."""

    group: str
    monday: date
    outcome: str
    held_on: date | None
    by: str
    at: datetime
    by_cover: bool = False
    minutes: int | None = None
    attendance: dict[str, str] = field(default_factory=dict)
    private: str = ""
    request: str = ""
    is_request_answered: bool = False

    @property
    def waits_for_an_answer(self) -> bool:
        return bool(self.request) and not self.is_request_answered


@dataclass
class Step:
    """ "What a student or the whole group will do next, by when": `student` is empty for all of them."""

    text: str
    group: str
    student: str
    due_on: date
    at: datetime
    is_done: bool = False


@dataclass
class Note:
    """What a student said before the meeting of a group in a week."""

    student: str
    group: str
    monday: date
    going: str
    at: datetime


@dataclass
class News:
    """Somebody is told something at once: `words` are in the subject, and `days` if it is read on the day it happened.

    `about` is what it is about: later news of the same replace it, and it is not told if that is undone first.
    `is_for_summary`: it is not urgent to them, and waits for the one e-mail of the next morning. `ask`: on the day on
    which its mails are made, some minutes later, who its readers are and which words they read.
    """

    kind: str
    reader: str
    words: tuple[str, ...]
    about: str
    at: datetime
    by: str = ""
    days: tuple[str, ...] = ()
    sent_at: datetime | None = None
    is_for_summary: bool = False
    ask: "Ask | None" = None

    @property
    def is_undone(self) -> bool:
        return self.about.endswith(" undone")


type Ask = Callable[[date], tuple[Iterable[str], tuple[str, ...]]]


@dataclass
class Term:
    """One cohort, from its first day to its last."""

    starts_on: date
    zone: ZoneInfo
    breaks: list[Period]
    milestones: dict[int, Milestone]
    admins: list[str]
    students: dict[str, Student] = field(default_factory=dict)
    leads: list[Lead] = field(default_factory=list)
    away: list[tuple[str, Period]] = field(default_factory=list)
    # By the group: the day of the plan of each milestone of it; and the weekday on which it meets, 0 for Monday.
    plans: dict[str, dict[int, date]] = field(default_factory=dict)
    meets_on: dict[str, int] = field(default_factory=dict)
    check_ins: dict[tuple[str, date], CheckIn] = field(default_factory=dict)
    notes: dict[tuple[str, str, date], Note] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    changes: list[MaterialChange] = field(default_factory=list)
    news: list[News] = field(default_factory=list)
    signed_in: set[str] = field(default_factory=set)
    # The groups that have said when they meet.
    met: set[str] = field(default_factory=set)
    closed_on: date | None = None
    # Whose enrolment ended with it, and when their last stay had ended before.
    closed_with: list[tuple[Student, date | None]] = field(default_factory=list)
    is_archived: bool = False

    @property
    def changed_because(self) -> list[Question]:
        return [question for change in self.changes for question in change.questions]

    def day(self, at: datetime) -> date:
        """A day is one in the cohort's time zone."""
        return at.astimezone(self.zone).date()

    def in_break(self, day: date) -> bool:
        return any(each.has(day) for each in self.breaks)

    def is_closed(self, day: date) -> bool:
        return self.closed_on is not None and self.closed_on <= day

    def members(self, group: str, day: date) -> list[Student]:
        return [student for student in self.students.values() if student.group_on(day) == group]

    def is_away(self, person: str, day: date) -> bool:
        return any(who == person and days.has(day) for who, days in self.away)

    def mentors(self, group: str, day: date) -> list[str]:
        """A mentor on a day is one whose mentorship is open and who is not away."""
        found = [lead.mentor for lead in self.leads if lead.group == group and lead.holds(day)]
        return [person for person in found if not self.is_away(person, day)]

    def led_by(self, mentor: str, day: date) -> list[str]:
        return [lead.group for lead in self.leads if lead.mentor == mentor and lead.holds(day)]

    def days_without(self, first: date, last: date, left_out: list[Period]) -> int:
        """Days after the first up to the last, but for those in a break or an absence."""
        days = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
        return sum(not any(each.has(day) for each in left_out) for day in days)


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def meeting_day(term: Term, group: str, monday: date) -> date | None:
    """The day of the week's meeting: of the check-in that was held instead of it, or of the group's weekday."""
    check_in = term.check_ins.get((group, monday))
    if check_in is not None and check_in.held_on is not None:
        return check_in.held_on
    weekday = term.meets_on.get(group)
    return None if weekday is None else monday + timedelta(days=weekday)


def weeks_taught(term: Term, first: date | None = None) -> Iterator[date]:
    """The Mondays of the teaching weeks: a week of which every weekday is in a break is none."""
    monday = monday_of(first or term.starts_on)
    while True:
        if not all(term.in_break(monday + timedelta(days=n)) for n in range(5)):
            yield monday
        monday += WEEK


def calendar_of(term: Term, first: date | None = None) -> dict[int, date]:
    """The cohort's calendar: each milestone is due on the Sunday of its teaching week, from the first one on."""
    return {
        number: monday + timedelta(days=6)
        for number, monday in zip(term.milestones, weeks_taught(term, first), strict=False)
    }
