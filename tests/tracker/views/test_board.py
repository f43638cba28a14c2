import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from courses.models import Cohort, Pause
from tests.conftest import NOW, TODAY, Cast, SignIn
from tests.factories.courses import CohortFactory
from tests.factories.groups import MembershipFactory
from tests.factories.questions import QuestionFactory
from tests.factories.tracker import CheckInFactory
from tests.groups.dashboards.test_set_up import all_set_up
from tests.tracker.dashboards.test_board import everybody_on_track, name_of, need_help
from tests.tracker.dashboards.test_board_queries import fill
from tracker.snapshots import take_snapshot


def test_board_leads_to_its_lists_which_have_pages_and_find_names(cast: Cast, as_: SignIn) -> None:
    fill(cast, 30)
    QuestionFactory.create(membership=cast.ana)
    url, browser = reverse("tracker:board", args=[cast.cohort.pk]), as_("ines")
    page = browser.get(url, {"q": "group"}).text
    for name in ("check-ins", "questions"):
        assert f'href="{url}?show={name}&amp;q=group"' in page
    alone = browser.get(url, {"show": "check-ins", "page": "2"}).text
    assert alone.count('scope="row"') == 7
    assert "Page 2 of 2" in alone
    assert f'href="mailto:{cast.marta.email}"' in browser.get(url, {"show": "mentors", "q": "clover"}).text
    assert "Times asked" in browser.get(url, {"show": "questions"}).text
    assert browser.get(url, {"show": "check-ins", "q": "clover"}).text.count('scope="row"') == 1
    MembershipFactory.create(
        group=cast.clover, person__name="Nora Later", started_on=TODAY + timedelta(days=9)
    )
    assert browser.get(url, {"show": "check-ins", "q": "nora"}).text.count('scope="row"') == 1
    assert "Nothing here matches “no such”." in browser.get(url, {"show": "students", "q": "no such"}).text
    assert browser.get(url, {"show": "nothing", "page": "x"}).status_code == 200


def test_board_from_a_snapshot_says_of_which_day(cast: Cast, as_: SignIn) -> None:
    take_snapshot(cast.cohort, NOW)
    page = as_("ines").get(reverse("tracker:board", args=[cast.cohort.pk])).text
    assert "As of Wed 16 September, " in page


@pytest.mark.parametrize("is_kept", [False, True])
def test_board_counts_nobody_of_the_group_in_which_its_reader_studies(
    cast: Cast, as_: SignIn, is_kept: bool
) -> None:
    everybody_on_track(cast)
    need_help(cast, "ana", 2, days=8)
    need_help(cast, "dalia", 2, days=8)
    MembershipFactory.create(group=cast.clover, person=cast.ines)
    if is_kept:
        take_snapshot(cast.cohort, NOW)
    board = as_("ines").get(reverse("tracker:board", args=[cast.cohort.pk])).context["board"]
    assert [name_of(each) for each in board.students] == ["Dalia Haddad"]
    assert (board.heading, board.flagged_label) == ("4 need you today", "1 of 3")


def test_empty_board_says_what_to_do(cast: Cast, as_: SignIn) -> None:
    cohort = CohortFactory.create(course=cast.course)
    text = as_("ines").get(reverse("tracker:board", args=[cohort.pk])).text
    assert "Nobody is enrolled" in text
    assert ">Import people</a>" in text
    everybody_on_track(cast)
    all_set_up(cast)
    for group in (cast.clover, cast.juniper):
        for week in (date(2026, 8, 31), date(2026, 9, 7)):
            CheckInFactory.create(group=group, week_starts_on=week)
    text = as_("ines").get(reverse("tracker:board", args=[cast.cohort.pk])).text
    assert re.findall(r"<h[12][^>]*>([^<]+)", text) == ["Nobody needs you today", "Also"]


def test_board_expects_nothing_before_a_cohort_begins(cast: Cast, as_: SignIn) -> None:
    Cohort.objects.update(starts_on=date(2026, 10, 5))
    text = as_("ines").get(reverse("tracker:board", args=[cast.cohort.pk])).text
    assert re.findall(r"<h[12][^>]*>([^<]+)", text) == [
        "3 things left to set up",
        "Left to set up",
        "Starts 5 Oct",
    ]
    assert "from 5 Oct" in text
    assert "this week" not in text
    all_set_up(cast)
    text = as_("ines").get(reverse("tracker:board", args=[cast.cohort.pk])).text
    assert re.findall(r"<h[12][^>]*>([^<]+)", text) == ["Begins on 5 October 2026", "Starts 5 Oct"]


@pytest.mark.parametrize(
    ("change", "is_on"),
    [
        ({}, True),
        ({"closed_on": TODAY}, False),
        ({"closed_on": TODAY + timedelta(days=1)}, True),
        ({"starts_on": date(2026, 9, 21)}, False),
        ({"starts_on": date(2026, 9, 20)}, True),
    ],
)
def test_board_counts_minutes_of_mentors_only_while_the_cohort_runs(
    cast: Cast, as_: SignIn, change: dict[str, Any], is_on: bool
) -> None:
    Cohort.objects.update(**change)
    page = as_("ines").get(reverse("tracker:board", args=[cast.cohort.pk]), {"show": "mentors"}).text
    assert ("0 of 30 minutes this week" in page) is is_on
    Pause.objects.create(cohort=cast.cohort, starts_on=date(2026, 9, 14), ends_on=date(2026, 9, 18))
    page = as_("ines").get(reverse("tracker:board", args=[cast.cohort.pk]), {"show": "mentors"}).text
    assert "minutes this week" not in page
