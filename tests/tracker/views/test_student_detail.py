import re
from typing import Any

import pytest
from django.urls import reverse

from people.models import User
from tests.conftest import NOW, Cast, SignIn
from tests.tracker.dashboards.bruno import live
from tests.tracker.dashboards.test_student_detail import fill
from tracker.actions.progress import mark


def url(cast: Cast) -> str:
    return reverse("tracker:student-detail", args=[cast.bruno.enrolment_id])


def test_private_note_in_the_story_is_for_who_leads(cast: Cast, as_: SignIn) -> None:
    live(cast)
    told = {
        name: "He is alone with it." in as_(name).get(url(cast)).text for name in ("bruno", "marta", "ines")
    }
    assert told == {"bruno": False, "marta": True, "ines": True}


@pytest.mark.parametrize("count", [1, 3])
def test_student_detail_takes_constant_queries(
    cast: Cast, as_: SignIn, count: int, django_assert_num_queries: Any
) -> None:
    fill(cast, count)
    browser = as_("marta")
    with django_assert_num_queries(27):
        answer = browser.get(url(cast))
    assert answer.content.decode().count("’s check-in, ") == count


def test_days_of_the_story_are_those_of_the_cohort_wherever_its_reader_is(cast: Cast, as_: SignIn) -> None:
    User.objects.filter(pk=cast.marta.pk).update(time_zone="Pacific/Kiritimati")
    mark(
        enrolment=cast.bruno.enrolment,
        milestone=cast.milestones[0],
        state="done",
        by=cast.person("bruno"),
        at=NOW,
    )
    # Where Marta is, it is Thursday already.
    assert re.search(r'title="Wednesday 16 September 2026">today</time>', as_("marta").get(url(cast)).text)


def test_story_keeps_private_notes_off_paper(cast: Cast, as_: SignIn) -> None:
    live(cast)
    page = as_("marta").get(url(cast)).text
    assert page.count('class="private no-print"') == 1
    assert "came to the meeting." in page


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("progress", "Hours spent"),
        ("groups", "Clover’s check-in, Tuesday"),
        ("gossip", "Clover’s check-in, Tuesday"),
    ],
)
def test_milestones_are_in_the_place_of_the_weeks(cast: Cast, as_: SignIn, kind: str, words: str) -> None:
    live(cast)
    page = as_("marta").get(url(cast), {"kind": kind}).text
    assert words in page
    assert ("Clover’s check-in, Tuesday" in page) is (kind != "progress")


def test_student_detail_offers_deeds_to_who_leads_only(cast: Cast, as_: SignIn) -> None:
    words = ("Waive", "Away", "mailto:bruno@example.com")
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
