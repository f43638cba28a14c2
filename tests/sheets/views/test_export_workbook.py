import zipfile
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from groups.actions.enrolment import join_group
from questions.actions import ask_again
from questions.models import Question
from sheets.actions.jobs import ask_for_workbooks
from sheets.actions.tabs import silent
from sheets.dashboards.workbook_archive import make_workbooks
from sheets.models import WorkbookArchive
from tests.conftest import NOW, TODAY, Cast, SignIn
from tests.factories.groups import MentorshipFactory
from tests.factories.questions import AnswerFactory, AskFactory, QuestionFactory
from tests.factories.tracker import (
    AgreedStepFactory,
    CheckInEntryFactory,
    CheckInFactory,
    CodeReviewFactory,
    ProgressFactory,
)
from tests.moving import end_enrolment
from tests.sheets.all_workbooks import all_workbooks
from tests.sheets.importing import confirmed, previewed, shown
from tests.sheets.views.test_export_csv import fill


def rows_of(content: bytes, tab: str) -> list[dict[str, Any]]:
    header, *rows = load_workbook(BytesIO(content))[tab].iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


def students(content: bytes) -> list[Any]:
    return [
        row[0] for row in load_workbook(BytesIO(content))["Tracker"].iter_rows(min_row=5, values_only=True)
    ]


def test_mentor_gets_own_group_with_tabs_more(cast: Cast, as_: SignIn) -> None:
    ana, bruno = cast.enrolment("ana"), cast.enrolment("bruno")
    ProgressFactory.create(enrolment=ana, milestone=cast.milestones[0], hours=2)
    check_in = CheckInFactory.create(group=cast.clover, logged_by=cast.marta, summary="We met.")
    CheckInEntryFactory.create(check_in=check_in, enrolment=ana)
    AgreedStepFactory.create(
        group=cast.clover, enrolment=ana, check_in=check_in, text="Finish it", agreed_by=cast.marta
    )
    CodeReviewFactory.create(group=cast.clover, milestone=cast.milestones[0], author=ana, reviewer=bruno)
    response = as_("marta").get(f"/groups/{cast.clover.pk}/workbook/")
    assert response["Content-Disposition"] == 'attachment; filename="Clover.xlsx"'
    book = load_workbook(BytesIO(response.content))
    assert book.sheetnames == [
        "Courses", "Tracker", "Questions", "Plan", "Progress", "Check-ins", "Agreed steps", "Code reviews", "Answers",
        "Asks", "People",
    ]  # fmt: skip
    [progress] = rows_of(response.content, "Progress")
    assert (progress["Person"], progress["State"], progress["Hours"]) == ("Ana Ruivo", "done", 2)
    [told] = rows_of(response.content, "Check-ins")
    assert (told["For the group"], told["Person"], told["Attendance"]) == ("We met.", "Ana Ruivo", "present")
    assert told["Counts"] is True
    [step] = rows_of(response.content, "Agreed steps")
    assert (step["Person"], step["Step"], step["State"]) == ("Ana Ruivo", "Finish it", "open")
    [review] = rows_of(response.content, "Code reviews")
    assert (review["Author"], review["Reviewer"]) == ("Ana Ruivo", "Bruno Sá")
    assert [row["E-mail"] for row in rows_of(response.content, "People")] == [
        "marta@example.com", "ana@example.com", "bruno@example.com", "chidi@example.com",
    ]  # fmt: skip
    assert [f"{row['Due on']:%d %b}" for row in rows_of(response.content, "Plan")] == [
        "06 Sep", "13 Sep", "20 Sep", "27 Sep",
    ]  # fmt: skip


