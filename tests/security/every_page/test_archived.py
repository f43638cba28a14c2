"""An archived cohort, or course, is only read: its pages say so, offer nothing, and what is sent to it is refused."""

import re
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import resolve, reverse

from config.mail_gallery import samples
from courses.actions.archiving import archive
from courses.models.archived import Archivable
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
OF_COURSES = {"slug", "milestone_id", "material_id", "change_id", "need_id", "topic_id"}
# What can be done to the archived thing itself; and what is told in confidence finds its reader still.
LEFT = {
    "groups:cohort-archive",
    "groups:cohort-delete",
    "groups:cohort-restore",
    "groups:cohort-roll-over",
}
FORM = re.compile(r'<form[^>]*method="post"[^>]*>')
# Whoever archived it may restore it from each of its pages, and sign out.
ALWAYS = re.compile(r"/restore/|/account/logout/")


type Pages = dict[str, tuple[str, dict[str, Any]]]


def archived(cast: Cast, thing: Archivable, who: str, about: set[str]) -> tuple[Client, Pages]:
    """The browser of that person; and the pages that are about it, with what to send to each."""
    places = {name: place(cast) for name, place in PLACES.items()}
    archive(thing=thing, by=cast.ines, at=NOW)
    client = Client()
    client.force_login(cast.ines if who == "ines" else cast.person(who))
    urls = {name: reverse(name, args=place.args) for name, place in places.items()}
    return client, {
        name: (url, places[name].fields) for name, url in urls.items() if about & set(resolve(url).kwargs)
    }


def shown(client: Client, pages: Pages) -> dict[str, str]:
    """What is shown of these pages, but for parts of pages and files."""
    found = {}
    for name, (url, _) in pages.items():
        with transaction.atomic():
            answer = client.get(url)
            transaction.set_rollback(True)
        if (
            answer.status_code == 200
            and not answer.streaming
            and answer.content.startswith(b"<!doctype html>")
        ):
            found[name] = answer.text
    return found


def done(client: Client, pages: Pages) -> set[str]:
    """What is not refused of what is sent to them."""
    found = set()
    for name, (url, fields) in pages.items():
        with transaction.atomic():
            answer = client.post(url, fields)
            transaction.set_rollback(True)
        if answer.status_code not in (403, 404, 405):
            found.add(name)
    return found


@pytest.mark.parametrize(
    ("who", "least", "offering"),
    [("ines", 20, {"groups:cohort-roll-over"}), ("ana", 3, {"groups:concern-new"})],
)
def test_pages_of_an_archived_cohort_say_so_and_offer_nothing(
    furnished: Cast, who: str, least: int, offering: set[str]
) -> None:
    pages = shown(*archived(furnished, furnished.cohort, who, OF_COHORTS))
    assert len(pages) >= least
    assert {name for name, html in pages.items() if "Autumn 2026 is archived" not in html} == set()
    assert {
        name for name, html in pages.items() if not all(map(ALWAYS.search, FORM.findall(html)))
    } == offering


def test_pages_of_an_archived_course_say_so(furnished: Cast) -> None:
    pages = shown(*archived(furnished, furnished.cohort.course, "ines", OF_COURSES))
    assert len(pages) >= 25
    assert {name for name, html in pages.items() if "LLM specialisation is archived" not in html} == set()


@pytest.mark.parametrize(("who", "left"), [("ines", LEFT), ("ana", {"groups:concern-new"})])
def test_nothing_is_changed_in_an_archived_cohort(furnished: Cast, who: str, left: set[str]) -> None:
    assert done(*archived(furnished, furnished.cohort, who, OF_COHORTS)) == left


def test_nothing_is_changed_in_an_archived_course(furnished: Cast) -> None:
    left = {"groups:course-archive", "groups:course-delete", "groups:course-restore"}
    assert done(*archived(furnished, furnished.cohort.course, "ines", OF_COURSES)) == left


def test_no_mail_tells_of_an_archived_cohort(furnished: Cast) -> None:
    assert len(list(samples(NOW))) >= 20
    archive(thing=furnished.cohort, by=furnished.ines, at=NOW)
    told = {(name, mail.about) for name, _, mail in samples(NOW)}
    # What is told in confidence finds its reader still; and Statistics is not archived.
    assert told == {("concern_told", ""), ("concern_answered", ""), ("course_admin_added", "")}


def test_what_is_sent_to_an_archived_cohort_is_refused_in_words(furnished: Cast) -> None:
    client, _ = archived(furnished, furnished.cohort, "ines", set())
    url = reverse("groups:people-bulk", args=[furnished.cohort.pk])
    ended = client.post(url, {"deed": "end", "enrolment": furnished.ana.enrolment_id})
    assert "Autumn 2026 is archived. Restore it first. Nothing was changed." in ended.text
