"""A spreadsheet's reading by an address: which columns, for how long, and what of it is in the log."""

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from courses.models import Cohort, Course, CourseAdmin
from people.actions.anonymise import anonymise
from sheets.models import SheetAddress
from tests.conftest import NOW, TODAY, Cast, SignIn
from tests.factories.groups import EnrolmentFactory, GroupFactory, MembershipFactory, MentorshipFactory
from tests.factories.people import UserFactory
from tests.factories.questions import AnswerFactory, AskFactory, QuestionFactory
from tests.factories.tracker import CheckInEntryFactory, CheckInFactory, ProgressFactory
from tests.moving import end_enrolment

type Make = Callable[..., str]
KINDS = SheetAddress.Kind.values


@pytest.fixture(autouse=True)
def _site(settings: Any) -> None:
    settings.SITE_URL = "http://testserver"


@pytest.fixture
def make(cast: Cast, as_: SignIn) -> Make:
    """Make an address as somebody does on the page, and return its path."""

    def made(kind: str, by: str = "ines") -> str:
        page = as_(by).post(f"/cohorts/{cast.cohort.pk}/export/", {"kind": kind}).text
        [path] = re.findall(
            r'id="link" readonly value="http://testserver(/spreadsheet/[\w-]{43}/trefoil\.csv)"', page
        )
        assert (
            f"=IMPORTDATA(&quot;http://testserver{path}&quot;)" in page
            or f'=IMPORTDATA("http://testserver{path}")' in page
        )
        return str(path)

    return made


def read(path: str) -> list[list[str]]:
    """As a spreadsheet does: without a session."""
    answer = Client().get(path)
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(b"".join(answer).decode(), newline="")))


def status(path: str) -> int:
    return Client().get(path).status_code


def test_address_is_shown_once_and_kept_as_a_digest(cast: Cast, make: Make, as_: SignIn) -> None:
    path = make("progress")
    key = path.split("/")[2]
    page = as_("ines").get(f"/cohorts/{cast.cohort.pk}/export/").text
    assert key not in page
    assert key not in str(SheetAddress.objects.values().get())
    assert "Anyone who can open the" in page
    assert "must be reachable from the internet" in page
    assert "never read" in page
    answer = Client().get(path)
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("text/csv; charset=utf-8", "no-store")
    assert "Set-Cookie" not in answer
    b"".join(answer)
    assert "last read on 16 September 2026" in as_("ines").get(f"/cohorts/{cast.cohort.pk}/export/").text
    refused = as_("ines").post(f"/cohorts/{cast.cohort.pk}/export/", {"kind": "secrets"})
    assert "Select a valid choice" in refused.text
    assert SheetAddress.objects.count() == 1


