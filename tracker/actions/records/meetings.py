"""Check-ins, agreed steps and code reviews that were recorded elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import batched

from django.db import transaction
from simple_history.utils import bulk_create_with_history

from groups.models import Enrolment, Group
from people.models import User
from tracker.models import AgreedStep, CheckIn, CheckInEntry, CodeReview

_BATCH = 500
_IN_A_QUERY = 2_000


@dataclass(frozen=True, slots=True)
class RecordedEntry:
    enrolment: Enrolment
    attendance: str
    pace: str = ""
    blocker: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedCheckIn:
    """The check-in of a group in a week that has none yet; one that was held needs its day and minutes."""

    group: Group
    week_starts_on: date
    outcome: str
    held_on: date | None = None
    minutes: int | None = None
    summary: str = ""
    private_note: str = ""
    request: str = ""
    logged_by: User | None = None
    logged_at: datetime | None = None
    logged_as: str = ""
    entries: Sequence[RecordedEntry] = ()


@transaction.atomic
def bring_check_ins(
    *, check_ins: Sequence[RecordedCheckIn], by: User, at: datetime
) -> tuple[list[CheckIn], list[CheckInEntry]]:
    rows = [
        CheckIn(
            group=record.group,
            week_starts_on=record.week_starts_on,
            outcome=record.outcome,
            held_on=record.held_on,
            minutes=record.minutes,
            summary=record.summary,
            private_note=record.private_note,
            request=record.request,
            logged_by=record.logged_by or by,
            logged_at=record.logged_at or at,
            logged_as=record.logged_as,
            changed_at=at,
            changed_by=by,
        )
        for record in check_ins
    ]
    created: list[CheckIn] = bulk_create_with_history(
        rows, CheckIn, batch_size=_BATCH, default_user=by, default_date=at
    )
    entries: list[CheckInEntry] = bulk_create_with_history(
        [
            CheckInEntry(
                check_in=row,
                enrolment=entry.enrolment,
                attendance=entry.attendance,
                pace=entry.pace,
                blocker=entry.blocker,
                note=entry.note,
            )
            for record, row in zip(check_ins, created, strict=True)
            for entry in record.entries
        ],
        CheckInEntry,
        batch_size=_BATCH,
        default_user=by,
        default_date=at,
    )
    return created, entries


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedStep:
    """An agreed step; without an enrolment it is the whole group's. `check_in` is the one at which it was agreed."""

    group: Group
    text: str
    enrolment: Enrolment | None = None
    check_in: CheckIn | None = None
    due_on: date | None = None
    state: str = AgreedStep.State.OPEN
    agreed_at: datetime | None = None
    agreed_by: User | None = None
    closed_at: datetime | None = None
    closed_by: User | None = None


def bring_steps(*, steps: Sequence[RecordedStep], by: User, at: datetime) -> list[AgreedStep]:
    return AgreedStep.objects.bulk_create(
        (
            AgreedStep(
                group=record.group,
                enrolment=record.enrolment,
                check_in=record.check_in,
                text=record.text,
                due_on=record.due_on,
                state=record.state,
                agreed_at=record.agreed_at or at,
                agreed_by=record.agreed_by or by,
                closed_at=None if record.state == AgreedStep.State.OPEN else record.closed_at or at,
                closed_by=None if record.state == AgreedStep.State.OPEN else record.closed_by or by,
            )
            for record in steps
        ),
        batch_size=_BATCH,
    )


@transaction.atomic
def close_steps(
    *, steps: Sequence[tuple[int, str, datetime | None, User | None]], by: User, at: datetime
) -> list[tuple[AgreedStep, dict[str, object]]]:
    """Close open steps, given as (id, state, closed at, closed by); return each with its earlier values."""
    wanted = {pk: (state, closed_at, closed_by) for pk, state, closed_at, closed_by in steps}
    changed: list[tuple[AgreedStep, dict[str, object]]] = []
    for batch in batched(wanted, _IN_A_QUERY):
        for step in AgreedStep.objects.open().select_for_update(of=("self",)).filter(pk__in=batch):
            state, closed_at, closed_by = wanted[step.pk]
            changed.append(
                (step, {name: getattr(step, name) for name in ("state", "closed_at", "closed_by")})
            )
            step.state, step.closed_at, step.closed_by = state, closed_at or at, closed_by or by
    AgreedStep.objects.bulk_update(
        [step for step, _ in changed], ["state", "closed_at", "closed_by"], batch_size=_BATCH
    )
    return changed


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedReview:
    group: Group
    author: Enrolment
    reviewer: Enrolment
    milestone_id: int
    url: str
    state: str = CodeReview.State.REQUESTED
    note: str = ""
    requested_at: datetime | None = None
    changed_at: datetime | None = None


def bring_reviews(*, reviews: Sequence[RecordedReview], by: User, at: datetime) -> list[CodeReview]:
    created: list[CodeReview] = bulk_create_with_history(
        [
            CodeReview(
                group=record.group,
                author=record.author,
                reviewer=record.reviewer,
                milestone_id=record.milestone_id,
                url=record.url,
                state=record.state,
                note=record.note,
                requested_at=record.requested_at or at,
                changed_at=record.changed_at or record.requested_at or at,
            )
            for record in reviews
        ],
        CodeReview,
        batch_size=_BATCH,
        default_user=by,
        default_date=at,
    )
    return created
