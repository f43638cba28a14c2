"""From a cry for help and a question to the mails, and from the answer back."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from people.models import Event, Message
from questions.actions import answer, ask
from tests.conftest import NOW, Cast
from tests.mails import deliver, html_of
from tracker.actions.progress import mark

pytestmark = pytest.mark.usefixtures("all_have_signed_in")
type SignIn = Callable[[str], Client]


def cry(cast: Cast, name: str = "bruno", n: int = 1, at=NOW) -> None:
    mark(
        enrolment=cast.enrolment(name),
        milestone=cast.milestones[n],
        state="need_help",
        by=cast.person(name),
        at=at,
    )


def test_a_cry_for_help_reaches_the_mentor_once_until_she_looks(cast: Cast, as_: SignIn) -> None:
    cry(cast)
    (mail,) = deliver()
    assert mail.to == ["marta@example.com"]
    assert mail.subject == "Bruno needs help with Prompt engineering"
    assert mail.reply_to == ["Bruno Sá <bruno@example.com>"] or "bruno@example.com" in mail.reply_to[0]

    path = reverse("tracker:student-detail", args=[cast.bruno.enrolment_id])
    assert f"http://127.0.0.1:8000{path}" in mail.body
    cry(cast, n=2, at=NOW + timedelta(hours=1))
    assert deliver(NOW + timedelta(hours=1)) == []
    as_("marta").get(path)
    assert deliver(NOW + timedelta(days=1, minutes=1)) == []
    cry(cast, n=3, at=NOW + timedelta(days=1, hours=1))
    (mail,) = deliver(NOW + timedelta(days=1, hours=1))
    assert mail.subject == "Bruno needs help with RAG and Indexation and 1 more"


def test_question_and_answer(cast: Cast) -> None:
    question = ask(
        group=cast.clover, by=cast.person("ana"), at=NOW, title="Why the root?", detail="Of *what*?"
    )
    (mail,) = deliver()
    assert (mail.to, mail.subject) == (["marta@example.com"], "Ana asks: Why the root?")
    assert "Of *what*?" in mail.body
    assert "<em>what</em>" in html_of(mail)
    answer(question=question, by=cast.marta, at=NOW, body="Because **so**.")
    (mail,) = deliver()
    assert (mail.to, mail.subject) == (["ana@example.com"], "Answered: Why the root?")

    assert Event.objects.filter(told_at=None).count() == 0
    assert Message.objects.filter(state="sent").count() == 2


def test_who_asked_what_they_need_help_with_is_answered_there(cast: Cast) -> None:
    question = ask(group=cast.clover, by=cast.person("bruno"), at=NOW, title="Which key?", detail="Of *two*.")
    deliver()
    cry(cast)
    (mail,) = deliver()
    assert mail.subject == "Bruno needs help with Prompt engineering"
    assert "Asked: Which key?" in mail.body
    assert f"{question.get_absolute_url()}#id_body" in mail.body
