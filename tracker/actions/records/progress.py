"""Progress that was recorded elsewhere."""

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
    """Set states by the ids of enrolment and milestone; return the rows created, and those changed with earlier values.

    Args:
        milestones: the ids of the course's milestones.

    Raises:
        ProgressError: a milestone is of another course.
    """
    if not {milestone_id for _, milestone_id in states} <= milestones:
        raise ProgressError("A milestone of another course cannot be marked.")
    existing = {}
    for batch in batched({enrolment_id for enrolment_id, _ in states}, _IN_A_QUERY):
        for progress in Progress.objects.select_for_update().filter(enrolment__in=batch):
            existing[progress.enrolment_id, progress.milestone_id] = progress
    changed = []
    for key, state in states.items():
        if key in existing and existing[key].state != state:
            progress = existing[key]
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
        if key not in existing
    ]
    for progress in rows:
        progress.enter(
            states[progress.enrolment_id, progress.milestone_id], progress.enrolment.cohort.today(at)
        )
    created: list[Progress] = bulk_create_with_history(
        rows, Progress, batch_size=_BATCH, default_user=by, default_date=at
    )
    return created, changed


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedProgress:
    """Progress of a student at a milestone that has none yet.

    Moments and people that are None become those of the import; days that the state needs are worked out from `since`.
    `waived_at` and `waived_by` come in pairs.
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
    """Create progress.

    Args:
        milestones: the ids of the course's milestones.

    Raises:
        ProgressError: a milestone is of another course.
    """
    if not {record.milestone_id for record in progress} <= milestones:
        raise ProgressError("A milestone of another course cannot be marked.")
    created: list[Progress] = bulk_create_with_history(
        [_progress(record, by, at) for record in progress],
        Progress,
        batch_size=_BATCH,
        default_user=by,
        default_date=at,
    )
    return created


def _progress(record: RecordedProgress, by: User, at: datetime) -> Progress:
    since = record.since or at
    is_waived = record.waived_at is not None
    row = Progress(
        enrolment=record.enrolment,
        milestone_id=record.milestone_id,
        state_since=since,
        hours=record.hours,
        # A skipped milestone may have been begun; one that is not started has no day.
        started_on=record.started_on if record.state != Progress.State.NOT_STARTED else None,
        changed_at=record.changed_at or at,
        changed_by=record.changed_by or by,
        waived_at=record.waived_at,
        waived_by=(record.waived_by or by) if is_waived else None,
    )
    row.enter(record.state, record.enrolment.cohort.today(since))
    if row.finished_on is not None and record.finished_on is not None:
        row.finished_on = max(record.finished_on, row.started_on or record.finished_on)
    return row


@transaction.atomic
def note_hours_of_many(
    *, hours: Mapping[int, Decimal], by: User, at: datetime
) -> list[tuple[Progress, dict[str, object]]]:
    """Set hours by the id of progress that has none; return each row with its earlier values."""
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
