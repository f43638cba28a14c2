from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction

from groups.actions.activity import note_activity
from groups.models import Group
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
def close_step(
    *, step: AgreedStep, state: AgreedStep.State, student: int | None = None, by: User, at: datetime
) -> AgreedStep:
    """Close a step as done or removed, or reopen it; one already in that state keeps its person and time.

    Args:
        student: the enrolment of `by`, if they close it as a student. It counts as their activity.
    """
    # Before the step is locked: enrolments come first.
    if step.state != state and student is not None:
        note_activity(enrolment_id=student, at=at)
    step = AgreedStep.objects.select_for_update().get(pk=step.pk)
    if step.state != state:
        settle_steps(steps={step: state}, by=by, at=at)
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
