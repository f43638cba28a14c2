"""Questions and requests that wait longer than promised. It is Wednesday 16 September 2026, 11:00 in Lisbon."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from courses.models import Course
from people.models import Event, MailChoice, Message, User
from questions.models import Question
from telling.actions.promises import tell_of_promises
from telling.actions.sorting import sort_events
from telling.models import BrokenPromise
from tests.conftest import NOW, Cast, SignIn
from tests.factories.courses import PauseFactory
from tests.factories.questions import QuestionFactory
from tests.factories.tracker import CodeReviewFactory
from tests.mails import deliver
from tests.moving import end_enrolment, leave_group
from tests.telling.mornings import at, morning
from tracker.actions.helping import answer_help, ask_for_help
from tracker.actions.progress import mark
from tracker.models import CodeReview

HOUR = timedelta(hours=1)
pytestmark = pytest.mark.usefixtures("all_hear_at_once")


def ask(cast: Cast, hours: int) -> None:
    QuestionFactory.create(
        membership=cast.ana, title="Why?", asked_at=NOW - hours * HOUR, is_asker_hidden=True
    )


def cry(cast: Cast, hours: int) -> None:
    who = {"enrolment": cast.enrolment("bruno"), "milestone": cast.milestones[1], "by": cast.person("bruno")}
    mark(**who, state="need_help", at=NOW - hours * HOUR)
    Event.objects.all().delete()


def hand_in(cast: Cast, hours: int) -> None:
    Course.objects.filter(pk=cast.course.pk).update(review_days=1)
    CodeReviewFactory.create(
        group=cast.clover, milestone=cast.milestones[0], author=cast.enrolment("ana"),
        reviewer=cast.enrolment("bruno"), changed_at=NOW - hours * HOUR,
    )  # fmt: skip


def told() -> dict[str, str]:
    """The people the worker's round tells, and what."""
    tell_of_promises(NOW)
    return {mail.to[0].partition("@")[0]: str(mail.subject) for mail in deliver()}


def test_a_promise_holds_until_the_last_day_of_a_student(cast: Cast) -> None:
    cry(cast, 25)
    bruno = cast.enrolment("bruno")
    end_enrolment(enrolment=bruno, on=date(2026, 9, 30), end_reason="dropped", by=cast.ines, at=NOW)
    Event.objects.all().delete()
    assert told() == {"marta": "Bruno still needs help with Prompt engineering"}


@pytest.mark.parametrize("hours", [25, 49])
@pytest.mark.parametrize("who", ["ana", "bruno"])
def test_nobody_hears_of_a_review_whose_author_or_reviewer_has_left(cast: Cast, who: str, hours: int) -> None:
    hand_in(cast, hours)
    gone = cast.enrolment(who)
    end_enrolment(enrolment=gone, on=date(2026, 9, 16), end_reason="dropped", by=cast.ines, at=NOW)
    Event.objects.all().delete()
    assert told() == {}


@pytest.mark.parametrize(
    ("wait", "who", "subject"),
    [
        (ask, "marta", "Still unanswered: Why?"),
        (cry, "marta", "Bruno still needs help with Prompt engineering"),
        (hand_in, "bruno", "Still to review: Ana’s LLM basics"),
    ],
)
@pytest.mark.parametrize(("hours", "times"), [(24, 0), (25, 1), (48, 1), (49, 2), (72, 2), (73, 0)], ids=str)
def test_who_owes_is_told_at_the_promise_and_admins_at_twice(
    cast: Cast, wait: Callable[[Cast, int], None], who: str, subject: str, hours: int, times: int
) -> None:
    # Monday 14 begins 59 hours before, so that three weekdays need Friday.
    wait(cast, hours if hours < 59 else hours + 48)
    assert told() == [{}, {who: subject}, {"ines": subject}][times]
    # Once, whatever round comes.
    assert told() == {}
    assert BrokenPromise.objects.count() == (1 if times else 0)


def test_course_admins_are_told_at_the_promise_where_no_mentor_has_signed_in(cast: Cast) -> None:
    User.objects.filter(pk=cast.marta.pk).update(last_login=None)
    cry(cast, 25)
    assert told() == {"ines": "Bruno still needs help with Prompt engineering"}


def test_words_of_a_request_for_help_have_one_promise_that_of_help(cast: Cast, as_: SignIn) -> None:
    Course.objects.update(help_days=1, question_days=3)
    bruno, prompts = cast.enrolment("bruno"), cast.milestones[1]
    request = {"enrolment": bruno, "milestone": prompts, "by": bruno.person}
    ask_for_help(**request, group=cast.clover, words="Which key?", at=NOW - 25 * HOUR)
    Event.objects.all().delete()
    browser = as_("bruno")
    week = " ".join(browser.get(reverse("tracker:week", args=[cast.clover.pk])).text.split())
    assert "since yesterday, the answer late" in week
    question = browser.get(Question.objects.get().get_absolute_url()).text
    assert "promised by Wednesday 16 September 2026, 10:00" in question
    assert told() == {"marta": "Bruno still needs help with Prompt engineering"}
    # A student who goes on without an answer waits for one all the same.
    mark(**request, state="working", at=NOW)
    assert told() == {"marta": "Still unanswered: Which key?"}


