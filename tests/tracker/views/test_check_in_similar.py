import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from questions.actions import answer, ask
from questions.models import Question
from tests.conftest import Cast, SignIn
from tests.factories.questions import AnswerFactory, QuestionFactory

TITLE = "Why divide by the square root of the key size?"


def url_of(cast: Cast) -> str:
    return reverse("tracker:check-in-similar", args=[cast.clover.pk, "2026-W38"])


def asked(cast: Cast, name: str, title: str = TITLE, visibility: str = "cohort") -> Question:
    group = cast.clover if name in ("ana", "bruno", "chidi") else cast.juniper
    return ask(group=group, by=cast.person(name), at=timezone.now(), title=title, visibility=visibility)


def test_similar_offers_what_was_asked_before(cast: Cast, as_: SignIn) -> None:
    question = asked(cast, "ana")
    asked(cast, "ana", "How do I install the notebook?")
    page = as_("marta").get(url_of(cast), {"line": "q3", "q3-title": "divide by the square root"}).text
    assert page.count("<input") == 2
    assert f'name="q3-again" value="{question.pk}"' in page
    assert "open, asked once" in page


def test_similar_keeps_what_was_chosen_when_the_words_change(cast: Cast, as_: SignIn) -> None:
    question = asked(cast, "ana")
    page = as_("marta").get(url_of(cast), {"line": "q0", "q0-title": "x", "q0-again": str(question.pk)}).text
    assert f'value="{question.pk}" checked' in page


def test_similar_offers_no_question_that_the_mentor_does_not_see(cast: Cast, as_: SignIn) -> None:
    hidden = asked(cast, "dalia", visibility="group")
    for title, again in ((TITLE, ""), ("x", str(hidden.pk))):
        fields = {"line": "q0", "q0-title": title, "q0-again": again}
        assert as_("marta").get(url_of(cast), fields).text.strip() == ""


@pytest.mark.parametrize("again", ["x", "-1", "9" * 30, "²"])
def test_similar_takes_no_nonsense_for_a_question(cast: Cast, as_: SignIn, again: str) -> None:
    response = as_("marta").get(url_of(cast), {"line": "q0", "q0-title": "x", "q0-again": again})
    assert (response.status_code, response.text.strip()) == (200, "")


@pytest.mark.parametrize("line", ["", "q", "q100", "e1", "q0<b>"])
def test_similar_of_no_line_is_not_there(cast: Cast, as_: SignIn, line: str) -> None:
    assert as_("marta").get(url_of(cast), {"line": line}).status_code == 404


def test_similar_comes_with_its_answers(cast: Cast, as_: SignIn) -> None:
    question = asked(cast, "dalia")
    answer(question=question, by=cast.tomas, at=timezone.now(), body="The **dot products** grow.")
    page = as_("marta").get(url_of(cast), {"line": "q0", "q0-title": "divide by the square root"}).text
    assert "<p>The <strong>dot products</strong> grow.</p>" in page
    assert "Dalia" not in page


def test_similar_takes_the_milestone_of_the_line_as_a_hint(cast: Cast, as_: SignIn) -> None:
    now = timezone.now()
    first, second = (
        ask(
            group=cast.clover, by=cast.person("bruno"), at=now, title=f"How are prompts {word}?", milestone=at
        )
        for word, at in (("scored", cast.milestones[0]), ("judged", cast.milestones[1]))
    )
    for near, other in ((first, second), (second, first)):
        fields = {"line": "q0", "q0-title": "How are prompts rated?", "q0-milestone": str(near.milestone_id)}
        page = as_("marta").get(url_of(cast), fields).text
        assert page.index(near.title) < page.index(other.title)


@pytest.mark.parametrize("count", [1, 4])
def test_similar_takes_as_many_queries_for_four_as_for_one(
    cast: Cast, as_: SignIn, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(count):
        question = QuestionFactory.create(membership=cast.dalia, title=f"Why divide by roots {n}?")
        AnswerFactory.create(question=question, answered_by=cast.tomas)
    browser = as_("marta")
    # Session, person, relations, week; asks led, words, titles, texts, rows, answers.
    with django_assert_num_queries(12):
        page = browser.get(url_of(cast), {"line": "q0", "q0-title": "Why divide by roots?"}).text
    assert page.count("<input") == min(count, 3) + 1
