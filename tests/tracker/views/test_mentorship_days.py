from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from groups.actions.mentorship import assign_mentor, end_mentorship
from tests.conftest import NOW, TODAY, Cast
from tests.factories.tracker import CheckInFactory

type SignIn = Callable[[str], Client]
pytestmark = pytest.mark.django_db


def url(cast: Cast) -> str:
    return reverse("tracker:mentorship-days", args=[cast.clover.mentorships.earliest("pk").pk])


def test_what_correcting_a_mentorship_changes_is_shown_before_it_is_saved(cast: Cast, as_: SignIn) -> None:
    for week in (date(2026, 8, 31), date(2026, 9, 7)):
        CheckInFactory.create(group=cast.clover, week_starts_on=week, held_on=week)
    client = as_("ines")
    answer = client.post(url(cast), {"start": "2026-09-07"})
    assert {one.what: (one.before, one.after) for one in answer.context["changes"]} == {
        "Mentorship": ("from 31 August 2026", "from 7 September 2026"),
        "Check-ins of the group in these days": ("2", "1"),
    }
    mentorship = cast.clover.mentorships.get()
    assert mentorship.started_on == date(2026, 8, 31)
    saved = client.post(url(cast), {"start": "2026-09-07", "seen": answer.context["form"].key()})
    assert saved.headers["Location"] == reverse("groups:group-set-up", args=[cast.clover.pk])
    mentorship.refresh_from_db()
    assert mentorship.started_on == date(2026, 9, 7)
    assert mentorship.history.latest().history_user == cast.ines
    assert url(cast) in client.get(saved.headers["Location"]).text


def test_ended_mentorship_is_opened_again_unless_another_one_follows(cast: Cast, as_: SignIn) -> None:
    mentorship = cast.clover.mentorships.get()
    end_mentorship(mentorship=mentorship, on=date(2026, 9, 9), by=cast.ines)
    client = as_("ines")
    days = {"start": "2026-08-31", "end": ""}
    answer = client.post(url(cast), days)
    assert {one.what: one.after for one in answer.context["changes"]} == {
        "Mentorship": "from 31 August 2026",
        "Mentors today": "Marta Pires",
    }
    client.post(url(cast), days | {"seen": answer.context["form"].key()})
    mentorship.refresh_from_db()
    assert mentorship.ended_on is None
    end_mentorship(mentorship=mentorship, on=date(2026, 9, 9), by=cast.ines)
    assign_mentor(group=cast.clover, person=cast.marta, role="co-mentor", on=TODAY, by=cast.ines, at=NOW)
    assert "these days overlap" in client.post(url(cast), days).text
    assert "The end is before the start" in client.post(url(cast), days | {"end": "2026-08-30"}).text
