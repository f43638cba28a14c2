"""Two workers at once, each in a connection of its own: every event is sorted once, every message sent once."""

from collections import Counter
from functools import partial

import pytest
from django.core import mail
from django.db import connection

from people.models import Event, Message, User
from telling.actions import sending, sorting
from telling.actions.sending import send_due
from telling.actions.sorting import sort_events
from tests.conftest import NOW, make_cast
from tests.factories.groups import MembershipFactory
from tests.factories.people import UserFactory
from tests.factories.tracker import ProgressFactory
from tests.questions.actions.test_at_once import at_once

EVENTS = 120


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one writer in at a time")
def test_two_workers_tell_each_event_once(monkeypatch: pytest.MonkeyPatch) -> None:
    # However slow the machine is, one round is enough.
    monkeypatch.setattr(sorting, "_LONGEST_ROUND", 600)
    monkeypatch.setattr(sending, "_LONGEST_ROUND", 600)
    cast = make_cast()
    User.objects.update(last_login=NOW)
    for n in range(EVENTS):
        person = UserFactory.create(name=f"Student{n} Sá", email=f"student{n}@example.com")
        stay = MembershipFactory.create(group=cast.clover, person=person)
        ProgressFactory.create(enrolment=stay.enrolment, milestone=cast.milestones[0], state="need_help")
        # Each cry twice: of a thread one goes.
        for _ in range(2):
            ids = {"enrolment": stay.enrolment_id, "milestone": cast.milestones[0].pk}
            Event.objects.create(kind="help_needed", ids=ids, by=person, at=NOW)
    assert at_once(*[partial(sort_events, NOW)] * 3) == []
    assert not Event.objects.filter(told_at=None).exists()
    assert Counter(Message.objects.values_list("state", flat=True)) == {
        "waiting": EVENTS,
        "withdrawn": EVENTS,
    }
    assert at_once(*[partial(send_due, NOW)] * 3) == []
    assert len(mail.outbox) == len({message.subject for message in mail.outbox}) == EVENTS
