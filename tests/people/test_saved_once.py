"""A form that is sent twice is saved once, and nobody sees an error for it."""

import threading
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from courses.models import CourseAdmin, Milestone, Pause
from groups.models import Enrolment, Group, Mentorship
from people.models import SentForm, User
from questions.access.offers import offer_of
from questions.models import Question
from tests.conftest import Cast, SignIn, make_cast
from tests.factories.questions import QuestionFactory
from tests.factories.tracker import CodeReviewFactory
from tests.mails import deliver
from tests.messages import told
from tracker.models import CheckIn, CodeReview

type Sent = tuple[str, str, dict[str, Any], Callable[[], int]]


def key() -> str:
    return uuid4().hex


def ask(browser: Client, cast: Cast, title: str, form_key: str, seen: str = "", **headers: str) -> Any:
    url = reverse("questions:question-new", args=[cast.clover.pk])
    fields = {"title": title, "visibility": "cohort", "seen": seen, "form_key": form_key}
    return browser.post(url, fields, headers=headers)


def all_seen() -> str:
    """Earlier questions were seen, so that nothing stops the next question."""
    return " ".join(str(pk) for pk in Question.objects.values_list("pk", flat=True))


def test_question_sent_twice_is_asked_once(cast: Cast, as_: SignIn) -> None:
    browser, same = as_("ana"), key()
    answers = [ask(browser, cast, "Why a mask?", same) for _ in range(2)]
    asked = Question.objects.get().get_absolute_url()
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, asked)] * 2
    assert "This was sent twice. It is saved once." in told(answers[1])


def test_other_words_under_the_same_key_are_another_form(cast: Cast, as_: SignIn) -> None:
    browser, same = as_("ana"), key()
    for title in ("Why a mask?", "Why two masks?"):
        ask(browser, cast, title, same, all_seen())
    assert set(Question.objects.values_list("title", flat=True)) == {"Why a mask?", "Why two masks?"}


def test_same_words_on_another_page_are_another_form(cast: Cast, as_: SignIn) -> None:
    browser = as_("ana")
    for _ in range(2):
        ask(browser, cast, "Why a mask?", key(), all_seen())
    assert Question.objects.count() == 2


def test_what_was_refused_may_be_sent_again(cast: Cast, as_: SignIn) -> None:
    browser, same = as_("marta"), key()
    question = QuestionFactory.create(membership=cast.ana)
    url = reverse("questions:question-answer", args=[question.pk])
    for _ in range(2):
        assert browser.post(url, {"body": " ", "form_key": same}).status_code == 422
    assert not SentForm.objects.exists()


def test_what_an_error_leads_back_from_may_be_sent_again(cast: Cast, as_: SignIn) -> None:
    """Bruno approves while Ana corrects her note: it is not saved, and stays in her browser."""
    browser, same = as_("ana"), key()
    review = CodeReviewFactory.create(
        group=cast.clover, author=cast.enrolment("ana"), reviewer=cast.enrolment("bruno"),
        milestone=cast.milestones[0], state="approved",
    )  # fmt: skip
    fields = {"url": review.url, "note": "Look at the loop", "state": "requested", "form_key": same}
    for _ in range(2):
        answer = browser.post(reverse("tracker:review-hand-in", args=[review.pk]), fields)
        assert told(answer)[-1] == "Bruno Sá has answered already."
    assert "saved_forms" not in browser.cookies
    assert not SentForm.objects.exists()


def test_what_was_typed_stands_there_when_its_answer_is_gone(cast: Cast, as_: SignIn) -> None:
    browser, same = as_("ana"), key()
    question = QuestionFactory.create(membership=cast.bruno, title="Why mask?")
    offer = {"offer": offer_of(question.pk, cast.person("ana"))}
    url = reverse("questions:question-answers-it", args=[question.pk], query=offer)
    answer = browser.post(url, {"title": "Why a mask?", "visibility": "cohort", "form_key": same})
    assert answer.status_code == 422
    assert answer.context["form"]["title"].value() == "Why a mask?"
    assert "no longer has an answer" in answer.content.decode()
    assert "saved_forms" not in browser.cookies


def test_browser_is_told_which_forms_were_saved(cast: Cast, as_: SignIn) -> None:
    browser, keys = as_("ana"), [key(), key()]
    for number, each in enumerate(keys):
        ask(browser, cast, f"Why {number}?", each, all_seen())
    assert browser.cookies["saved_forms"].value == ".".join(keys)
    ask(browser, cast, "", key())
    assert browser.cookies["saved_forms"].value == ".".join(keys)


@pytest.mark.parametrize("strange", ["", "no key", "x" * 32, "a" * 33])
def test_strange_key_is_no_key(cast: Cast, as_: SignIn, strange: str) -> None:
    assert ask(as_("ana"), cast, "Why a mask?", strange).status_code == 302
    assert not SentForm.objects.exists()


