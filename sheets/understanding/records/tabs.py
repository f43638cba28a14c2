"""Which record tab a table is, and its rows as lines."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from lib.text import folded
from lib.weeks import monday_of
from sheets.reading import Table
from sheets.understanding.columns import Corrections, Field, Understood, field, understand
from sheets.understanding.labels import GROUP, labelled
from sheets.understanding.people import Mention
from sheets.understanding.records import headers, words
from sheets.understanding.records.cells import Cells
from sheets.understanding.records.lines import (
    AnswerLine,
    AskLine,
    CheckInLine,
    Line,
    PersonLine,
    PlanLine,
    ProgressLine,
    ReviewLine,
    StepLine,
)
from sheets.understanding.roster import Unread, read_zone

# What a check-in, or a step, is said to be of where it is of nobody in particular.
_NOBODY = {"", "the whole group", "somebody of the group"}
_HEADERS_WITHIN = 10
# The list of people as CSV has "Name", which a tab of a workbook may not have: it would look like a tracker.
_ALSO = {"Person": "Name"}


class Kind(StrEnum):
    PEOPLE = "people"
    PLAN = "plan"
    PROGRESS = "progress"
    CHECK_INS = "check-ins"
    STEPS = "steps"
    REVIEWS = "reviews"
    ANSWERS = "answers"
    ASKS = "asks"


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a tab, those by which it is known, and how one of its rows is read."""

    headers: headers.Headers
    known_by: tuple[str, ...]
    needed: tuple[str, ...]
    read: Callable[[Cells], Any]

    @property
    def fields(self) -> tuple[Field, ...]:
        return tuple(
            field(name, header.lower(), f"{header},{_ALSO.get(header, '')}", is_required=name in self.needed)
            for name, header in self.headers.items()
        )


@dataclass(frozen=True, slots=True)
class RecordTab:
    """A record tab as understood. `group` is the one that a label above the table names, "" for none."""

    kind: Kind
    understood: Understood
    lines: tuple[Line, ...]
    unread: tuple[Unread, ...]
    group: str


def record_kind(table: Table) -> Kind | None:
    """Say which record tab it is; None where it is none."""
    for row in table.rows[:_HEADERS_WITHIN]:
        held = {folded(row.text(n)[:60]) for n in range(len(row.cells))}
        for kind, known_by in _KNOWN_BY.items():
            if known_by <= held:
                return kind
    return None


def understand_record_tab(kind: Kind, table: Table, corrections: Corrections | None = None) -> RecordTab:
    """Read the rows of a record tab; those that say nothing are left out."""
    layout = LAYOUTS[kind]
    understood = understand(table, layout.fields, corrections)
    lines, unread = [], []
    for row in understood.rows:
        cells = Cells(understood, row)
        try:
            line = layout.read(cells) if _says_something(cells, layout) else None
        except ValueError as error:
            unread.append(Unread(table.place(row.number), row, _what(cells), str(error)))
            continue
        if line is not None:
            lines.append(line)
    return RecordTab(kind, understood, tuple(lines), tuple(unread), labelled(understood, GROUP))


def _says_something(cells: Cells, layout: Layout) -> bool:
    return any(cells.understood.text(cells.row, name) for name in layout.headers)


def _what(cells: Cells) -> str:
    """What a row is about, where it cannot be read: its first cells."""
    texts = [cells.row.text(n) for n in range(min(len(cells.row.cells), 4))]
    return ", ".join(text[:60] for text in texts if text) or "row"


def _at(cells: Cells) -> dict[str, Any]:
    return {"place": cells.understood.table.place(cells.row.number), "row": cells.row}


def _needed(cells: Cells, name: str, email: str) -> Mention:
    person = cells.person(name, email)
    if person is None:
        raise ValueError("There is neither a name nor an e-mail address.")
    return person


def _somebody(cells: Cells) -> Mention | None:
    """Who a row is about; None where it says that it is nobody in particular."""
    if not cells.text("email") and cells.text("person").lower() in _NOBODY:
        return None
    return cells.person("person", "email")


def _week(cells: Cells) -> date | None:
    day = cells.day("week")
    return None if day is None else monday_of(day)


def _title(cells: Cells, name: str) -> str:
    text = cells.text(name)
    if not text:
        raise ValueError(f"There is no {name} in this row.")
    return text


def _person(cells: Cells) -> PersonLine:
    role = cells.one_of("role", {words.STUDENT: words.STUDENT, **words.MENTOR_ROLES}, words.STUDENT)
    return PersonLine(
        **_at(cells),
        person=_needed(cells, "person", "email"),
        group=cells.short("group", 100),
        role=role,
        time_zone=read_zone(cells.text("time_zone")),
        started_on=cells.day("from"),
        ended_on=cells.day("until"),
        why=cells.one_of("why", words.STAY_ENDS),
        joined_on=cells.day("joined_on"),
        left_on=cells.day("left_on"),
        why_left=cells.one_of("why_left", words.ENROLMENT_ENDS),
        level=cells.short("level", 200),
        last_active_at=cells.moment("last_active"),
    )


def _plan(cells: Cells) -> PlanLine:
    return PlanLine(**_at(cells), milestone=_title(cells, "milestone"), due_on=cells.day("due_on"))


