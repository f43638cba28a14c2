from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from groups.models import Enrolment, Group, Membership, Mentorship, PlanItem
from lib.refusals import Refused
from people.models import User
from questions.actions.asking import ask
from questions.actions.records import SOLVED
from questions.models import Answer, Ask, Question
from sheets.models import SheetImport
from tests.conftest import NOW, Cast
from tests.factories.tracker import ProgressFactory
from tests.sheets.importing import confirmed, previewed, shown, undone
from tests.sheets.workbooks import Rows, workbook
from tracker.models import Progress

pytestmark = pytest.mark.django_db
TITLES = ("LLM basics", "Prompt engineering", "Indexation", "RAG")


def everything() -> dict[str, Any]:
    models: list[Any] = [
        User,
        Enrolment,
        Group,
        Membership,
        Mentorship,
        PlanItem,
        Progress,
        Question,
        Ask,
        Answer,
    ]
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def book(students: Rows, questions: Rows = (), modules: tuple[str, ...] = TITLES, **more: Rows) -> bytes:
    """A tracking sheet in the layout of the template: percentages in the row of the header, then prepared rows."""
    courses = [
        ("Learning Path", "Module", "Selected"),
        *(("LLM", title, title in modules) for title in TITLES),
    ]
    empty: Rows = [(None, None, *[False] * len(modules))] * 3
    return workbook(
        {
            "List": courses,
            "Sheet 2": [
                ("Learning path:", None, "LLM"),
                (),
                (None, None, *modules),
                ("Name", "Mentor", *[0.5] * len(modules)),
                *students,
                *empty,
            ],
            "Sheet 3": [
                ("Date", "Student", "Module", "Question", "Answer", "Answered by", "Solved"),
                *questions,
            ],
            **more,
        }
    )


def sheet(cast: Cast, *books: bytes, **options: Any) -> SheetImport:
    files = [(f"group_{n}.xlsx", content) for n, content in enumerate(books, start=1)]
    return previewed("sheet", *files, by=cast.ines, cohort=cast.cohort, options=options)


def states(cast: Cast, name: str) -> dict[str, str]:
    rows = Progress.objects.filter(enrolment=cast.enrolment(name)).exclude(state="not_started")
    return dict(rows.values_list("milestone__title", "state"))


CLOVER = (
    ("Ana Ruivo", "Marta Pires", True, True, False, False),
    (" bruno  SA ", "Marta Pires", "x", "50%", None, 0),
    ("Chidi Okafor <chidi@example.com>", "Marta Pires", "sim", "done", 1, "no"),
)


def test_sheet_of_a_known_group_brings_what_is_done(cast: Cast) -> None:
    ProgressFactory.create(enrolment=cast.enrolment("ana"), milestone=cast.milestones[2], state="done")
    sheet_import = sheet(cast, book(CLOVER))
    assert shown(sheet_import) == [
        ("both", "Ana Ruivo, Indexation", ""),
        ("changed", "Ana Ruivo <ana@example.com>", "LLM basics: done; Prompt engineering: done"),
        ("changed", "Bruno Sá <bruno@example.com>", "LLM basics: done; Prompt engineering: working on it"),
        (
            "changed",
            "Chidi Okafor <chidi@example.com>",
            "LLM basics: done; Prompt engineering: done; Indexation: done",
        ),
    ]
    assert sheet_import.understood["questions"] == []
    confirmed(sheet_import, cast.ines)
    assert states(cast, "ana") == {"LLM basics": "done", "Prompt engineering": "done", "Indexation": "done"}
    assert states(cast, "bruno") == {"LLM basics": "done", "Prompt engineering": "working"}
    made = Progress.objects.get(enrolment=cast.enrolment("bruno"), state="working")
    assert (made.changed_by, made.history.get().history_user) == (cast.ines, cast.ines)


