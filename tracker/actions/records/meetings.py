"""Check-ins, agreed steps and code reviews as they were recorded elsewhere."""

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
    """The check-in of a group in a week of which there is none yet. One that was held has its day and minutes."""

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
    """Make check-ins with what they say of each student."""
    rows = [
        CheckIn(
            group=one.group,
            week_starts_on=one.week_starts_on,
            outcome=one.outcome,
            held_on=one.held_on,
            minutes=one.minutes,
            summary=one.summary,
            private_note=one.private_note,
            request=one.request,
            logged_by=one.logged_by or by,
            logged_at=one.logged_at or at,
            logged_as=one.logged_as,
            changed_at=at,
            changed_by=by,
        )
        for one in check_ins
    ]
    made: list[CheckIn] = bulk_create_with_history(
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
            for one, row in zip(check_ins, made, strict=True)
            for entry in one.entries
        ],
        CheckInEntry,
        batch_size=_BATCH,
        default_user=by,
        default_date=at,
    )
    return made, entries


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedStep:
    """An agreed step, of the whole group where there is no enrolment; `check_in` is that at which it was agreed."""

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
    """Make agreed steps, those that were closed among them."""
    return AgreedStep.objects.bulk_create(
        (
            AgreedStep(
                group=one.group,
                enrolment=one.enrolment,
                check_in=one.check_in,
                text=one.text,
                due_on=one.due_on,
                state=one.state,
                agreed_at=one.agreed_at or at,
                agreed_by=one.agreed_by or by,
                closed_at=None if one.state == AgreedStep.State.OPEN else one.closed_at or at,
                closed_by=None if one.state == AgreedStep.State.OPEN else one.closed_by or by,
            )
            for one in steps
        ),
        batch_size=_BATCH,
    )


@transaction.atomic
def close_steps(
    *, steps: Sequence[tuple[int, str, datetime | None, User | None]], by: User, at: datetime
) -> list[tuple[AgreedStep, dict[str, object]]]:
    """Close open steps, by their id: how, when, by whom; return them with what was there before."""
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
    """Make code reviews as they stand."""
    made: list[CodeReview] = bulk_create_with_history(
        [
            CodeReview(
                group=one.group,
                author=one.author,
                reviewer=one.reviewer,
                milestone_id=one.milestone_id,
                url=one.url,
                state=one.state,
                note=one.note,
                requested_at=one.requested_at or at,
                changed_at=one.changed_at or one.requested_at or at,
            )
            for one in reviews
        ],
        CodeReview,
        batch_size=_BATCH,
        default_user=by,
        default_date=at,
    )
    return made