def _progress(cells: Cells) -> ProgressLine:
    return ProgressLine(
        **_at(cells),
        person=_needed(cells, "person", "email"),
        joined_on=cells.day("joined_on"),
        milestone=_title(cells, "milestone"),
        state=cells.one_of("state", words.STATES, "not_started"),
        since=cells.moment("since"),
        hours=cells.number("hours", 500),
        begun_on=cells.day("begun_on"),
        finished_on=cells.day("finished_on"),
        changed_at=cells.moment("changed_at"),
        changed_by=cells.person("changed_by", "changed_by_email"),
        waived_at=cells.moment("waived_at"),
        waived_by=cells.person("waived_by", "waived_by_email"),
    )


def _check_in(cells: Cells) -> CheckInLine:
    week = _week(cells)
    if week is None:
        raise ValueError("Week of: the week is missing.")
    outcome = cells.one_of("outcome", words.OUTCOMES, "held")
    held_on, minutes = cells.day("held_on"), cells.whole("minutes", 1440)
    if outcome == "held" and (held_on is None or minutes is None):
        raise ValueError("A check-in that was held needs its day and its minutes.")
    roles = {words.COURSE_ADMIN: words.COURSE_ADMIN, **words.MENTOR_ROLES}
    return CheckInLine(
        **_at(cells),
        group=cells.short("group", 100),
        week=week,
        outcome=outcome,
        held_on=held_on,
        minutes=minutes,
        logged_by=cells.person("logged_by", "logged_by_email"),
        logged_as=cells.one_of("logged_as", roles).removeprefix(words.COURSE_ADMIN),
        logged_at=cells.moment("logged_at"),
        summary=cells.lines("summary"),
        request=cells.lines("request"),
        private_note=cells.lines("private_note"),
        person=_somebody(cells),
        attendance=cells.one_of("attendance", words.ATTENDANCES, "present"),
        pace=cells.one_of("pace", words.PACES),
        blocker=cells.short("blocker", 500),
        note=cells.lines("note"),
    )


def _step(cells: Cells) -> StepLine:
    if not cells.text("step"):
        raise ValueError("There is no step in this row.")
    return StepLine(
        **_at(cells),
        person=_somebody(cells),
        step=cells.short("step", 300),
        due_on=cells.day("due_on"),
        state=cells.one_of("state", words.STEP_STATES, "open"),
        agreed_at=cells.moment("agreed_at"),
        agreed_by=cells.person("agreed_by", "agreed_by_email"),
        closed_at=cells.moment("closed_at"),
        closed_by=cells.person("closed_by", "closed_by_email"),
        week=_week(cells),
    )


def _review(cells: Cells) -> ReviewLine:
    url = cells.short("url", 1000)
    if not url.startswith(("http://", "https://")):
        raise ValueError(f"URL: “{url[:60]}” is no address of a page.")
    return ReviewLine(
        **_at(cells),
        author=_needed(cells, "author", "author_email"),
        reviewer=_needed(cells, "reviewer", "reviewer_email"),
        milestone=_title(cells, "milestone"),
        url=url,
        state=cells.one_of("state", words.REVIEW_STATES, "requested"),
        note=cells.lines("note"),
        requested_at=cells.moment("requested_at"),
        changed_at=cells.moment("changed_at"),
    )


def _answer(cells: Cells) -> AnswerLine:
    body = cells.lines("body")
    if not body:
        raise ValueError("There is no answer in this row.")
    return AnswerLine(
        **_at(cells),
        number=cells.text("number"),
        asked=cells.text("asked"),
        body=body,
        person=cells.person("person", "email"),
        answered_at=cells.moment("answered_at"),
    )


def _ask(cells: Cells) -> AskLine:
    return AskLine(
        **_at(cells),
        number=cells.text("number"),
        asked=cells.text("asked"),
        group=cells.short("group", 100),
        person=_somebody(cells),
        asked_at=cells.moment("asked_at"),
        week=_week(cells),
        logged_by=cells.person("logged_by", "logged_by_email"),
    )


LAYOUTS: Mapping[Kind, Layout] = {
    Kind.PEOPLE: Layout(headers.PEOPLE, ("email", "role", "from", "until"), ("person",), _person),
    Kind.PLAN: Layout(headers.PLAN, ("milestone", "planned_hours", "due_on"), ("milestone",), _plan),
    Kind.PROGRESS: Layout(
        headers.PROGRESS, ("person", "milestone", "state", "since"), ("person", "milestone"), _progress
    ),
    Kind.CHECK_INS: Layout(
        {**headers.CHECK_INS, "private_note": headers.PRIVATE_NOTE},
        ("week", "outcome", "attendance"),
        ("week",),
        _check_in,
    ),
    Kind.STEPS: Layout(headers.STEPS, ("step", "state", "agreed_at"), ("step",), _step),
    Kind.REVIEWS: Layout(
        headers.REVIEWS, ("author", "reviewer", "url"), ("author", "reviewer", "url"), _review
    ),
    Kind.ANSWERS: Layout(headers.ANSWERS, ("asked", "body"), ("body",), _answer),
    Kind.ASKS: Layout(headers.ASKS, ("asked", "logged_by", "asked_at"), ("asked",), _ask),
}
_KNOWN_BY = {
    kind: {folded(layout.headers[name]) for name in layout.known_by} for kind, layout in LAYOUTS.items()
}


def lines_of[Kept: Line](tabs: list[tuple[int, RecordTab]], kind: type[Kept]) -> list[tuple[int, Kept]]:
    """The lines of one kind, each with the place of its table among those of all files."""
    return [(n, line) for n, tab in tabs for line in tab.lines if isinstance(line, kind)]
