from html import unescape

import pytest
from django.urls import reverse

from questions.actions import answer, ask
from questions.models import Question
from tests.conftest import NOW, Cast, SignIn


@pytest.fixture
def question(cast: Cast) -> Question:
    return ask(group=cast.clover, by=cast.person("ana"), at=NOW, title="Why?")


def test_question_is_reopened_settled_followed_up_and_each_is_undone(
    cast: Cast, as_: SignIn, question: Question
) -> None:
    answer(question=question, by=cast.marta, at=NOW, body="So.")
    browser = as_("ana")
    for name, status, words, undo in (
        ("reopen", "open", "“Why?” is open again.", "settle"),
        ("settle", "answered", "“Why?” is marked as answered.", "reopen"),
        ("follow-up", "follow_up", "“Why?” is marked for follow-up.", "settle"),
        ("reopen", "open", "“Why?” is open again.", "follow-up"),
    ):
        done = browser.post(reverse(f"questions:question-{name}", args=[question.pk]), follow=True)
        html = unescape(done.content.decode())
        question.refresh_from_db()
        assert question.status == status
        message = html.partition('id="messages"')[2].partition("<h1")[0]
        assert words in message
        assert f'action="/questions/{question.pk}/{undo}/"' in message
        newest = question.history.order_by("-history_id")[0]
        assert (newest.status, newest.history_user) == (status, cast.person("ana"))


def test_question_settle_needs_an_answer(as_: SignIn, question: Question) -> None:
    done = as_("marta").post(reverse("questions:question-settle", args=[question.pk]), follow=True)
    assert "Write an answer before marking the question as answered." in done.content.decode()
    question.refresh_from_db()
    assert question.status == "open"


def test_question_that_is_so_already_offers_no_undo(as_: SignIn, question: Question) -> None:
    html = (
        as_("marta")
        .post(reverse("questions:question-reopen", args=[question.pk]), follow=True)
        .content.decode()
    )
    assert "/reopen/" not in html.partition('id="messages"')[2].partition("<h1")[0]
