import threading
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lib.weeks import Week
from people.models import User
from questions.actions import LoggedQuestion, QuestionError
from questions.models import Question
from tests.conftest import Cast, make_cast
from tests.factories.groups import MentorshipFactory
from tests.factories.tracker import AgreedStepFactory, CheckInFactory
from tests.sent_form import fields_of
from tracker.access.check_ins import locked_week_to_log
from tracker.actions.check_ins import CheckInContent, CheckInError, EntryContent, log_check_in
from tracker.actions.steps import StepContent
from tracker.models import AgreedStep, CheckIn, CheckInEntry

WEEK = Week(starts_on=date(2026, 9, 14))
HELD: dict[str, Any] = {"held_on": date(2026, 9, 15), "minutes": 30}


def log(cast: Cast, content: CheckInContent, by: User | None = None, hours: int = 0) -> CheckIn:
    with transaction.atomic():
        user = User.objects.get(pk=(by or cast.marta).pk)
        week_access, group_week = locked_week_to_log(user, cast.clover.pk, WEEK.iso, timezone.now())
        return log_check_in(
            group_week=group_week,
            content=content,
            logged_as=week_access.logged_as,
            by=user,
            at=timezone.now() + timedelta(hours=hours),
        )


def line(cast: Cast, name: str, **said: str) -> EntryContent:
    return EntryContent(enrolment_id=cast.enrolment(name).pk, **said)


def test_log_check_in_keeps_its_history_with_who_and_when(cast: Cast) -> None:
    log(cast, CheckInContent(**HELD, summary="One", entries=[line(cast, "ana")]))
    log(
        cast, CheckInContent(**HELD, summary="Two", entries=[line(cast, "ana", note="x")]), cast.ines, hours=1
    )
    check_in = CheckIn.objects.get()
    assert set(
        check_in.history.values_list("summary", "history_type", "history_user__name", "history_date")
    ) == {
        ("One", "+", "Marta Pires", timezone.now()),
        ("Two", "~", "Inês Duarte", timezone.now() + timedelta(hours=1)),
    }
    assert set(CheckInEntry.history.values_list("note", "history_type", "history_user__name")) == {
        ("", "+", "Marta Pires"),
        ("x", "~", "Inês Duarte"),
    }
    assert (check_in.logged_by, check_in.logged_at, check_in.changed_by) == (
        cast.marta,
        timezone.now(),
        cast.ines,
    )


def test_log_check_in_leaves_an_entry_that_says_the_same(cast: Cast) -> None:
    for hours in (0, 1):
        log(cast, CheckInContent(**HELD, entries=[line(cast, "ana"), line(cast, "bruno")]), hours=hours)
    assert CheckInEntry.history.count() == 2


def test_log_check_in_makes_and_changes_and_removes_entries_at_once(cast: Cast) -> None:
    log(cast, CheckInContent(**HELD, entries=[line(cast, "ana"), line(cast, "bruno")]))
    log(cast, CheckInContent(**HELD, entries=[line(cast, "ana", pace="stuck"), line(cast, "chidi")]), hours=1)
    assert set(CheckInEntry.objects.values_list("enrolment__person__name", "pace")) == {
        ("Ana Ruivo", "stuck"),
        ("Chidi Okafor", ""),
    }
    assert set(CheckInEntry.history.filter(history_type="-").values_list("enrolment__person__name")) == {
        ("Bruno Sá",)
    }


@pytest.mark.parametrize("missing", ["held_on", "minutes"])
def test_log_check_in_refuses_a_held_one_without_day_or_minutes(cast: Cast, missing: str) -> None:
    with pytest.raises(CheckInError, match="Enter the day and the minutes"):
        log(cast, CheckInContent(**{**HELD, missing: None}))


