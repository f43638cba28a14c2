"""An archived cohort is only read: all that a course admin may send to it is refused, until it is restored."""

import pytest
from django.db import transaction
from django.test import Client
from django.urls import resolve, reverse

from courses.actions.archiving import archive
from tests.conftest import NOW, Cast
from tests.places import PLACES

pytestmark = pytest.mark.no_cover

# Pages with one of these in their address are about something in a cohort.
OF_COHORTS = {
    "away_id",
    "channel_id",
    "cohort_id",
    "enrolment_id",
    "group_id",
    "import_id",
    "item_id",
    "mentorship_id",
    "move_id",
    "pause_id",
    "ring_id",
    "step_id",
    "willing_id",
    "wish_id",
}


def test_nothing_is_changed_in_an_archived_cohort(furnished: Cast) -> None:
    places = {name: place(furnished) for name, place in PLACES.items()}
    urls = {name: reverse(name, args=place.args) for name, place in places.items()}
    archive(thing=furnished.cohort, by=furnished.ines, at=NOW)
    client = Client()
    client.force_login(furnished.ines)
    done = set()
    for name, url in urls.items():
        if not OF_COHORTS & set(resolve(url).kwargs):
            continue
        with transaction.atomic():
            answer = client.post(url, places[name].fields)
            transaction.set_rollback(True)
        if answer.status_code not in (403, 404, 405):
            done.add(name)
    assert done == {
        "groups:cohort-archive",
        "groups:cohort-delete",
        "groups:cohort-restore",
        "groups:cohort-roll-over",
    }
    url = reverse("groups:people-bulk", args=[furnished.cohort.pk])
    ended = client.post(url, {"deed": "end", "enrolment": furnished.ana.enrolment_id})
    assert "Autumn 2026 is archived. Restore it first. Nothing was changed." in ended.text
