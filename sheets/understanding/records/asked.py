"""Answers and asks, and the columns of the questions tab beyond the seven of a tracking sheet."""

from dataclasses import dataclass
from datetime import datetime

from lib.mentions import Mention
from lib.weeks import monday_of
from questions.models import Answer, Ask
from sheets.understanding.records.cells import RecordCells, SheetRecord

MORE_OF_QUESTIONS = {
    "detail": "Detail",
    "category": "Category",
    "visibility": "Seen by",
    "status": "Question status",
    "duplicate_of": "Duplicate of",
    "times": "Times asked",
    "hidden_asker": "Asker, hidden from other students",
    "number": "Question no.",
    "duplicate_number": "Duplicate of no.",
    "asked_at": "Asked at",
    "entered_by": "Entered by",
    "is_hidden": "Name hidden",
    "material": "Material",
    "answered_at": "First answered at",
    "published_at": "Published at",
    "published_by": "Published by",
}
ANSWERS = {
    "number": "Question no.",
    "asked": "Asked",
    "body": "Answer in full",
    "person": "Person",
    "email": "E-mail",
    "answered_at": "Answered on",
}
ASKS = {
    "number": "Question no.",
    "asked": "Asked",
    "group": "Group",
    "person": "Person",
    "email": "E-mail",
    "asked_at": "Asked on",
    "week": "Week asked",
    "logged_by": "Logged by",
    "logged_by_email": "Logged by e-mail",
    "is_answered_already": "Answered before it was asked",
}


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


def read_answer(cells: RecordCells) -> AnswerRecord:
    body = cells.lines("body")
    if not body:
        raise ValueError("There is no answer in this row.")
    return AnswerRecord(
        location=cells.location,
        answer=Answer(body=body),
        answered_at=cells.moment("answered_at"),
        number=cells.text("number"),
        asked=cells.text("asked"),
        person=cells.person("person", "email"),
    )


def read_ask(cells: RecordCells) -> AskRecord:
    asked_at = cells.moment("asked_at")
    day = cells.day("week") or (asked_at and asked_at.date())
    return AskRecord(
        location=cells.location,
        ask=Ask(
            asked_at=asked_at or cells.at,
            week_starts_on=monday_of(day) if day else None,
            is_answered_already=cells.is_true("is_answered_already"),
        ),
        number=cells.text("number"),
        asked=cells.text("asked"),
        group=cells.short("group", 100),
        person=cells.person("person", "email"),
        logged_by=cells.person("logged_by", "logged_by_email"),
    )
