"""Counting questions that were answered before they were asked."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.test import Client

from groups.models import Group
from questions.actions import answer, ask, ask_again, undo_duplicate
from questions.models import Ask, Question
from tests.conftest import NOW, Cast, SignIn
from tests.factories.questions import TopicFactory
from tests.moving import move_student
from tests.trends.actions.topics.gathering import asked
from tracker.actions.progress import mark
from trends.actions.summaries import sum_up
from trends.models import CourseSummary

URL = "/courses/llm/trends/"


@pytest.fixture
def known(cast: Cast) -> Question:
    """Asked in Juniper, of a topic, and answered; for Ana and Bruno of Clover, and Emre of Juniper, that is it."""
    question, other = (
        ask(group=cast.juniper, by=cast.person("dalia"), at=NOW, title=title, milestone=cast.milestones[0])
        for title in ("Why the root?", "Why a square?")
    )
    TopicFactory.create(course=cast.course, questions=[question, other], title="Roots")
    answer(question=question, by=cast.tomas, at=NOW, body="So.")
    kept(cast, question, "ana", cast.clover, is_answered=True, typed={"title": "A raiz?"})
    kept(
        cast,
        question,
        "bruno",
        cast.clover,
        is_answered=True,
        typed={"title": "Raiz?", "is_asker_hidden": True},
    )
    kept(cast, question, "emre", cast.juniper, is_answered=True, typed={"title": "Wurzel?"})
    kept(cast, question, "chidi", cast.clover, typed={"title": "Root?"})
    return question


def kept(cast: Cast, question: Question, who: str, group: Group, **given: Any) -> None:
    ask_again(question=question, group=group, by=cast.person(who), at=NOW, **given)


def told_in_trends(browser: Client, **address: str) -> str:
    """The page, from its heading on."""
    html = unescape(browser.get(URL, address).text)
    return " ".join(html.partition("<h1")[2].partition("</main>")[0].split())


@pytest.mark.parametrize("is_summed_up", [False, True])
def test_they_are_counted_as_asked_and_told_under_each_filter(
    cast: Cast, as_: SignIn, known: Question, is_summed_up: bool
) -> None:
    if is_summed_up:
        sum_up(cast.course, NOW)
    browser = as_("ines")
    told = told_in_trends(browser)
    assert ">Asked 6 times</a>, all time" in told
    assert ">Answered before they were asked: 3</a>" in told
    assert ">Answered before they were asked: 3</a>" in told_in_trends(browser, cohort=str(cast.cohort.pk))
    assert "Answered before" not in told_in_trends(browser, material="0", category="setup")
    # The number leads to what it counts.
    html = unescape(browser.get("/courses/llm/questions/", {"answered_already": "yes"}).text)
    assert "answered before it was asked" in html
    assert "Why the root?" in html
    assert "Why a square?" not in html


def still_counted(cast: Cast, browser: Client) -> int:
    """How many the page counts, which must be those it leads to, and those of a very large course.

    So must be the others, which were asked again.
    """
    counts, others = set(), set()
    for _ in range(2):
        said = told_in_trends(browser)
        found = re.search(r">Answered before they were asked: (\d+)</a>", said)
        counts.add(int(found[1]) if found else 0)
        found = re.search(r">Taken as answered, asked again: (\d+)</a>", said)
        others.add(int(found[1]) if found else 0)
        sum_up(cast.course, NOW)
    CourseSummary.objects.all().delete()
    counts.add(
        browser.get("/courses/llm/questions/", {"answered_already": "yes"}).context["figure"]["ask_count"]
    )
    figure = browser.get("/courses/llm/questions/", {"asked_again": "yes"}).context["figure"]
    assert others == {figure["ask_count"]}
    (count,), (again,) = counts, others
    assert count + again == Ask.objects.filter(is_answered_already=True).count()
    return count


@pytest.mark.parametrize(
    ("milestone", "days", "counted"),
    [(0, 7, 2), (0, 7.01, 3), (1, 1, 3), (0, -1, 3)],
)
@pytest.mark.parametrize("how", ["asks", "again", "needs help"])
def test_who_asks_or_needs_help_there_within_seven_days_does_not_count(
    cast: Cast, as_: SignIn, known: Question, milestone: int, days: float, counted: int, how: str
) -> None:
    ana, about, at = cast.person("ana"), cast.milestones[milestone], NOW + timedelta(days=days)
    if how == "needs help":
        mark(enrolment=cast.enrolment("ana"), milestone=about, state="need_help", by=ana, at=at)
        # That it was sorted out since changes nothing.
        mark(
            enrolment=cast.enrolment("ana"), milestone=about, state="done", by=ana, at=at + timedelta(hours=1)
        )
    elif how == "again":
        other = ask(group=cast.juniper, by=cast.person("dalia"), at=NOW, title="Which?", milestone=about)
        ask_again(question=other, group=cast.clover, by=ana, at=at)
    else:
        ask(group=cast.clover, by=ana, at=at, title="Still: why?", milestone=about)
    assert still_counted(cast, as_("ines")) == counted


def test_what_others_ask_or_find_answered_takes_nothing_out(cast: Cast, as_: SignIn, known: Question) -> None:
    basics, at = cast.milestones[0], NOW + timedelta(days=1)
    ask(group=cast.clover, by=cast.person("chidi"), at=at, title="Mine?", milestone=basics)
    mark(
        enrolment=cast.enrolment("chidi"), milestone=basics, state="need_help", by=cast.person("chidi"), at=at
    )
    other = ask(group=cast.juniper, by=cast.person("dalia"), at=at, title="Which?", milestone=basics)
    answer(question=other, by=cast.tomas, at=at, body="So.")
    ask_again(question=other, group=cast.clover, by=cast.person("ana"), at=at, is_answered=True)
    assert still_counted(cast, as_("ines")) == 4


def test_what_a_mentor_took_as_answered_is_asked_again_by_somebody_of_the_group(
    cast: Cast, as_: SignIn, known: Question
) -> None:
    basics, at = cast.milestones[0], NOW + timedelta(days=1)
    ask_again(question=known, group=cast.clover, by=cast.marta, at=NOW, is_answered=True)
    assert still_counted(cast, as_("ines")) == 4
    # Somebody of another group, and one who is named.
    ask(group=cast.juniper, by=cast.tomas, at=at, title="Theirs?", milestone=basics)
    ask(group=cast.clover, by=cast.person("chidi"), at=at, title="His?", milestone=basics)
    assert still_counted(cast, as_("ines")) == 4
    ask(group=cast.clover, by=cast.marta, at=at, title="Ours?", milestone=basics)
    assert still_counted(cast, as_("ines")) == 3


def test_a_mentor_counts_those_of_their_groups_alone(cast: Cast, as_: SignIn, known: Question) -> None:
    assert ">Answered before they were asked: 2</a>" in told_in_trends(as_("marta"))
    assert ">Answered before they were asked: 1</a>" in told_in_trends(as_("tomas"))
    # A question for the group alone after its mentor left, and a hidden name, are not counted for them.
    Question.objects.filter(title="A raiz?").update(visibility="group")
    mentorship = cast.clover.mentorships.get(person=cast.marta)
    mentorship.ended_on = (NOW - timedelta(days=1)).date()
    mentorship.save()
    assert "Answered before" not in told_in_trends(as_("marta"))


def test_a_former_mentor_learns_of_no_help_that_was_needed_elsewhere(
    cast: Cast, as_: SignIn, known: Question
) -> None:
    ana, at = cast.enrolment("ana"), NOW + timedelta(days=2)
    ended_on = (NOW + timedelta(days=1)).date()
    cast.clover.mentorships.filter(person=cast.marta).update(ended_on=ended_on)
    move_student(enrolment=ana, group=cast.juniper, on=ended_on, by=cast.ines, at=at)
    with time_machine.travel(NOW + timedelta(days=3), tick=False):
        marta, ines = as_("marta"), as_("ines")
        before, of_course = told_in_trends(marta), told_in_trends(ines)
        mark(enrolment=ana, milestone=cast.milestones[0], state="need_help", by=ana.person, at=at)
        assert ">Answered before they were asked: 1</a>" in before
        assert told_in_trends(marta) == before
        assert told_in_trends(ines) != of_course
        for query, count in (("answered_already", 1), ("asked_again", 0)):
            figure = marta.get("/courses/llm/questions/", {query: "yes"}).context["figure"]
            assert figure["ask_count"] == count


def test_what_did_not_hold_is_said_where_nothing_held(cast: Cast, as_: SignIn) -> None:
    (question,) = asked(cast.dalia, "Why the root?", milestone=cast.milestones[0])
    answer(question=question, by=cast.tomas, at=NOW, body="So.")
    kept(cast, question, "ana", cast.clover, is_answered=True, typed={"title": "A raiz?"})
    ana = cast.enrolment("ana")
    at = NOW + timedelta(hours=1)
    mark(enrolment=ana, milestone=cast.milestones[0], state="need_help", by=ana.person, at=at)
    told = told_in_trends(as_("ines"))
    assert ">Taken as answered, asked again: 1</a>" in told
    html = unescape(as_("ines").get("/courses/llm/questions/", {"asked_again": "yes"}).text)
    assert "taken as answered, but asked again or needed help within a week" in html


def test_what_a_mentor_parted_no_longer_counts(cast: Cast, as_: SignIn, known: Question) -> None:
    for own in Question.objects.exclude(duplicate_of=None).exclude(title="Root?"):
        undo_duplicate(question=own, by=cast.ines, at=NOW)
    assert "Answered before" not in told_in_trends(as_("ines"))