def _check_in(cast: Cast) -> dict[str, Any]:
    return {
        "outcome": "cancelled",
        "version": "",
        "q0-title": "Why a mask?",
        "q0-milestone": "",
        "q0-enrolment": "",
    }


def forms(cast: Cast) -> dict[str, Sent]:
    """Each person's form: its address, its fields, and how many rows there are of what it makes."""
    review = CodeReviewFactory.create(
        group=cast.clover,
        author=cast.enrolment("ana"),
        reviewer=cast.enrolment("bruno"),
        milestone=cast.milestones[0],
    )
    course, cohort, clover = cast.course, cast.cohort, cast.clover
    day = cast.cohort.starts_on.isoformat()
    new = {"email": "gil@example.com", "name": "Gil Moreau"}
    mentor = {f"invite-{name}": value for name, value in {**new, "role": "co-mentor", "on": day}.items()}
    return {
        "enrol": (
            "ines", reverse("tracker:enrol", args=[cohort.pk]), {**new, "group": "", "started_on": day},
            lambda: Enrolment.objects.filter(person__email=new["email"]).count(),
        ),
        "course admin": (
            "ines", reverse("groups:course-admin-add", args=[course.slug]), new,
            lambda: CourseAdmin.objects.filter(person__email=new["email"]).count(),
        ),
        "mentor": (
            "ines", reverse("tracker:mentor-invite", args=[clover.pk]), mentor,
            lambda: Mentorship.objects.filter(person__email=new["email"]).count(),
        ),
        "group": (
            "ines", reverse("groups:group-new", args=[cohort.pk]), {"name": "Sorrel"},
            lambda: Group.objects.filter(name="Sorrel").count(),
        ),
        "milestone": (
            "ines", reverse("groups:milestone-new", args=[course.slug]), {"title": "Agents"},
            lambda: Milestone.objects.filter(title="Agents").count(),
        ),
        "pause": (
            "ines", reverse("groups:pause-add", args=[cohort.pk]),
            {"label": "Christmas", "starts_on": "2026-12-21", "ends_on": "2026-12-27"}, Pause.objects.count,
        ),
        "answer": (
            "marta",
            reverse("questions:question-answer", args=[QuestionFactory.create(membership=cast.ana).pk]),
            {"body": "Because."}, lambda: Question.objects.get().answers.count(),
        ),
        "review": (
            "ana", reverse("tracker:review-request", args=[clover.pk]),
            {
                "milestone": cast.milestones[1].pk, "reviewer": cast.enrolment("bruno").pk,
                "url": "https://example.com/code",
            },
            lambda: CodeReview.objects.filter(url="https://example.com/code").count(),
        ),
        "approval": (
            "bruno", reverse("tracker:review-approve", args=[review.pk]), {"note": "Good."},
            lambda: review.history.filter(state="approved").count(),
        ),
        "check-in": (
            "marta", reverse("tracker:check-in-log", args=[clover.pk, "2026-W38"]), _check_in(cast),
            CheckIn.objects.count,
        ),
    }  # fmt: skip


NAMES = [
    "enrol", "course admin", "mentor", "group", "milestone", "pause", "answer", "review", "approval", "check-in",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_every_form_that_is_sent_twice_is_saved_once(cast: Cast, as_: SignIn, name: str) -> None:
    who, url, fields, count = forms(cast)[name]
    browser, same = as_(who), key()
    answers = [browser.post(url, {**fields, "form_key": same}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert count() == 1
    assert len(deliver()) <= 1


@pytest.mark.parametrize("name", NAMES)
def test_page_of_the_form_gives_it_a_key(cast: Cast, as_: SignIn, name: str) -> None:
    who, url, _, _ = forms(cast)[name]
    pages = {
        "answer": lambda: Question.objects.get().get_absolute_url(),
        "approval": lambda: CodeReview.objects.get().get_absolute_url(),
        "mentor": lambda: reverse("tracker:group-set-up", args=[cast.clover.pk]),
        "pause": lambda: reverse("groups:cohort-calendar", args=[cast.cohort.pk]),
    }
    html = as_(who).get(pages.get(name, lambda: url)()).content.decode()
    form = html.partition(f'action="{url}"')[2] if name in pages else html.partition("<main")[2]
    assert 'name="form_key"' in form.partition("</form>")[0]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one writer in at a time")
@pytest.mark.parametrize("name", ["enrol", "course admin", "review", "answer"])
def test_form_that_is_sent_twice_at_once_is_saved_once(name: str) -> None:
    cast = make_cast()
    who, url, fields, count = forms(cast)[name]
    person: User = cast.person(who)
    same, start = key(), threading.Barrier(2)
    statuses: list[int] = []

    def send() -> None:
        browser = Client(raise_request_exception=False)
        browser.force_login(person)
        start.wait()
        statuses.append(browser.post(url, {**fields, "form_key": same}).status_code)
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [302, 302]
    assert count() == 1
