"""Agreed steps: agree on them, close them as done or dropped, take that back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from groups.actions.activity import note_activity
from groups.models import Enrolment, Group, Membership
from people.models import User
from tracker.models import AgreedStep, CheckIn


@dataclass(frozen=True, slots=True, kw_only=True)
class StepContent:
    """A step as somebody wrote it down; without an enrolment it is the whole group's."""

    text: str
    due_on: date | None = None
    enrolment: Enrolment | None = None


def agree_steps(
    *, group: Group, lines: Iterable[StepContent], by: User, at: datetime, check_in: CheckIn | None = None
) -> list[AgreedStep]:
    """Write down new steps of a group, at a check-in or between two; lines without words are left out."""
    return AgreedStep.objects.bulk_create(
        AgreedStep(
            group=group,
            enrolment=line.enrolment,
            check_in=check_in,
            text=line.text.strip(),
            due_on=line.due_on,
            agreed_at=at,
            agreed_by=by,
        )
        for line in lines
        if line.text.strip()
    )


@transaction.atomic
def close_step(*, step: AgreedStep, state: AgreedStep.State, by: User, at: datetime) -> AgreedStep:
    """Close a step as done or dropped. One that is closed so already keeps who closed it first.

    Raises:
        ValueError: the state is no closed one; `reopen_step` opens.
    """
    if state == AgreedStep.State.OPEN:
        raise ValueError("Close a step as done or dropped.")
    step = _locked(step)
    if step.state != state:
        step.state, step.closed_at, step.closed_by = state, at, by
        step.save()
        _note_students_deed(step, by=by, at=at)
    return step


@transaction.atomic
def reopen_step(*, step: AgreedStep, by: User, at: datetime) -> AgreedStep:
    """Take a closing back: the step is carried on."""
    step = _locked(step)
    if step.state != AgreedStep.State.OPEN:
        step.state, step.closed_at, step.closed_by = AgreedStep.State.OPEN, None, None
        step.save()
        _note_students_deed(step, by=by, at=at)
    return step


def settle_steps(*, steps: Mapping[AgreedStep, AgreedStep.State], by: User, at: datetime) -> list[AgreedStep]:
    """Close, drop or carry on several steps at a check-in, in one query; return those that changed."""
    changed = [step for step, state in steps.items() if step.state != state]
    for step in changed:
        step.state = steps[step]
        is_open = step.state == AgreedStep.State.OPEN
        step.closed_at, step.closed_by = (None, None) if is_open else (at, by)
    if changed:
        AgreedStep.objects.bulk_update(changed, ["state", "closed_at", "closed_by"])
    return changed


def _locked(step: AgreedStep) -> AgreedStep:
    return AgreedStep.objects.select_for_update().get(pk=step.pk)


def _note_students_deed(step: AgreedStep, *, by: User, at: datetime) -> None:
    """Ticking a step off is a sign of life, if a member of the group did it."""
    stay = Membership.objects.filter(group=step.group_id, ended_on=None, enrolment__person=by).first()
    if stay is not None:
        note_activity(enrolment_id=stay.enrolment_id, at=at)
