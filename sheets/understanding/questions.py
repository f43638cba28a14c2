"""The question tab of a tracking sheet."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sheets.reading import Formula, Row, Table
from sheets.understanding.columns import Corrections, Field, Understood, field, understand
from sheets.understanding.dates import read_day
from sheets.understanding.marks import read_mark
from sheets.understanding.people import Mention, read_person
from sheets.understanding.roster import Unread

LONGEST_TITLE = 300

FIELDS: tuple[Field, ...] = (
    field("day", "date", "date,day,when,asked on,data,dia,quando,fecha,cuando,jour,quand"),
    field(
        "student",
        "student",
        "student,asked by,name,who,mentee,aluno,aluna,estudante,nome,quem,alumno,alumna,estudiante,"
        "nombre,quien,etudiant,,"
        "etudiante,nom,qui,apprenant",
    ),
    field("module", "module", "module,milestone,topic,week,modulo,topico,tema,semana,semaine,sujet,unit"),
    field(
        "question",
        "question",
        "question,questions,doubt,title,pergunta,perguntas,duvida,duvidas,questao,pregunta,preguntas,"
        "duda,dudas",
        is_required=True,
    ),
    field(
        "answer",
        "answer",
        "answer,answers,reply,response,resposta,respostas,respuesta,respuestas,reponse,reponses",
    ),
    field(
        "answered_by",
        "answered by",
        "answered by,who answered,mentor,respondido por,quem respondeu,respondida por,respondido,"
        "quien respondio,repondu par",
    ),
    field(
        "solved",
        "solved",
        "solved,done,closed,resolved,answered,status,resolvido,resolvida,fechada,resuelto,resuelta,"
        "resolu,resolue",
    ),
)


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question of the tab. `day` is None where none stands; `is_solved` where no column says."""

    place: str
    row: Row
    day: date | None
    student: Mention | None
    module: str
    title: str
    detail: str
    answer: str
    answered_by: Mention | None
    is_solved: bool | None


@dataclass(frozen=True, slots=True)
class QuestionTab:
    understood: Understood
    questions: tuple[AskedQuestion, ...]
    unread: tuple[Unread, ...]


def is_question_tab(table: Table) -> bool:
    """Say whether the tab has a column of questions, and one that tells when, who or what about."""
    read = understand(table, FIELDS)
    beside = ("day", "student", "module", "answer", "solved")
    return read.column("question") is not None and any(read.column(name) is not None for name in beside)


def understand_questions(table: Table, corrections: Corrections | None = None) -> QuestionTab:
    """Read the questions of a tab; rows that were prepared and not used are left out."""
    understood = understand(table, FIELDS, corrections)
    read = [_read(understood, row) for row in understood.rows]
    return QuestionTab(
        understood,
        tuple(one for one in read if isinstance(one, AskedQuestion)),
        tuple(one for one in read if isinstance(one, Unread)),
    )


def _read(understood: Understood, row: Row) -> AskedQuestion | Unread | None:
    table = understood.table
    place = table.place(row.number)
    text = understood.text(row, "question")
    formulas = list(_formulas(understood, row))
    if formulas:
        return Unread(
            place, row, text[:200], f"{', '.join(formulas)} holds a formula whose value is not in the file."
        )
    if not text:
        said = [understood.text(row, name) for name in ("student", "answer", "module")]
        return Unread(place, row, "no question", "There is no question in this row.") if any(said) else None
    try:
        day = read_day(_value(understood, row, "day"))
    except ValueError as error:
        return Unread(place, row, text[:200], str(error))
    student = _person(understood.text(row, "student"))
    answered_by = _person(understood.text(row, "answered_by"))
    for person in (student, answered_by):
        if person is not None and person.wrong:
            return Unread(place, row, text[:200], person.wrong)
    mark = read_mark(_value(understood, row, "solved"))
    solved = None if understood.column("solved") is None else mark is not None and mark.state == "done"
    is_long = len(text) > LONGEST_TITLE
    return AskedQuestion(
        place=place,
        row=row,
        day=day,
        student=student,
        module=understood.text(row, "module"),
        title=f"{text[: LONGEST_TITLE - 1]}…" if is_long else text,
        detail=_raw(understood, row, "question") if is_long else "",
        answer=_raw(understood, row, "answer"),
        answered_by=answered_by,
        is_solved=solved,
    )


def _value(understood: Understood, row: Row, name: str):  # type: ignore[no-untyped-def]
    column = understood.column(name)
    return None if column is None else row.cell(column)


def _raw(understood: Understood, row: Row, name: str) -> str:
    """A text with its lines as they are."""
    value = _value(understood, row, name)
    return value.strip() if isinstance(value, str) else understood.text(row, name)


def _person(text: str) -> Mention | None:
    return read_person(text) if text else None


def _formulas(understood: Understood, row: Row) -> Iterator[str]:
    for column in understood.columns:
        if column.field and isinstance(row.cell(column.number), Formula):
            yield understood.table.place(row.number, column.number)
