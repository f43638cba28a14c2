"""What goes out in the sheet's own layout is what our reader of sheets understands."""

import string
from datetime import date
from io import BytesIO

from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from courses.models import Milestone
from lib.cells import plain
from lib.names import clean_name
from lib.text import folded
from sheets.reading import Limits, read_file
from sheets.understanding.books import Book, understand_books
from sheets.understanding.meanings import proposed
from sheets.understanding.milestones import MilestoneTitles
from sheets.writing.group_sheet import (
    GroupSheet,
    SheetModule,
    SheetPerson,
    SheetQuestion,
    SheetStudent,
    sheet_tabs,
)
from sheets.writing.workbook import workbook
from tests.conftest import NOW

ANA = SheetPerson("Ana Ruivo", "ana@example.com")
BRUNO = SheetPerson("Bruno Sá", "bruno@example.com")
MARTA = SheetPerson("Marta Pires", "marta@example.com")
TOMAS = SheetPerson("Tomás Reis", "tomas@example.com")
SHEET = GroupSheet(
    name="Clover",
    learning_path="LLM specialisation",
    modules=[SheetModule("LLM basics", True), SheetModule("RAG", True), SheetModule("Agents", False)],
    mentors=[MARTA, TOMAS],
    students=[SheetStudent(ANA, {"LLM basics": "done", "RAG": "need_help"}), SheetStudent(BRUNO, {})],
    questions=[
        SheetQuestion(date(2026, 9, 9), ANA, "RAG", "=Why?", "", "- Because.\n- So.", MARTA, True),
        SheetQuestion(date(2026, 9, 10), None, "", "Where?", "", "", None, False),
    ],
)


def read_back(sheet: GroupSheet) -> Book:
    tables = read_file(f"{sheet.name}.xlsx", workbook(sheet_tabs(sheet)), Limits())
    milestones = [Milestone(pk=n, title=module.title) for n, module in enumerate(sheet.modules, start=1)]
    titles = MilestoneTitles(milestones)
    [book] = understand_books([proposed(table, titles) for table in tables], NOW).books
    return book


def test_tabs_are_those_of_the_sheet() -> None:
    book = load_workbook(BytesIO(workbook(sheet_tabs(SHEET, ["Detail"]))))
    assert book.sheetnames == ["Courses", "Tracker", "Questions"]
    assert [[cell.value for cell in row] for row in book["Courses"]] == [
        ["Learning Path", "Module", "Selected"],
        ["LLM specialisation", "LLM basics", True],
        ["LLM specialisation", "RAG", True],
        ["LLM specialisation", "Agents", False],
    ]
    tracker = [[cell.value for cell in row] for row in book["Tracker"]]
    assert tracker[0] == ["Learning path:", None, "LLM specialisation", None, "Group:", "Clover"]
    assert tracker[2][:4] == [None, None, "LLM basics", "RAG"]
    assert tracker[3] == [
        "Name",
        "Mentor",
        "=IF(COUNTA($A$5:$A$16)=0,0,COUNTIF(C$5:C$16,TRUE)/COUNTA($A$5:$A$16))",
        "=IF(COUNTA($A$5:$A$16)=0,0,COUNTIF(D$5:D$16,TRUE)/COUNTA($A$5:$A$16))",
        "E-mail",
        "Mentor e-mail",
    ]
    assert tracker[4:] == [
        ["Ana Ruivo", "Marta Pires", True, "need help", "ana@example.com", "marta@example.com"],
        ["Bruno Sá", "Tomás Reis", False, False, "bruno@example.com", "tomas@example.com"],
    ]
    assert [cell.value for cell in book["Questions"][1]] == [
        "Date", "Student", "Module", "Question", "Answer", "Answered by", "Solved", "Detail",
    ]  # fmt: skip


def test_sheet_is_read_back_as_it_was() -> None:
    assert understood(read_back(SHEET)) == meant(SHEET)


def understood(book: Book) -> dict:
    """What the reader makes of a workbook, as plain values."""
    [(_, tracker)] = book.trackers
    questions = [one for _, tab in book.questions for one in tab.questions]
    unread = [*tracker.unread, *(one for _, tab in book.questions for one in tab.unread)]
    return {
        "modules": list(tracker.modules),
        "students": [
            (
                (one.person.name, one.person.email),
                next(((mentor.name, mentor.email) for mentor in one.mentors), None),
                [(cell.module, cell.mark.state) for cell in one.cells],
            )
            for one in tracker.students
        ],
        "questions": [
            (
                one.day,
                one.student.email if one.student else "",
                one.module,
                one.title,
                one.answer,
                one.answered_by.email if one.answered_by else "",
                one.is_solved,
            )
            for one in questions
        ],
        "unread": unread,
    }


