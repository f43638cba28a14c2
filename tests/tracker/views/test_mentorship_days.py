from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from groups.actions.mentorship import assign_mentor, end_mentorship
from tests.conftest import NOW, TODAY, Cast, SignIn

pytestmark = pytest.mark.django_db


def url(cast: Cast) -> str:
    return reverse("tracker:mentorship-days", args=[cast.clover.mentorships.earliest("pk").pk])


def key(client: Client, cast: Cast) -> str:
    return str(client.get(url(cast)).context["form"].key())


def test_corrected_days_of_a_mentorship_are_in_its_history(cast: Cast, as_: SignIn) -> None:
    client, mentorship = as_("ines"), cast.clover.mentorships.get()
    saved = client.post(url(cast), {"mentorship-start": "2026-09-07", "seen": key(client, cast)})
    assert saved.headers["Location"] == reverse("tracker:group-set-up", args=[cast.clover.pk])
    mentorship.refresh_from_db()
    assert mentorship.started_on == date(2026, 9, 7)
    assert mentorship.history.latest().history_user == cast.ines
    assert url(cast) in client.get(saved.headers["Location"]).text


def test_ended_mentorship_is_opened_again_unless_another_one_follows(cast: Cast, as_: SignIn) -> None:
    mentorship = cast.clover.mentorships.get()
    end_mentorship(mentorship=mentorship, on=date(2026, 9, 9), by=cast.ines, at=NOW)
    client = as_("ines")
    days = {"mentorship-start": "2026-08-31", "mentorship-end": ""}
    client.post(url(cast), days | {"seen": key(client, cast)})
    mentorship.refresh_from_db()
    assert mentorship.ended_on is None
    end_mentorship(mentorship=mentorship, on=date(2026, 9, 9), by=cast.ines, at=NOW)
    assign_mentor(group=cast.clover, person=cast.marta, role="co-mentor", on=TODAY, by=cast.ines, at=NOW)
    days["seen"] = key(client, cast)
    assert "these days overlap" in client.post(url(cast), days).text
    assert (
        "The end is before the start" in client.post(url(cast), days | {"mentorship-end": "2026-08-30"}).text
    )
