from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.shortcuts import get_object_or_404

from groups.actions.activity import note_activity
from groups.models import Group
from people.models import User
from tracker.models import AgreedStep, CheckIn, MeetingItem, MeetingNote


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
    step = get_object_or_404(AgreedStep.objects.select_for_update(), pk=step.pk)
    if step.state != state:
        settle(states={step: state}, by=by, at=at)
    return step


def settle[Ticked: (AgreedStep, MeetingItem, MeetingNote)](
    *, states: Mapping[Ticked, str], by: User, at: datetime
) -> list[Ticked]:
    """Close or reopen several steps, or things to talk about, in one query; return those that changed."""
    changed = [each for each, state in states.items() if each.state != state]
    for each in changed:
        each.state = states[each]
        is_open = each.state == each.State.OPEN
        each.closed_at, each.closed_by = (None, None) if is_open else (at, by)
    if changed:
        type(changed[0])._default_manager.bulk_update(changed, ["state", "closed_at", "closed_by"])
    return changed
