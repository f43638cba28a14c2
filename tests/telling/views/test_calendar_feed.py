import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from ical.calendar_stream import IcsCalendarStream

from groups.models import Group
from people.actions.anonymise import anonymise
from telling.models import CalendarFeed
from tests.conftest import NOW, Cast, SignIn
from tests.factories.groups import GroupFactory, MembershipFactory, MentorshipFactory, PlanItemFactory

PAGE = "/account/calendar/"


@pytest.fixture
def made(cast: Cast, as_: SignIn) -> Callable[[str], str]:
    """Make the address of somebody's calendar and return its path."""

    def make(name: str) -> str:
        Group.objects.filter(pk=cast.clover.pk).update(meeting="Wednesdays 18:00, by video")
        page = as_(name).post(PAGE).text
        return re.findall(r'value="http://testserver(/calendar-feed/[\w-]{43}/trefoil\.ics)"', page)[0]

    return make


@pytest.fixture(autouse=True)
def _site(settings: Any) -> None:
    settings.SITE_URL = "http://testserver"


def test_address_is_shown_once_and_kept_as_a_digest(made: Callable[[str], str], as_: SignIn) -> None:
    path = made("ana")
    token = path.removeprefix("/calendar-feed/").removesuffix("/trefoil.ics")
    page = as_("ana").get(PAGE).text
    assert token not in page
    assert "Your calendar has had an address since 16 September 2026." in page
    assert token not in str(CalendarFeed.objects.values().get())
    assert as_("ana").get("/account/").text.count(f'href="{PAGE}"') == 1


def test_anybody_with_the_address_reads_the_calendar(made: Callable[[str], str]) -> None:
    path = made("ana")
    answer = Client().get(path)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Cache-Control"] == "private, no-cache"
    assert "Set-Cookie" not in answer
    events = IcsCalendarStream.calendar_from_ics(answer.text).events
    assert len(events) == 14
    assert {"Clover meets", "Due: RAG (Clover)"} <= {event.summary for event in events}
    for method in ("get", "head"):
        ask = getattr(Client(), method)
        assert ask(path)["ETag"] == answer["ETag"]
        unchanged = ask(path, headers={"If-None-Match": answer["ETag"]})
        assert (unchanged.status_code, unchanged.content) == (304, b"")
    Group.objects.update(meeting="Thursdays 18:00")
    assert Client().get(path, headers={"If-None-Match": answer["ETag"]}).status_code == 200


def test_address_ends(cast: Cast, made: Callable[[str], str], as_: SignIn) -> None:
    path = made("ana")
    others = made("bruno")
    renewed = made("ana")
    assert Client().get(path).status_code == 404
    assert Client().get(renewed).status_code == 200
    as_("ana").post("/account/calendar/remove/")
    assert Client().get(renewed).status_code == 404
    assert Client().get(others).status_code == 200
    person = cast.person("bruno")
    person.is_active = False
    person.save()
    assert Client().get(others).status_code == 404
    anonymise(person=person, at=NOW)
    assert not CalendarFeed.objects.exists()


def test_former_member_has_an_empty_calendar(cast: Cast, made: Callable[[str], str]) -> None:
    path = made("ana")
    cast.clover.memberships.filter(pk=cast.ana.pk).update(ended_on=NOW.date(), end_reason="dropped")
    answer = Client().get(path)
    assert answer.status_code == 200
    assert IcsCalendarStream.calendar_from_ics(answer.text).events == []


def test_queries_are_the_same_for_many_groups(cast: Cast, made: Callable[[str], str]) -> None:
    path = made("marta")
    for _ in range(3):
        group = GroupFactory.create(cohort=cast.cohort, meeting="Mondays and Fridays 9:00")
        MentorshipFactory.create(group=group, person=cast.marta)
        MembershipFactory.create(group=group)
        PlanItemFactory.create(group=group, milestone=cast.milestones[3], due_on=NOW.date())
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert Client().get(path).text.count("BEGIN:VEVENT") > 50
    # The feed, the relations (2), groups, pauses, mentors, their days away, check-ins, plans and members.
    assert len(queries) == 10
