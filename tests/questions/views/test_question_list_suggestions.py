"""What the list of questions offers to who looks for one in other words."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from questions.actions import answer, ask
from tests.conftest import NOW, Cast
from tests.factories.questions import AnswerFactory, QuestionFactory

type SignIn = Callable[[str], Client]


def offered(browser: Client, words: str) -> list[str]:
    html = unescape(browser.get("/questions/", {"q": words}).text)
    return re.findall(r'<a class="grow" href="[^"]+">([^<]+)</a>', html)


def test_question_list_offers_what_is_alike_where_nothing_matches(cast: Cast, as_: SignIn) -> None:
    known = ask(group=cast.juniper, by=cast.person("dalia"), at=NOW, title="Why divide by the square root?")
    answer(question=known, by=cast.tomas, at=NOW, body="The dot products grow.")
    ask(group=cast.juniper, by=cast.person("emre"), at=NOW, title="Divide our roots?", visibility="group")
    assert offered(as_("ana"), "divided by which root") == [known.title]
    assert set(offered(as_("ines"), "divided by which root")) == {known.title, "Divide our roots?"}
    # Found by its words, it stands in the list itself.
    assert offered(as_("ana"), "divide root") == []
    assert offered(as_("ana"), "zebras") == []
    html = as_("ana").get("/questions/", {"q": "divided by which root"}).text
    assert "Worded differently?" in html
    assert "The dot products grow." in html


@pytest.mark.parametrize("count", [1, 4])
def test_question_list_takes_as_many_queries_for_four_as_for_one(
    cast: Cast, as_: SignIn, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(count):
        question = QuestionFactory.create(membership=cast.dalia, title=f"Why divide by roots {n}?")
        AnswerFactory.create(question=question, answered_by=cast.tomas)
    browser = as_("ana")
    # Session, person, relations; milestones, materials, groups and the count of the list; words, halves of a word that
    # no title holds, titles, texts, rows, answers.
    with django_assert_num_queries(17):
        browser.get("/questions/", {"q": "divided by some wurzel roots"})