def test_second_time_changes_nothing_and_undo_all(cast: Cast) -> None:
    ProgressFactory.create(
        enrolment=cast.enrolment("ana"), milestone=cast.milestones[1], state="working", changed_by=cast.marta
    )
    ask(group=cast.clover, by=cast.person("ana"), at=NOW, title="Why, again?", visibility="group")
    before = everything()
    content = book(
        CLOVER,
        [
            (datetime(2026, 9, 9), "Ana Ruivo", "LLM basics", "Why?", "Because.", "Marta Pires", True),  # noqa: DTZ001
            ("", "Ana Ruivo", "", "Why, again?", "So that it works.", "Marta Pires", True),
        ],
    )
    sheet_import = confirmed(sheet(cast, content), cast.ines)
    written = everything()
    again = sheet(cast, content)
    assert {verdict for verdict, _, _ in shown(again)} == {"unchanged"}
    confirmed(again, cast.ines)
    assert everything() == written
    undone(sheet_import, cast.ines)
    assert everything() == before


def test_questions_come_with_their_day_asker_milestone_and_answer(cast: Cast) -> None:
    rows = [
        ("15/09/2026", "ana ruivo", "LLM basics", "Why divide?", "It\nhelps.", "Marta Pires", "yes"),
        (46274, "Bruno Sá", "", "Who has the laptop?", None, None, "no"),
        ("2026-09-10", "Chidi Okafor", "RAG", "Is it done?", "Nearly.", "Nobody Known", False),
        (date(2026, 9, 11), "Chidi Okafor", "RAG", "And this?", None, None, "sim"),
        ("2026-09-10", None, "RAG", "x" * 400, None, None, None),
    ]
    confirmed(sheet(cast, book(CLOVER, rows)), cast.ines)
    noon = datetime(2026, 9, 10, 11, tzinfo=UTC)
    found = Question.objects.order_by("pk").values_list(
        "title",
        "asked_by__name",
        "milestone__title",
        "status",
        "visibility",
        "answers__body",
        "answers__answered_by__name",
    )
    assert list(found) == [
        ("Why divide?", "Ana Ruivo", "LLM basics", "answered", "group", "It\nhelps.", "Marta Pires"),
        ("Who has the laptop?", "Bruno Sá", None, "open", "group", None, None),
        ("Is it done?", "Chidi Okafor", "RAG", "follow_up", "group", "Nearly.", "Inês Duarte"),
        ("And this?", "Chidi Okafor", "RAG", "answered", "group", SOLVED, "Inês Duarte"),
        ("x" * 299 + "…", "Inês Duarte", "RAG", "open", "group", None, None),
    ]  # fmt: skip
    assert Question.objects.get(title="Is it done?").asked_at == noon
    assert Question.objects.get(title="Why divide?").asked_at == datetime(2026, 9, 15, 11, tzinfo=UTC)
    assert Question.objects.get(title__startswith="xxx").detail == "x" * 400
    assert list(Ask.objects.filter(enrolment=None).values_list("question__title", flat=True)) == [
        "x" * 299 + "…"
    ]


def test_status_in_words_tells_how_a_question_stands(cast: Cast) -> None:
    rows = [
        ("2026-09-10", "Ana Ruivo", "RAG", "One?", "Because.", None, "Resolvida"),
        ("2026-09-10", "Ana Ruivo", "RAG", "Two?", "Because.", None, "pendente"),
        ("2026-09-10", "Ana Ruivo", "RAG", "Three?", "Because.", None, "later"),
        ("2026-09-10", "Ana Ruivo", "RAG", "Four?", None, None, "Solved"),
    ]
    sheet_import = sheet(cast, book(CLOVER, rows))
    assert (
        "Sheet 3 G4: “later” is not understood. The question counts as solved if it has an answer."
        in sheet_import.understood["notes"]
    )
    confirmed(sheet_import, cast.ines)
    assert list(Question.objects.order_by("pk").values_list("title", "status")) == [
        ("One?", "answered"),
        ("Two?", "follow_up"),
        ("Three?", "answered"),
        ("Four?", "answered"),
    ]


