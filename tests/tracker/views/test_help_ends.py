"""How a request for help ends, and is told: sorted out, "That helps", "Not yet", and undone as if never made."""

import re
from datetime import datetime, timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.models import Cohort
from people.models import Event, User
from questions.actions import answer, ask_again
from questions.models import Answer, Question
from telling.kinds.digest import DIGEST
from telling.kinds.my_week import helped_rows
from tests.conftest import NOW, Cast, SignIn
from tests.factories.courses import MaterialFactory
from tests.sent_form import fields_of
from tracker.actions.helping import ask_for_help, sort_out
from tracker.actions.progress import mark, note_hours, tick
from tracker.models import Progress

HOUR = timedelta(hours=1)
ASKED = NOW - timedelta(days=2)


def need(cast: Cast, words: str = "Which key?", at: datetime = ASKED) -> Progress:
    bruno = cast.enrolment("bruno")
    return ask_for_help(
        enrolment=bruno, group=cast.clover, milestone=cast.milestones[1], words=words, by=bruno.person, at=at
    )


def press(browser: Client, cast: Cast, button: str) -> str:
    """Press a button of Bruno's request; return the messages."""
    value = f"{cast.enrolment('bruno').pk}-{cast.milestones[1].pk}-{button}"
    url = reverse("tracker:progress-mark", args=[cast.clover.pk])
    return messages_of(browser.post(url, {"mark": value, "next": "/"}, follow=True))


def follow(browser: Client, messages: str, label: str) -> str:
    """Press a button of a message; return the messages."""
    (form,) = [
        each
        for each in re.findall(r"<form.*?</form>", messages)
        if re.search(rf"<button[^>]*>{label}<", each)
    ]
    (action,) = re.findall('action="([^"]*)"', form)
    fields = dict(re.findall('name="([^"]*)" value="([^"]*)"', form))
    return messages_of(browser.post(action, fields, follow=True))


def messages_of(response: Any) -> str:
    html = unescape(" ".join(response.text.split()))
    return html.partition('id="messages"')[2].partition("<main")[0]


def waits(cast: Cast, browser: Client) -> str:
    html = browser.get(reverse("tracker:week", args=[cast.clover.pk])).text
    section = html.partition('id="week-waiting"')[2].partition("</section>")[0]
    return " ".join(unescape(re.sub("<[^>]*>", " ", section)).split())


@pytest.mark.parametrize("name", ["marta", "bruno"])
def test_sorted_out_asks_whether_the_open_question_goes_too(cast: Cast, as_: SignIn, name: str) -> None:
    need(cast)
    browser = as_(name)
    asks = press(browser, cast, "sorted_out")
    assert "“Which key?” is still open." in asks
    assert Question.objects.get().status == "open"
    closed = follow(browser, asks, "Close it")
    assert "“Which key?” is closed." in closed
    assert Question.objects.get().status == "closed"
    assert "“Which key?” is open again." in follow(browser, closed, "Undo")
    follow(browser, asks, "Close it")
    # Undone, the request has its words as they were.
    follow(browser, asks, "Undo")
    progress = Progress.objects.get()
    assert (progress.state, progress.state_since) == ("need_help", ASKED)
    assert progress.question == Question.objects.get(status="open")


def test_sorted_out_asks_nothing_where_no_question_is_open(cast: Cast, as_: SignIn) -> None:
    need(cast, words="")
    assert "still open" not in press(as_("marta"), cast, "sorted_out")
    progress = need(cast, at=NOW - HOUR)
    answer(question=progress.question, by=cast.marta, at=NOW, body="The other.")
    assert "still open" not in press(as_("bruno"), cast, "sorted_out")


def test_a_check_in_asks_whether_the_open_question_goes_too(cast: Cast, as_: SignIn) -> None:
    need(cast)
    marta, url = as_("marta"), reverse("tracker:check-in-log", args=[cast.clover.pk, "2026-W38"])
    fields = fields_of(marta.get(url).text, "check-in")
    state = next(name for name, value in fields.items() if value == "need_help" and name.endswith("-state"))
    saved = messages_of(marta.post(url, {**fields, "outcome": "held", state: "working"}, follow=True))
    assert "check-in is saved" in saved
    follow(marta, saved, "Close it")
    assert Question.objects.get().status == "closed"


