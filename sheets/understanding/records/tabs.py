"""Recognises record tabs and reads their rows into records."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from lib.text import folded
from lib.weeks import monday_of
from sheets.reading import Table
from sheets.understanding.columns import (
    ColumnField,
    Corrections,
    UnderstoodTable,
    column_field,
    understand_table,
)
from sheets.understanding.labels import GROUP, labelled
from sheets.understanding.people import Mention
from sheets.understanding.records import choices, headers
from sheets.understanding.records.cells import RecordCells
from sheets.understanding.records.record_types import (
    AnswerRecord,
    AskRecord,
    CheckInRecord,
    PersonRecord,
    PlanRecord,
    ProgressRecord,
    ReviewRecord,
    SheetRecord,
    StepRecord,
)
from sheets.understanding.roster import UnreadRow, read_zone

# Cells of a person column that name nobody in particular.
_NOBODY = {"", "the whole group", "somebody of the group"}
_HEADERS_WITHIN = 10
# The CSV of people has "Name". A tab of a workbook cannot, since it would look like a tracker.
_ALSO = {"Person": "Name"}


class RecordKind(StrEnum):
    PEOPLE = "people"
    PLAN = "plan"
    PROGRESS = "progress"
    CHECK_INS = "check-ins"
    STEPS = "steps"
    REVIEWS = "reviews"
    ANSWERS = "answers"
    ASKS = "asks"


@dataclass(frozen=True, slots=True)
class RecordLayout:
    """The columns of a tab, those that identify it, and the function that reads a row."""

    headers: headers.Headers
    known_by: tuple[str, ...]
    needed: tuple[str, ...]
    read: Callable[[RecordCells], Any]

    @property
    def fields(self) -> tuple[ColumnField, ...]:
        return tuple(
            column_field(
                name, header.lower(), f"{header},{_ALSO.get(header, '')}", is_required=name in self.needed
            )
            for name, header in self.headers.items()
        )


@dataclass(frozen=True, slots=True)
class RecordTab:
    """A record tab as understood. `group` is named by a label above the table; "" if there is none."""

    kind: RecordKind
    understood: UnderstoodTable
    records: tuple[SheetRecord, ...]
    unread: tuple[UnreadRow, ...]
    group: str


def record_kind(table: Table) -> RecordKind | None:
    for row in table.rows[:_HEADERS_WITHIN]:
        held = {folded(row.text(n)[:60]) for n in range(len(row.cells))}
        for kind, known_by in _KNOWN_BY.items():
            if known_by <= held:
                return kind
    return None


def understand_record_tab(
    kind: RecordKind, table: Table, corrections: Corrections | None = None
) -> RecordTab:
    layout = LAYOUTS[kind]
    understood = understand_table(table, layout.fields, corrections)
    lines, unread = [], []
    for row in understood.rows:
        cells = RecordCells(understood, row)
        try:
            line = layout.read(cells) if _says_something(cells, layout) else None
        except ValueError as error:
            unread.append(UnreadRow(table.location(row.number), row, _what(cells), str(error)))
            continue
        if line is not None:
            lines.append(line)
    return RecordTab(kind, understood, tuple(lines), tuple(unread), labelled(understood, GROUP))


def _says_something(cells: RecordCells, layout: RecordLayout) -> bool:
    return any(cells.understood.text(cells.row, name) for name in layout.headers)


def _what(cells: RecordCells) -> str:
    """The first cells of a row, to name it when it cannot be read."""
    texts = [cells.row.text(n) for n in range(min(len(cells.row.cells), 4))]
    return ", ".join(text[:60] for text in texts if text) or "row"


def _at(cells: RecordCells) -> dict[str, Any]:
    return {"location": cells.understood.table.location(cells.row.number), "row": cells.row}


def _needed(cells: RecordCells, name: str, email: str) -> Mention:
    person = cells.person(name, email)
    if person is None:
        raise ValueError("There is neither a name nor an e-mail address.")
    return person


def _somebody(cells: RecordCells) -> Mention | None:
    """The person of a row; None if it is about nobody in particular."""
    if not cells.text("email") and cells.text("person").lower() in _NOBODY:
        return None
    return cells.person("person", "email")


def _week(cells: RecordCells) -> date | None:
    day = cells.day("week")
    return None if day is None else monday_of(day)


def _title(cells: RecordCells, name: str) -> str:
    text = cells.text(name)
    if not text:
        raise ValueError(f"There is no {name} in this row.")
    return text


def _person(cells: RecordCells) -> PersonRecord:
    role = cells.one_of("role", {choices.STUDENT: choices.STUDENT, **choices.MENTOR_ROLES}, choices.STUDENT)
    return PersonRecord(
        **_at(cells),
        person=_needed(cells, "person", "email"),
        group=cells.short("group", 100),
        role=role,
        time_zone=read_zone(cells.text("time_zone")),
        started_on=cells.day("from"),
        ended_on=cells.day("until"),
        why=cells.one_of("why", choices.STAY_ENDS),
        joined_on=cells.day("joined_on"),
        left_on=cells.day("left_on"),
        why_left=cells.one_of("why_left", choices.ENROLMENT_ENDS),
        level=cells.short("level", 200),
        last_active_at=cells.moment("last_active"),
    )


def _plan(cells: RecordCells) -> PlanRecord:
    return PlanRecord(**_at(cells), milestone=_title(cells, "milestone"), due_on=cells.day("due_on"))


def _progress(cells: RecordCells) -> ProgressRecord:
    return ProgressRecord(
        **_at(cells),
        person=_needed(cells, "person", "email"),
        joined_on=cells.day("joined_on"),
        milestone=_title(cells, "milestone"),
        state=cells.one_of("state", choices.STATES, "not_started"),
        since=cells.moment("since"),
        hours=cells.number("hours", 500),
        begun_on=cells.day("begun_on"),
        finished_on=cells.day("finished_on"),
        changed_at=cells.moment("changed_at"),
        changed_by=cells.person("changed_by", "changed_by_email"),
        waived_at=cells.moment("waived_at"),
        waived_by=cells.person("waived_by", "waived_by_email"),
    )


def _check_in(cells: RecordCells) -> CheckInRecord:
    week = _week(cells)
    if week is None:
        raise ValueError("Week of: the week is missing.")
    outcome = cells.one_of("outcome", choices.OUTCOMES, "held")
    held_on, minutes = cells.day("held_on"), cells.whole("minutes", 1440)
    if outcome == "held" and (held_on is None or minutes is None):
        raise ValueError("A check-in that was held needs its day and minutes.")
    roles = {choices.COURSE_ADMIN: choices.COURSE_ADMIN, **choices.MENTOR_ROLES}
    return CheckInRecord(
        **_at(cells),
        group=cells.short("group", 100),
        week=week,
        outcome=outcome,
        held_on=held_on,
        minutes=minutes,
        logged_by=cells.person("logged_by", "logged_by_email"),
        logged_as=cells.one_of("logged_as", roles).removeprefix(choices.COURSE_ADMIN),
        logged_at=cells.moment("logged_at"),
        summary=cells.lines("summary"),
        request=cells.lines("request"),
        private_note=cells.lines("private_note"),
        person=_somebody(cells),
        attendance=cells.one_of("attendance", choices.ATTENDANCES, "present"),
        pace=cells.one_of("pace", choices.PACES),
        blocker=cells.short("blocker", 500),
        note=cells.lines("note"),
    )


def _step(cells: RecordCells) -> StepRecord:
    if not cells.text("step"):
        raise ValueError("There is no step in this row.")
    return StepRecord(
        **_at(cells),
        person=_somebody(cells),
        step=cells.short("step", 300),
        due_on=cells.day("due_on"),
        state=cells.one_of("state", choices.STEP_STATES, "open"),
        agreed_at=cells.moment("agreed_at"),
        agreed_by=cells.person("agreed_by", "agreed_by_email"),
        closed_at=cells.moment("closed_at"),
        closed_by=cells.person("closed_by", "closed_by_email"),
        week=_week(cells),
    )


def _review(cells: RecordCells) -> ReviewRecord:
    url = cells.short("url", 1000)
    if not url.startswith(("http://", "https://")):
        raise ValueError(f"URL: “{url[:60]}” is not a web address.")
    return ReviewRecord(
        **_at(cells),
        author=_needed(cells, "author", "author_email"),
        reviewer=_needed(cells, "reviewer", "reviewer_email"),
        milestone=_title(cells, "milestone"),
        url=url,
        state=cells.one_of("state", choices.REVIEW_STATES, "requested"),
        note=cells.lines("note"),
        requested_at=cells.moment("requested_at"),
        changed_at=cells.moment("changed_at"),
    )


def _answer(cells: RecordCells) -> AnswerRecord:
    body = cells.lines("body")
    if not body:
        raise ValueError("There is no answer in this row.")
    return AnswerRecord(
        **_at(cells),
        number=cells.text("number"),
        asked=cells.text("asked"),
        body=body,
        person=cells.person("person", "email"),
        answered_at=cells.moment("answered_at"),
    )


def _ask(cells: RecordCells) -> AskRecord:
    return AskRecord(
        **_at(cells),
        number=cells.text("number"),
        asked=cells.text("asked"),
        group=cells.short("group", 100),
        person=_somebody(cells),
        asked_at=cells.moment("asked_at"),
        week=_week(cells),
        logged_by=cells.person("logged_by", "logged_by_email"),
    )


LAYOUTS: Mapping[RecordKind, RecordLayout] = {
    RecordKind.PEOPLE: RecordLayout(headers.PEOPLE, ("email", "role", "from", "until"), ("person",), _person),
    RecordKind.PLAN: RecordLayout(
        headers.PLAN, ("milestone", "planned_hours", "due_on"), ("milestone",), _plan
    ),
    RecordKind.PROGRESS: RecordLayout(
        headers.PROGRESS, ("person", "milestone", "state", "since"), ("person", "milestone"), _progress
    ),
    RecordKind.CHECK_INS: RecordLayout(
        {**headers.CHECK_INS, "private_note": headers.PRIVATE_NOTE},
        ("week", "outcome", "attendance"),
        ("week",),
        _check_in,
    ),
    RecordKind.STEPS: RecordLayout(headers.STEPS, ("step", "state", "agreed_at"), ("step",), _step),
    RecordKind.REVIEWS: RecordLayout(
        headers.REVIEWS, ("author", "reviewer", "url"), ("author", "reviewer", "url"), _review
    ),
    RecordKind.ANSWERS: RecordLayout(headers.ANSWERS, ("asked", "body"), ("body",), _answer),
    RecordKind.ASKS: RecordLayout(headers.ASKS, ("asked", "logged_by", "asked_at"), ("asked",), _ask),
}
_KNOWN_BY = {
    kind: {folded(layout.headers[name]) for name in layout.known_by} for kind, layout in LAYOUTS.items()
}


def records_of[Kept: SheetRecord](
    tabs: list[tuple[int, RecordTab]], kind: type[Kept]
) -> list[tuple[int, Kept]]:
    """The records of one kind, each with the index of its table among the tables of all files."""
    return [(n, record) for n, tab in tabs for record in tab.records if isinstance(record, kind)]
