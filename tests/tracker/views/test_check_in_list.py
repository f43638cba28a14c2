from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from groups.models import Membership, Mentorship
from tests.conftest import Cast, SignIn
from tests.factories.groups import MentorshipFactory
from tests.factories.tracker import CheckInFactory


def url_of(cast: Cast) -> str:
    return reverse("tracker:check-in-list", args=[cast.clover.pk])


def lines(client: Client, cast: Cast) -> list[tuple[str, str, str]]:
    weeks = client.get(url_of(cast)).context["weeks"]
    return [(line["week"].iso, line["label"], line["sentence"]) for line in weeks]


def test_check_in_list_shows_every_week_to_who_leads_the_group(cast: Cast, as_: SignIn) -> None:
    CheckInFactory.create(
        group=cast.clover, week_starts_on=date(2026, 8, 31), held_on=date(2026, 9, 1), logged_as="cover"
    )
    for name in ("marta", "ines"):
        assert lines(as_(name), cast) == [
            ("2026-W38", "Due", ""),
            ("2026-W37", "Late", ""),
            ("2026-W36", "By a stand-in", "Tuesday 1 September, 30 minutes."),
        ]
    page = as_("marta").get(url_of(cast)).text
    assert page.count("Log check-in<span") == 2


def test_check_in_list_shows_members_what_was_logged(cast: Cast, as_: SignIn) -> None:
    CheckInFactory.create(group=cast.clover, summary="Attention once more.", private_note="secret")
    response = as_("ana").get(url_of(cast))
    assert [(line["week"].iso, line["check_in"].summary) for line in response.context["weeks"]] == [
        ("2026-W37", "Attention once more.")
    ]
    assert "secret" not in response.text
    assert "Log check-in" not in response.text
    assert " late" not in response.text


def test_check_in_list_shows_former_mentors_their_days(cast: Cast, as_: SignIn) -> None:
    Mentorship.objects.filter(person=cast.marta).update(ended_on=date(2026, 9, 8))
    MentorshipFactory.create(group=cast.clover, person=cast.tomas, started_on=date(2026, 9, 8))
    for week, held_on in ((date(2026, 8, 31), date(2026, 9, 1)), (date(2026, 9, 7), date(2026, 9, 8))):
        CheckInFactory.create(group=cast.clover, week_starts_on=week, held_on=held_on)
    assert [week for week, *_ in lines(as_("marta"), cast)] == ["2026-W36"]
    assert [week for week, *_ in lines(as_("tomas"), cast)] == ["2026-W38", "2026-W37", "2026-W36"]


def test_check_in_list_shows_who_left_what_was_there_then(cast: Cast, as_: SignIn) -> None:
    Membership.objects.filter(pk=cast.ana.pk).update(ended_on=date(2026, 9, 8), end_reason="dropped")
    for week, held_on in ((date(2026, 8, 31), date(2026, 9, 1)), (date(2026, 9, 7), date(2026, 9, 8))):
        CheckInFactory.create(group=cast.clover, week_starts_on=week, held_on=held_on)
    assert [week for week, *_ in lines(as_("ana"), cast)] == ["2026-W36"]


def test_check_in_list_says_when_there_is_none(cast: Cast, as_: SignIn) -> None:
    assert "No check-in yet" in as_("ana").get(url_of(cast)).text


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("who", "queries"), [("marta", 18), ("ana", 5)])
def test_check_in_list_takes_as_many_queries_with_one_as_with_three(
    cast: Cast, as_: SignIn, who: str, queries: int, count: int, django_assert_num_queries: Any
) -> None:
    for week in (date(2026, 8, 31), date(2026, 9, 7), date(2026, 9, 14))[:count]:
        CheckInFactory.create(group=cast.clover, week_starts_on=week)
    client = as_(who)
    with django_assert_num_queries(queries):
        client.get(url_of(cast))
