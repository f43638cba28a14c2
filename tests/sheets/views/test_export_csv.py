import csv
import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from sheets.dashboards.exports import CohortExport, ExportKind, file_of
from tests.conftest import NOW, TODAY, Cast, SignIn
from tests.factories.groups import EnrolmentFactory, GroupFactory, MembershipFactory, MentorshipFactory
from tests.factories.people import UserFactory
from tests.factories.questions import AnswerFactory, QuestionFactory
from tests.factories.tracker import CheckInEntryFactory, CheckInFactory, ProgressFactory
from tests.moving import end_enrolment, move_student


def read(client: Client, cast: Cast, kind: str, **filters: Any) -> list[dict[str, str]]:
    response = client.get(f"/cohorts/{cast.cohort.pk}/export/csv/{kind}/", filters)
    assert response.status_code == 200
    content = b"".join(response)
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_progress_with_who_left(cast: Cast, as_: SignIn) -> None:
    ana, dalia = cast.enrolment("ana"), cast.enrolment("dalia")
    ProgressFactory.create(enrolment=ana, milestone=cast.milestones[0], hours="2.5")
    ProgressFactory.create(enrolment=dalia, milestone=cast.milestones[1], state="need_help")
    end_enrolment(enrolment=dalia, on=TODAY, end_reason="dropped", by=cast.ines, at=NOW)
    assert read(as_("ines"), cast, "progress") == [
        {
            "Group": "Clover", "Person": "Ana Ruivo", "E-mail": "ana@example.com", "Milestone": "LLM basics",
            "State": "done", "Since": "2026-09-16 11:00", "Hours": "2.50", "Last changed": "2026-09-16 11:00",
            "Changed by": "Ana Ruivo", "Waived on": "", "Left on": "", "Why they left": "", "Begun on": "2026-09-16",
            "Finished on": "2026-09-16", "Changed by e-mail": "ana@example.com", "Waived by": "",
            "Waived by e-mail": "", "Joined the cohort on": "2026-08-31",
        },
        {
            "Group": "Juniper", "Person": "Dalia Haddad", "E-mail": "dalia@example.com",
            "Milestone": "Prompt engineering", "State": "need help", "Since": "2026-09-16 11:00", "Hours": "",
            "Last changed": "2026-09-16 11:00", "Changed by": "Dalia Haddad", "Waived on": "",
            "Left on": "2026-09-16", "Why they left": "dropped out", "Begun on": "2026-09-16", "Finished on": "",
            "Changed by e-mail": "dalia@example.com", "Waived by": "", "Waived by e-mail": "",
            "Joined the cohort on": "2026-08-31",
        },
    ]  # fmt: skip


@pytest.mark.parametrize("ticked", [True, False])
def test_check_ins_bring_private_notes_only_when_ticked(cast: Cast, as_: SignIn, ticked: bool) -> None:
    check_in = CheckInFactory.create(
        group=cast.clover, logged_by=cast.marta, summary="We met.", private_note="Bruno is tired."
    )
    CheckInEntryFactory.create(check_in=check_in, enrolment=cast.enrolment("ana"), note="=sum")
    CheckInFactory.create(group=cast.juniper, logged_by=cast.tomas, outcome="cancelled")
    rows = read(as_("ines"), cast, "check-ins", **({"private_notes": "on"} if ticked else {}))
    shown = [(row["Group"], row["Week of"], row["Person"], row["Note"]) for row in rows]
    assert shown == [
        ("Clover", "2026-09-07", "Ana Ruivo", "'=sum"),
        ("Juniper", "2026-09-07", "", ""),
    ]
    assert not {"Pace", "Blocker"} & rows[0].keys()
    notes = [row.get("Private note") for row in rows]
    assert notes == (["Bruno is tired.", ""] if ticked else [None, None])


def test_questions_with_all_that_they_say(cast: Cast, as_: SignIn) -> None:
    question = QuestionFactory.create(
        membership=cast.ana, title="+1 why?", milestone=cast.milestones[0], status="answered",
        first_answered_at=NOW, is_asker_hidden=True, visibility="course", published_at=NOW,
        published_by=cast.ines,
    )  # fmt: skip
    AnswerFactory.create(question=question, body="Because.", answered_by=cast.marta)
    AnswerFactory.create(question=question, body="So.", answered_by=cast.person("bruno"))
    [row] = read(as_("ines"), cast, "questions")
    assert row == {
        "Group": "Clover", "Asked on": "2026-09-16", "Asked by": "Ana Ruivo", "E-mail": "ana@example.com",
        "Name hidden": "TRUE", "Milestone": "LLM basics", "Material": "", "Question": "'+1 why?", "Detail": "",
        "Category": "", "Seen by": "everybody in the course", "Status": "answered", "Duplicate of": "",
        "Times asked": "1", "Answered on": "2026-09-16 11:00",
        "Answers": "Marta Pires, 2026-09-16: Because.\n\nBruno Sá, 2026-09-16: So.", "Published on": "2026-09-16 11:00",
    }  # fmt: skip


