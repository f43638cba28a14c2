"""From a cry for help and a question to the mails, and from the answer back."""

import re
from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse

from courses.models import Milestone
from lib.markdown_pictures import picture_named
from people.models import Event, Message
from questions.actions import answer, ask
from questions.models import Question
from tests.conftest import NOW, Cast, SignIn
from tests.factories.questions import PictureFactory
from tests.mail_server import MailServer
from tests.mails import deliver, html_of
from tracker.actions.helping import ask_for_help
from tracker.actions.progress import mark

pytestmark = pytest.mark.usefixtures("all_hear_at_once")


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
    assert mail.subject == "Bruno needs help with RAG, Indexation and 1 more"


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


def test_a_mail_says_how_many_pictures_there_are_and_leads_to_them(cast: Cast) -> None:
    picture = PictureFactory.create(added_by=cast.person("ana"))
    detail = f"I see:\n\n{picture_named(picture.key, 'a terminal')}"
    question = ask(group=cast.clover, by=cast.person("ana"), at=NOW, title="Why?", detail=detail)
    page = f"http://127.0.0.1:8000{question.get_absolute_url()}"
    others = [PictureFactory.create(added_by=cast.marta).key for _ in range(2)]
    asked = deliver()
    answer(question=question, by=cast.marta, at=NOW, body=" ".join(picture_named(key, "") for key in others))
    for (mail,), said in ((asked, "1 picture"), (deliver(), "2 pictures")):
        assert f"{said}\n{page}\n" in mail.body
        assert f'<a class="ink" href="{page}" style="color:#17201b;">{said}</a>' in html_of(mail)
        assert "/pictures/" not in mail.body + html_of(mail)
        assert "<img" not in html_of(mail)
    assert "I see:\n\na terminal" in asked[0].body


def test_a_request_with_words_is_answered_there(cast: Cast) -> None:
    group, bruno, prompts = cast.clover, cast.enrolment("bruno"), cast.milestones[1]
    # Other open questions wait by themselves.
    ask(group=group, by=bruno.person, at=NOW - timedelta(hours=1), title="What is that?", milestone=prompts)
    deliver()
    words = "Which key?\nOf *two*."
    ask_for_help(enrolment=bruno, group=group, milestone=prompts, words=words, by=bruno.person, at=NOW)
    (mail,) = deliver()
    assert mail.subject == "Bruno needs help with Prompt engineering"
    assert mail.body.startswith("“Which key?”\nfor Clover\n\nOf *two*.")
    assert "What is that?" not in mail.body
    question = Question.objects.get(title="Which key?")
    assert f"{question.get_absolute_url()}#id_body" in mail.body


def test_words_of_a_request_for_help_come_in_one_mail(cast: Cast) -> None:
    bruno, (_, prompts, indexation, _) = cast.enrolment("bruno"), cast.milestones

    def request(milestone: Milestone, words: str, at: datetime) -> list[str]:
        ask_for_help(
            enrolment=bruno, group=cast.clover, milestone=milestone, words=words, by=bruno.person, at=at
        )
        return [str(mail.subject) for mail in deliver(at)]

    assert request(prompts, "", NOW) == ["Bruno needs help with Prompt engineering"]
    # Said afterwards, or while a second mail about help waits until she looks: the question goes.
    hour = timedelta(hours=1)
    assert request(prompts, "Which key?", NOW + hour) == ["Bruno asks: Which key?"]
    assert request(indexation, "What is a chunk?", NOW + 2 * hour) == ["Bruno asks: What is a chunk?"]
    Message.objects.update(looked_at=NOW)
    mark(enrolment=bruno, milestone=prompts, state="working", by=bruno.person, at=NOW + 3 * hour)
    assert request(prompts, "And now?", NOW + 4 * hour) == [
        "Bruno needs help with Prompt engineering and Indexation"
    ]


def link_in(mail: Any) -> str:
    """The path of the first link of a mail that was read back from the mail server."""
    return re.findall(r"http://127\.0\.0\.1:8000(/\S+)", mail.get_body(("plain",)).get_content())[0]


def test_from_a_cry_to_mondays_digest_which_says_none_of_it_again(
    cast: Cast, as_: SignIn, server: MailServer
) -> None:
    bruno, marta = as_("bruno"), as_("marta")
    enrolment, (_, prompts, indexation, _) = cast.enrolment("bruno"), cast.milestones
    for n in range(3):
        for name in ("ana", "chidi", *(["bruno"] if n == 0 else [])):
            who = cast.enrolment(name)
            mark(enrolment=who, milestone=cast.milestones[n], state="done", by=who.person, at=NOW)

    def need_help(milestone: Milestone) -> None:
        fields = {"mark": f"{enrolment.pk}-{milestone.pk}-need_help"}
        assert bruno.post(f"/groups/{cast.clover.pk}/progress/", fields).status_code == 302

    def work(at: datetime) -> list[Any]:
        """A round of the worker; the mails that arrived by it."""
        before = len(server.mails)
        with time_machine.travel(at, tick=False):
            call_command("worker", once=True)
        return server.mails[before:]

    need_help(prompts)
    (cry_mail,) = work(NOW + timedelta(seconds=2))
    assert (cry_mail["To"], cry_mail["Subject"]) == (
        "marta@example.com",
        "Bruno needs help with Prompt engineering",
    )
    need_help(indexation)
    assert work(NOW + timedelta(hours=1)) == []

    path = link_in(cry_mail)
    assert "Indexation" in marta.get(path).content.decode(), "she sees the second one where the first one led"
    given = {"milestone": prompts.pk, "body": "Use the **other** key."}
    answered = marta.post(path, given)
    (answer_mail,) = work(NOW + timedelta(hours=2))
    assert (answer_mail["To"], answer_mail["Subject"]) == (
        "bruno@example.com",
        "Answered: Help with Prompt engineering",
    )
    assert link_in(answer_mail) == answered.headers["Location"]
    assert "Use the <strong>other</strong> key." in bruno.get(link_in(answer_mail)).content.decode()
    marta.post(path, given | {"milestone": indexation.pk, "body": "In order."})
    assert [mail["To"] for mail in work(NOW + timedelta(hours=3))] == ["bruno@example.com"]

    # She has looked at the second cry: it does not come the next day either.
    assert work(NOW + timedelta(days=1, minutes=1)) == []

    on_monday = work(datetime(2026, 9, 21, 8, 0, tzinfo=ZoneInfo("Europe/Lisbon")))
    digests = {mail["To"].partition("@")[0]: mail for mail in on_monday}
    assert {"marta", "bruno"} <= set(digests)
    for name in ("marta", "bruno"):
        said = digests[name].get_body(("plain",)).get_content()
        for words in ("help", "Use the", "In order", "WHAT WAITED"):
            assert words not in digests[name]["Subject"] + said, f"{name}: {words}"
    ids = Counter(mail["Message-ID"] for mail in server.mails)
    assert set(ids.values()) == {1}