def test_each_address_has_its_own_columns(cast: Cast, make: Make) -> None:
    ana, bruno = cast.enrolment("ana"), cast.enrolment("bruno")
    ProgressFactory.create(enrolment=ana, milestone=cast.milestones[0], hours="2.5")
    check_in = CheckInFactory.create(group=cast.clover, logged_by=cast.marta, minutes=40)
    CheckInEntryFactory.create(check_in=check_in, enrolment=ana)
    one = QuestionFactory.create(membership=cast.ana, milestone=cast.milestones[0], first_answered_at=NOW)
    AskFactory.create(question=one, group=cast.clover, logged_by=cast.marta)
    QuestionFactory.create(
        membership=cast.bruno, milestone=cast.milestones[0], status="duplicate", duplicate_of=one
    )
    QuestionFactory.create(membership=cast.dalia)
    alone = EnrolmentFactory.create(
        cohort=cast.cohort, person=UserFactory.create(name="=SUM(A1)", email="gus@example.com")
    )
    end_enrolment(enrolment=cast.enrolment("chidi"), on=TODAY, end_reason="dropped", by=cast.ines, at=NOW)
    MentorshipFactory.create(group=cast.clover, person=cast.tomas, role="co-mentor")
    assert (alone.ended_on, bruno.ended_on) == (None, None)
    assert read(make("progress")) == [
        ["Group", "Person", "Milestone", "State", "Since", "Hours", "Begun on", "Finished on", "Left on"],
        [
            "Clover",
            "Ana Ruivo",
            "LLM basics",
            "done",
            "2026-09-16 11:00",
            "2.50",
            "2026-09-16",
            "2026-09-16",
            "",
        ],
        # Who has done nothing yet.
        *(
            [group, name, *[""] * 7]
            for group, name in (
                ("", "'=SUM(A1)"),
                ("Clover", "Bruno Sá"),
                ("Juniper", "Dalia Haddad"),
                ("Juniper", "Emre Kaya"),
                ("Juniper", "Fátima Nunes"),
            )
        ),
    ]
    assert read(make("check-ins")) == [
        ["Group", "Week of", "Outcome", "Held on", "Minutes", "Person", "Attendance", "Counts"],
        ["Clover", "2026-09-07", "met", "2026-09-07", "40", "Ana Ruivo", "present", "TRUE"],
    ]
    # Each time somebody asked, of which one was the same question; a group of three would give a hidden asker away.
    QuestionFactory.create(membership=cast.dalia, milestone=cast.milestones[1], is_asker_hidden=True)
    assert read(make("questions")) == [
        ["Group", "Milestone", "Questions", "Times asked", "Answered"],
        ["Clover", "LLM basics", "1", "3", "1"],
        ["Juniper", "", "1", "1", "0"],
    ]
    people = [
        ["'=SUM(A1)", "", ""],
        ["Ana Ruivo", "Clover", "Marta Pires; Tomás Reis"],
        ["Bruno Sá", "Clover", "Marta Pires; Tomás Reis"],
        ["Dalia Haddad", "Juniper", "Tomás Reis"],
        ["Emre Kaya", "Juniper", "Tomás Reis"],
        ["Fátima Nunes", "Juniper", "Tomás Reis"],
    ]
    assert read(make("people")) == [["Name", "Group", "Mentor"], *people]
    with_addresses = read(make("addresses"))
    assert with_addresses[0] == ["Name", "Group", "Mentor", "E-mail"]
    assert with_addresses[1:3] == [[*people[0], "gus@example.com"], [*people[1], "ana@example.com"]]


def test_nothing_that_somebody_wrote_is_read(cast: Cast, make: Make) -> None:
    written = {name: f"PRIVATE {name}" for name in ("summary", "request", "private_note")}
    check_in = CheckInFactory.create(group=cast.clover, logged_by=cast.marta, **written)
    CheckInEntryFactory.create(check_in=check_in, enrolment=cast.enrolment("ana"), note="PRIVATE of Ana")
    question = QuestionFactory.create(membership=cast.ana, title="PRIVATE why?", detail="PRIVATE detail")
    AnswerFactory.create(question=question, body="PRIVATE because", answered_by=cast.marta)
    ProgressFactory.create(enrolment=cast.enrolment("ana"), milestone=cast.milestones[0])
    cast.cohort.enrolments.update(mentor_note="PRIVATE note", level="PRIVATE level")
    for kind in KINDS:
        rows = read(make(kind))
        assert len(rows) > 1, kind
        assert "PRIVATE" not in str(rows), kind
        assert ("@" in str(rows)) is (kind == "addresses"), kind


def test_address_ends(cast: Cast, make: Make, as_: SignIn) -> None:
    first, others = make("people"), make("progress")
    renewed = make("people")
    assert [status(path) for path in (first, renewed, others)] == [404, 200, 200]
    of = SheetAddress.objects.get(kind="people")
    remove = f"/cohorts/{cast.cohort.pk}/export/addresses/{of.pk}/remove/"
    assert as_("marta").post(remove).status_code == 403
    assert status(renewed) == 200
    # While the cohort is archived, nothing of it is read, made or removed.
    Cohort.objects.update(archived_at=NOW, archived_by=cast.ines)
    page = as_("ines").get(f"/cohorts/{cast.cohort.pk}/export/").text
    assert remove not in page
    assert "Make an address" not in page
    assert as_("ines").post(f"/cohorts/{cast.cohort.pk}/export/", {"kind": "people"}).status_code == 403
    assert [status(path) for path in (renewed, others)] == [404, 404]
    Cohort.objects.update(archived_at=None, archived_by=None)
    assert [status(path) for path in (renewed, others)] == [200, 200]
    # Another course admin may remove it, and twice.
    CourseAdmin.objects.create(course=cast.course, person=cast.tomas)
    for _ in range(2):
        assert as_("tomas").post(remove).status_code == 302
    assert [status(path) for path in (renewed, others)] == [404, 200]
    assert status("/spreadsheet/no-key/trefoil.csv") == 404


