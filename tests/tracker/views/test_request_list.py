"""Requests of mentors as a queue: who has one, what was answered, and what happens when two are at it."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from courses.models import Cohort, CourseAdmin
from groups.models import Enrolment
from lib.refusals import Refused
from tests.conftest import NOW, Cast, SignIn
from tests.factories.people import UserFactory
from tests.factories.tracker import CheckInFactory
from tests.racing import at_once
from tests.tracker.actions.test_check_ins import log
from tracker.actions.requests import answer_request, settle_request, take_request
from tracker.models import CheckIn

WEEK = "2026-W38"


def asked(cast: Cast, week: date = date(2026, 9, 14), **fields: object) -> CheckIn:
    values = {"request": "Please extend the key.", "requested_at": NOW - timedelta(days=1), **fields}
    return CheckInFactory.create(
        **{"group": cast.clover, "week_starts_on": week, "logged_by": cast.marta, **values}
    )


def url(cast: Cast, name: str) -> str:
    return reverse(f"tracker:request-{name}", args=[cast.clover.pk, WEEK])


def queue(cast: Cast, **query: str) -> str:
    return reverse("tracker:request-list", args=[cast.cohort.pk], query=query)


@pytest.fixture
def bea(cast: Cast) -> Client:
    """A second course admin."""
    person = UserFactory.create(name="Bea Costa", email="bea@example.com")
    CourseAdmin.objects.create(course=cast.course, person=person)
    client = Client()
    client.force_login(person)
    return client


def test_longest_wait_is_first_and_answered_ones_are_apart(
    cast: Cast, as_: SignIn, django_assert_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    asked(cast, request="Second")
    asked(cast, date(2026, 9, 7), request="First", requested_at=NOW - timedelta(days=8))
    asked(cast, date(2026, 8, 31), request="")
    asked(cast, group=cast.juniper, request="Third", request_settled_at=NOW, request_settled_by=cast.ines)
    client = as_("ines")
    with django_assert_num_queries(11):
        page = client.get(queue(cast))
    assert [row.request for row in page.context["page"]] == ["First", "Second"]
    assert re.findall(r'· asked <time datetime="[^"]+" title="([^"]+)">([^<]+)</time>', page.text) == [
        ("Tuesday 8 September 2026, 11:00", "8 days ago"),
        ("Tuesday 15 September 2026, 11:00", "yesterday"),
    ]
    assert "Answered (1)" in page.text
    page = client.get(queue(cast, show="answered"))
    assert [row.request for row in page.context["page"]] == ["Third"]
    assert "Marked as resolved by" in page.text
    assert queue(cast) in client.get(reverse("tracker:board", args=[cast.cohort.pk])).text


def test_one_takes_it_another_takes_it_over_and_it_is_answered(cast: Cast, as_: SignIn, bea: Client) -> None:
    check_in = asked(cast)
    ines = as_("ines")
    ines.post(url(cast, "take"))
    check_in.refresh_from_db()
    assert (check_in.request_taken_by, check_in.request_taken_at) == (cast.ines, NOW)
    # A reviewer who saw it free is told who was faster; one who saw its reviewer may take it over.
    assert "Inês Duarte took it first." in bea.post(url(cast, "take"), follow=True).text
    bea.post(url(cast, "take"), {"taken_from": str(cast.ines.pk)})
    assert "Bea Costa has it now." in ines.post(url(cast, "hand-back"), follow=True).text
    bea.post(url(cast, "hand-back"))
    check_in.refresh_from_db()
    assert (check_in.request_taken_at, check_in.request_settled_at) == (None, None)
    fields = {"version": str(check_in.version), "body": "Yes: **until May**."}
    answer = ines.post(url(cast, "answer"), fields)
    assert (answer.status_code, answer["Location"]) == (302, queue(cast))
    page = as_("marta").get(check_in.get_absolute_url()).text
    assert "Answered by Inês Duarte on Wed 16 September" in page
    assert "<strong>until May</strong>" in page
    assert "Check-in: who has the request" in page
    assert url(cast, "answer") not in page


def test_nothing_typed_is_lost_when_another_was_faster(cast: Cast, as_: SignIn, bea: Client) -> None:
    check_in = asked(cast)
    client = as_("ines")
    assert 'name="version" value="1"' in client.get(url(cast, "answer")).text.replace("\n", " ")
    empty = client.post(url(cast, "answer"), {"version": "1", "body": " "})
    assert empty.status_code == 422
    assert "Write an answer first." in empty.text
    CheckIn.objects.update(version=2, changed_by=cast.marta, request="Please, two keys.")
    page = client.post(url(cast, "answer"), {"version": "1", "body": "My long answer"})
    assert page.status_code == 422
    for words in ("Marta Pires has changed the check-in", "Please, two keys.", "My long answer"):
        assert words in page.text
    assert page.context["form"]["version"].value() == "2"
    bea.post(url(cast, "answer"), {"version": "2", "body": "Bea says so."})
    page = client.post(url(cast, "answer"), {"version": "2", "body": "My long answer"})
    for words in ("Bea Costa has answered already.", "Bea says so.", "My long answer"):
        assert words in page.text
    CheckIn.objects.update(request="", request_answer="", request_settled_at=None, request_settled_by=None)
    page = client.post(url(cast, "answer"), {"version": "2", "body": "My long answer"})
    for words in ("The request was removed.", "My long answer"):
        assert words in page.text
    check_in.refresh_from_db()
    assert check_in.request_answer == ""


def test_changed_words_are_a_new_request_once_answered(cast: Cast) -> None:
    """One that waits keeps its place and who has it; the answer to other words stays in the history."""
    first = log(cast, request="A room")
    take_request(check_in=first, taken_from=None, by=cast.ines, at=NOW)
    later = log(cast, request="A room, please")
    assert (later.requested_at, later.request_taken_by) == (NOW, cast.ines)
    answer_request(check_in=later, version=later.version, body="Room 3", by=cast.ines, at=NOW)
    same = log(cast, request="A room, please", summary="We met again")
    assert same.request_answer == "Room 3"
    anew = log(cast, request="Another room")
    assert (anew.request_settled_at, anew.request_answer, anew.request_taken_by) == (None, "", None)
    assert anew.history.filter(request_answer="Room 3").exists()
    settle_request(check_in=anew, is_settled=True, by=cast.ines, at=NOW)
    gone = log(cast, request="")
    assert (gone.request_settled_at, gone.requested_at) == (None, None)


def test_neither_who_studied_there_nor_students_read_it(cast: Cast, as_: SignIn) -> None:
    asked(cast, request="Secret wish")
    CourseAdmin.objects.create(course=cast.course, person=cast.person("ana"))
    assert "Secret wish" not in as_("ana").get(queue(cast)).text
    assert as_("ana").get(url(cast, "answer")).status_code == 403
    assert as_("ana").post(url(cast, "take")).status_code == 403
    Enrolment.objects.filter(person=cast.person("ana")).update(ended_on=NOW.date(), end_reason="dropped")
    assert "Secret wish" not in as_("ana").get(queue(cast)).text
    assert as_("bruno").get(queue(cast)).status_code == 403


def test_closing_names_open_ones_and_a_closed_cohort_is_read_only(cast: Cast, as_: SignIn) -> None:
    check_in = asked(cast)
    client = as_("ines")
    closing = client.get(reverse("tracker:cohort-close", args=[cast.cohort.pk])).text
    assert "1\n          request from mentors</a>" in closing
    Cohort.objects.update(closed_on=NOW.date())
    assert url(cast, "take") not in client.get(queue(cast)).text
    assert "Please extend the key." in client.get(queue(cast)).text
    for name, fields in (
        ("take", {}),
        ("hand-back", {}),
        ("settle", {}),
        ("answer", {"version": "1", "body": "No"}),
    ):
        page = client.post(url(cast, name), fields, follow=True)
        assert "is closed or archived" in page.text
    check_in.refresh_from_db()
    assert (check_in.request_taken_at, check_in.request_settled_at) == (None, None)


@pytest.mark.django_db(transaction=True)
def test_two_take_it_at_once_and_one_is_told(cast: Cast) -> None:
    check_in = asked(cast)
    outcomes = at_once(
        lambda: take_request(check_in=check_in, taken_from=None, by=cast.ines, at=NOW),
        lambda: take_request(check_in=check_in, taken_from=None, by=cast.marta, at=NOW),
    )
    (told,) = [str(one) for one in outcomes if isinstance(one, Refused)]
    check_in.refresh_from_db()
    assert told == f"{check_in.request_taken_by} took it first."