def test_plan_of_a_new_group_has_the_columns_of_its_tracker(cast: Cast) -> None:
    sheet_import = sheet(
        cast, book([("Gus <gus@example.com>", None, True, True)], modules=("RAG", "LLM basics"))
    )
    assert (
        "group_1.xlsx, List: selected modules, which are the columns of the tracker, are not imported."
        in sheet_import.understood["notes"]
    )
    confirmed(sheet_import, cast.ines)
    chosen = PlanItem.objects.filter(group__name="Group 1").values_list("milestone__title", flat=True)
    assert set(chosen) == {"LLM basics", "RAG"}


def test_messy_sheet_is_understood_asked_about_and_kept(cast: Cast) -> None:
    students = [
        ("  Gus  Lind ", "Nadia Rahal <nadia@example.com>", "TRUE", "x", None, False),
        ("Gus Lind", "Nadia Rahal", True, True, True, False),
        ("Hana <hana@example.com>", None, 1, "done", "maybe", ""),
        (None, None, True, False, False, False),
        ("Total", None, 2, 2, 1, 0),
    ]
    questions = [
        ("2026-09-10", "Someone Else", "", "Who has the laptop?", None, None, None),
        ("2026-09-10", "hana", "RAG (week 4)", "What is it?", None, None, "no"),
        (46284, "Hana", "RAG", '=HYPERLINK("http://example.com","open")', None, None, False),
        (),
        ("last week", "Gus Lind", "RAG", "When?", None, None, "yes"),
    ]
    content = book(students, questions, Notes=[("Just", "words")])
    sheet_import = sheet(cast, content)
    asked = {question["key"]: question for question in sheet_import.understood["questions"]}
    assert set(asked) == {"student:gus lind", "student:someone else", "module:rag week 4"}
    assert asked["module:rag week 4"]["suggested"] == f"milestone:{cast.milestones[3].pk}"
    with pytest.raises(Refused, match="Answer the open questions first"):
        confirmed(sheet_import, cast.ines)
    answers = {
        "student:gus lind": "gus@example.com",
        "student:someone else": "somebody",
        "module:rag week 4": f"milestone:{cast.milestones[3].pk}",
    }
    answered = sheet(cast, content, answers=answers)
    assert shown(answered) == [
        ("new", "Group 1", "its plan: LLM basics, Prompt engineering, Indexation, RAG"),
        ("unreadable", "no name", "This row has marks and no name."),
        (
            "new",
            "Gus Lind <gus@example.com>",
            "joins the cohort; into Group 1; is in 2 rows: what is done in any of them counts; LLM basics: done;"
            " Prompt engineering: done; Indexation: done",
        ),
        ("unreadable", "Hana, Indexation", "“maybe” is not understood."),
        (
            "new",
            "Hana <hana@example.com>",
            "joins the cohort; into Group 1; LLM basics: done; Prompt engineering: done",
        ),
        (
            "unreadable",
            "no question",
            "Question: It contains a formula without a saved value.",
        ),
        ("unreadable", "When?", "“last week” is not a date."),
        ("new", "Who has the laptop?", "somebody of the group, no milestone, 10 September 2026"),
        ("new", "What is it?", "Hana, RAG, 10 September 2026"),
        ("new", "Nadia Rahal <nadia@example.com>", "mentors Group 1"),
    ]
    assert "group_1.xlsx, Notes: left out with 1 row." in answered.understood["notes"]
    before = everything()
    confirmed(answered, cast.ines)
    group = Group.objects.get(name="Group 1")
    assert set(group.memberships.values_list("enrolment__person__name", flat=True)) == {"Gus Lind", "Hana"}
    assert [mentorship.person.email for mentorship in group.mentorships.all()] == ["nadia@example.com"]
    assert [item.due_on for item in group.plan_items.in_order()] == [
        date(2026, 9, 6 + 7 * n) for n in range(4)
    ]
    undone(answered, cast.ines)
    assert everything() == before


def test_account_without_a_name_takes_that_of_a_later_sheet(cast: Cast) -> None:
    confirmed(
        previewed("roster", ("people.csv", b"E-mail\ngus@example.com\n"), by=cast.ines, cohort=cast.cohort),
        cast.ines,
    )
    sheet_import = sheet(cast, book((("Gus Lind <gus@example.com>", None, True, False, False, False),)))
    assert shown(sheet_import, "both") == []
    confirmed(sheet_import, cast.ines)
    assert User.objects.get(email="gus@example.com").name == "Gus Lind"
    undone(sheet_import, cast.ines)
    assert User.objects.get(email="gus@example.com").name == "gus@example.com"


