"""Reads the question tab of a tracking sheet."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from lib.mentions import Mention, read_person
from lib.text import folded
from questions.models import Answer, Question
from sheets.reading import CellValue, Formula, SheetRow, Table
from sheets.understanding.columns import (
    ColumnField,
    UnderstoodTable,
    column_field,
    understand_table,
)
from sheets.understanding.dates import DayOrder, read_day
from sheets.understanding.labels import GROUP, labelled
from sheets.understanding.marks import read_yes, words_of
from sheets.understanding.records.asked import MORE_OF_QUESTIONS, UNDATED, AnswerRecord
from sheets.understanding.records.cells import NOBODY, RecordCells
from sheets.understanding.roster import UnreadRow

LONGEST_TITLE = 300

FIELDS: tuple[ColumnField, ...] = (
    column_field("day", "date", "date,day,when,asked on,data,dia,fecha,jour,datum"),
    column_field(
        "student",
        "asked by",
        "student,asked by,name,who,aluno,estudante,nome,alumno,estudiante,nombre,etudiant,eleve,nom",
    ),
    column_field("student_email", "e-mail of who asked", "e mail,email,correo,courriel"),
    column_field("student_first_name", "first name of who asked", "first name,prenom,vorname"),
    column_field("group", "group", "group,team,grupo,turma,equipo,groupe,gruppe"),
    column_field(
        "module", "milestone", "module,milestone,topic,week,modulo,topico,tema,semana,semaine,modul,thema"
    ),
    column_field(
        "question",
        "question",
        "question,questions,pergunta,perguntas,duvida,pregunta,preguntas,duda,frage,fragen",
        is_required=True,
    ),
    column_field("answer", "answer", "answer,answers,resposta,respuesta,reponse,antwort"),
    column_field(
        "answered_by", "answered by", "answered by,mentor,respondido por,repondu par,beantwortet von"
    ),
    column_field(
        "solved",
        "solved",
        "solved,done,answered,status,resolvido,resolvida,resuelto,resuelta,resolu,resolue,gelost",
    ),
)
# What people write in a “solved” column instead of ticking a check box.
_SOLVED = words_of(
    "solved,answered,closed,resolved,resolvido,resolvida,resuelto,resuelta,résolu,résolue,clos,gelöst,beantwortet"
)
_UNSOLVED = words_of(
    "open,pending,unsolved,not yet,aberto,pendente,abierto,pendiente,ouvert,en attente,offen,ungelöst"
)
# The columns that only our own workbook has.
_MORE: tuple[ColumnField, ...] = tuple(
    ColumnField(name, header.lower(), frozenset({folded(header)}))
    for name, header in MORE_OF_QUESTIONS.items()
)
# The same of the CSV of questions, which has no numbers and no moments.
_CSV_HEADERS = {"status": "status", "answered_at": "answered on"}
_MORE_OF_CSV = tuple(
    replace(more, headers=frozenset({_CSV_HEADERS[more.name]})) if more.name in _CSV_HEADERS else more
    for more in _MORE
)
_KNOWN_CSV_BY = ("visibility", "times", "status", "is_hidden")
# Where an answer begins in the CSV: "Marta Pires, 2026-09-10: …"
_ANSWER = re.compile(rf"(?:^|\n\n)([^\n]{{1,150}}?), (\d{{4}}-\d\d-\d\d|{UNDATED}): ")


@dataclass(frozen=True, slots=True, kw_only=True)
class MoreOfQuestion:
    """When a question of our own workbook was asked, and what it refers to.

    `duplicate_of` is the title of the original, used when `duplicate_number` is not known. `entered_by` is whoever
    logged the question, if that was not the student.
    """

    number: str
    duplicate_of: str
    duplicate_number: str
    asked_at: datetime | None
    entered_by: Mention | None
    material: str
    published_by: Mention | None


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question in the tab. `day` is None if the cell is empty, `is_solved` if there is no such column.

    `question` is unsaved; it has no status if its answers decide. `more` is None unless the tab comes from our own
    workbook. `notes` list cells of the row that were not understood.
    """

    location: str
    day: date | None
    student: Mention | None
    module: str
    question: Question
    answer: str
    answered_by: Mention | None
    is_solved: bool | None
    more: MoreOfQuestion | None = None
    notes: tuple[str, ...] = ()
    # Of a row of the CSV of questions, which has all answers in one cell.
    answers: tuple[AnswerRecord, ...] = ()

    @property
    def title(self) -> str:
        return self.question.title

    @property
    def is_duplicate(self) -> bool:
        return self.question.status == Question.Status.DUPLICATE


