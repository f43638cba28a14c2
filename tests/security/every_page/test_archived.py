"""An archived cohort, or course, is only read: its pages say so, offer nothing, and what is sent to it is refused."""

import re
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import resolve, reverse

from courses.actions.archiving import archive
from courses.models.archived import Archivable
from tests.conftest import NOW, Cast
from tests.mail_samples import samples
from tests.places import PLACES, plan_changed

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
    "question_id",
    "review_id",
    "ring_id",
    "step_id",
    "willing_id",
    "wish_id",
}
OF_COURSES = {"slug", "milestone_id", "material_id", "change_id", "need_id", "topic_id"}
# Actions on the archived thing itself, and on what is published of it, which belongs to the course.
LEFT = {
    "groups:cohort-archive",
    "groups:cohort-restore",
    "questions:question-publish",
    "questions:question-publish-undo",
    # A file is made, and nothing is changed.
    "sheets:export-workbooks",
}
# Texts by its people, and about them, are still read by those who administer the course.
WRITTEN = {
    "questions:question-detail",
    "tracker:board",
    "tracker:check-in-detail",
    "tracker:review-detail",
    "tracker:student-detail",
}
FORM = re.compile(r'<form[^>]*method="post"[^>]*>')
LINK = re.compile(r'<a [^>]*href="(/[^"?#]*)')
# Its archiver may restore it from each of its pages, have all workbooks made, and sign out.
ALWAYS = re.compile(r"/restore/|/export/workbooks/|/account/logout/")


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
    """The readable ones of these pages, but for parts of pages and files."""
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
    """The posts to them that are not refused."""
    found = set()
    for name, (url, fields) in pages.items():
        with transaction.atomic():
            answer = client.post(url, fields)
            transaction.set_rollback(True)
        if answer.status_code not in (403, 404, 405):
            found.add(name)
    return found


def offering(pages: dict[str, str]) -> dict[str, set[str]]:
    """The pages with a form that may change something, and those with a link to the page of one that is refused."""
    found: dict[str, set[str]] = {}
    for name, html in pages.items():
        forms = {form for form in FORM.findall(html) if not ALWAYS.search(form)}
        links = {url for url in LINK.findall(html) if leads_to_a_form(url)}
        if forms or links:
            found[name] = forms | links
    return found


def leads_to_a_form(url: str) -> bool:
    page = resolve(url)
    return (
        hasattr(page.func, "is_form")
        and bool((OF_COHORTS | OF_COURSES) & set(page.kwargs))
        and page.view_name not in LEFT
    )


@pytest.mark.parametrize(
    ("who", "read", "acting"),
    [("ines", WRITTEN, set()), ("ana", {"groups:mentor-note"}, {"groups:concern-new"})],
)
def test_pages_of_an_archived_cohort_say_so_and_offer_nothing(
    furnished: Cast, who: str, read: set[str], acting: set[str]
) -> None:
    pages = shown(*archived(furnished, furnished.cohort, who, OF_COHORTS))
    assert read <= pages.keys()
    assert {name for name, html in pages.items() if "Autumn 2026 is archived" not in html} == set()
    assert {name: what for name, what in offering(pages).items() if name not in acting} == {}


def test_pages_of_an_archived_course_say_so_and_offer_nothing(furnished: Cast) -> None:
    pages = shown(*archived(furnished, furnished.cohort.course, "ines", OF_COURSES | OF_COHORTS))
    assert pages.keys() >= WRITTEN
    assert {name for name, html in pages.items() if "LLM specialisation is archived" not in html} == set()
    assert offering(pages) == {}


@pytest.mark.parametrize(("who", "left"), [("ines", LEFT), ("ana", {"groups:concern-new"})])
def test_nothing_is_changed_in_an_archived_cohort(furnished: Cast, who: str, left: set[str]) -> None:
    assert done(*archived(furnished, furnished.cohort, who, OF_COHORTS)) == left


def test_nothing_is_changed_in_an_archived_course(furnished: Cast) -> None:
    left = {"groups:course-archive", "groups:course-restore"}
    assert done(*archived(furnished, furnished.cohort.course, "ines", OF_COURSES)) == left


def test_no_mail_tells_of_an_archived_cohort(furnished: Cast) -> None:
    plan_changed(furnished)
    assert len(list(samples(NOW))) >= 20
    archive(thing=furnished.cohort, by=furnished.ines, at=NOW)
    told = {(name, mail.about) for name, _, mail in samples(NOW)}
    # A private message still finds its reader; and Statistics is not archived.
    assert told == {("concern_told", ""), ("concern_answered", ""), ("course_admin_added", "")}


def test_what_is_sent_to_an_archived_cohort_is_refused_in_words(furnished: Cast) -> None:
    client, _ = archived(furnished, furnished.cohort, "ines", set())
    url = reverse("tracker:people-bulk", args=[furnished.cohort.pk])
    ended = client.post(url, {"deed": "end", "enrolment": furnished.ana.enrolment_id})
    assert "Autumn 2026 is archived. Restore it first. Nothing was changed." in ended.text