def test_tracker_is_that_of_the_sheet(cast: Cast, as_: SignIn) -> None:
    cast.clover.plan_items.exclude(milestone__in=cast.milestones[:2]).delete()
    ProgressFactory.create(enrolment=cast.enrolment("ana"), milestone=cast.milestones[0])
    ProgressFactory.create(enrolment=cast.enrolment("ana"), milestone=cast.milestones[1], state="need_help")
    MentorshipFactory.create(group=cast.clover, person=cast.tomas, role="co-mentor")
    book = load_workbook(BytesIO(as_("marta").get(f"/groups/{cast.clover.pk}/workbook/").content))
    of, titles = cast.course.title, [milestone.title for milestone in cast.milestones]
    assert list(book["Courses"].values) == [
        ("Learning Path", "Module", "Selected"),
        *((of, title, n < 2) for n, title in enumerate(titles)),
    ]
    label, blank, modules, header, *rows = book["Tracker"].values
    assert label[:6] == ("Learning path:", None, of, None, "Group:", "Clover")
    assert (set(blank), modules[:4]) == ({None}, (None, None, *titles[:2]))
    assert header == (
        "Name",
        "Mentor",
        "=IF(COUNTA($A$5:$A$16)=0,0,COUNTIF(C$5:C$16,TRUE)/COUNTA($A$5:$A$16))",
        "=IF(COUNTA($A$5:$A$16)=0,0,COUNTIF(D$5:D$16,TRUE)/COUNTA($A$5:$A$16))",
        "E-mail",
        "Mentor e-mail",
    )
    assert rows == [
        ("Ana Ruivo", "Marta Pires", True, "need help", "ana@example.com", "marta@example.com"),
        ("Bruno Sá", "Tomás Reis", False, False, "bruno@example.com", "tomas@example.com"),
        ("Chidi Okafor", "Marta Pires", False, False, "chidi@example.com", "marta@example.com"),
    ]
    assert next(book["Questions"].values)[:8] == (
        "Date", "Student", "Module", "Question", "Answer", "Answered by", "Solved", "Detail",
    )  # fmt: skip


@pytest.mark.parametrize("ticked", [True, False])
def test_private_notes_are_there_only_when_ticked(cast: Cast, as_: SignIn, ticked: bool) -> None:
    CheckInFactory.create(group=cast.clover, logged_by=cast.marta, private_note="Bruno is tired.")
    content = (
        as_("marta")
        .get(f"/groups/{cast.clover.pk}/workbook/", {"private_notes": "on"} if ticked else {})
        .content
    )
    [row] = rows_of(content, "Check-ins")
    assert row.get("Private note") == ("Bruno is tired." if ticked else None)
    parts = zipfile.ZipFile(BytesIO(content))
    assert any(b"tired" in parts.read(name) for name in parts.namelist()) is ticked


def test_former_mentor_gets_none(cast: Cast, as_: SignIn) -> None:
    cast.clover.mentorships.update(ended_on=TODAY)
    assert as_("marta").get(f"/groups/{cast.clover.pk}/workbook/").status_code == 403


def test_tracker_holds_members_and_who_finished(cast: Cast, as_: SignIn) -> None:
    end_enrolment(enrolment=cast.enrolment("ana"), on=TODAY, end_reason="finished", by=cast.ines, at=NOW)
    end_enrolment(enrolment=cast.enrolment("bruno"), on=TODAY, end_reason="dropped", by=cast.ines, at=NOW)
    content = as_("marta").get(f"/groups/{cast.clover.pk}/workbook/").content
    assert students(content) == ["Ana Ruivo", "Chidi Okafor"]
    left = {row["Person"]: row["Why it ended"] for row in rows_of(content, "People")}
    assert left == {
        "Marta Pires": None, "Ana Ruivo": "finished", "Bruno Sá": "dropped out", "Chidi Okafor": None,
    }  # fmt: skip


def test_what_somebody_did_who_moved_on_is_the_other_groups(cast: Cast, as_: SignIn) -> None:
    chidi = cast.enrolment("chidi")
    cast.juniper.memberships.filter(enrolment=cast.enrolment("emre")).update(
        ended_on=TODAY, end_reason="dropped"
    )
    join_group(enrolment=chidi, group=cast.juniper, on=TODAY, by=cast.ines, at=NOW)
    ProgressFactory.create(enrolment=chidi, milestone=cast.milestones[2])
    ines = as_("ines")
    of = {
        group.name: {
            row["Person"] for row in rows_of(ines.get(f"/groups/{group.pk}/workbook/").content, "Progress")
        }
        for group in (cast.clover, cast.juniper)
    }
    assert of == {"Clover": set(), "Juniper": {"Chidi Okafor"}}


def test_hidden_asker_stands_beside_the_question(cast: Cast, as_: SignIn) -> None:
    """The mentor may know; the sheet's own column is what is read out in a meeting."""
    QuestionFactory.create(membership=cast.ana, title="Is it just me?", is_asker_hidden=True)
    [row] = rows_of(as_("marta").get(f"/groups/{cast.clover.pk}/workbook/").content, "Questions")
    assert (row["Student"], row["Asker, hidden from other students"]) == (None, "Ana Ruivo <ana@example.com>")