def test_pause_stops_the_clock(cast: Cast) -> None:
    PauseFactory.create(cohort=cast.cohort, starts_on=NOW.date(), ends_on=NOW.date())
    ask(cast, 30)
    assert told() == {}


def test_in_a_break_nobody_hears_of_a_promise_that_passed_before_it_but_after_it(cast: Cast) -> None:
    """The weekday of a question ends on Thursday the 17th; on Friday a break begins."""
    ask(cast, hours=0)
    PauseFactory.create(cohort=cast.cohort, starts_on=date(2026, 9, 18), ends_on=date(2026, 9, 22))
    for day, count in ((18, 0), (22, 0), (23, 1)):
        tell_of_promises(NOW.replace(day=day, hour=8))
        assert BrokenPromise.objects.count() == count, day


def answer_it(cast: Cast) -> None:
    Question.objects.update(status="answered", first_answered_at=NOW)


def answer_cry(cast: Cast) -> None:
    bruno = cast.enrolment("bruno")
    answer_help(
        enrolment=bruno, group=cast.clover, milestone=cast.milestones[1], body="So.", by=cast.marta, at=NOW
    )
    Event.objects.exclude(kind="promise_passed").delete()


@pytest.mark.parametrize(
    ("wait", "end"),
    [
        (ask, answer_it),
        (cry, answer_cry),
        (hand_in, lambda cast: CodeReview.objects.update(state="approved")),
        (ask, lambda cast: Course.objects.filter(pk=cast.course.pk).update(question_days=9)),
    ],
)
def test_what_was_answered_before_the_mail_went_is_withdrawn(
    cast: Cast, wait: Callable[[Cast, int], None], end: Callable[[Cast], object]
) -> None:
    wait(cast, 25)
    tell_of_promises(NOW)
    sort_events(NOW)
    end(cast)
    assert deliver() == []


def test_a_cry_and_a_promise_about_the_same_student_are_two_mails(cast: Cast) -> None:
    cry(cast, 25)
    bruno: dict[str, Any] = {
        "enrolment": cast.enrolment("bruno"),
        "by": cast.person("bruno"),
        "state": "need_help",
    }
    mark(**bruno, milestone=cast.milestones[2], at=NOW)
    sort_events(NOW)
    tell_of_promises(NOW)
    assert {mail.subject for mail in deliver()} == {
        "Bruno needs help with Indexation and Prompt engineering",
        "Bruno still needs help with Prompt engineering",
    }


def test_promises_that_passed_one_after_the_other_are_all_in_the_mail(cast: Cast) -> None:
    cry(cast, 27)
    bruno: dict[str, Any] = {
        "enrolment": cast.enrolment("bruno"),
        "by": cast.person("bruno"),
        "state": "need_help",
    }
    mark(**bruno, milestone=cast.milestones[2], at=NOW - 25 * HOUR)
    Event.objects.all().delete()
    tell_of_promises(NOW)
    (mail,) = deliver()
    assert mail.subject == "Bruno still needs help with Prompt engineering and Indexation"
    assert "Prompt engineering: Since yesterday, the answer late." in mail.body
    assert "Indexation: Since yesterday, the answer late." in mail.body


def test_a_course_admin_is_not_called_a_mentor(cast: Cast) -> None:
    ask(cast, 49)
    tell_of_promises(NOW)
    cast.clover.mentorships.update(ended_on=NOW.date())
    (mail,) = deliver()
    assert "Clover has no mentor." in mail.body


def test_mail_says_the_wait_and_hides_who_asked(cast: Cast) -> None:
    ask(cast, 49)
    tell_of_promises(NOW)
    (mail,) = deliver()
    assert "promised by yesterday at 10:00: 1 day late. Weekends" in " ".join(mail.body.split())
    assert "Clover is mentored by Marta Pires." in mail.body
    assert "Ana" not in mail.body


@pytest.mark.parametrize("wait", [ask, cry])
def test_monday_says_once_what_waits_longer_than_promised(
    cast: Cast, wait: Callable[[Cast, int], None]
) -> None:
    """Its promise passed on Friday; on another morning the mail of the promise says it."""
    MailChoice.objects.filter(kind="promise").delete()
    # On Thursday at 12:00.
    wait(cast, -25)
    for now in (at(18, 13), at(21, 7)):
        tell_of_promises(now)
        sort_events(now)
    assert Message.objects.get(kind="promise").state == Message.State.DIGEST
    with time_machine.travel(at(21), tick=False):
        (marta,) = morning(21)["marta"]
    assert ("Bruno has waited" in marta.subject) is (wait is cry)
    assert ("A question waits" in f"{marta.subject} {marta.body}") is (wait is ask)
    assert "ALSO NEW" not in marta.body
    assert not Message.objects.filter(state=Message.State.DIGEST).exists()


def test_monday_comes_also_if_the_student_whose_promise_waited_has_left_the_group(cast: Cast) -> None:
    MailChoice.objects.filter(kind="promise").delete()
    cry(cast, -25)
    for now in (at(18, 13), at(21, 7)):
        tell_of_promises(now)
        sort_events(now)
    leave_group(enrolment=cast.enrolment("bruno"), on=date(2026, 9, 20), by=cast.ines, at=at(20))
    with time_machine.travel(at(21), tick=False):
        subjects = [mail.subject for mail in morning(21)["marta"]]
    assert len(subjects) == 1
    assert "Bruno" not in subjects[0]
