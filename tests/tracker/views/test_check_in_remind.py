"""A course admin reminds mentors whose check-in is late: of what still is late, and nobody twice a day."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.urls import reverse

from groups.actions.reminding import NOBODY
from groups.models import Enrolment, MentorAway
from people.models import Event, MailChoice, Message, User
from tests.conftest import NOW, TODAY, Cast, SignIn
from tests.factories.tracker import CheckInFactory
from tests.mails import deliver
from tests.messages import told
from tests.tracker.dashboards.test_board import need_help
from tracker.dashboards.board import cohort_board

pytestmark = pytest.mark.usefixtures("all_have_signed_in")


@pytest.fixture
def all_have_signed_in(cast: Cast) -> None:
    for name in ("ines", "marta", "tomas"):
        person = cast.person(name)
        person.last_login = NOW
        person.save()


def _labels(cast: Cast) -> dict[str, str]:
    board = cohort_board(cohort=cast.cohort, reader=cast.ines, now=NOW)
    return {late.row.group.name: late.reminded for late in board.late_check_ins}


def test_one_or_all_are_reminded_and_nobody_twice_a_day(cast: Cast, as_: SignIn) -> None:
    page, ines = f"/cohorts/{cast.cohort.pk}/remind/", as_("ines")
    assert told(ines.post(page, {"group": cast.clover.pk}))[-1] == "Mentors reminded by e-mail: Clover."
    assert _labels(cast) == {"Clover": "a reminder of today at 11:00 is on its way", "Juniper": ""}
    (sent,) = deliver()
    assert (sent.to, sent.subject) == (["marta@example.com"], "Check-in not logged yet: Clover")
    assert "Inês Duarte asks you to log it." in str(sent.body)
    assert f"/groups/{cast.clover.pk}/check-ins/2026-W37/log/" in str(sent.body)
    assert "ines@example.com" in sent.reply_to[0]
    assert _labels(cast)["Clover"] == "reminded today at 11:00"
    assert told(ines.post(page))[-1] == "Mentors reminded by e-mail: 1 group."
    assert [one.to for one in deliver()] == [["tomas@example.com"]]
    assert told(ines.post(page))[-1] == "Already reminded within a day. Nobody is reminded twice a day."
    assert deliver() == []


def test_not_what_was_logged_meanwhile(cast: Cast, as_: SignIn) -> None:
    ines = as_("ines")
    ines.post(f"/cohorts/{cast.cohort.pk}/remind/")
    for monday in (date(2026, 8, 31), date(2026, 9, 7)):
        CheckInFactory.create(group=cast.clover, logged_by=cast.marta, week_starts_on=monday)
    assert [one.to for one in deliver()] == [["tomas@example.com"]]
    answer = ines.post(f"/cohorts/{cast.cohort.pk}/remind/", {"group": cast.clover.pk})
    assert told(answer)[-1] == "No check-in is late now."


def test_what_failed_is_shown(cast: Cast, as_: SignIn) -> None:
    as_("ines").post(f"/cohorts/{cast.cohort.pk}/remind/")
    deliver()
    assert len(mail.outbox) == 2
    Message.objects.filter(recipient=cast.marta).update(state="failed", reason="550 no such user")
    Message.objects.filter(recipient=cast.tomas).delete()
    assert _labels(cast) == {
        "Clover": "not delivered to Marta Pires: 550 no such user",
        "Juniper": NOBODY,
    }
    Event.objects.update(at=NOW - timedelta(days=1, minutes=1))
    assert set(_labels(cast).values()) == {""}


def _student(cast: Cast) -> str:
    """The board's line about Bruno, beside his name."""
    board = cohort_board(cohort=cast.cohort, reader=cast.ines, now=NOW)
    return next(each.reminded for each in board.students if each.row.enrolment.person.name == "Bruno Sá")


def test_mentors_are_reminded_of_a_student_once_a_day(cast: Cast, as_: SignIn) -> None:
    need_help(cast, "bruno", 1, days=8)
    page, ines = reverse("tracker:student-remind", args=[cast.enrolment("bruno").pk]), as_("ines")
    assert told(ines.post(page))[-1] == "Marta is reminded of Bruno by e-mail."
    assert _student(cast) == "a reminder of today at 11:00 is on its way"
    (sent,) = deliver()
    assert sent.to == ["marta@example.com"]
    assert sent.subject.startswith("Bruno needs help with Prompt engineering")
    assert "Inês Duarte asks you to look after Bruno." in str(sent.body)
    assert (_student(cast), "ines@example.com" in sent.reply_to[0]) == ("reminded today at 11:00", True)
    assert told(ines.post(page))[-1] == "Already reminded within a day. Nobody is reminded twice a day."
    # Of the group's check-in they are still reminded: that is another matter.
    ines.post(f"/cohorts/{cast.cohort.pk}/remind/", {"group": cast.clover.pk})
    assert len(deliver()) == 1
    assert as_("marta").post(page).status_code == 403


@pytest.mark.parametrize("why", ["never", "disabled", "away", "no mentor", "no mail"])
def test_it_is_said_at_once_when_a_reminder_of_a_student_reaches_nobody(
    cast: Cast, as_: SignIn, why: str, settings: Any
) -> None:
    mentorship = cast.clover.mentorships.get()
    if why == "never":
        MailChoice.objects.create(person=cast.marta, kind="log", soon="never")
    elif why == "disabled":
        User.objects.filter(pk=cast.marta.pk).update(is_active=False)
    elif why == "away":
        MentorAway.objects.create(mentorship=mentorship, starts_on=TODAY, ends_on=TODAY)
    elif why == "no mentor":
        mentorship.delete()
    settings.SENDS_MAIL = why != "no mail"
    answer = as_("ines").post(reverse("tracker:student-remind", args=[cast.enrolment("bruno").pk]))
    assert told(answer)[-1] == "Nobody was reminded of Bruno: no mentor is available and gets these e-mails."
    assert not Event.objects.exists()


def test_no_mail_about_a_student_who_needs_nobody_any_more(cast: Cast, as_: SignIn) -> None:
    need_help(cast, "bruno", 1, days=8)
    as_("ines").post(reverse("tracker:student-remind", args=[cast.enrolment("bruno").pk]))
    cast.enrolment("bruno").progress.update(state="done", finished_on=TODAY)
    Enrolment.objects.update(started_on=TODAY)
    assert deliver() == []
