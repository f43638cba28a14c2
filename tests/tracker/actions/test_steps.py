from datetime import date

import pytest
from django.utils import timezone

from tests.conftest import Cast
from tests.factories.tracker import AgreedStepFactory
from tracker.actions.steps import agree_steps, close_step
from tracker.models import AgreedStep

DONE, DROPPED, OPEN = AgreedStep.State.DONE, AgreedStep.State.DROPPED, AgreedStep.State.OPEN


def last_active(cast: Cast, name: str) -> object:
    enrolment = cast.enrolment(name)
    enrolment.refresh_from_db()
    return enrolment.last_active_at


def test_agree_steps_leaves_out_lines_without_words(cast: Cast) -> None:
    lines = [
        AgreedStep(text=" Read about chunking ", due_on=date(2026, 9, 22), enrolment=cast.enrolment("ana")),
        AgreedStep(text="   ", due_on=date(2026, 9, 22), enrolment=cast.enrolment("bruno")),
        AgreedStep(text="Choose a dataset together"),
    ]
    agree_steps(group=cast.clover, steps=lines, by=cast.marta, at=timezone.now())
    assert set(
        cast.clover.agreed_steps.values_list("text", "due_on", "enrolment__person__name", "state")
    ) == {
        ("Read about chunking", date(2026, 9, 22), "Ana Ruivo", "open"),
        ("Choose a dataset together", None, None, "open"),
    }


@pytest.mark.parametrize("state", [DONE, DROPPED])
def test_close_step_keeps_who_and_when(cast: Cast, state: AgreedStep.State) -> None:
    step = AgreedStepFactory.create(group=cast.clover, enrolment=cast.enrolment("ana"))
    closed = close_step(step=step, state=state, by=cast.marta, at=timezone.now())
    assert (closed.state, closed.closed_by, closed.closed_at) == (state, cast.marta, timezone.now())
    assert last_active(cast, "ana") is None


def test_close_step_twice_keeps_the_first_closer(cast: Cast) -> None:
    step = AgreedStepFactory.create(group=cast.clover, enrolment=cast.enrolment("ana"))
    close_step(step=step, state=DONE, by=cast.person("ana"), at=timezone.now())
    assert close_step(step=step, state=DONE, by=cast.marta, at=timezone.now()).closed_by == cast.person("ana")


def test_close_step_by_a_member_is_a_sign_of_life(cast: Cast) -> None:
    groups_step = AgreedStepFactory.create(group=cast.clover)
    bruno = cast.enrolment("bruno")
    close_step(step=groups_step, state=DONE, student=bruno.pk, by=bruno.person, at=timezone.now())
    assert last_active(cast, "bruno") == timezone.now()
    assert last_active(cast, "ana") is None


def test_a_step_opened_again_is_carried_on(cast: Cast) -> None:
    step = AgreedStepFactory.create(group=cast.clover, enrolment=cast.enrolment("ana"))
    close_step(step=step, state=DROPPED, by=cast.marta, at=timezone.now())
    reopened = close_step(step=step, state=OPEN, by=cast.marta, at=timezone.now())
    assert (reopened.state, reopened.closed_by, reopened.closed_at) == (OPEN, None, None)
    assert list(AgreedStep.objects.open()) == [step]


def test_opening_an_open_step_changes_nothing(cast: Cast) -> None:
    step = AgreedStepFactory.create(group=cast.clover, enrolment=cast.enrolment("ana"))
    ana = cast.enrolment("ana")
    close_step(step=step, state=OPEN, student=ana.pk, by=ana.person, at=timezone.now())
    assert last_active(cast, "ana") is None
