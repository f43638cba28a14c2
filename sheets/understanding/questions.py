"""Reads the question tab of a tracking sheet."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial

from lib.mentions import Mention
from lib.text import folded
from questions.models import Question
from sheets.reading import CellValue, Table
from sheets.understanding.columns import ColumnField, UnderstoodTable, column_field, understand_table
from sheets.understanding.dates import DayOrder, read_day
from sheets.understanding.labels import GROUP, labelled
from sheets.understanding.marks import read_yes, words_of
from sheets.understanding.records.asked import LONGEST_TITLE, MORE_OF_QUESTIONS
from sheets.understanding.records.cells import RecordCells, SheetRecord, mention_in
from sheets.understanding.records.column import read_into
from sheets.understanding.roster import UnreadRow

FIELDS: tuple[ColumnField, ...] = (
    column_field("day", "date", "date,day,when,data,fecha,jour,datum"),
    column_field("student", "asked by", "student,asked by,who,name,aluno,nome,alumno,nombre,eleve,nom"),
    column_field("student_email", "e-mail of who asked", "e mail,email,correo,courriel"),
    column_field("student_first_name", "first name of who asked", "first name,prenom,vorname"),
    column_field("group", "group", "group,team,grupo,turma,equipo,groupe,gruppe"),
    column_field("module", "milestone", "module,milestone,topic,modulo,tema,semaine,modul,thema"),
    column_field(
        "question", "question", "question,questions,q,pergunta,duvida,pregunta,frage", is_required=True
    ),
    column_field("answer", "answer", "answer,answers,a,resposta,respuesta,reponse,antwort"),
    column_field(
        "answered_by",
        "answered by",
        "answered by,by,mentor,respondido por,respondida por,repondu par,beantwortet von",
    ),
    column_field("solved", "solved", "solved,answered,status,resolvido,resolvida,resuelta,resolu,gelost"),
)
# Words in a “solved” column instead of a tick.
_SOLVED = words_of("solved,answered,resolvido,resolvida,resuelto,resuelta,résolu,résolue,gelöst,beantwortet")
_UNSOLVED = words_of("open,pending,aberto,pendente,abierto,pendiente,ouvert,en attente,offen,ungelöst")
# The columns that only our own workbook has.
_MORE = tuple(
    ColumnField(one.name, one.header.lower(), frozenset({folded(one.header)})) for one in MORE_OF_QUESTIONS
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedQuestion(SheetRecord):
    """A question in the tab. `day` is None if the cell is empty, `is_solved` if there is no such column.

    `question` is unsaved; it has no status if its answers decide. `notes` list cells of the row that were not
    understood. Only a row of our own workbook, `is_own`, has a number and what follows it: the title of the original,
    used when its number is not known, and whoever logged the question, if that was not the student.
    """

    day: date | None
    student: Mention | None
    module: str
    question: Question
    answer: str
    answered_by: Mention | None
    is_solved: bool | None
    notes: tuple[str, ...]
    is_own: bool
    number: str = ""
    duplicate_of: str = ""
    duplicate_number: str = ""
    times: str = ""
    asked_at: datetime | None = None
    entered_by: Mention | None = None
    material: str = ""
    published_by: Mention | None = None

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
    own = own_columns(table)
    # A tracking sheet is typed by hand; what Trefoil wrote is as it was.
    said = table.meaning.day_orders.get(understood.column("day") or 0, "") if table.meaning else ""
    read_of_tab = partial(read_day, order=DayOrder(said), until=at.date(), since=since)
    questions: list[AskedQuestion] = []
    unread: list[UnreadRow] = []
    for row in understood.rows:
        cells = RecordCells(understood, row, at)
        what = understood.text(row, "question")[:200] or "no question"
        try:
            if own:
                questions += _read(cells, RecordCells(own, row, at), read_day)
            else:
                questions += _read(cells, None, read_of_tab)
        except ValueError as error:
            unread.append(UnreadRow(cells.location, row, what, str(error)))
    return QuestionTab(understood, tuple(questions), tuple(unread), labelled(understood, GROUP))


def own_columns(table: Table) -> UnderstoodTable | None:
    """The columns that only our own workbook has: it numbers questions, a sheet does not."""
    table = replace(table, meaning=None)
    own = understand_table(table, _MORE)
    is_header = own.header_row == understand_table(table, FIELDS).header_row
    return own if is_header and own.column("number") is not None else None


def _read(
    cells: RecordCells, own: RecordCells | None, read: Callable[[CellValue], date | None]
) -> Iterator[AskedQuestion]:
    """The question of a row, if there is one.

    Args:
        own: the cells of the columns that only our own workbook has.
        read: reads a day.

    Raises:
        ValueError: a cell cannot be read, with a message for people.
    """
    named = f"{cells.text('student_first_name')} {cells.text('student')}".strip()
    text, answer, module = cells.text("question"), cells.lines("answer"), cells.text("module")
    if not text and (named or answer or module):
        raise ValueError("There is no question in this row.")
    if not text:
        return
    day = read(cells.value("day"))
    student = mention_in(named or (own.text("hidden_asker") if own else ""), cells.text("student_email"))
    answered_by = mention_in(cells.text("answered_by"))
    is_solved, column = None, cells.understood.column("solved")
    notes: tuple[str, ...] = ()
    if column is not None:
        is_solved, wrong = read_yes(cells.value("solved"), _SOLVED, _UNSOLVED)
        where = cells.understood.table.location(cells.row.number, column)
        if wrong:
            notes = (f"{where}: {wrong} The question counts as solved if it has an answer.",)
    # Only the group could read one of a tracking sheet.
    question = Question(visibility=Question.Visibility.GROUP, status="")
    more = read_into(question, MORE_OF_QUESTIONS if own else (), own or cells)
    is_long, whole = len(text) > LONGEST_TITLE, cells.lines("question")
    question.title = f"{text[: LONGEST_TITLE - 1]}…" if is_long else whole if own else text
    question.detail = question.detail or (whole if is_long else "")
    yield AskedQuestion(
        day=day,
        student=student,
        module=module,
        question=question,
        answer=answer,
        answered_by=answered_by,
        is_solved=is_solved,
        notes=notes,
        is_own=own is not None,
        **more,
    )
