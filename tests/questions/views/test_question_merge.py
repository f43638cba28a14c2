from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from questions.actions import ask, mark_duplicate
from questions.models import Question
from tests.conftest import NOW, Cast, SignIn
from tests.factories.courses import CohortFactory
from tests.factories.questions import QuestionFactory


@pytest.fixture
def twin(cast: Cast) -> Question:
    return ask(group=cast.clover, by=cast.person("ana"), at=NOW, title="Why divide by a root?")


@pytest.fixture
def original(cast: Cast) -> Question:
    return ask(group=cast.juniper, by=cast.person("dalia"), at=NOW, title="Why divide by the square root?")


def url(question: Question) -> str:
    return reverse("questions:question-duplicate", args=[question.pk])


def offered(browser: Client, question: Question, **address: Any) -> set[str]:
    page = browser.get(url(question), address)
    return {row.title for row in page.context["candidates"]}


def test_question_duplicate_offers_what_is_alike_and_what_is_searched(
    cast: Cast, as_: SignIn, twin: Question, original: Question
) -> None:
    browser = as_("marta")
    foreign = CohortFactory.create(course=cast.zoe.course_adminships.get().course)
    other = ask(group=cast.clover, by=cast.person("bruno"), at=NOW, title="What are embeddings?")
    ask(
        group=cast.juniper,
        by=cast.person("dalia"),
        at=NOW,
        title="Secret root to divide?",
        visibility="group",
    )
    ask(group=cast.juniper, by=cast.person("dalia"), at=NOW, title="Secret embedding?", visibility="group")
    QuestionFactory.create(membership=cast.dalia, title="Foreign embedding", cohort=foreign)
    assert offered(browser, twin) == {original.title}
    assert offered(browser, twin, q="embedding") == {other.title}
    assert offered(browser, twin, q="divide") == {original.title}
    assert offered(browser, twin, q="zzz") == set()
    assert "No question matches" in browser.get(url(twin), {"q": "zzz"}).content.decode()
    assert "No similar questions found" in browser.get(url(other)).content.decode()


def test_question_duplicate_offers_the_original_of_what_is_found(
    cast: Cast, as_: SignIn, twin: Question, original: Question
) -> None:
    third = ask(group=cast.juniper, by=cast.person("emre"), at=NOW, title="Scaled attention?")
    mark_duplicate(question=third, original=original, by=cast.tomas, at=NOW)
    assert offered(as_("marta"), twin, q="scaled") == {original.title}
    # Its own duplicates are none to choose.
    assert offered(as_("tomas"), original, q="scaled") == set()


def test_question_duplicate_merges_and_undoes(
    cast: Cast, as_: SignIn, twin: Question, original: Question
) -> None:
    browser = as_("marta")
    done = browser.post(url(twin), {"original": original.pk}, follow=True)
    assert done.redirect_chain == [(original.get_absolute_url(), 302)]
    html = unescape(done.content.decode())
    undo = f"/questions/{twin.pk}/duplicate/undo/"
    assert f"“{twin}” is now a duplicate of “{original}”." in html
    assert f'action="{undo}"' in html
    assert "asked 2 times" in html
    twin.refresh_from_db()
    assert (twin.duplicate_of, twin.status) == (original, "duplicate")
    html = unescape(browser.post(undo, follow=True).content.decode())
    twin.refresh_from_db()
    assert (twin.duplicate_of, twin.status) == (None, "open")
    assert f"“{twin}” is no longer a duplicate." in html
    assert "is not a duplicate" in unescape(browser.post(undo, follow=True).content.decode())


def test_question_duplicate_says_why_not(cast: Cast, as_: SignIn, twin: Question) -> None:
    ours = ask(group=cast.clover, by=cast.person("bruno"), at=NOW, title="Ours?", visibility="group")
    html = unescape(as_("marta").post(url(twin), {"original": ours.pk}, follow=True).content.decode())
    assert "Not everyone who sees “Why divide by a root?” may see “Ours?”" in html
    twin.refresh_from_db()
    assert twin.duplicate_of is None


@pytest.mark.parametrize("original", ["", "x", "987654"])
def test_question_duplicate_needs_an_original(as_: SignIn, twin: Question, original: str) -> None:
    assert as_("marta").post(url(twin), {"original": original}).status_code == 404


def test_question_duplicate_of_an_unseen_question_is_refused(cast: Cast, as_: SignIn, twin: Question) -> None:
    unseen = QuestionFactory.create(membership=cast.dalia, visibility="group")
    assert as_("marta").post(url(twin), {"original": unseen.pk}).status_code == 403
    twin.refresh_from_db()
    assert twin.duplicate_of is None


@pytest.mark.parametrize("count", [1, 4])
def test_question_duplicate_takes_as_many_queries_for_four_as_for_one(
    cast: Cast, as_: SignIn, twin: Question, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(count):
        QuestionFactory.create(membership=cast.dalia, title=f"Why divide by the root {n}?")
    browser = as_("marta")
    # Session, person, relations, question; asks led, what was said to differ, words, titles, texts, rows, pauses.
    with django_assert_num_queries(13):
        browser.get(url(twin))
    with django_assert_num_queries(9):
        browser.get(url(twin), {"q": "divide"})
