"""Rows of record tabs that fit what is in Trefoil, or not: each refusal is worded, and what is there is kept."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from groups.models import Enrolment
from people.models import User
from questions.models import Question
from sheets.models import SheetImport
from tests.conftest import TODAY, Cast
from tests.factories.tracker import ProgressFactory
from tests.sheets.headers import CHECK_INS, PEOPLE, PLAN, PROGRESS, REVIEWS, STEPS
from tests.sheets.importing import confirmed, differences, previewed, roster, shown
from tests.sheets.workbooks import Rows, workbook
from tracker.models import AgreedStep, CheckIn, CodeReview, Progress

pytestmark = pytest.mark.django_db
ANA = {"person": "Ana Ruivo", "email": "ana@example.com"}
BRUNO = {"person": "Bruno Sá", "email": "bruno@example.com"}
GUS = {"person": "Gus Lind", "email": "gus@example.com"}
STUDENT = {"role": "student", "group": "Clover"}
MENTOR = {"role": "mentor", "group": "Clover"}


def tab(headers: Mapping[str, str], *rows: Mapping[str, Any]) -> list[list[Any]]:
    return [list(headers.values()), *([row.get(name) for name in headers] for row in rows)]


def given(cast: Cast, headers: Mapping[str, str], *rows: Mapping[str, Any], label: str = "") -> SheetImport:
    above = [["Group:", label]] if label else []
    content = workbook({"Tab": [*above, *tab(headers, *rows)]})
    return previewed("sheet", ("Tab.xlsx", content), by=cast.ines, cohort=cast.cohort)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (GUS | MENTOR | {"group": None}, "No group is given."),
        ({"person": "Nobody Known"} | MENTOR, "Waiting for your answer: who is this?"),
        ({"person": "Nobody Known"} | STUDENT, "Waiting for your answer: who is this?"),
        (BRUNO | MENTOR, "Bruno Sá is a student in Clover and cannot mentor it."),
        (
            ANA | STUDENT | {"group": "Juniper", "from": date(2026, 9, 7), "until": date(2026, 9, 10)},
            "The stay overlaps with the one in Clover.",
        ),
        (ANA | STUDENT | {"from": date(2026, 9, 7), "until": date(2026, 9, 1)}, "It ends before it begins."),
        (
            GUS | STUDENT | {"from": date(2026, 9, 1), "joined_on": date(2026, 9, 7)},
            "The stay begins before they joined the cohort.",
        ),
        (
            GUS | STUDENT | {"joined_on": date(2026, 9, 7), "left_on": date(2026, 9, 1)},
            "They left the cohort before they joined it.",
        ),
        (GUS | STUDENT | {"group": "Nettle"}, "There is no group “Nettle” in this cohort or in the files."),
    ],
)
def test_person_who_does_not_fit_is_refused(cast: Cast, row: dict[str, Any], reason: str) -> None:
    [(_, _, why)] = shown(given(cast, PEOPLE, row), "unreadable")
    assert why == reason


def test_student_whose_account_is_disabled_does_not_join(cast: Cast) -> None:
    User.objects.create(email="gus@example.com", name="Someone Else", is_active=False)
    sheet_import = given(cast, PEOPLE, GUS | STUDENT)
    # The account has nothing to do with the course, so only the name in the file is shown.
    assert shown(sheet_import) == [
        ("unreadable", "Gus Lind <gus@example.com>", "Gus Lind can no longer sign in; ask a site admin.")
    ]


def test_student_stays_where_they_are_and_gets_a_level(cast: Cast) -> None:
    """And hours and note for the mentor, where they are not known yet."""
    Enrolment.objects.filter(pk=cast.ana.enrolment_id).update(mentor_note="Read papers")
    more = {"group": "Juniper", "level": "python 3", "hours_a_week": 4, "mentor_note": "Another"}
    bruno = BRUNO | STUDENT | {"mentor_note": "Build\nChat"}
    sheet_import = given(cast, PEOPLE, ANA | STUDENT | more, bruno)
    assert differences(sheet_import) == [("Ana Ruivo <ana@example.com>", "in Juniper", "in Clover")]
    assert shown(sheet_import, "changed")[0] == (
        "changed", "Ana Ruivo <ana@example.com>", "level: python 3; hours a week: 4",
    )  # fmt: skip
    confirmed(sheet_import, cast.ines)
    cast.ana.refresh_from_db()
    ana = cast.ana.enrolment
    assert (cast.ana.ended_on, ana.level, ana.hours_a_week, ana.mentor_note) == (
        None,
        "python 3",
        4,
        "Read papers",
    )
    assert Enrolment.objects.get(person__name="Bruno Sá").mentor_note == "Build\nChat"


def test_earlier_stay_is_added(cast: Cast) -> None:
    start = cast.ana.started_on
    sheet_import = given(
        cast, PEOPLE, ANA | STUDENT | {"group": "Juniper", "from": start, "until": start, "why": "finished"}
    )
    assert [line[0] for line in shown(sheet_import)][:1] == ["changed"]
    confirmed(sheet_import, cast.ines)
    assert list(cast.juniper.memberships.filter(enrolment=cast.ana.enrolment).values_list("ended_on")) == [
        (start,)
    ]


def test_tabs_that_are_not_imported_are_named_and_the_rest_is_imported(cast: Cast) -> None:
    tabs: dict[str, Rows] = {
        "Tracker": [["Group:", "Clover"], ["Name", "Mentor", "RAG"], ["Ana Ruivo", None, True]],
        "Meetings": [CHECK_INS, ["Clover", date(2026, 9, 7), "held"]],
        "Agreed": [STEPS, ["Ana Ruivo", "ana@example.com", "Read"]],
        # Of no review there is nothing to say.
        "Reviews": [REVIEWS],
    }
    content = workbook(tabs)
    sheet_import = previewed("sheet", ("Clover.xlsx", content), by=cast.ines, cohort=cast.cohort)
    assert sheet_import.understood["notes"] == [
        "Clover.xlsx, Meetings: check-ins are not imported.",
        "Clover.xlsx, Agreed: agreed steps are not imported.",
    ]
    confirmed(sheet_import, cast.ines)
    assert cast.enrolment("ana").progress.get().state == "done"
    assert not any(model.objects.exists() for model in (CheckIn, AgreedStep, CodeReview))


def test_file_of_nothing_else_says_what_it_holds(cast: Cast) -> None:
    content = workbook({"Meetings": [CHECK_INS, ["Clover", date(2026, 9, 7), "held"]], "Reviews": [REVIEWS]})
    sheet_import = previewed("sheet", ("Tab.xlsx", content), by=cast.ines, cohort=cast.cohort)
    assert sheet_import.understood["notes"] == ["Tab.xlsx, Meetings: check-ins are not imported."]
    assert [tab["kind"] for tab in sheet_import.understood["tables"]] == ["", ""]


def test_plan_of_a_new_group_names_a_milestone_once(cast: Cast) -> None:
    tabs: dict[str, Rows] = {
        "Tracker": [["Group:", "Nettle"], ["Name", "Mentor", "RAG"], ["Gus <gus@example.com>", None, True]],
        "Plan": tab(
            PLAN, {"milestone": "RAG", "due_on": TODAY}, {"milestone": "RAG"}, {"milestone": "Other"}
        ),
    }
    content = workbook(tabs)
    sheet_import = previewed("sheet", ("Nettle.xlsx", content), by=cast.ines, cohort=cast.cohort)
    assert [line[::2] for line in shown(sheet_import, "unreadable", "duplicate")] == [
        ("unreadable", "Waiting for your answer: which milestone is it?"),
        ("duplicate", "It is listed twice in the plan."),
    ]


def test_plan_of_a_group_in_trefoil_is_kept(cast: Cast) -> None:
    cast.clover.plan_items.filter(milestone=cast.milestones[0]).delete()
    tabs: dict[str, Rows] = {
        "Tracker": [["Group:", "Clover"], ["Name", "Mentor", "RAG"], ["Ana Ruivo", None, True]],
        "Plan": tab(PLAN, {"milestone": "LLM basics"}, {"milestone": "RAG", "due_on": TODAY}),
    }
    content = workbook(tabs)
    sheet_import = previewed("sheet", ("Clover.xlsx", content), by=cast.ines, cohort=cast.cohort)
    plans = [line[2] for line in shown(sheet_import, "unchanged") if line[1].startswith("Clover:")]
    assert plans == [
        "not in the group's plan, which is kept",
        "due 16 September 2026 in the file, due 27 September 2026 in the group's plan, which is kept",
    ]  # fmt: skip


def test_hours_are_noted_where_there_are_none(cast: Cast) -> None:
    known = ProgressFactory.create(
        enrolment=cast.ana.enrolment, milestone=cast.milestones[0], state="working", changed_by=cast.marta
    )
    row = ANA | {"milestone": "LLM basics", "state": "working", "since": TODAY, "hours": 2.5}
    sheet_import = given(cast, PROGRESS, row)
    assert shown(sheet_import)[0] == ("changed", "Ana Ruivo, LLM basics", "2.5 hours")
    confirmed(sheet_import, cast.ines)
    assert Progress.objects.get(pk=known.pk).hours == 2.5


def test_tracker_takes_in_who_is_in_no_group_after_their_last_stay(cast: Cast) -> None:
    end = TODAY - timedelta(days=1)
    cast.ana.__class__.objects.filter(pk=cast.ana.pk).update(ended_on=end, end_reason="moved")
    rows: Rows = [["Group:", "Clover"], ["Name", "Mentor", "RAG"], ["Ana Ruivo", "Marta <marta@x>", False]]
    content = workbook({"Tracker": rows})
    sheet_import = previewed("sheet", ("Clover.xlsx", content), by=cast.ines, cohort=cast.cohort)
    assert shown(sheet_import, "moved") == [("moved", "Ana Ruivo <ana@example.com>", "into Clover")]
    assert "mentor left out. “marta@x” is not an e-mail address." in sheet_import.understood["notes"][0]
    confirmed(sheet_import, cast.ines)
    assert cast.clover.memberships.get(enrolment=cast.ana.enrolment, ended_on=None).started_on == end


def test_full_group_takes_nobody_more_from_a_tracker(cast: Cast) -> None:
    names = ["Gus <gus@example.com>", "Hana <hana@example.com>"]
    rows: Rows = [["Group:", "Clover"], ["Name", "Mentor", "RAG"], *([name, None, True] for name in names)]
    content = workbook({"Tracker": rows})
    sheet_import = previewed("sheet", ("Clover.xlsx", content), by=cast.ines, cohort=cast.cohort)
    [(_, what, why)] = shown(sheet_import, "no_group")
    assert what == "Hana <hana@example.com>"
    assert why.startswith("joins the cohort; without a group; Clover is full: 4 students")
    assert why.endswith("RAG: done")
    confirmed(sheet_import, cast.ines)
    hana = cast.cohort.enrolments.get(person__email="hana@example.com")
    assert (hana.memberships.count(), hana.progress.get().state) == (0, "done")


def test_pages_of_a_course_list_take_and_delete_outlines(cast: Cast, as_: Any) -> None:
    client: Client = as_("ines")
    base = f"/courses/{cast.course.slug}/imports/"
    assert client.get(f"{base}roster/").status_code == 404
    assert "Choose a file" in client.post(f"{base}outline/").text
    client.post(f"{base}outline/", {"text": "## Week 1: Agents (2h)\n"})
    sheet_import = SheetImport.objects.get()
    assert f'href="/imports/{sheet_import.pk}/"' in client.get(base).text
    page = f"/imports/{sheet_import.pk}/"
    assert client.get(f"{page}unreadable/").status_code == 404
    assert client.get(f"{page}undo/").headers["Location"] == page
    assert client.post(f"{page}delete/").headers["Location"] == base


def test_pages_of_a_confirmed_import_undo_it_and_correct_nothing(cast: Cast, as_: Any) -> None:
    client: Client = as_("ines")
    client.post(f"/courses/{cast.course.slug}/imports/outline/", {"text": "## Week 1: Agents (2h)\n"})
    sheet_import = SheetImport.objects.get()
    page = f"/imports/{sheet_import.pk}/"
    client.post(f"{page}confirm/", {"take": [line.pk for line in sheet_import.lines.all()]})
    assert client.get(f"{page}tabs/").headers["Location"] == page
    assert "It wrote: 1 new" in client.get(f"{page}undo/").text
    assert client.post(f"{page}delete/").headers["Location"] == page
    client.post(f"{page}undo/")
    assert not cast.course.milestones.filter(title="Agents").exists()


def test_list_of_people_leaves_out_mentors_who_do_not_fit(cast: Cast) -> None:
    sheet_import = roster(
        cast,
        ("Name", "E-mail", "Group", "Mentor"),
        ("Ana Ruivo", "", "Clover", "Bruno Sá <bruno@example.com>"),
        ("Gus Lind", "gus@example.com", "", "Tomás Reis"),
        answers={"empty groups:roster.csv": "none"},
    )
    notes = "\n".join(sheet_import.understood["notes"])
    assert "mentor left out. Bruno Sá is a student in Clover and cannot mentor it." in notes
    assert "the mentor Tomás Reis has no group and is left out." in notes
    assert list(cast.clover.mentorships.values_list("person__name", flat=True)) == ["Marta Pires"]


def test_list_of_people_asks_for_the_address_of_namesakes(cast: Cast) -> None:
    for name in ("bruno", "chidi"):
        User.objects.filter(pk=cast.person(name).pk).update(name="Ana Ruivo")
    sheet_import = roster(cast, ("Name",), ("Ana Ruivo",))
    [(_, _, why)] = shown(sheet_import, "unreadable")
    assert why == "Waiting for your answer: who is this?"
    [asked] = sheet_import.understood["questions"]
    assert (len(asked["choices"]), asked["suggested"]) == (4, "")


def test_question_of_our_own_workbook_is_completed_from_its_row(cast: Cast) -> None:
    """Without a row in the tabs of asks and answers, the row of the question says who asked and what was answered."""
    header = ["Date", "Student", "Question", "Answer", "Question no.", "Asked at"]
    row = [date(2026, 9, 9), "Ana Ruivo", "Why?", "So.", 7, "2026-09-09 10:00"]
    tabs: dict[str, Rows] = {"Questions": [["Group:", "Clover"], header, row, row]}
    sheet_import = previewed("sheet", ("Clover.xlsx", workbook(tabs)), by=cast.ines, cohort=cast.cohort)
    assert [line[2] for line in shown(sheet_import, "duplicate")] == [
        "The same question is in Questions row 3."
    ]
    confirmed(sheet_import, cast.ines)
    question = Question.objects.get()
    assert (question.asks.get().enrolment, question.answers.get().body) == (cast.enrolment("ana"), "So.")
