"""Progress as it was recorded elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import batched

from django.db import transaction
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from groups.models import Enrolment
from people.models import User
from tracker.actions.progress import ProgressError
from tracker.models import Progress

_BATCH = 500
_IN_A_QUERY = 2_000
_MARKED = ("state", "state_since", "started_on", "finished_on", "changed_at", "changed_by")


@transaction.atomic
def mark_many(
    *,
    states: Mapping[tuple[int, int], str],
    enrolments: Mapping[int, Enrolment],
    milestones: set[int],
    by: User,
    at: datetime,
) -> tuple[list[Progress], list[tuple[Progress, dict[str, object]]]]:
    """Set states by enrolment and milestone (their ids); return the rows made, and those changed with what they were.

    Args:
        milestones: the ids of those of the course.

    Raises:
        ProgressError: a milestone is of another course.
    """
    if not {milestone_id for _, milestone_id in states} <= milestones:
        raise ProgressError("A milestone of another course cannot be marked.")
    there = {}
    for batch in batched({enrolment_id for enrolment_id, _ in states}, _IN_A_QUERY):
        for progress in Progress.objects.select_for_update().filter(enrolment__in=batch):
            there[progress.enrolment_id, progress.milestone_id] = progress
    changed = []
    for key, state in states.items():
        if key in there and there[key].state != state:
            progress = there[key]
            before = {name: getattr(progress, name) for name in _MARKED}
            progress.enter(state, enrolments[key[0]].cohort.today(at))
            progress.state_since = at
            progress.changed_at, progress.changed_by = at, by
            changed.append((progress, before))
    bulk_update_with_history(
        [progress for progress, _ in changed],
        Progress,
        _MARKED,
        batch_size=_BATCH,
        default_user=by,
        default_date=at,
    )
    rows = [
        Progress(
            enrolment=enrolments[key[0]], milestone_id=key[1], state_since=at, changed_at=at, changed_by=by
        )
        for key in states
        if key not in there
    ]
    for progress in rows:
        progress.enter(
            states[progress.enrolment_id, progress.milestone_id], progress.enrolment.cohort.today(at)
        )
    made: list[Progress] = bulk_create_with_history(
        rows, Progress, batch_size=_BATCH, default_user=by, default_date=at
    )
    return made, changed


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedProgress:
    """Progress of a student at a milestone of which there is none yet.

    What is None of moments and people is that of bringing it in; days of work are those of the state where they are
    needed and not known. `waived_at` and `waived_by` come in pairs.
    """

    enrolment: Enrolment
    milestone_id: int
    state: str
    since: datetime | None = None
    hours: Decimal | None = None
    started_on: date | None = None
    finished_on: date | None = None
    changed_at: datetime | None = None
    changed_by: User | None = None
    waived_at: datetime | None = None
    waived_by: User | None = None


@transaction.atomic
def bring_progress(
    *, progress: Sequence[RecordedProgress], milestones: set[int], by: User, at: datetime
) -> list[Progress]:
    """Make progress as it was.

    Args:
        milestones: the ids of those of the course.

    Raises:
        ProgressError: a milestone is of another course.
    """
    if not {one.milestone_id for one in progress} <= milestones:
        raise ProgressError("A milestone of another course cannot be marked.")
    made: list[Progress] = bulk_create_with_history(
        [_progress(one, by, at) for one in progress],
        Progress,
        batch_size=_BATCH,
        default_user=by,
        default_date=at,
    )
    return made


def _progress(one: RecordedProgress, by: User, at: datetime) -> Progress:
    since = one.since or at
    is_waived = one.waived_at is not None
    row = Progress(
        enrolment=one.enrolment,
        milestone_id=one.milestone_id,
        state_since=since,
        hours=one.hours,
        # Who skips may have begun, and who has not begun has no day.
        started_on=one.started_on if one.state != Progress.State.NOT_STARTED else None,
        changed_at=one.changed_at or at,
        changed_by=one.changed_by or by,
        waived_at=one.waived_at,
        waived_by=(one.waived_by or by) if is_waived else None,
    )
    row.enter(one.state, one.enrolment.cohort.today(since))
    if row.finished_on is not None and one.finished_on is not None:
        row.finished_on = max(one.finished_on, row.started_on or one.finished_on)
    return row


@transaction.atomic
def note_hours_of_many(
    *, hours: Mapping[int, Decimal], by: User, at: datetime
) -> list[tuple[Progress, dict[str, object]]]:
    """Note hours by the id of progress that has none; return the rows with what was there before."""
    changed: list[tuple[Progress, dict[str, object]]] = []
    for batch in batched(hours, _IN_A_QUERY):
        for progress in Progress.objects.select_for_update().filter(pk__in=batch):
            before = {name: getattr(progress, name) for name in ("hours", "changed_at", "changed_by")}
            progress.hours = hours[progress.pk]
            progress.changed_at, progress.changed_by = at, by
            changed.append((progress, before))
    bulk_update_with_history(
        [progress for progress, _ in changed],
        Progress,
        ["hours", "changed_at", "changed_by"],
        batch_size=_BATCH,
        default_user=by,
        default_date=at,
    )
    return changed
