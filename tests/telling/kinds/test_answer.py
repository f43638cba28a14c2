"""Each asker is told, by one mail, of the first answer. Nobody else is."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from people.actions.anonymise import anonymise
from people.models import MailChoice, Message, User
from questions.actions import answer, ask, ask_again, mark_duplicate, remove_answer, undo_duplicate
from questions.models import Question
from telling.actions.sorting import sort_events
from tests.conftest import NOW, Cast
from tests.factories.groups import MentorshipFactory
from tests.factories.questions import QuestionFactory
from tests.mails import deliver, first_names, html_of

pytestmark = pytest.mark.usefixtures("all_have_signed_in")


@pytest.fixture
def question(cast: Cast) -> Question:
    """Asked by Ana, who hides it, and again by Bruno and Dalia. The mentors have heard of it."""
    made = ask(
        group=cast.clover, by=cast.person("ana"), at=NOW, title="Why the\nroot?", is_asker_hidden=True,
        milestone=cast.milestones[0],
    )  # fmt: skip
    for name, group in (("bruno", cast.clover), ("dalia", cast.juniper)):
        ask_again(question=made, group=group, by=cast.person(name), at=NOW)
    deliver()
    return made


@pytest.fixture
def answered(question: Question, cast: Cast) -> Callable[..., None]:
    def give(by: User | None = None) -> None:
        answer(question=question, by=by or cast.marta, at=NOW, body="Because **so**.")

    return give


def test_who_asked_is_mailed_the_first_answer(answered: Callable[..., None]) -> None:
    answered()
    mails = deliver()
    assert first_names(mails) == ["ana", "bruno", "dalia"]
    (message,) = [one for one in mails if one.to == ["dalia@example.com"]]
    assert message.subject == "Answered: Why the root?"
    assert "Because **so**." in message.body
    question = Question.objects.get()
    assert f"\nhttp://127.0.0.1:8000{question.get_absolute_url()}\n" in message.body
    assert not {name for name in ("Ana", "Bruno", "Clover") if name in message.body}
    assert "Because <strong>so</strong>." in html_of(message)
    # Links that a browser would open, as the page of choices and the one click of mail programs.
    stop = message.extra_headers["List-Unsubscribe"].strip("<>")
    assert stop in message.body
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_only_the_first_answer_is_mailed(answered: Callable[..., None]) -> None:
    answered()
    deliver()
    answered()
    assert deliver(NOW + timedelta(days=2)) == []


def test_who_answers_their_own_question_is_not_mailed(cast: Cast, answered: Callable[..., None]) -> None:
    answered(by=cast.person("ana"))
    assert first_names(deliver()) == ["bruno", "dalia"]


def test_who_asked_by_a_duplicate_is_mailed_once(
    cast: Cast, question: Question, answered: Callable[..., None]
) -> None:
    for name in ("bruno", "chidi"):
        copy = QuestionFactory.create(membership=getattr(cast, name), title=f"Copy of {name}")
        mark_duplicate(question=copy, original=question, by=cast.marta, at=NOW)
    answered()
    assert first_names(deliver()) == ["ana", "bruno", "chidi", "dalia"]


def leave(cast: Cast, name: str, reason: str) -> None:
    stay = getattr(cast, name)
    for row in (stay, stay.enrolment):
        row.ended_on, row.end_reason = date(2026, 9, 10), reason
        row.save()


def test_who_waited_is_mailed_the_answer_of_what_theirs_is_merged_into(
    cast: Cast, answered: Callable[..., None]
) -> None:
    answered()
    deliver()
    original = Question.objects.get()
    waiting = ask(group=cast.juniper, by=cast.person("emre"), at=NOW, title="What is the root for?")
    ask_again(question=waiting, group=cast.juniper, by=cast.person("fatima"), at=NOW)
    mark_duplicate(question=waiting, original=original, by=cast.ines, at=NOW)
    mails = deliver()
    # Nor is Tomás told of a question that was answered before he could read of it.
    assert first_names(mails) == ["emre", "fatima"]
    assert mails[0].subject == "Answered: Why the root?"
    assert "It was asked before, and has an answer." in mails[0].body
    assert "Because **so**." in mails[0].body
    assert not {name for name in ("Ana", "Bruno", "Dalia", "Clover") if name in mails[0].body}


@pytest.mark.parametrize("is_duplicate_answered", [False, True])
def test_a_merge_that_brings_no_answer_mails_nobody(
    cast: Cast, question: Question, is_duplicate_answered: bool
) -> None:
    other = ask(group=cast.juniper, by=cast.person("emre"), at=NOW, title="What is the root for?")
    if is_duplicate_answered:
        for one in (question, other):
            answer(question=one, by=cast.marta, at=NOW, body="So.")
    deliver()
    mark_duplicate(question=other, original=question, by=cast.ines, at=NOW)
    assert deliver() == []


@pytest.mark.parametrize(
    "away",
    [
        lambda cast: leave(cast, "dalia", "dropped"),
        lambda cast: leave(cast, "dalia", "transferred"),
        lambda cast: User.objects.filter(name="Dalia Haddad").update(is_active=False),
        lambda cast: User.objects.filter(name="Dalia Haddad").update(last_login=None),
        lambda cast: MailChoice.objects.create(person=cast.person("dalia"), kind="answer", soon="never"),
        lambda cast: anonymise(person=cast.person("dalia"), at=NOW),
        lambda cast: Question.objects.update(visibility="group"),
    ],
    ids=[
        "dropped",
        "elsewhere",
        "inactive",
        "never signed in",
        "wants no mail",
        "anonymised",
        "may not see it",
    ],
)
@pytest.mark.parametrize("is_late", [False, True], ids=["before it is sorted", "before it is sent"])
def test_who_is_gone_or_wants_none_is_not_mailed(
    cast: Cast, answered: Callable[..., None], away: Callable[[Cast], object], is_late: bool
) -> None:
    if is_late:
        answered()
        sort_events(NOW)
        away(cast)
    else:
        away(cast)
        answered()
    assert first_names(deliver()) == ["ana", "bruno"]


def test_who_finished_is_mailed(cast: Cast, answered: Callable[..., None]) -> None:
    leave(cast, "dalia", "finished")
    answered()
    assert first_names(deliver()) == ["ana", "bruno", "dalia"]


def test_a_mentor_who_logged_it_is_mailed_while_they_mentor(cast: Cast) -> None:
    MentorshipFactory.create(group=cast.clover, person=cast.tomas, role="co-mentor")
    for ended_on, told in ((None, ["tomas"]), (date(2026, 9, 10), [])):
        logged = ask(group=cast.clover, by=cast.tomas, at=NOW, title="Logged for nobody in particular")
        deliver()
        cast.tomas.mentorships.update(ended_on=ended_on)
        answer(question=logged, by=cast.marta, at=NOW, body="So.")
        assert first_names(deliver()) == told


def test_a_mentor_who_noted_it_is_not_told_to_reply_to_themselves(cast: Cast) -> None:
    for by, original in ((cast.ines, None), (cast.ines, "Why a root?")):
        logged = ask(group=cast.clover, by=cast.marta, at=NOW, title="Noted for somebody?")
        deliver()
        if original:
            known = ask(group=cast.clover, by=cast.person("ana"), at=NOW, title=original)
            answer(question=known, by=by, at=NOW, body="So.")
            deliver()
            mark_duplicate(question=logged, original=known, by=by, at=NOW)
        else:
            answer(question=logged, by=by, at=NOW, body="So.")
        (mailed,) = deliver()
        assert mailed.to == ["marta@example.com"]
        assert mailed.reply_to == []
        assert ("It was asked before, and has an answer." in mailed.body) is bool(original)
        assert "You get this because you noted this question." in mailed.body
        assert "reply to this e-mail" not in mailed.body


def test_a_mail_that_cannot_be_written_is_logged_and_the_others_are_sent(
    answered: Callable[..., None], monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    send = EmailBackend.send_messages

    def fail_for_bruno(self: EmailBackend, messages: list[mail.EmailMessage]) -> int:
        if messages[0].to == ["bruno@example.com"]:
            raise TypeError("Why the root?")
        return send(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", fail_for_bruno)
    answered()
    assert first_names(deliver()) == ["ana", "dalia"]
    waiting = Message.objects.waiting().get()
    assert (waiting.recipient and waiting.recipient.email, waiting.tries) == ("bruno@example.com", 1)
    assert waiting.reason == "It could not be written: TypeError"
    assert "could not write message" in caplog.text


def test_whoever_answers_and_removes_it_ten_times_causes_one_mail(
    cast: Cast, question: Question, answered: Callable[..., None]
) -> None:
    for _ in range(10):
        answered()
        deliver()
        remove_answer(answer=question.answers.get(), by=cast.marta, at=NOW)
    assert len([one for one in mail.outbox if one.subject.startswith("Answered")]) == 3


def test_merging_and_undoing_it_ten_times_causes_one_mail(cast: Cast, answered: Callable[..., None]) -> None:
    answered()
    deliver()
    original = Question.objects.get()
    waiting = ask(group=cast.juniper, by=cast.person("emre"), at=NOW, title="What is the root for?")
    deliver()
    for _ in range(10):
        mark_duplicate(question=waiting, original=original, by=cast.ines, at=NOW)
        undo_duplicate(question=waiting, by=cast.ines, at=NOW)
    mark_duplicate(question=waiting, original=original, by=cast.ines, at=NOW)
    assert first_names(deliver()) == ["emre"]