def test_students_are_not_moved_out_of_their_group(cast: Cast) -> None:
    sheet_import = sheet(cast, book([*CLOVER, ("Dalia Haddad", None, True, False, False, False)]))
    assert shown(sheet_import)[-1] == (
        "changed",
        "Dalia Haddad <dalia@example.com>",
        "LLM basics: done",
    )
    confirmed(sheet_import, cast.ines)
    assert cast.dalia.group.memberships.filter(ended_on=None).count() == 3


@pytest.mark.parametrize("title", ["Cooking", "Data cleaning", "Group project", "Notes on media"])
def test_column_of_a_milestone_nobody_knows_is_to_choose_and_may_be_left_out(cast: Cast, title: str) -> None:
    content = book([("Ana Ruivo", None, True, True)], modules=("LLM basics", title))
    sheet_import = sheet(cast, content)
    table = next(one for one in sheet_import.understood["tables"] if one["kind"] == "progress")
    assert table["missing"] == [f"the milestone of D “{title}”"]
    with pytest.raises(Refused, match="the milestone of D"):
        confirmed(sheet_import, cast.ines)
    columns = {str(one["number"]): one["field"] for one in table["columns"]} | {"3": ""}
    confirmed(sheet(cast, content, tabs={table["key"]: {"columns": columns}}), cast.ines)
    assert states(cast, "ana") == {"LLM basics": "done"}


def test_two_of_one_name_are_asked_about(cast: Cast) -> None:
    User.objects.filter(pk=cast.person("dalia").pk).update(name="Ana Ruivo")
    content = book([("Ana Ruivo", None, True, False, False, False)])
    (question,) = sheet(cast, content).understood["questions"]
    assert [choice[0] for choice in question["choices"]] == [
        "ana@example.com",
        "dalia@example.com",
        "leave-out",
    ]
    confirmed(sheet(cast, content, answers={question["key"]: "dalia@example.com"}), cast.ines)
    assert (states(cast, "ana"), states(cast, "dalia")) == ({}, {"LLM basics": "done"})


def test_three_tabs_as_csv_are_one_book(cast: Cast) -> None:
    tracker = "Nome;Mentor;LLM basics;RAG\nAna Ruivo;Marta Pires;sim;não\n".encode("cp1252")
    questions = b"Data,Aluno,Pergunta\n2026-09-10,Ana Ruivo,Porque?\n"
    sheet_import = previewed(
        "sheet",
        ("Clover - Tracker.csv", tracker),
        ("Clover - Perguntas.csv", questions),
        by=cast.ines,
        cohort=cast.cohort,
    )
    confirmed(sheet_import, cast.ines)
    assert states(cast, "ana") == {"LLM basics": "done"}
    assert Question.objects.get().group == cast.clover


def test_several_workbooks_at_once(cast: Cast) -> None:
    confirmed(
        sheet(cast, book(CLOVER), book([("Dalia Haddad", "Tomás Reis", True, False, False, False)])),
        cast.ines,
    )
    assert (states(cast, "dalia"), len(states(cast, "chidi"))) == ({"LLM basics": "done"}, 3)


def test_progress_changed_since_is_not_undone(cast: Cast) -> None:
    sheet_import = confirmed(sheet(cast, book(CLOVER)), cast.ines)
    Progress.objects.filter(enrolment=cast.enrolment("ana")).update(state="skipped")
    with pytest.raises(Refused, match="Someone has changed"):
        undone(sheet_import, cast.ines)