def test_log_check_in_refuses_students_of_another_group(cast: Cast) -> None:
    for content in (
        CheckInContent(**HELD, entries=[line(cast, "dalia")]),
        CheckInContent(**HELD, next_steps=[StepContent(text="Read", enrolment=cast.enrolment("dalia"))]),
    ):
        with pytest.raises(CheckInError, match="was not in Clover"):
            log(cast, content)
    assert not CheckIn.objects.exists()


def test_log_check_in_refuses_a_step_of_another_group(cast: Cast) -> None:
    step = AgreedStepFactory.create(group=cast.juniper)
    with pytest.raises(CheckInError, match="another group"):
        log(cast, CheckInContent(**HELD, steps={step.pk: AgreedStep.State.DONE}))
    step.refresh_from_db()
    assert step.state == "open"


def test_log_check_in_saves_nothing_when_a_question_is_refused(cast: Cast) -> None:
    content = CheckInContent(**HELD, entries=[line(cast, "ana")], questions=[LoggedQuestion(again=999_999)])
    with pytest.raises(QuestionError):
        log(cast, content)
    assert (CheckIn.objects.count(), CheckInEntry.objects.count(), CheckIn.history.count()) == (0, 0, 0)


def test_log_check_in_again_adds_what_differs(cast: Cast) -> None:
    ana, bruno = cast.enrolment("ana"), cast.enrolment("bruno")
    first: dict[str, Any] = {
        "next_steps": [StepContent(text="Read", enrolment=ana)],
        "questions": [LoggedQuestion(title="Why?", enrolment=ana)],
    }
    log(cast, CheckInContent(**HELD, **first))
    second: dict[str, Any] = {
        "next_steps": [StepContent(text="Read", enrolment=bruno), StepContent(text="Read ", enrolment=ana)],
        "questions": [
            LoggedQuestion(title="Why?", enrolment=ana),
            LoggedQuestion(title="How?", enrolment=ana),
        ],
    }
    log(cast, CheckInContent(**HELD, **second), hours=1)
    assert set(AgreedStep.objects.values_list("text", "enrolment__person__name")) == {
        ("Read", "Ana Ruivo"),
        ("Read", "Bruno Sá"),
    }
    assert set(Question.objects.values_list("title", flat=True)) == {"Why?", "How?"}


def test_check_in_is_one_a_group_and_week(cast: Cast) -> None:
    CheckInFactory.create(group=cast.clover, week_starts_on=WEEK.starts_on)
    CheckInFactory.create(group=cast.juniper, week_starts_on=WEEK.starts_on)
    with pytest.raises(IntegrityError):
        CheckInFactory.create(group=cast.clover, week_starts_on=WEEK.starts_on)


@pytest.mark.django_db(transaction=True)
def test_log_check_in_by_two_at_once_keeps_one_and_shows_the_second_both() -> None:
    """On PostgreSQL both really run at once; SQLite in memory has one connection, so there one waits for the other."""
    cast = make_cast()
    MentorshipFactory.create(group=cast.clover, person=cast.tomas, role="co-mentor")
    url = reverse("tracker:check-in-log", args=[cast.clover.pk, WEEK.iso])
    senders: list[Callable[[], None]] = []
    statuses: list[int] = []
    is_real = connection.vendor == "postgresql"
    barrier = threading.Barrier(2 if is_real else 1)
    for name in ("marta", "tomas"):
        client = Client()
        client.force_login(cast.person(name))
        fields = fields_of(client.get(url).text, "check-in") | {"summary": name}
        senders.append(_sender(client, url, fields, statuses, barrier))
    if is_real:
        threads = [threading.Thread(target=send) for send in senders]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    else:
        for send in senders:
            send()
    assert sorted(statuses) == [302, 409]
    assert CheckIn.objects.count() == 1


def _sender(
    client: Client, url: str, fields: dict[str, str], statuses: list[int], barrier: threading.Barrier
) -> Callable[[], None]:
    def send() -> None:
        barrier.wait()
        try:
            statuses.append(client.post(url, fields).status_code)
        finally:
            if threading.current_thread() is not threading.main_thread():
                connection.close()

    return send
