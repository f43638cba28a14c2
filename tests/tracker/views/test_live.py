"""A page's question every 15 s: whether somebody has changed what it shows."""

import html
import re
from datetime import date, timedelta
from functools import partial

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.http import urlencode

from benchmarks.cost import python_calls
from groups.models import Enrolment
from questions.actions import answer, ask
from tests.conftest import NOW, Cast, SignIn
from tests.factories.groups import MentorshipFactory
from tests.factories.questions import QuestionFactory
from tests.factories.tracker import CheckInFactory, CodeReviewFactory
from tracker.actions.progress import mark

SCRIPT = {"HX-Request": "true"}
PAGES = [("ana", "/week/{}/"), ("ines", "/groups/{}/"), ("marta", "/groups/")]


def asks(browser: Client, page: str) -> str:
    """The page's question, with the versions of what it shows."""
    shown = browser.get(page).text
    (url,) = re.findall(r'<div hidden data-live hx-get="([^"]+)"', shown)
    seen = re.findall(r'<input type="hidden" name="seen" value="([^"]+)">', shown)
    url = html.unescape(url)
    return url + ("&" if "?" in url else "?") + urlencode({"seen": seen}, doseq=True) if seen else url


def chidi_marks(cast: Cast) -> None:
    by = cast.person("chidi")
    mark(enrolment=cast.enrolment("chidi"), milestone=cast.milestones[3], state="need_help", by=by, at=NOW)


@pytest.mark.parametrize(("who", "page"), PAGES)
def test_nothing_changed_costs_four_queries_and_leaves_no_trace(
    cast: Cast, as_: SignIn, who: str, page: str
) -> None:
    browser = as_(who)
    url = asks(browser, page.format(cast.clover.pk))
    session = Session.objects.values().get(pk=browser.session.session_key)
    active = list(Enrolment.objects.order_by("pk").values_list("last_active_at", flat=True))
    # The session, the person, and the version.
    with CaptureQueriesContext(connection) as queries:
        answer = browser.get(url, headers=SCRIPT)
    assert (answer.status_code, answer.content, len(queries)) == (204, b"", 4)
    assert "Set-Cookie" not in answer
    assert Session.objects.values().get(pk=browser.session.session_key) == session
    assert list(Enrolment.objects.order_by("pk").values_list("last_active_at", flat=True)) == active


@pytest.mark.no_cover
@pytest.mark.urls("benchmarks.floor")
@pytest.mark.parametrize(("who", "page"), [PAGES[0], PAGES[2]])
def test_nothing_changed_calls_six_tenths_of_the_floors_functions_at_most(
    cast: Cast, as_: SignIn, who: str, page: str
) -> None:
    browser = as_(who)
    url = asks(browser, page.format(cast.clover.pk))
    live, floor = (python_calls(partial(browser.get, at, headers=SCRIPT)) for at in (url, "/floor/"))
    assert live < 0.6 * floor


@pytest.mark.parametrize(("who", "page"), PAGES)
def test_mark_of_another_comes_once(cast: Cast, as_: SignIn, who: str, page: str) -> None:
    browser = as_(who)
    url = asks(browser, page.format(cast.clover.pk))
    chidi_marks(cast)
    answer = browser.get(url, headers=SCRIPT)
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert "#mark-need_help" in answer.text
    again = asks(browser, page.format(cast.clover.pk))
    assert again.split("seen=")[1] in html.unescape(answer.text)
    assert browser.get(again, headers=SCRIPT).status_code == 204


def test_question_of_a_student_comes_by_itself_and_who_is_open_stays_open(cast: Cast, as_: SignIn) -> None:
    CheckInFactory.create(group=cast.clover, week_starts_on=date(2026, 9, 7), logged_by=cast.marta)
    browser = as_("marta")
    url = asks(browser, f"/groups/?student={cast.ana.enrolment_id}")
    QuestionFactory.create(membership=cast.bruno, title="Why divide by the root?")
    answer = browser.get(url, headers=SCRIPT).text
    (waiting,) = re.findall(r'<section class="part" id="questions".*?</section>', answer, re.DOTALL)
    assert 'hx-swap-oob="true"' in waiting
    assert "Why divide by the root?" in waiting
    assert answer.count('<tr class="detail">') == 1


def test_review_comes_to_my_week_and_news_wait_for_the_next_look(cast: Cast, as_: SignIn) -> None:
    browser, page = as_("ana"), f"/week/{cast.clover.pk}/"
    asked = ask(group=cast.clover, by=cast.person("ana"), at=NOW, title="Why so?")
    url, later = asks(browser, page), NOW + timedelta(minutes=1)
    with time_machine.travel(later, tick=False):
        answer(question=asked, by=cast.marta, at=later, body="So.")
        ana, bruno = cast.enrolment("ana"), cast.enrolment("bruno")
        CodeReviewFactory.create(group=cast.clover, author=bruno, reviewer=ana, milestone=cast.milestones[0])
        live = browser.get(url, headers=SCRIPT).text
        assert "Bruno’s LLM basics" in live
        assert "Why so?" not in live
        assert "Why so?" in browser.get(page).text


def test_cards_that_changed_come_one_by_one(cast: Cast, as_: SignIn) -> None:
    MentorshipFactory.create(group=cast.juniper, person=cast.marta)
    browser = as_("marta")
    url = asks(browser, "/groups/")
    chidi_marks(cast)
    answer = browser.get(url, headers=SCRIPT)
    assert (answer["HX-Retarget"], answer["HX-Reswap"]) == (f"#group-{cast.clover.pk}", "outerHTML")
    # A group whose first day is over moves into the sheet: the page is loaded anew.
    moved = browser.get(f"{url}&door={cast.clover.pk}", headers=SCRIPT)
    assert moved.headers["HX-Refresh"] == "true"
    # Rows of others are not shown, whatever is asked.
    cast.clover.mentorships.all().delete()
    assert browser.get(url, headers=SCRIPT).status_code == 204
    assert browser.get("/groups/live/?seen=x-1&seen=-&seen=9", headers=SCRIPT).status_code == 204


@pytest.mark.parametrize(("who", "page"), PAGES)
def test_who_is_signed_out_is_told_so_and_led_nowhere(cast: Cast, as_: SignIn, who: str, page: str) -> None:
    browser = as_(who)
    url = asks(browser, page.format(cast.clover.pk))
    browser.logout()
    answer = browser.get(url, headers=SCRIPT)
    assert (answer.status_code, answer.text) == (401, "Sign in first.")


@pytest.mark.parametrize(("who", "page"), PAGES[:3])
def test_closed_cohort_asks_nothing(cast: Cast, as_: SignIn, who: str, page: str) -> None:
    type(cast.cohort).objects.update(closed_on=NOW.date())
    assert "hidden data-live" not in as_(who).get(page.format(cast.clover.pk)).text
