"""Makes the tabs of a tracking sheet for a group: courses, tracker, questions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from openpyxl.utils import get_column_letter

from lib.cells import Value
from lib.mentions import shown_person
from sheets.writing.workbook import PercentFormula, WorkbookTab

# Rows above the first student: learning path, empty row, modules, header with percentages.
_HEADERS = 4
# The percentages cover this many rows, so that students can be added by hand.
_ROWS_COUNTED = 12
# Longer questions continue in their detail.
_LONGEST_TITLE = 300
# Texts in a check box cell for other states than done. Our reader understands them.
_STATE_LABELS = {"working": "working on it", "need_help": "need help", "skipped": "skipped"}


@dataclass(frozen=True, slots=True)
class SheetModule:
    """A milestone of the course, and whether the group's plan has it."""

    title: str
    is_selected: bool


@dataclass(frozen=True, slots=True)
class SheetPerson:
    name: str
    email: str

    def __str__(self) -> str:
        return shown_person(self.name, self.email)


@dataclass(frozen=True, slots=True)
class SheetStudent:
    """A member; `states` by title of the module, where a missing one means not started."""

    person: SheetPerson
    states: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SheetQuestion:
    """A question of the group. `more` are the cells of columns that a tracking sheet does not have."""

    # None: nobody knows when.
    asked_on: date | None
    student: SheetPerson | None
    module: str
    title: str
    detail: str
    answer: str
    answered_by: SheetPerson | None
    is_solved: bool
    more: Sequence[Value] = ()


@dataclass(frozen=True, slots=True)
class GroupSheet:
    """The content of the three tabs of a tracking sheet; `learning_path` is the title of the course."""

    name: str
    learning_path: str
    modules: Sequence[SheetModule]
    mentors: Sequence[SheetPerson]
    students: Sequence[SheetStudent]
    questions: Sequence[SheetQuestion]
    meeting: str = ""


def sheet_tabs(sheet: GroupSheet, more_of_questions: Sequence[str] = ()) -> list[WorkbookTab]:
    """The tabs of a tracking sheet. `more_of_questions` are headers of additional columns of questions."""
    return [
        WorkbookTab("Courses", list(_courses(sheet)), widths=(30, 40, 12)),
        WorkbookTab(
            "Tracker", list(_tracker(sheet)), header_rows=_HEADERS, widths=(30, 24, 18, 18, 18, 18, 18, 18)
        ),
        WorkbookTab(
            "Questions", list(_questions(sheet, more_of_questions)), widths=(12, 30, 24, 60, 60, 30, 10, 40)
        ),
    ]


def _courses(sheet: GroupSheet) -> Iterator[Sequence[Value]]:
    yield "Learning Path", "Module", "Selected"
    for module in sheet.modules:
        yield sheet.learning_path, module.title, module.is_selected


def _tracker(sheet: GroupSheet) -> Iterator[Sequence[Value | PercentFormula]]:
    titles = [module.title for module in sheet.modules if module.is_selected]
    meets = ("Meets:", sheet.meeting) if sheet.meeting else ()
    yield "Learning path:", None, sheet.learning_path, None, "Group:", sheet.name, *meets
    yield ()
    yield None, None, *titles
    last = _HEADERS + max(len(sheet.students), _ROWS_COUNTED)
    shares = [_share(number, last) for number in range(3, 3 + len(titles))]
    # A tracking sheet has no addresses. To the right of its columns they do not disturb, and identify people.
    yield "Name", "Mentor", *shares, "E-mail", "Mentor e-mail"
    for number, student in enumerate(sheet.students):
        # A row names one mentor. Several mentors alternate, so that each is named.
        mentor = sheet.mentors[number % len(sheet.mentors)] if sheet.mentors else SheetPerson("", "")
        marks = [_mark(student.states.get(title, "not_started")) for title in titles]
        yield student.person.name, mentor.name, *marks, student.person.email, mentor.email


def _share(column: int, last: int) -> PercentFormula:
    letter, first = get_column_letter(column), _HEADERS + 1
    names = f"COUNTA($A${first}:$A${last})"
    return PercentFormula(f"=IF({names}=0,0,COUNTIF({letter}${first}:{letter}${last},TRUE)/{names})")


def _mark(state: str) -> bool | str:
    return _STATE_LABELS.get(state, state == "done")


def _questions(sheet: GroupSheet, more: Sequence[str]) -> Iterator[Sequence[Value]]:
    yield "Date", "Student", "Module", "Question", "Answer", "Answered by", "Solved", *more
    for question in sheet.questions:
        yield (
            question.asked_on,
            str(question.student or ""),
            question.module,
            _whole(question.title, question.detail),
            question.answer,
            str(question.answered_by or ""),
            question.is_solved,
            *question.more,
        )


def _whole(title: str, detail: str) -> str:
    """The full text of the question if its title was cut; the reader splits it again."""
    is_cut = len(title) == _LONGEST_TITLE and title.endswith("…")
    return detail if is_cut and " ".join(detail.split()).startswith(title[:-1]) else title