def test_people_who_left_and_who_have_no_group_are_among_them(cast: Cast, as_: SignIn) -> None:
    end_enrolment(enrolment=cast.enrolment("chidi"), on=TODAY, end_reason="finished", by=cast.ines, at=NOW)
    person = UserFactory.create(name="Gustavo Lima", email="gustavo@example.com")
    EnrolmentFactory.create(cohort=cast.cohort, person=person, started_on=date(2026, 9, 1))
    rows = read(as_("ines"), cast, "people")
    assert [(row["Name"], row["Group"], row["Role"], row["Until"], row["Why they left"]) for row in rows] == [
        ("Marta Pires", "Clover", "mentor", "", ""),
        ("Tomás Reis", "Juniper", "mentor", "", ""),
        ("Ana Ruivo", "Clover", "student", "", ""),
        ("Bruno Sá", "Clover", "student", "", ""),
        ("Chidi Okafor", "Clover", "student", "2026-09-16", "finished"),
        ("Dalia Haddad", "Juniper", "student", "", ""),
        ("Emre Kaya", "Juniper", "student", "", ""),
        ("Fátima Nunes", "Juniper", "student", "", ""),
        ("Gustavo Lima", "", "student", "", ""),
    ]


def test_what_is_no_export_is_not_found(cast: Cast, as_: SignIn) -> None:
    assert as_("ines").get(f"/cohorts/{cast.cohort.pk}/export/csv/secrets/").status_code == 404


def test_file_is_named_and_typed(cast: Cast, as_: SignIn) -> None:
    response = as_("ines").get(f"/cohorts/{cast.cohort.pk}/export/csv/people/")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="Autumn 2026 people.csv"'


def fill(cast: Cast, count: int) -> None:
    """So many groups more, each with a student who did everything that is exported."""
    for number in range(count):
        group = GroupFactory.create(cohort=cast.cohort, name=f"Group {number}")
        MentorshipFactory.create(group=group, person=cast.marta)
        stay = MembershipFactory.create(group=group)
        ProgressFactory.create(enrolment=stay.enrolment, milestone=cast.milestones[0])
        check_in = CheckInFactory.create(group=group, logged_by=cast.marta)
        CheckInEntryFactory.create(check_in=check_in, enrolment=stay.enrolment)
        question = QuestionFactory.create(membership=stay, status="answered", first_answered_at=NOW)
        AnswerFactory.create(question=question, answered_by=cast.marta)
        QuestionFactory.create(membership=stay, status="duplicate", duplicate_of=question)


@pytest.mark.parametrize("count", [1, 4])
@pytest.mark.parametrize(
    ("kind", "queries"), [("progress", 11), ("check-ins", 8), ("questions", 9), ("people", 9)]
)
def test_queries_do_not_grow_with_rows(
    cast: Cast,
    as_: SignIn,
    django_assert_num_queries: DjangoAssertNumQueries,
    kind: str,
    queries: int,
    count: int,
) -> None:
    fill(cast, count)
    ines = as_("ines")
    with django_assert_num_queries(queries):
        assert len(read(ines, cast, kind)) >= count


@pytest.mark.parametrize("kind", ["progress", "check-ins", "questions", "people"])
def test_rows_are_read_while_they_are_sent(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, kind: ExportKind
) -> None:
    """A reader of the first rows waits for a batch, not for the cohort."""
    monkeypatch.setattr("sheets.dashboards.exports.BATCH", 10)
    fill(cast, 24)
    with CaptureQueriesContext(connection) as queries:
        _, made = file_of(ExportKind(kind), CohortExport(cohort=cast.cohort))
        begun = len(queries)
        next(made)
        first = len(queries)
        assert len(list(made)) >= 23
    assert begun == 0
    assert 0 < first < 10
    assert len(queries) > first + 1


def test_export_of_check_ins_says_which_entry_of_a_week_counts(cast: Cast, as_: SignIn) -> None:
    """Bruno was with both groups in the week of his move; Clover also noted him after it."""
    for group, day in ((cast.clover, 8), (cast.juniper, 10), (cast.clover, 15)):
        held_on = date(2026, 9, day)
        monday = held_on - timedelta(days=held_on.weekday())
        check_in = CheckInFactory.create(group=group, week_starts_on=monday, held_on=held_on)
        CheckInEntryFactory.create(check_in=check_in, enrolment=cast.enrolment("bruno"))
    CheckInFactory.create(group=cast.clover, week_starts_on=date(2026, 8, 31), outcome="absent")
    move_student(
        enrolment=cast.enrolment("bruno"), group=cast.juniper, on=date(2026, 9, 9), by=cast.ines, at=NOW
    )
    told = read(as_("ines"), cast, "check-ins")
    assert [(row["Group"], row["Week of"], row["Held on"], row["Counts"]) for row in told] == [
        ("Clover", "2026-08-31", "2026-08-31", ""),
        ("Clover", "2026-09-07", "2026-09-08", "FALSE"),
        ("Clover", "2026-09-14", "2026-09-15", "FALSE"),
        ("Juniper", "2026-09-07", "2026-09-10", "TRUE"),
    ]
