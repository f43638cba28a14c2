from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from lib.refusals import Refused
from questions.actions import ask, mark_duplicate, mark_not_the_same
from questions.models import NotTheSame, Question
from tests.conftest import NOW, Cast, SignIn
from tests.factories.courses import CohortFactory
from tests.factories.questions import QuestionFactory


@pytest.fixture
def pair(cast: Cast) -> tuple[Question, Question]:
    first, second = (
        ask(group=cast.clover, by=cast.person(who), at=NOW, title=title)
        for who, title in (("ana", "Why divide by a root?"), ("bruno", "Why divide by the root?"))
    )
    return first, second


def say(browser: Client, question: Question, other: Question) -> str:
    url = reverse("questions:question-not-same", args=[question.pk])
    done = browser.post(url, {"other": other.pk}, follow=True)
    assert done.redirect_chain == [(question.get_absolute_url(), 302)]
    return unescape(done.text)


def likely_duplicates(browser: Client, question: Question) -> list[str]:
    return [
        found.other.question.title
        for found in browser.get(question.get_absolute_url()).context["likely_duplicates"]
    ]


def test_question_not_same_is_remembered_for_both(
    cast: Cast, as_: SignIn, pair: tuple[Question, Question]
) -> None:
    first, second = pair
    browser = as_("marta")
    assert (likely_duplicates(browser, first), likely_duplicates(browser, second)) == (
        [second.title],
        [first.title],
    )
    # Said at the one with the larger id: the pair is the same.
    html = say(browser, second, first)
    assert f"“{first}” is not a duplicate of this one" in html
    assert (likely_duplicates(browser, first), likely_duplicates(browser, second)) == ([], [])
    assert NotTheSame.objects.values_list("question", "other", "said_by").get() == (
        first.pk,
        second.pk,
        cast.marta.pk,
    )


def test_question_not_same_keeps_the_pair_out_of_what_is_offered_to_merge(
    cast: Cast, as_: SignIn, pair: tuple[Question, Question]
) -> None:
    first, second = pair
    browser = as_("ines")
    for question, other in (pair, pair[::-1]):
        page = browser.get(reverse("questions:question-duplicate", args=[question.pk]))
        assert [row.title for row in page.context["candidates"]] == [other.title]
    say(browser, first, second)
    for question in pair:
        page = browser.get(reverse("questions:question-duplicate", args=[question.pk]))
        assert page.context["candidates"] == []
        # A search for its words still finds it.
        page = browser.get(reverse("questions:question-duplicate", args=[question.pk]), {"q": "divide"})
        assert len(page.context["candidates"]) == 1


def test_question_not_same_counts_for_what_is_merged_with_either(
    cast: Cast, as_: SignIn, pair: tuple[Question, Question]
) -> None:
    first, second = pair
    third = ask(group=cast.clover, by=cast.person("chidi"), at=NOW, title="Why divide by some root?")
    browser = as_("marta")
    assert likely_duplicates(browser, first) == [second.title, third.title]
    say(browser, first, third)
    mark_duplicate(question=third, original=second, by=cast.marta, at=NOW)
    assert (likely_duplicates(browser, first), likely_duplicates(browser, second)) == ([], [])


def test_question_not_same_twice_is_said_once(as_: SignIn, pair: tuple[Question, Question]) -> None:
    browser = as_("marta")
    say(browser, *pair)
    say(browser, *pair[::-1])
    assert NotTheSame.objects.count() == 1


def test_question_not_same_says_why_not(cast: Cast, as_: SignIn, pair: tuple[Question, Question]) -> None:
    first, second = pair
    browser = as_("ines")
    assert "Choose a different question." in say(browser, first, first)
    mark_duplicate(question=second, original=first, by=cast.marta, at=NOW)
    assert "are merged. Undo the merge first" in say(browser, first, second)
    assert not NotTheSame.objects.exists()


def test_say_not_the_same_refuses_questions_of_two_courses(
    cast: Cast, pair: tuple[Question, Question]
) -> None:
    foreign = CohortFactory.create(course=cast.zoe.course_adminships.get().course)
    other = QuestionFactory.create(membership=cast.ana, cohort=foreign)
    with pytest.raises(Refused, match="of another course"):
        mark_not_the_same(question=pair[0], other=other, by=cast.ines, at=NOW)


@pytest.mark.parametrize(
    ("other", "status"), [("", 404), ("x", 404), ("987654", 404), ("unseen", 403), ("of others", 403)]
)
def test_question_not_same_needs_a_question_that_one_leads(
    cast: Cast, as_: SignIn, pair: tuple[Question, Question], other: str, status: int
) -> None:
    ids = {
        "unseen": QuestionFactory.create(membership=cast.dalia, visibility="group").pk,
        "of others": QuestionFactory.create(membership=cast.dalia).pk,
    }
    url = reverse("questions:question-not-same", args=[pair[0].pk])
    assert as_("marta").post(url, {"other": ids.get(other, other)}).status_code == status
    assert not NotTheSame.objects.exists()