@dataclass(frozen=True, slots=True)
class QuestionTab:
    """A tab of questions as understood. `group` is named by a label above the table; "" if there is none."""

    understood: UnderstoodTable
    questions: tuple[AskedQuestion, ...]
    unread: tuple[UnreadRow, ...]
    group: str


def is_question_tab(table: Table) -> bool:
    """Return whether the tab has a column of questions and another one for when, who or what about."""
    read = understand_table(table, FIELDS)
    beside = ("day", "student", "module", "answer", "solved")
    return read.column("question") is not None and any(read.column(name) is not None for name in beside)


def understand_questions(table: Table, at: datetime, since: date | None = None) -> QuestionTab:
    """Read the questions of a tab; rows that were prepared but not used are skipped.

    Args:
        since: see `read_day`.
    """
    understood = understand_table(table, FIELDS)
    own = _own(table)
    # A tracking sheet is typed by hand; what Trefoil wrote is as it was.
    said = table.meaning.day_order if table.meaning else ""
    order = DayOrder.EITHER if own else DayOrder(said)
    read = [
        _read(understood, row, RecordCells(own, row, at) if own else None, order, at, since)
        for row in understood.rows
    ]
    return QuestionTab(
        understood,
        tuple(result for result in read if isinstance(result, AskedQuestion)),
        tuple(result for result in read if isinstance(result, UnreadRow)),
        labelled(understood, GROUP),
    )


def is_own(table: Table) -> bool:
    """Whether Trefoil wrote it, so that each of its columns is read."""
    return _own(table) is not None


def _own(table: Table) -> UnderstoodTable | None:
    """The columns that only our own workbook has, or our own CSV: the first numbers questions, a sheet does not."""
    table = replace(table, meaning=None)
    at = understand_table(table, FIELDS).header_row
    for fields, known_by in ((_MORE, ("number",)), (_MORE_OF_CSV, _KNOWN_CSV_BY)):
        own = understand_table(table, fields)
        if own.header_row == at and all(own.column(name) is not None for name in known_by):
            return own
    return None


def _read(
    understood: UnderstoodTable,
    row: SheetRow,
    own: RecordCells | None,
    order: DayOrder,
    at: datetime,
    since: date | None,
) -> AskedQuestion | UnreadRow | None:
    table = understood.table
    location = table.location(row.number)
    text = understood.text(row, "question")
    formulas = list(_formulas(understood, row))
    if formulas:
        return UnreadRow(
            location,
            row,
            text[:200],
            f"{', '.join(formulas)} contains a formula without a saved value.",
        )
    if not text:
        texts = [understood.text(row, name) for name in ("student", "answer", "module")]
        return (
            UnreadRow(location, row, "no question", "There is no question in this row.")
            if any(texts)
            else None
        )
    try:
        cell = _value(understood, row, "day")
        day = read_day(cell) if own else read_day(cell, order, until=at.date(), since=since)
        more = _more(own) if own is not None else None
        question = _question(own)
    except ValueError as error:
        return UnreadRow(location, row, text[:200], str(error))
    named = f"{understood.text(row, 'student_first_name')} {understood.text(row, 'student')}".strip()
    student = _person(
        named or (own.text("hidden_asker") if own else ""), understood.text(row, "student_email")
    )
    answered_by = _person(understood.text(row, "answered_by"))
    for person in (student, answered_by):
        if person is not None and person.wrong:
            return UnreadRow(location, row, text[:200], person.wrong)
    # Only the CSV has no numbers.
    is_csv = own is not None and own.understood.column("number") is None
    solved, notes = (None, ()) if is_csv else _solved(understood, row)
    cell = understood.lines(row, "answer")
    answers = tuple(_answers(cell, location, row, at)) if is_csv else ()
    is_long = len(text) > LONGEST_TITLE
    whole = understood.lines(row, "question")
    question.title = f"{text[: LONGEST_TITLE - 1]}…" if is_long else whole if more else text
    question.detail = question.detail or (whole if is_long else "")
    return AskedQuestion(
        location=location,
        day=day,
        student=student,
        module=understood.text(row, "module"),
        question=question,
        answer="" if answers else cell,
        answered_by=answered_by,
        is_solved=solved,
        more=more,
        notes=notes,
        answers=answers,
    )


