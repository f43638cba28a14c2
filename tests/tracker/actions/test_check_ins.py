import threading
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lib.refusals import Refused
from lib.weeks import Week
from people.models import User
from questions.actions import LoggedQuestion
from questions.models import Question
from tests.conftest import NOW, Cast, make_cast
from tests.factories.groups import MentorshipFactory
from tests.factories.tracker import AgreedStepFactory, CheckInFactory
from tests.moving import move_student
from tests.sent_form import fields_of
from tracker.access.check_ins import locked_week_to_log
from tracker.actions.check_ins import log_check_in
from tracker.actions.requests import settle_request
from tracker.models import AgreedStep, CheckIn, CheckInEntry

WEEK = Week(starts_on=date(2026, 9, 14))
HELD: dict[str, Any] = {"held_on": date(2026, 9, 15), "minutes": 30}


def log(cast: Cast, by: User | None = None, hours: int = 0, **content: Any) -> CheckIn:
    """Log the check-in of Clover; its own fields and those of `log_check_in`, which are for its rows."""
    names = ("entries", "steps", "next_steps", "questions", "typed")
    rows = {name: content.pop(name) for name in names if name in content}
    with transaction.atomic():
        user = User.objects.get(pk=(by or cast.marta).pk)
        access, group_week = locked_week_to_log(user, cast.clover.pk, WEEK.iso, timezone.now())
        check_in = group_week.check_in or CheckIn()
        for name, value in {**HELD, **content}.items():
            setattr(check_in, name, value)
        return log_check_in(
            group_week=group_week,
            check_in=check_in,
            logged_as=access.mentors.role if access.mentors else "",
            by=user,
            at=timezone.now() + timedelta(hours=hours),
            **rows,
        )


def entry(cast: Cast, name: str, **said: str) -> CheckInEntry:
    """The entry of a student, as it is or a new one, with some fields changed."""
    row = CheckInEntry.objects.filter(enrolment=cast.enrolment(name)).first()
    row = row or CheckInEntry(enrolment=cast.enrolment(name))
    for field, value in said.items():
        setattr(row, field, value)
    return row


def test_log_check_in_keeps_its_history_with_who_and_when(cast: Cast) -> None:
    log(cast, summary="One", entries=[entry(cast, "ana")])
    log(cast, cast.ines, hours=1, summary="Two", entries=[entry(cast, "ana", note="x")])
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


def test_log_check_in_makes_and_changes_entries_and_leaves_others(cast: Cast) -> None:
    log(cast, entries=[entry(cast, "ana"), entry(cast, "bruno")])
    log(cast, entries=[entry(cast, "ana", note="Rested."), entry(cast, "chidi")], hours=1)
    assert set(CheckInEntry.objects.values_list("enrolment__person__name", "note")) == {
        ("Ana Ruivo", "Rested."),
        ("Bruno Sá", ""),
        ("Chidi Okafor", ""),
    }
    assert CheckInEntry.history.filter(history_date=timezone.now()).count() == 2
    assert set(
        CheckInEntry.history.filter(history_date__gt=timezone.now()).values_list(
            "enrolment__person__name", "history_type"
        )
    ) == {("Ana Ruivo", "~"), ("Chidi Okafor", "+")}


def test_log_check_in_that_was_not_held_after_all_takes_the_entries_away(cast: Cast) -> None:
    log(cast, entries=[entry(cast, "ana")])
    log(cast, outcome="cancelled", held_on=None, minutes=None, entries=[entry(cast, "bruno")], hours=1)
    assert not CheckInEntry.objects.exists()
    assert set(
        CheckInEntry.history.filter(history_type="-").values_list("history_user__name", "history_date")
    ) == {("Marta Pires", timezone.now() + timedelta(hours=1))}


@pytest.mark.parametrize(("request_now", "is_open_again"), [("A room", False), ("Two rooms", True)])
def test_log_check_in_opens_a_settled_request_that_is_another_now(
    cast: Cast, request_now: str, is_open_again: bool
) -> None:
    check_in = log(cast, request="A room")
    settle_request(check_in=check_in, is_settled=True, by=cast.ines, at=timezone.now())
    check_in = log(cast, request=request_now, hours=1)
    assert (check_in.request_settled_at is None, check_in.request_settled_by is None) == (
        is_open_again,
        is_open_again,
    )


@pytest.mark.parametrize("missing", ["held_on", "minutes"])
def test_log_check_in_refuses_a_held_one_without_day_or_minutes(cast: Cast, missing: str) -> None:
    with pytest.raises(Refused, match="Enter the day and the minutes"):
        log(cast, **{missing: None})


def test_log_check_in_refuses_students_of_another_group(cast: Cast) -> None:
    rows: list[dict[str, Any]] = [
        {"entries": [entry(cast, "dalia")]},
        {"next_steps": [AgreedStep(text="Read", enrolment=cast.enrolment("dalia"))]},
    ]
    for content in rows:
        with pytest.raises(Refused, match="was not in Clover"):
            log(cast, **content)
    assert not CheckIn.objects.exists()


def test_log_check_in_is_of_the_members_of_its_day(cast: Cast) -> None:
    move_student(
        enrolment=cast.enrolment("bruno"), group=cast.juniper, on=date(2026, 9, 15), by=cast.ines, at=NOW
    )
    with pytest.raises(Refused, match="was not in Clover on Tuesday 15 September"):
        log(cast, entries=[entry(cast, "bruno")], held_on=date(2026, 9, 15))
    log(cast, entries=[entry(cast, "bruno")], held_on=date(2026, 9, 14))
    # It stays when the day is corrected.
    log(cast, entries=[entry(cast, "ana")], held_on=date(2026, 9, 15))
    assert set(CheckInEntry.objects.values_list("enrolment__person__name", flat=True)) == {
        "Ana Ruivo", "Bruno Sá",
    }  # fmt: skip


def test_log_check_in_refuses_a_step_of_another_group(cast: Cast) -> None:
    step = AgreedStepFactory.create(group=cast.juniper)
    with pytest.raises(Refused, match="another group"):
        log(cast, steps={step: AgreedStep.State.DONE})
    step.refresh_from_db()
    assert step.state == "open"


def test_log_check_in_saves_nothing_when_a_question_is_refused(cast: Cast) -> None:
    with pytest.raises(Refused):
        log(cast, entries=[entry(cast, "ana")], questions=[LoggedQuestion(again=999_999)])
    assert (CheckIn.objects.count(), CheckInEntry.objects.count(), CheckIn.history.count()) == (0, 0, 0)


def test_log_check_in_again_adds_what_differs(cast: Cast) -> None:
    ana, bruno = cast.enrolment("ana"), cast.enrolment("bruno")
    first: dict[str, Any] = {
        "next_steps": [AgreedStep(text="Read", enrolment=ana)],
        "questions": [LoggedQuestion(title="Why?", enrolment=ana)],
    }
    log(cast, **first)
    second: dict[str, Any] = {
        "next_steps": [AgreedStep(text="Read", enrolment=bruno), AgreedStep(text="Read ", enrolment=ana)],
        "questions": [
            LoggedQuestion(title="Why?", enrolment=ana),
            LoggedQuestion(title="How?", enrolment=ana),
        ],
    }
    log(cast, **second, hours=1)
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
