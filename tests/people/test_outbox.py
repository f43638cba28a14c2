"""An event is written with what caused it, or not at all; imports and the demo write none."""

import pytest
from django.db import transaction

from people.models import Event
from people.outbox import tell, without_events
from tests.conftest import NOW, Cast
from tracker.actions.progress import mark


def cry(cast: Cast) -> None:
    bruno = cast.person("bruno")
    mark(enrolment=cast.enrolment("bruno"), milestone=cast.milestones[1], state="need_help", by=bruno, at=NOW)


def test_an_event_holds_primary_keys_and_who_and_when(cast: Cast) -> None:
    cry(cast)
    event = Event.objects.get()
    ids = {"enrolment": cast.bruno.enrolment_id, "milestone": cast.milestones[1].pk}
    assert (event.kind, event.ids, event.by, event.at) == ("help_needed", ids, cast.person("bruno"), NOW)


def test_what_is_rolled_back_is_not_told(cast: Cast) -> None:
    with transaction.atomic():
        cry(cast)
        transaction.set_rollback(True)
    assert not Event.objects.exists()


def test_within_it_nobody_is_told_and_after_it_they_are(cast: Cast) -> None:
    with without_events():
        cry(cast)
    assert not Event.objects.exists()
    mark(
        enrolment=cast.enrolment("ana"), milestone=cast.milestones[1], state="need_help",
        by=cast.person("ana"), at=NOW,
    )  # fmt: skip
    assert Event.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_outside_of_a_transaction_nothing_can_be_told() -> None:
    with pytest.raises(RuntimeError, match="belongs into the transaction"):
        tell("help_needed", by=None, at=NOW, enrolment=1)