def test_address_is_of_one_cohort_only(cast: Cast, make: Make, as_: SignIn) -> None:
    make("people")
    other = Cohort.objects.create(course=cast.course, starts_on=TODAY, title="Next", time_zone="UTC")
    of = SheetAddress.objects.get()
    assert as_("ines").post(f"/cohorts/{other.pk}/export/addresses/{of.pk}/remove/").status_code == 302
    assert SheetAddress.objects.count() == 1
    assert "never read" not in as_("ines").get(f"/cohorts/{other.pk}/export/").text


def test_who_is_no_course_admin_any_more_left_no_address_that_works(
    cast: Cast, make: Make, as_: SignIn
) -> None:
    CourseAdmin.objects.create(course=cast.course, person=cast.tomas, added_at=NOW)
    path, others = make("people", by="tomas"), make("people")
    CourseAdmin.objects.filter(person=cast.tomas).delete()
    # They mentor in the cohort still.
    assert [status(path), status(others)] == [404, 200]
    page = as_("ines").get(f"/cohorts/{cast.cohort.pk}/export/").text
    assert page.count("never read") + page.count("last read") == 1
    # The role again is no new life for the address of before, but for one that is made then.
    with time_machine.travel(NOW + timedelta(days=1)):
        CourseAdmin.objects.create(course=cast.course, person=cast.tomas)
        assert status(path) == 404
        assert status(make("people", by="tomas")) == 200
        # Nor for whoever takes the place of another in the Django admin.
        CourseAdmin.objects.filter(person=cast.ines).update(person=cast.marta)
        assert status(others) == 404
    other_course = Course.objects.create(title="Other", slug="other")
    CourseAdmin.objects.create(course=other_course, person=cast.ines)
    assert status(others) == 404


@pytest.mark.parametrize("how", ["disabled", "anonymised"])
def test_who_has_no_account_left_no_address(cast: Cast, make: Make, how: str) -> None:
    path = make("people")
    if how == "disabled":
        cast.ines.is_active = False
        cast.ines.save()
    else:
        anonymise(person=cast.ines, at=NOW)
        assert not SheetAddress.objects.exists()
    assert status(path) == 404


def test_log_has_a_line_a_day_without_the_key_and_60_reads_an_hour_are_the_most(
    cast: Cast, make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    path, other = make("people"), make("progress")
    of = SheetAddress.objects.get(kind="people")
    caplog.set_level("INFO", "trefoil.audit")
    for day in (0, 1):
        with time_machine.travel(NOW + timedelta(days=day)):
            assert {status(path) for _ in range(60)} == {200}
    line = (
        f"a visitor from 127.0.0.1: read spreadsheet address {of.pk}, people of cohort {cast.cohort.pk}, of person"
        f" {cast.ines.pk}: today's first"
    )
    told = [record.getMessage() for record in caplog.records if record.name == "trefoil.audit"]
    assert [text for text in told if not text.startswith("person")] == [line, line]
    with time_machine.travel(NOW + timedelta(days=1)):
        refused = Client().get(path)
        assert (refused.status_code, refused.text) == (
            429,
            "This was read 60 times within an hour, the most allowed. Try again in 1 minute.",
        )
        assert f"reached the limit of spreadsheets, of spreadsheet address {of.pk}" in caplog.text
        assert status(other) == 200
    with time_machine.travel(NOW + timedelta(days=1, minutes=2)):
        assert status(path) == 200


@pytest.mark.parametrize("count", [1, 8])
@pytest.mark.parametrize(
    ("kind", "queries"), [("progress", 15), ("check-ins", 10), ("questions", 9), ("people", 11)]
)
def test_queries_do_not_grow_with_rows(cast: Cast, make: Make, kind: str, queries: int, count: int) -> None:
    for number in range(count):
        group = GroupFactory.create(cohort=cast.cohort, name=f"Group {number}")
        MentorshipFactory.create(group=group, person=cast.marta)
        stay = MembershipFactory.create(group=group)
        ProgressFactory.create(enrolment=stay.enrolment, milestone=cast.milestones[0])
        CheckInFactory.create(group=group, logged_by=cast.marta)
        QuestionFactory.create(membership=stay)
    path = make(kind)
    with CaptureQueriesContext(connection) as asked:
        assert len(read(path)) > count
    assert len(asked) == queries
