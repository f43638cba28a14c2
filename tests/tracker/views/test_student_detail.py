from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import Cast
from tests.tracker.dashboards.bruno import live
from tests.tracker.dashboards.test_student_detail import fill

type SignIn = Callable[[str], Client]


def url(cast: Cast) -> str:
    return reverse("tracker:student-detail", args=[cast.bruno.enrolment_id])


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("bruno", 200),
        ("ana", 403),
        ("dalia", 403),
        ("marta", 200),
        ("tomas", 403),
        ("ines", 200),
        ("zoe", 404),
    ],
)
def test_student_detail_is_for_the_student_their_mentor_and_admins(
    cast: Cast, as_: SignIn, name: str, status: int
) -> None:
    live(cast)
    answer = as_(name).get(url(cast))
    assert answer.status_code == status
    assert ("He is alone with it." in answer.content.decode()) is (name in ("marta", "ines"))


@pytest.mark.parametrize("count", [1, 3])
def test_student_detail_takes_constant_queries(
    cast: Cast, as_: SignIn, count: int, django_assert_num_queries: Any
) -> None:
    fill(cast, count)
    browser = as_("marta")
    with django_assert_num_queries(26):
        answer = browser.get(url(cast))
    assert answer.content.decode().count("Check-in, ") == count


def test_story_keeps_private_notes_off_paper_and_the_log_a_click_away(cast: Cast, as_: SignIn) -> None:
    live(cast)
    page = as_("marta").get(url(cast)).text
    assert page.count('class="private no-print"') == 1
    assert "came to the meeting." in page
    assert 'aria-label="Filter"' not in page
    assert 'href="?kind=all"' in page
    assert 'aria-label="Filter"' in as_("marta").get(url(cast), {"kind": "all"}).text


def test_student_detail_is_narrowed_by_the_address(cast: Cast, as_: SignIn) -> None:
    live(cast)
    page = as_("marta").get(url(cast), {"kind": "reviews"}).content.decode()
    assert "Ana Ruivo approved LLM basics of Bruno Sá" in page
    assert "Check-in of Clover on" not in page
    assert '<a href="?kind=reviews" aria-current="page">' in page


def test_student_detail_tells_everything_where_the_kind_is_unknown(cast: Cast, as_: SignIn) -> None:
    live(cast)
    page = as_("marta").get(url(cast), {"kind": "gossip"}).content.decode()
    assert "Check-in of Clover on" in page
    assert '<a href="?kind=all" aria-current="page">' in page


def test_student_detail_says_when_there_is_nothing_of_a_kind(cast: Cast, as_: SignIn) -> None:
    page = as_("marta").get(url(cast), {"kind": "reviews"}).content.decode()
    assert "Nothing of this kind" in page


def test_student_detail_offers_deeds_to_who_leads_only(cast: Cast, as_: SignIn) -> None:
    words = ("Waive", "Add an absence", "mailto:bruno@example.com")
    offered = {
        name: [word in as_(name).get(url(cast), {"kind": "progress"}).text for word in words]
        for name in ("marta", "bruno")
    }
    assert offered == {"marta": [True] * 3, "bruno": [False] * 3}


def test_student_detail_leads_course_admins_to_the_enrolment(cast: Cast, as_: SignIn) -> None:
    offered = {
        name: "Manage enrolment" in as_(name).get(url(cast)).content.decode()
        for name in ("bruno", "marta", "ines")
    }
    assert offered == {"bruno": False, "marta": False, "ines": True}
