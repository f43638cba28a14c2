"""“That answers it”: the form in which a question is typed sends it to the question that was offered."""

from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.urls import reverse

from people.models import User
from questions.access.offers import offer_of
from questions.actions import answer, ask
from questions.models import Ask, Question
from tests.conftest import NOW, Cast, SignIn

TYPED = {"title": "Porque se divide\npela raiz?", "visibility": "course", "is_asker_hidden": "on"}


@pytest.fixture
def known(cast: Cast) -> Question:
    question = ask(
        group=cast.juniper, by=cast.person("dalia"), at=NOW, title="Why divide by the square root?"
    )
    answer(question=question, by=cast.tomas, at=NOW, body="They grow.")
    return question


def answers_it(question: Question, to: User | None = None) -> str:
    """The address of its button, as it is offered to that person."""
    url = reverse("questions:question-answers-it", args=[question.pk])
    return f"{url}?offer={offer_of(question.pk, to)}" if to else url


def test_question_answers_it_keeps_what_was_typed_and_undoes_it(
    cast: Cast, as_: SignIn, known: Question
) -> None:
    browser = as_("ana")
    done = browser.post(answers_it(known, cast.person("ana")), TYPED, follow=True)
    html = unescape(done.text)
    own = Question.objects.get(duplicate_of=known)
    assert done.redirect_chain == [(known.get_absolute_url(), 302)]
    assert (
        "You asked “Why divide by the square root?” too. What you typed is kept with it."
        " It counts as answered: nobody else has to answer it." in html
    )
    # For the readers of the original, who are of its cohort.
    assert (own.title, own.visibility, own.is_asker_hidden) == (
        "Porque se divide pela raiz?",
        "cohort",
        True,
    )
    assert "You asked this too." in html
    undo = f"/asks/{own.asks.get().pk}/remove/"
    assert html.count(f'action="{undo}"') == 2
    done = browser.post(undo, follow=True)
    assert done.redirect_chain == [(known.get_absolute_url(), 302)]
    assert "no longer counts as asked by you" in done.text
    assert not Question.objects.filter(pk=own.pk).exists()


def test_question_answers_it_for_a_student_whom_a_mentor_names(
    cast: Cast, as_: SignIn, known: Question
) -> None:
    group = str(cast.clover.pk)
    offered = answers_it(known, cast.marta)
    assert as_("marta").post(offered, {"title": "And why?"}).status_code == 403
    named = {"title": "And why?", "asked_for": str(cast.enrolment("ana").pk), "group": group}
    as_("marta").post(offered, named)
    own = Question.objects.get(duplicate_of=known)
    assert (own.asked_by, own.asks.get().enrolment, own.asks.get().logged_by) == (
        cast.person("ana"),
        cast.enrolment("ana"),
        cast.marta,
    )


def test_question_answers_it_says_what_is_wrong_and_keeps_what_was_typed(
    cast: Cast, as_: SignIn, known: Question
) -> None:
    offered = answers_it(known, cast.person("ana"))
    done = as_("ana").post(offered, {"title": "Why?", "detail": "x" * 20_001})
    assert done.status_code == 422
    assert done.context["form"].errors.keys() == {"detail"}
    assert 'value="Why?"' in done.text
    known.answers.all().delete()
    Question.objects.filter(pk=known.pk).update(status="open", first_answered_at=None)
    done = as_("ana").post(offered, {"title": "Why?"}, follow=True)
    assert "no longer has an answer" in done.text
    assert Question.objects.count() == 1


def test_only_what_is_answered_is_offered_as_an_answer(cast: Cast, as_: SignIn, known: Question) -> None:
    ask(group=cast.juniper, by=cast.person("dalia"), at=NOW, title="Why divide by the root twice?")
    similar = reverse("questions:question-similar", args=[cast.clover.pk])
    html = as_("ana").post(similar, {"title": "Why divide by the square root?", "detail": "x " * 9_000}).text
    assert html.count("I have this too: ") == 2
    assert html.count("That answers it: ") == 1
    assert f'formaction="{answers_it(known, cast.person("ana"))}"' in html
    # A mentor says for which of their groups.
    html = as_("marta").post(similar, {"title": "Why divide by the square root?"}).text
    assert html.count(f'name="group" value="{cast.clover.pk}"') == 3


@pytest.mark.parametrize("offered", ["not at all", "to somebody else", "of another question", "yesterday"])
def test_what_was_not_offered_does_not_count(cast: Cast, as_: SignIn, known: Question, offered: str) -> None:
    ana = cast.person("ana")
    other = ask(group=cast.juniper, by=cast.person("dalia"), at=NOW, title="Another?")
    with time_machine.travel(NOW - timedelta(hours=25), tick=False):
        old = offer_of(known.pk, ana)
    offer = {
        "not at all": "",
        "to somebody else": offer_of(known.pk, cast.person("bruno")),
        "of another question": offer_of(other.pk, ana),
        "yesterday": old,
    }[offered]
    done = as_("ana").post(f"{answers_it(known)}?offer={offer}", TYPED)
    assert "was offered to you too long ago" in done.text
    # Nothing typed is lost.
    assert "Porque se divide" in done.text
    assert not Ask.objects.filter(enrolment=cast.enrolment("ana")).exists()


def test_an_offer_of_a_page_that_was_open_for_hours_counts(cast: Cast, as_: SignIn, known: Question) -> None:
    with time_machine.travel(NOW - timedelta(hours=23), tick=False):
        offered = answers_it(known, cast.person("ana"))
    as_("ana").post(offered, TYPED)
    assert Ask.objects.get(question__duplicate_of=known).is_answered_already


def test_enter_presses_no_offered_question(cast: Cast, as_: SignIn, known: Question) -> None:
    html = as_("ana").get(f"/groups/{cast.clover.pk}/questions/new/", follow=True).text
    form = html.partition("data-ctrl-enter")[2].partition("</form>")[0]
    first, offers = form.index("<button"), form.index('hx-post="/groups/')
    assert first < offers
    assert 'tabindex="-1" aria-hidden="true"' in form[first : first + 80]