def test_workbook_of_a_mentor_names_nobody_of_other_groups_who_asked(cast: Cast, as_: SignIn) -> None:
    """On the page of the question who asked again is named to the mentors of their own group, and to course admins."""
    original = QuestionFactory.create(membership=cast.emre, title="Why softmax?", is_asker_hidden=True)
    AnswerFactory.create(question=original, body="It adds up.", answered_by=cast.person("emre"))
    question = QuestionFactory.create(
        membership=cast.ana, title="What is softmax for?", status="duplicate", duplicate_of=original
    )
    AskFactory.create(
        question=question,
        group=cast.juniper,
        enrolment=cast.enrolment("dalia"),
        logged_by=cast.person("dalia"),
    )

    def named(name: str) -> set[str]:
        content = as_(name).get(f"/groups/{cast.clover.pk}/workbook/").content
        cells = [
            str(cell) for tab in load_workbook(BytesIO(content)) for row in tab.values for cell in row if cell
        ]
        return {
            who for who in ("ana@", "dalia@", "emre@", "Dalia", "Emre") if any(who in cell for cell in cells)
        }

    assert named("marta") == {"ana@"}
    assert named("ines") == {"ana@", "dalia@", "emre@", "Dalia", "Emre"}
    asks = rows_of(as_("marta").get(f"/groups/{cast.clover.pk}/workbook/").content, "Asks")
    assert [(row["Group"], row["Person"]) for row in asks] == [
        ("Clover", "Ana Ruivo"), ("Juniper", "somebody of the group"),
    ]  # fmt: skip
    content = as_("marta").get(f"/groups/{cast.clover.pk}/workbook/").content
    again = previewed("sheet", ("Clover.xlsx", content), by=cast.ines, cohort=cast.cohort)
    assert {verdict for verdict, _, _ in shown(again)} == {"unchanged"}
    # A mentor of both groups may know.
    MentorshipFactory.create(group=cast.juniper, person=cast.marta)
    assert named("marta") == {"ana@", "dalia@", "emre@", "Dalia", "Emre"}


def test_what_was_answered_before_it_was_asked_goes_out_and_comes_back(cast: Cast, as_: SignIn) -> None:
    known = QuestionFactory.create(membership=cast.bruno, title="Why softmax?")
    AnswerFactory.create(question=known, body="It adds up.", answered_by=cast.marta)
    Question.objects.filter(pk=known.pk).update(status="answered", first_answered_at=NOW)
    typed = {"title": "Para que serve?", "is_asker_hidden": True}
    ask_again(question=known, group=cast.clover, by=cast.person("ana"), at=NOW, typed=typed, is_answered=True)
    content = as_("marta").get(f"/groups/{cast.clover.pk}/workbook/").content
    Question.objects.filter(duplicate_of=known).delete()
    Question.objects.all().delete()
    confirmed(previewed("sheet", ("Clover.xlsx", content), by=cast.ines, cohort=cast.cohort), cast.ines)
    own = Question.objects.exclude(duplicate_of=None).get()
    assert (own.title, own.duplicate_of.title, own.is_asker_hidden) == (  # type: ignore[union-attr]
        "Para que serve?",
        "Why softmax?",
        True,
    )
    assert own.asks.get().is_answered_already
    assert not own.duplicate_of.asks.get().is_answered_already  # type: ignore[union-attr]


def test_zip_holds_a_workbook_a_group(cast: Cast, as_: SignIn) -> None:
    response = as_("ines").get(all_workbooks(cast))
    assert response["Content-Disposition"] == 'attachment; filename="Autumn 2026.zip"'
    archive = zipfile.ZipFile(BytesIO(response.content))
    assert {name: students(archive.read(name)) for name in archive.namelist()} == {
        "Clover.xlsx": ["Ana Ruivo", "Bruno Sá", "Chidi Okafor"],
        "Juniper.xlsx": ["Dalia Haddad", "Emre Kaya", "Fátima Nunes"],
    }


def test_group_that_is_chosen_comes_alone(cast: Cast, as_: SignIn) -> None:
    response = as_("ines").get(f"/cohorts/{cast.cohort.pk}/export/workbooks/", {"group": "Juniper"})
    assert response["Content-Disposition"] == 'attachment; filename="Juniper.xlsx"'
    assert students(response.content) == ["Dalia Haddad", "Emre Kaya", "Fátima Nunes"]


@pytest.mark.parametrize("count", [1, 4])
def test_queries_do_not_grow_with_groups(
    cast: Cast, as_: SignIn, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    fill(cast, count)
    AgreedStepFactory.create(group=cast.clover, agreed_by=cast.marta)
    ask_for_workbooks(cohort=cast.cohort, has_private_notes=False, by=cast.ines, at=NOW)
    made = WorkbookArchive.objects.get()
    with django_assert_num_queries(25):
        make_workbooks(made, NOW, silent)
    made.refresh_from_db()
    assert len(zipfile.ZipFile(BytesIO(bytes(made.content))).namelist()) == count + 2