def test_what_a_mentor_sorts_out_waits_for_the_student_who_can_say_not_yet(cast: Cast, as_: SignIn) -> None:
    need(cast)
    marta, bruno = as_("marta"), as_("bruno")
    assert waits(cast, bruno).count("Not yet") == 0
    follow(marta, press(marta, cast, "sorted_out"), "Close it")
    page = bruno.get(reverse("tracker:week", args=[cast.clover.pk]))
    assert [(each.before, each.title) for each in page.context["week"].news] == [
        ("Marta sorted out", "Prompt engineering")
    ]
    # Told once; what can be done about it stays.
    assert "Marta sorted out" not in bruno.get("/week/").text
    assert "Sorted out, says Marta: Prompt engineering Not yet : Prompt engineering" in waits(cast, bruno)
    assert "Not yet" not in waits(cast, as_("ana"))
    Event.objects.all().delete()
    assert "You need help with Prompt engineering." in press(bruno, cast, "not_yet")
    progress = Progress.objects.get()
    assert (progress.state, progress.state_since) == ("need_help", ASKED)
    assert progress.question == Question.objects.get(status="open")
    assert [event.kind for event in Event.objects.all()] == ["help_needed"]
    assert "Not yet" not in waits(cast, bruno)
    # Pressed twice, it is the same request; and what the student sorts out themselves is no news.
    press(bruno, cast, "not_yet")
    assert Progress.objects.get().state_since == ASKED
    press(bruno, cast, "sorted_out")
    assert "Not yet" not in waits(cast, bruno)


def test_not_yet_is_there_until_the_student_marks_on(cast: Cast, as_: SignIn) -> None:
    need(cast)
    bruno, prompts = cast.enrolment("bruno"), cast.milestones[1]
    mark(enrolment=bruno, milestone=prompts, state="done", by=cast.marta, at=NOW - HOUR)
    assert "Done, says Marta: Prompt engineering Not yet" in waits(cast, as_("bruno"))
    with time_machine.travel(NOW + timedelta(days=14)):
        assert "Not yet" not in waits(cast, as_("bruno"))
    mark(enrolment=bruno, milestone=prompts, state="working", by=bruno.person, at=NOW)
    assert "Not yet" not in waits(cast, as_("bruno"))
    # A request that the mentor made is no request of the student's.
    for state, at in (("need_help", NOW + HOUR), ("working", NOW + 2 * HOUR)):
        mark(enrolment=bruno, milestone=cast.milestones[2], state=state, by=cast.marta, at=at)
    assert "Not yet" not in waits(cast, as_("bruno"))
    need(cast, at=NOW + HOUR)
    sort_out(enrolment=bruno, milestone=prompts, by=cast.marta, at=NOW + 2 * HOUR)
    with time_machine.travel(NOW + 3 * HOUR):
        assert "Not yet" in waits(cast, as_("bruno"))


@pytest.mark.parametrize("name", ["bruno", "marta"])
def test_hours_notes_and_ticks_do_not_mark_on(cast: Cast, as_: SignIn, name: str) -> None:
    need(cast)
    bruno, prompts = cast.enrolment("bruno"), cast.milestones[1]
    sort_out(enrolment=bruno, milestone=prompts, by=cast.marta, at=NOW - 2 * HOUR)
    by, material = cast.person(name), MaterialFactory.create(milestone=prompts)
    tick(enrolment=bruno, material=material, at=NOW - HOUR)
    note_hours(enrolment=bruno, milestone=prompts, hours=Decimal(2), by=by, at=NOW - HOUR)
    assert "Sorted out, says Marta: Prompt engineering Not yet" in waits(cast, as_("bruno"))
    note_hours(enrolment=bruno, milestone=prompts, hours=None, by=by, at=NOW)
    assert "Sorted out, says Marta: Prompt engineering Not yet" in waits(cast, as_("bruno"))
    # Nor does a mentor mark on for them, or make it new.
    mark(enrolment=bruno, milestone=prompts, state="done", by=cast.marta, at=NOW)
    assert "Sorted out, says Marta: Prompt engineering Not yet" in waits(cast, as_("bruno"))
    with time_machine.travel(NOW + timedelta(days=14)):
        note_hours(enrolment=bruno, milestone=prompts, hours=Decimal(3), by=by, at=timezone.now())
        assert "Not yet" not in waits(cast, as_("bruno"))


@pytest.mark.parametrize("button", ["need_help", "not_yet"])
def test_a_request_that_is_undone_leaves_not_yet_where_it_was(cast: Cast, as_: SignIn, button: str) -> None:
    need(cast)
    sort_out(enrolment=cast.enrolment("bruno"), milestone=cast.milestones[1], by=cast.marta, at=NOW - HOUR)
    bruno = as_("bruno")
    messages = press(bruno, cast, button)
    assert "Not yet" not in waits(cast, bruno)
    follow(bruno, messages, "Undo")
    assert "Sorted out, says Marta: Prompt engineering Not yet" in waits(cast, bruno)
    mark(
        enrolment=cast.enrolment("bruno"),
        milestone=cast.milestones[1],
        state="done",
        by=cast.marta,
        at=NOW + HOUR,
    )
    assert "Sorted out, says Marta: Prompt engineering Not yet" in waits(cast, bruno)


