"""Answers and asks, and the columns of questions: those of tracking sheets, and those of our own workbooks alone."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple
from zoneinfo import ZoneInfo

from lib.mentions import Mention, shown_person
from lib.weeks import monday_of
from people.models import User
from questions.access.questions import Reader
from questions.models import Answer, Ask, Question
from sheets.understanding.records.cells import RecordCells, SheetRecord, mention_in
from sheets.understanding.records.column import ExportColumn, at_most, one_of, person, read_into

LONGEST_TITLE = 300
SOMEBODY = "somebody of the group"


class ExportedAsk(NamedTuple):
    """An ask; of one in a group that the reader does not lead, only the group is named."""

    ask: Ask
    is_named: bool

    @property
    def logged_by(self) -> User | None:
        return self.ask.logged_by if self.is_named else None

    @property
    def person(self) -> User | None:
        return self.ask.enrolment.person if self.ask.enrolment and self.is_named else None


class ExportedQuestion:
    """A question with its answers and asks as far as the reader may know them; a course admin if none is given."""

    def __init__(self, question: Question, zone: ZoneInfo, reader: Reader | None = None) -> None:
        self.question, self.zone, self.reader = question, zone, reader

    @property
    def day(self) -> date | None:
        question = self.question
        return None if question.is_undated else question.asked_at.astimezone(self.zone).date()

    @cached_property
    def asks(self) -> list[ExportedAsk]:
        asks: list[Ask] = sorted(self.question.asks.all(), key=lambda ask: (ask.asked_at, ask.pk))
        return [ExportedAsk(ask, self.reader is None or self.reader.sees_who_asked(ask)) for ask in asks]

    @property
    def asker(self) -> User | None:
        """The student who asked first; None if it is not known or the reader may not know."""
        return self.asks[0].person if self.asks else None

    @property
    def answers(self) -> list[Answer]:
        return list(self.question.answers.all())


class SheetQuestion(ExportedQuestion):
    """A question as a tracking sheet has it.

    A hidden asker is in a column of its own, since the sheet's own is read out in a meeting. A duplicate without
    answers of its own shows those of the original. The title of a cut question is its full text, which the reader cuts.
    """

    @property
    def student(self) -> str | None:
        return "" if self.question.is_asker_hidden else _shown(self.asker)

    @property
    def hidden_asker(self) -> str | None:
        return _shown(self.asker) if self.question.is_asker_hidden else None

    @property
    def title(self) -> str:
        title, detail = self.question.title, self.question.detail
        is_cut = len(title) == LONGEST_TITLE and title.endswith("…")
        return detail if is_cut and " ".join(detail.split()).startswith(title[:-1]) else title

    @property
    def original(self) -> Question:
        return self.question.duplicate_of or self.question

    @property
    def answer(self) -> str:
        answers = self.answers or self.original.answers.all()
        return "\n\n".join(answer.body.strip() for answer in answers)

    @property
    def answered_by(self) -> str | None:
        # In another group it might be the asker, who hides it, or a student of another cohort.
        of = self.question if self.answers else self.original
        first = next(iter(of.answers.all()), None)
        is_named = self.reader is None or self.reader.leads(of)
        return _shown(first.answered_by) if first and is_named else None

    @property
    def entered_by(self) -> str | None:
        asks = self.asks[:1]
        asker = asks[0].ask.enrolment if asks else None
        is_asker = asker is not None and self.question.asked_by_id == asker.person_id
        return None if is_asker else _shown(self.question.asked_by)


def _shown(person: User | None) -> str | None:
    return shown_person(person.name, person.email) if person else None


def _asked_at(row: Question | Ask) -> datetime | None:
    return None if row.is_undated else row.asked_at


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRecord(SheetRecord):
    """An answer; `number` identifies the question, else the title `asked` does."""

    answer: Answer
    answered_at: datetime | None
    number: str
    asked: str
    person: Mention | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskRecord(SheetRecord):
    """One time a question was asked; `person` is None if nobody is named."""

    ask: Ask
    number: str
    asked: str
    group: str
    person: Mention | None
    logged_by: Mention | None


def _mention(cells: RecordCells, name: str) -> Mention | None:
    return mention_in(cells.text(name))


_TEXT, _MOMENT, _YES = RecordCells.text, RecordCells.moment, RecordCells.is_true
_CATEGORY, _STATUS = one_of(Question.Category.choices), one_of(Question.Status.choices)
_SEEN_BY = one_of(Question.Visibility.choices, Question.Visibility.GROUP)
OF_TRACKING_SHEETS: tuple[ExportColumn[SheetQuestion], ...] = (
    ExportColumn("Date", "day"),
    ExportColumn("Student", "student"),
    ExportColumn("Module", "question.milestone.title"),
    ExportColumn("Question", "title"),
    ExportColumn("Answer", "answer"),
    ExportColumn("Answered by", "answered_by"),
    ExportColumn("Solved", lambda row: row.original.status == Question.Status.ANSWERED),
)
MORE_OF_QUESTIONS: tuple[ExportColumn[SheetQuestion], ...] = (
    ExportColumn("Detail", "question.detail", "detail", RecordCells.lines, "detail"),
    ExportColumn("Category", "question.get_category_display", "category", _CATEGORY, "category"),
    ExportColumn("Seen by", "question.get_visibility_display", "visibility", _SEEN_BY, "visibility"),
    ExportColumn("Question status", "question.get_status_display", "status", _STATUS, "status"),
    ExportColumn("Duplicate of", "question.duplicate_of.title", "duplicate_of", _TEXT),
    ExportColumn("Times asked", "question.ask_count", "times", _TEXT),
    ExportColumn("Asker, hidden from other students", "hidden_asker", "hidden_asker"),
    ExportColumn("Question no.", "question.pk", "number", _TEXT),
    ExportColumn("Duplicate of no.", "question.duplicate_of_id", "duplicate_number", _TEXT),
    ExportColumn("Asked at", lambda row: _asked_at(row.question), "asked_at", _MOMENT),
    ExportColumn("Entered by", "entered_by", "entered_by", _mention),
    ExportColumn("Name hidden", "question.is_asker_hidden", "is_hidden", _YES, "is_asker_hidden"),
    ExportColumn("Material", "question.material.title", "material", _TEXT),
    ExportColumn(
        "First answered at", "question.first_answered_at", "answered_at", _MOMENT, "first_answered_at"
    ),
    ExportColumn("Published at", "question.published_at", "published_at", _MOMENT, "published_at"),
    ExportColumn("Published by", lambda row: _shown(row.question.published_by), "published_by", _mention),
)
ANSWERS: tuple[ExportColumn[Answer], ...] = (
    ExportColumn("Question no.", "question_id", "number", _TEXT),
    ExportColumn("Asked", "question.title", "asked", _TEXT),
    ExportColumn("Answer in full", "body", "body", RecordCells.lines, "body"),
    ExportColumn("Person", "answered_by.name", "person", person("email")),
    ExportColumn("E-mail", "answered_by.email", "email"),
    ExportColumn("Answered on", "answered_at", "answered_at", _MOMENT),
)
ASKS: tuple[ExportColumn[ExportedAsk], ...] = (
    ExportColumn("Question no.", "ask.question_id", "number", _TEXT),
    ExportColumn("Asked", "ask.question.title", "asked", _TEXT),
    ExportColumn("Group", "ask.group.name", "group", at_most(100)),
    ExportColumn(
        "Person", lambda row: row.person.name if row.person else SOMEBODY, "person", person("email")
    ),
    ExportColumn("E-mail", "person.email", "email"),
    ExportColumn("Asked on", lambda row: _asked_at(row.ask), "asked_at"),
    ExportColumn("Week asked", "ask.week_starts_on", "week"),
    ExportColumn("Logged by", "logged_by.name", "logged_by", person("logged_by_email")),
    ExportColumn("Logged by e-mail", "logged_by.email", "logged_by_email"),
    ExportColumn(
        "Answered before it was asked",
        "ask.is_answered_already",
        "is_answered_already",
        _YES,
        "is_answered_already",
    ),
)


def read_answer(cells: RecordCells) -> AnswerRecord:
    answer = Answer()
    read = read_into(answer, ANSWERS, cells)
    if not answer.body:
        raise ValueError("There is no answer in this row.")
    return AnswerRecord(answer=answer, **read)


def read_ask(cells: RecordCells) -> AskRecord:
    ask, asked_at = Ask(), cells.moment("asked_at")
    read = read_into(ask, ASKS, cells)
    day = cells.day("week") or (asked_at and asked_at.date())
    ask.asked_at = asked_at or cells.at
    ask.week_starts_on = monday_of(day) if day else None
    return AskRecord(ask=ask, **read)
