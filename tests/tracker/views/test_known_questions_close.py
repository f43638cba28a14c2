"""What is known before it is asked: the published questions asked most, once for each person and milestone."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from courses.models import Milestone
from people.models import User
from questions.models import Question
from tests.conftest import NOW, Cast
from tests.factories.questions import AnswerFactory, AskFactory, QuestionFactory
from tests.factories.tracker import ProgressFactory
from tracker.models import KnownQuestionsSeen, Progress

type As = Callable[[str], Client]


def known(cast: Cast, title: str, asks: int, number: int = 0, **given: Any) -> Question:
    """A question that Dalia asked, which was asked so often, answered by her mentor and published."""
    question: Question = QuestionFactory.create(
        membership=cast.dalia,
        title=title,
        milestone=cast.milestones[number],
        visibility="course",
        status="answered",
        first_answered_at=NOW,
        **{"published_at": NOW, "published_by": cast.ines, **given},
    )
    AnswerFactory.create(question=question, answered_by=cast.tomas, body=f"Answer to {title}")
    for hours in range(1, asks):
        AskFactory.create(
            question=question,
            group=cast.juniper,
            enrolment=cast.enrolment("emre"),
            asked_at=NOW - timedelta(hours=hours),
            logged_by=cast.tomas,
        )
    return question


def shown(browser: Client, page: str) -> list[tuple[str, list[str]]]:
    """The milestones and the titles of what is offered on a page."""
    html = browser.get(page).content.decode()
    offered = re.split(
        r'<details class="more known-before" id="known-before-\d+"\s+aria-label="Asked before at ', html
    )[1:]
    titles = re.compile(r'<details class="more" id="known-\d+">\s*<summary>(.*?)</summary>')
    return [(each.partition('"')[0], titles.findall(each)) for each in offered]


def close(browser: Client, cast: Cast, milestone: Milestone, **given: Any) -> Any:
    url = reverse("tracker:known-questions-close", args=[cast.clover.pk, milestone.pk])
    return browser.post(url, {"next": "/week/"}, **given)


def begin(cast: Cast, *names: str) -> None:
    """Let them come to the first milestone."""
    for name in names:
        ProgressFactory.create(enrolment=cast.enrolment(name), milestone=cast.milestones[0], state="working")


@pytest.fixture
def asked(cast: Cast) -> None:
    begin(cast, "ana", "bruno", "dalia")
    known(cast, "Second?", 2)
    known(cast, "Fourth?", 1, asked_at=NOW + timedelta(minutes=2))
    known(cast, "First?", 3)
    known(cast, "Third?", 1, asked_at=NOW + timedelta(minutes=1))
    known(cast, "Not published?", 5, published_at=None, published_by=None)
    known(cast, "Of the next?", 1, number=1)


@pytest.mark.usefixtures("asked")
def test_who_comes_to_a_milestone_is_shown_three_with_answers_once(cast: Cast, as_: As) -> None:
    ana, marta, three = as_("ana"), as_("marta"), ["First?", "Second?", "Third?"]
    assert shown(ana, "/week/") == [("LLM basics", three)]
    html = ana.get("/week/").content.decode()
    # Right below the milestone's state and hours, open: its titles are there, their answers one click away.
    (place,) = re.findall(
        r'name="hours".*?<details class="more known-before"[^>]* open\s[^>]*>.*?id="meeting"', html, re.S
    )
    assert place.count("<details") == 5
    assert len(re.findall(r" open[\s>]", place)) == 1
    assert "4 questions asked before" in place
    assert "<p>Answer to First?</p>" in html
    assert "Answered by Tomás Reis, mentor" in html
    assert "Dalia" not in html
    # One link to all of them: in what is offered, and once that is closed beside the materials.
    assert html.count(">4 known questions</a>") == 1
    # Of the milestone to work on only, not of one that somebody looks at.
    assert shown(ana, f"/week/{cast.clover.pk}/?milestone={cast.milestones[1].pk}") == []
    assert close(ana, cast, cast.milestones[0])["Location"] == "/week/"
    close(ana, cast, cast.milestones[0])
    assert shown(ana, "/week/") == []
    assert ">4 known questions</a>" in ana.get("/week/").content.decode()
    # Another one sees it, and Ana the next milestone's.
    assert shown(as_("bruno"), "/week/") == [("LLM basics", three)]
    # A mentor of several groups has the sheet instead.
    assert shown(marta, "/groups/") == []
    page = f"/groups/{cast.clover.pk}/"
    assert [shown(as_(who), page) for who in ("ana", "ines")] == [[], []]
    Progress.objects.update(state="done", finished_on=NOW.date())
    assert shown(ana, "/week/") == [("Prompt engineering", ["Of the next?"])]
    assert set(KnownQuestionsSeen.objects.values_list("person__name", "milestone__title")) == {
        ("Ana Ruivo", "LLM basics"),
    }


def test_a_long_answer_is_one_link_away(cast: Cast, as_: As) -> None:
    begin(cast, "ana")
    question = known(cast, "How do I install it?", 1)
    question.answers.update(body="Step by step. " * 200)
    html = as_("ana").get("/week/").content.decode()
    assert "Step by step" not in html
    place = f"/milestones/{cast.milestones[0].pk}/questions/#question-{question.pk}"
    assert f'<p><a href="{place}">Read the answer' in html


@pytest.mark.usefixtures("asked")
def test_it_is_open_until_it_was_shown_and_one_line_from_then_on(cast: Cast, as_: As) -> None:
    ana, bruno = as_("ana"), as_("bruno")
    url = reverse("tracker:known-questions-seen", args=[cast.clover.pk, cast.milestones[0].pk])
    # A GET writes nothing; the page posts it by itself once it is on the screen.
    for _ in range(2):
        assert f' open\n  hx-post="{url}" hx-trigger="intersect once delay:1s" hx-swap="none">' in line_of(
            ana
        )
    assert not KnownQuestionsSeen.objects.exists()
    for _ in range(2):
        assert ana.post(url).status_code == 204
    assert " open" not in line_of(ana)
    assert "hx-post" not in line_of(ana)
    assert len(shown(ana, "/week/")) == 1
    # For that person, at that milestone.
    assert " open" in line_of(bruno)
    Progress.objects.filter(enrolment=cast.enrolment("ana")).update(state="done", finished_on=NOW.date())
    assert shown(ana, "/week/") == [("Prompt engineering", ["Of the next?"])]
    assert " open" in line_of(ana)
    # What was shown can be closed, and stays closed.
    Progress.objects.update(state="working", finished_on=None)
    close(ana, cast, cast.milestones[0])
    assert ana.post(url).status_code == 204
    assert shown(ana, "/week/") == []
    assert KnownQuestionsSeen.objects.get().closed_at == NOW


def line_of(browser: Client) -> str:
    """The tag of what is offered on my week."""
    (tag,) = re.findall(r'<details class="more known-before"[^>]*>', browser.get("/week/").content.decode())
    return str(tag)


def test_answers_that_are_not_published_are_not_shown(cast: Cast, as_: As) -> None:
    question = known(cast, "Why?", 1, published_at=NOW - timedelta(days=1))
    AnswerFactory.create(question=question, answered_by=cast.person("emre"), body="I guess so")
    AnswerFactory.create(question=question, answered_by=cast.marta, body="Long " * 500)
    html = as_("ana").get("/week/").content.decode()
    assert "Answer to Why?" in html
    assert "I guess so" not in html
    assert "Long Long" not in html
    assert f"/questions/#question-{question.pk}" in html


def test_closing_is_for_who_reads_the_group(cast: Cast, as_: As) -> None:
    other = User.objects.get(pk=cast.zoe.pk)
    statistics = other.course_adminships.get().course.milestones.create(title="Means", position=1)
    assert close(as_("ana"), cast, statistics).status_code == 404
    assert close(as_("dalia"), cast, cast.milestones[0]).status_code == 403
    assert not KnownQuestionsSeen.objects.exists()