def _answers(cell: str, location: str, row: SheetRow, at: datetime) -> Iterator[AnswerRecord]:
    """The answers in a cell of the CSV, each with who gave it and on which day."""
    begins = [begin for begin in _ANSWER.finditer(cell) if begin[2] == UNDATED or _is_day(begin[2])]
    for n, begin in enumerate(begins):
        end = begins[n + 1].start() if n + 1 < len(begins) else len(cell)
        day = None if begin[2] == UNDATED else date.fromisoformat(begin[2])
        yield AnswerRecord(
            location=location,
            answer=Answer(body=cell[begin.end() : end].strip()),
            answered_at=datetime.combine(day, time(12), at.tzinfo) if day else None,
            number="",
            asked="",
            person=read_person(begin[1]),
        )


def _is_day(text: str) -> bool:
    try:
        return read_day(text) is not None
    except ValueError:
        return False


def _solved(understood: UnderstoodTable, row: SheetRow) -> tuple[bool | None, tuple[str, ...]]:
    """Whether the question is solved (None if unknown), and a note if the cell is not understood."""
    column = understood.column("solved")
    if column is None:
        return None, ()
    is_solved, wrong = read_yes(row.cell(column), _SOLVED, _UNSOLVED)
    location = understood.table.location(row.number, column)
    return is_solved, (
        (f"{location}: {wrong} The question counts as solved if it has an answer.",) if wrong else ()
    )


def _question(own: RecordCells | None) -> Question:
    """An unsaved question with what our own workbook has. Only the group could read one of a tracking sheet."""
    if own is None:
        return Question(visibility=Question.Visibility.GROUP, status="")
    return Question(
        detail=own.lines("detail"),
        category=own.one_of("category", Question.Category.choices),
        visibility=own.one_of("visibility", Question.Visibility.choices, Question.Visibility.GROUP),
        status=own.one_of("status", Question.Status.choices),
        is_asker_hidden=own.is_true("is_hidden"),
        first_answered_at=own.moment("answered_at"),
        published_at=own.moment("published_at"),
    )


def _more(own: RecordCells) -> MoreOfQuestion:
    return MoreOfQuestion(
        number=own.text("number"),
        duplicate_of=own.text("duplicate_of"),
        duplicate_number=own.text("duplicate_number"),
        asked_at=own.moment("asked_at"),
        entered_by=_person(own.text("entered_by")),
        material=own.text("material"),
        published_by=_person(own.text("published_by")),
    )


def _value(understood: UnderstoodTable, row: SheetRow, name: str) -> CellValue:
    column = understood.column(name)
    return None if column is None else row.cell(column)


def _person(text: str, email: str = "") -> Mention | None:
    """The person of a cell; None if it is empty, or names nobody in particular."""
    is_nobody = not email and text.lower() in NOBODY
    return None if is_nobody else read_person(text, email)


def _formulas(understood: UnderstoodTable, row: SheetRow) -> Iterator[str]:
    for column in understood.columns:
        if column.field and isinstance(row.cell(column.number), Formula):
            yield understood.table.location(row.number, column.number)
