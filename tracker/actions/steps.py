from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction

from groups.actions.activity import note_activity
from groups.models import Group, Membership
from people.models import User
from tracker.models import AgreedStep, CheckIn


def agree_steps(
    *, group: Group, steps: Iterable[AgreedStep], by: User, at: datetime, check_in: CheckIn | None = None
) -> list[AgreedStep]:
    """Save steps of a group, agreed at a check-in or between two; steps without text are skipped."""
    agreed = [step for step in steps if step.text.strip()]
    for step in agreed:
        step.group, step.check_in, step.text = group, check_in, step.text.strip()
        step.agreed_at, step.agreed_by = at, by
    return AgreedStep.objects.bulk_create(agreed)


@transaction.atomic
def close_step(*, step: AgreedStep, state: AgreedStep.State, by: User, at: datetime) -> AgreedStep:
    """Close a step as done or dropped; a step already in that state keeps its person and time.

    Raises:
        ValueError: the state is "open"; use `reopen_step`.
    """
    if state == AgreedStep.State.OPEN:
        raise ValueError("Close a step as done or dropped.")
    if step.state != state:
        _note_activity(step, by=by, at=at)
    step = _locked(step)
    if step.state != state:
        step.state, step.closed_at, step.closed_by = state, at, by
        step.save()
    return step


@transaction.atomic
def reopen_step(*, step: AgreedStep, by: User, at: datetime) -> AgreedStep:
    if step.state != AgreedStep.State.OPEN:
        _note_activity(step, by=by, at=at)
    step = _locked(step)
    if step.state != AgreedStep.State.OPEN:
        step.state, step.closed_at, step.closed_by = AgreedStep.State.OPEN, None, None
        step.save()
    return step


def settle_steps(*, steps: Mapping[AgreedStep, AgreedStep.State], by: User, at: datetime) -> list[AgreedStep]:
    """Close or reopen several steps in one query; return those that changed."""
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


def _note_activity(step: AgreedStep, *, by: User, at: datetime) -> None:
    """Closing or reopening a step counts as activity if a member of the group did it.

    Before the step is locked: enrolments come first.
    """
    stay = Membership.objects.filter(group=step.group_id, ended_on=None, enrolment__person=by).first()
    if stay is not None:
        note_activity(enrolment_id=stay.enrolment_id, at=at)