def test_queries_do_not_grow_with_students_or_questions(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def count(prefix: str, students: int) -> tuple[int, int]:
        books = [
            book(
                [
                    (
                        f"{prefix} {g} {n} <{prefix}{g}-{n}@example.com>",
                        f"M <m{prefix}{g}@example.com>",
                        True,
                        False,
                        False,
                        False,
                    )
                    for n in range(3)
                ],
                [("2026-09-10", f"{prefix} {g} 0", "RAG", f"Why {n}?", "So.", None, True) for n in range(3)],
            )
            for g in range(students)
        ]
        files = [(f"{prefix}{g}.xlsx", content) for g, content in enumerate(books)]
        with CaptureQueriesContext(connection) as queries:
            sheet_import = previewed("sheet", *files, by=cast.ines, cohort=cast.cohort)
        looked = len(queries)
        with CaptureQueriesContext(connection) as queries:
            confirmed(sheet_import, cast.ines)
        return looked, len(queries)

    # A long import has a job besides.
    monkeypatch.setattr("sheets.actions.upload._LONG", 1_000_000)
    assert count("a", 1) == count("b", 12)


def test_module_without_letters_counts_if_a_milestone_is_called_so(cast: Cast) -> None:
    cast.course.milestones.filter(title="RAG").update(title="2024")
    tracker = [(None, None, "LLM basics", 2024), ("Name", "Mentor", 0.5, 1), ("Ana Ruivo", None, True, True)]
    confirmed(sheet(cast, workbook({"Tracker": tracker})), cast.ines)
    assert states(cast, "ana") == {"LLM basics": "done", "2024": "done"}


def test_group_is_named_by_the_tracker_before_the_file(cast: Cast) -> None:
    rows = [
        ("Learning path:", None, "LLM", None, "Group:", "Sorrel"),
        (None, None, "LLM basics"),
        ("Name", "Mentor", 1),
        ("Gus Lind <gus@example.com>", "Nadia <nadia@example.com>", True),
    ]
    confirmed(sheet(cast, workbook({"Tracker": rows})), cast.ines)
    assert Membership.objects.get(enrolment__person__email="gus@example.com").group.name == "Sorrel"


def test_questions_alone_open_their_group_with_the_calendar(cast: Cast) -> None:
    tab = [("Date", "Student", "Question"), ("2026-09-10", None, "Why?")]
    confirmed(sheet(cast, workbook({"Questions": tab})), cast.ines)
    group = Question.objects.get().group
    assert (group.name, group.plan_items.count()) == ("Group 1", 4)


def test_note_says_in_which_of_several_files(cast: Cast) -> None:
    formula = book([("Ana Ruivo", None, "=1+1", True, False, False)])
    notes = sheet(cast, book(CLOVER), formula).understood["notes"]
    assert [note[:23] for note in notes if "formula" in note] == ["group_2.xlsx, Sheet 2, "]


def test_questions_alone_are_of_the_groups_of_who_asked(cast: Cast) -> None:
    asked = [("Dalia Haddad", "How?"), ("Ana Ruivo", "Why?"), ("Emre Kaya", "When?")]
    rows = [("Student", "Question"), *asked]
    sheet_import = previewed("sheet", ("Q&A.xlsx", workbook({"Q&A": rows})), by=cast.ines, cohort=cast.cohort)
    confirmed(sheet_import, cast.ines)
    of = dict(Question.objects.values_list("title", "group__name"))
    assert of == {"How?": "Juniper", "Why?": "Clover", "When?": "Juniper"}
    assert Group.objects.count() == 2


def test_questions_that_differ_in_a_symbol_are_two(cast: Cast) -> None:
    rows = [
        ("2026-09-10", "Ana Ruivo", "", f"Is {name} needed?", None, None, None) for name in ("C++", "C#", "C")
    ]
    content = book(CLOVER, rows)
    confirmed(sheet(cast, content), cast.ines)
    assert Question.objects.count() == 3
    assert {verdict for verdict, _, _ in shown(sheet(cast, content))} == {"unchanged"}


def test_two_mentors_of_a_cell_both_mentor_the_group(cast: Cast) -> None:
    both = "Nadia Rahal <nadia@example.com>, Kim <kim@example.com>"
    confirmed(sheet(cast, book([("Gus Lind <gus@example.com>", both, True, False, False, False)])), cast.ines)
    mentors = Mentorship.objects.filter(group__name="Group 1").values_list("person__name", flat=True)
    assert set(mentors) == {"Nadia Rahal", "Kim"}