def test_a_request_that_is_undone_after_a_mark_of_the_mentor_was_ended_by_nobody(
    cast: Cast, as_: SignIn
) -> None:
    mark(
        enrolment=cast.enrolment("bruno"),
        milestone=cast.milestones[1],
        state="working",
        by=cast.marta,
        at=ASKED,
    )
    bruno = as_("bruno")
    follow(bruno, press(bruno, cast, "need_help"), "Undo")
    assert Progress.objects.get().state == "working"
    assert "Sorted out" not in waits(cast, bruno)


def test_what_is_sorted_out_within_minutes_can_be_reopened(cast: Cast, as_: SignIn) -> None:
    """The moment of the state before holds again, as if the student had undone the request."""
    bruno, prompts = cast.enrolment("bruno"), cast.milestones[1]
    mark(enrolment=bruno, milestone=prompts, state="working", by=bruno.person, at=ASKED)
    need(cast, at=NOW - timedelta(minutes=20))
    sort_out(enrolment=bruno, milestone=prompts, by=cast.marta, at=NOW - timedelta(minutes=10))
    assert "Sorted out, says Marta: Prompt engineering Not yet" in waits(cast, as_("bruno"))


def test_that_helps_is_told_to_who_answered(cast: Cast, as_: SignIn) -> None:
    User.objects.update(last_login=NOW)
    progress = need(cast)
    assert progress.question is not None
    answer(question=progress.question, by=cast.person("ana"), at=NOW - 2 * HOUR, body="Try the other.")
    answer(question=progress.question, by=cast.marta, at=NOW - HOUR, body="Yes, that.")

    def told(name: str) -> tuple[bool, bool]:
        page = as_(name).get("/", follow=True).text
        digest = DIGEST.mail_of(cast.person(name), Event(), NOW + HOUR)
        return "Your answer helped" in page, digest is not None and "Your answer helped" in str(digest.parts)

    bruno = as_("bruno")
    assert "That helps" in bruno.get("/week/", follow=True).text
    assert told("ana") == (False, False)
    done = press(bruno, cast, "sorted_out")
    assert told("ana") == (True, True)
    assert [told(name) for name in ("marta", "chidi")] == [(False, False)] * 2
    # Once: neither the next Monday nor a page of later has it.
    assert "helped" not in str(
        getattr(DIGEST.mail_of(cast.person("ana"), Event(), NOW + 8 * 24 * HOUR), "parts", "")
    )
    follow(bruno, done, "Undo")
    assert not Answer.objects.exclude(helped_at=None).exists()
    assert told("ana") == (False, False)


def test_a_mentor_reads_on_my_groups_that_the_answer_helped(cast: Cast, as_: SignIn) -> None:
    progress = need(cast)
    assert progress.question is not None
    answer(question=progress.question, by=cast.marta, at=NOW - HOUR, body="Yes, that.")
    # Sorted out by the mentor, nobody has said that it helps.
    press(as_("marta"), cast, "sorted_out")
    assert "Your answer helped" not in as_("marta").get("/groups/").text
    press(as_("bruno"), cast, "not_yet")
    press(as_("bruno"), cast, "sorted_out")
    page = as_("marta").get("/groups/").text
    assert "Which key?" in page.partition("Your answer helped")[2]
    with time_machine.travel(NOW + timedelta(days=8)):
        assert "Your answer helped" not in as_("marta").get("/groups/").text
    # Nothing leads to a question that they may read no longer.
    assert len(helped_rows(cast.marta, NOW + HOUR)) == 1
    Cohort.objects.update(archived_at=NOW, archived_by=cast.ines)
    assert "Your answer helped" not in as_("marta").get("/groups/").text
    assert helped_rows(User.objects.get(pk=cast.marta.pk), NOW + HOUR) == []


def test_undo_of_need_help_takes_the_question_it_made(cast: Cast, as_: SignIn) -> None:
    bruno = as_("bruno")
    value = f"{cast.enrolment('bruno').pk}-{cast.milestones[1].pk}-need_help"
    url = reverse("tracker:progress-mark", args=[cast.clover.pk])
    for touch, stays in ((None, False), ("answer", True), ("ask", True)):
        sent = bruno.post(url, {"mark": value, "words": f"Which key, {touch}?", "next": "/"}, follow=True)
        question = Question.objects.get(title=f"Which key, {touch}?")
        if touch == "answer":
            answer(question=question, by=cast.marta, at=NOW, body="So.")
        elif touch == "ask":
            ask_again(question=question, group=cast.clover, by=cast.person("ana"), at=NOW)
        assert "Undone." in follow(bruno, messages_of(sent), "Undo")
        assert Question.objects.filter(pk=question.pk).exists() is stays
        progress = Progress.objects.get()
        assert (progress.state, progress.question) == ("not_started", None)
