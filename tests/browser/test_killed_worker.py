"""A worker that is killed in the middle of many events: each is told, none twice but under the same Message-ID.

EVENTS=2000 KILLS=5 plays it with more than a suite has time for. No browser takes part, but the database in a file and
the clock that goes of these tests do.
"""

import os
from collections import Counter
from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from people.models import Event, MailChoice, Message, User
from telling.actions.sending import CLAIM
from tests.browser.workers import until, worker
from tests.conftest import Cast
from tests.factories.groups import MembershipFactory
from tests.factories.people import UserFactory
from tests.factories.tracker import ProgressFactory
from tests.mail_server import MailServer, mail_server

pytestmark = pytest.mark.browser
EVENTS = int(os.environ.get("EVENTS", "40"))
KILLS = int(os.environ.get("KILLS", "2"))


def cry_often(cast: Cast) -> None:
    User.objects.update(last_login=timezone.now())
    MailChoice.objects.create(person=cast.marta, kind="help", soon="always")
    for n in range(EVENTS):
        person = UserFactory.create(name=f"Student{n} Sá", email=f"student{n}@example.com")
        stay = MembershipFactory.create(group=cast.clover, person=person)
        ProgressFactory.create(enrolment=stay.enrolment, milestone=cast.milestones[0], state="need_help")
        ids = {"enrolment": stay.enrolment_id, "milestone": cast.milestones[0].pk}
        Event.objects.create(kind="help_needed", ids=ids, by=person, at=timezone.now())


def wait_for(mail: MailServer, count: int) -> None:
    until(lambda: len({one["Message-ID"] for one in mail.mails}) >= count, 60 + EVENTS / 5)


def test_worker_that_is_killed_tells_all_and_repeats_only_under_the_same_id(cast: Cast) -> None:
    cry_often(cast)
    with mail_server() as mail:
        for kill in range(1, KILLS + 1):
            with worker(mail):
                wait_for(mail, kill * EVENTS // (KILLS + 1))
            # Nobody waits here until the claim of what was under way is old.
            Message.objects.exclude(claimed_at=None).update(
                claimed_at=F("claimed_at") - CLAIM - timedelta(seconds=1)
            )
        with worker(mail):
            wait_for(mail, EVENTS)
            # All other mails may wait until Monday.
            until(lambda: not Message.objects.waiting().filter(kind="help").exists(), 60)
        sent = Counter(one["Message-ID"] for one in mail.mails)
    assert len(sent) == len({one["Subject"] for one in mail.mails}) == EVENTS
    # A kill repeats the one that was under way, at most; two kills may hit the same one.
    assert sum(sent.values()) <= EVENTS + KILLS
    assert set(Message.objects.filter(kind="help").values_list("state", flat=True)) == {"sent"}


def test_worker_that_is_asked_to_end_finishes_the_mail_under_way(cast: Cast) -> None:
    cry_often(cast)
    with mail_server() as mail:
        mail.delay = 1.0
        with worker(mail) as running:
            wait_for(mail, 1)
            running.terminate()
            assert running.wait(60) == 0
        assert len(mail.mails) == 1
    sent = Message.objects.filter(kind="help", state=Message.State.SENT)
    assert [message.message_id for message in sent] == [mail.mails[0]["Message-ID"]]
    assert not Message.objects.exclude(claimed_at=None).waiting().exists()