def meant(sheet: GroupSheet) -> dict:
    titles = [module.title for module in sheet.modules if module.is_selected]
    mentors = [(one.name, one.email) for one in sheet.mentors]
    return {
        "modules": [(n, one.title) for n, one in enumerate(sheet.modules, start=1) if one.is_selected],
        "students": [
            (
                (one.person.name, one.person.email),
                mentors[number % len(mentors)] if mentors else None,
                [(title, one.states.get(title, "not_started")) for title in titles],
            )
            for number, one in enumerate(sheet.students)
        ],
        "questions": [
            (
                one.asked_on,
                one.student.email if one.student else "",
                one.module,
                one.title,
                plain(one.answer),
                one.answered_by.email if one.answered_by else "",
                one.is_solved,
            )
            for one in sheet.questions
        ],
        "unread": [],
    }


def lines(most: int) -> st.SearchStrategy[str]:
    """A line as a form keeps it: single spaces, no control characters; any script, formulas among them."""
    return (
        st.one_of(
            st.text(max_size=most),
            st.sampled_from(
                [
                    "=1+1",
                    "+351",
                    "-x",
                    "@all",
                    "TRUE",
                    "#N/A",
                    "1",
                    "🍀 مرحبا",
                    "<b>",
                    "a;b,c",
                    '"',
                    "17/09/2026",
                ]
            ),
        )
        .map(lambda text: " ".join(plain(text).split()))
        .filter(lambda text: text and not text.startswith("'"))
    )


# Names are those of people: nothing that reads as an address in them.
names = lines(40).map(clean_name).filter(lambda name: name and "@" not in name and len(name) <= 150)
people = st.builds(
    lambda name, number: SheetPerson(name, f"person{number}@example.com"), names, st.integers(0, 999)
)
# A title begins with a word of its own: the reader takes columns such as "Notes" and "Total" for no modules.
titles = st.builds(
    lambda words, more: f"M{words} {more}".strip(),
    st.text(string.ascii_lowercase, min_size=1, max_size=8),
    lines(30) | st.just(""),
)
bodies = st.text(max_size=80).filter(lambda text: not plain(text).startswith("'"))


@st.composite
def sheets(draw: st.DrawFn) -> GroupSheet:
    modules = draw(
        st.lists(
            st.builds(SheetModule, titles, st.booleans()), max_size=5, unique_by=lambda one: folded(one.title)
        )
    )
    modules = [SheetModule("First", True), *modules]
    selected = [one.title for one in modules if one.is_selected]
    states = st.dictionaries(
        st.sampled_from(selected),
        st.sampled_from(["not_started", "working", "need_help", "done", "skipped"]),
    )
    everybody = st.lists(people, min_size=1, max_size=5, unique_by=lambda one: one.email)
    questions = st.builds(
        SheetQuestion,
        asked_on=st.dates(date(2000, 1, 1), date(2026, 9, 16)),
        student=st.none() | people,
        module=st.sampled_from(["", *(one.title for one in modules)]),
        title=lines(299),
        detail=st.just(""),
        answer=bodies,
        answered_by=st.none() | people,
        is_solved=st.booleans(),
    )
    return GroupSheet(
        name="Clover",
        learning_path=draw(lines(40)),
        modules=modules,
        mentors=draw(st.just([]) | everybody),
        students=[SheetStudent(one, draw(states)) for one in draw(everybody)],
        questions=draw(st.lists(questions, max_size=4)),
    )


@given(sheets())
@settings(max_examples=40, deadline=None)
def test_any_sheet_is_read_back_as_it_was(sheet: GroupSheet) -> None:
    assert understood(read_back(sheet)) == meant(sheet)


def test_question_that_was_too_long_is_made_whole_again() -> None:
    whole = "Why " + "is that so, and then " * 20 + "not?"
    title = whole[:299] + "…"
    sheet = GroupSheet(
        "Clover",
        "LLM",
        [SheetModule("RAG", True)],
        [],
        [],
        [SheetQuestion(date(2026, 9, 9), None, "", title, whole, "", None, False)],
    )
    [(_, tab)] = read_back(sheet).questions
    assert [(one.title, one.question.detail) for one in tab.questions] == [(title, whole)]


def test_title_that_only_ends_like_a_cut_one_stays() -> None:
    question = SheetQuestion(date(2026, 9, 9), None, "", "Why…", "Why then?", "", None, False)
    sheet = GroupSheet("Clover", "LLM", [SheetModule("RAG", True)], [], [], [question])
    [(_, tab)] = read_back(sheet).questions
    assert [one.title for one in tab.questions] == ["Why…"]
