"""Save progress that was recorded elsewhere, in batches.

Each function takes unsaved rows, and returns what it created or changed, so that the caller can undo it. The rules are
those of the other actions, except that closed cohorts and people who left may be recorded too.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from itertools import batched

from django.db import transaction
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from groups.models import Enrolment
from lib.refusals import Refused
from people.models import User
from tracker.models import Progress

_BATCH = 500
_IN_A_QUERY = 2_000
# The reason of such a record: the work was done before, on a day that it may know or not.
IMPORTED = "import"
_MARKED = ("state", "state_since", "started_on", "finished_on", "hours", "changed_at", "changed_by")

# A row as it is now, and its fields as they were before.
type Changed = tuple[Progress, dict[str, object]]
# The enrolment, the id of the milestone, the state, since when it holds and how many hours: None if nobody knows.
type RecordedMark = tuple[Enrolment, int, str, datetime | None, Decimal | None]


def _create(rows: Sequence[Progress], by: User, at: datetime) -> list[Progress]:
    made: list[Progress] = bulk_create_with_history(
        rows,
        Progress,
        batch_size=_BATCH,
        default_user=by,
        default_date=at,
        default_change_reason=IMPORTED,
    )
    return made


@transaction.atomic
def bring_progress(
    *, progress: Sequence[Progress], milestones: set[int], by: User, at: datetime
) -> list[Progress]:
    """Save progress of students at milestones where they have none yet.

    A finish without a day is that of `state_since`; days that the state does not have are left out. When work began is
    never worked out: without a day, nobody knows.

    Args:
        milestones: the ids of the course's milestones.

    Raises:
        Refused: a milestone is of another course.
    """
    _check_milestones({row.milestone_id for row in progress}, milestones)
    for row in progress:
        if row.state == Progress.State.NOT_STARTED:
            row.started_on = None
        if row.state not in Progress.FINISHED:
            row.finished_on = None
        elif row.state_since is not None:
            finished_on = row.finished_on or row.enrolment.cohort.today(row.state_since)
            row.finished_on = max(finished_on, row.started_on or finished_on)
    return _create(progress, by, at)


def _check_milestones(ids: set[int], milestones: set[int]) -> None:
    if not ids <= milestones:
        raise Refused("A milestone of another course cannot be marked.")


@transaction.atomic
def mark_many(
    *,
    marks: Sequence[RecordedMark],
    milestones: set[int],
    by: User,
    at: datetime,
) -> tuple[list[Progress], list[Changed]]:
    """Set states, and hours where they are known; return the rows created and changed.

    Args:
        milestones: the ids of the course's milestones.

    Raises:
        Refused: a milestone is of another course.
    """
    _check_milestones({milestone_id for _, milestone_id, *_ in marks}, milestones)
    existing: dict[tuple[int, int], Progress] = {}
    for batch in batched({enrolment.pk for enrolment, *_ in marks}, _IN_A_QUERY):
        for progress in Progress.objects.select_for_update().filter(enrolment__in=batch):
            existing[progress.enrolment_id, progress.milestone_id] = progress
    made: list[Progress] = []
    changed: list[Changed] = []
    for enrolment, milestone_id, state, since, hours in marks:
        known = existing.get((enrolment.pk, milestone_id))
        row = known or Progress(enrolment=enrolment, milestone_id=milestone_id)
        on = since.date() if since else None
        is_marked = known is None or known.state != state or on not in (None, known.finished_on)
        if known is None:
            made.append(row)
        elif is_marked or hours not in (None, known.hours):
            changed.append((known, {name: getattr(known, name) for name in _MARKED}))
        else:
            continue
        if is_marked:
            if on and row.started_on and on < row.started_on:
                row.started_on = None
            row.enter(state, on)
            row.state_since = since
        row.hours = row.hours if hours is None else hours
        row.changed_at, row.changed_by = at, by
    bulk_update_with_history(
        [row for row, _ in changed],
        Progress,
        _MARKED,
        batch_size=_BATCH,
        default_user=by,
        default_date=at,
        default_change_reason=IMPORTED,
    )
    return _create(made, by, at), changed
