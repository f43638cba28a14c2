"""Days on which a student is away: said by themselves, or accepted by a mentor or course admin."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.shortcuts import get_object_or_404

from groups.access import refuse_if_closed
from groups.actions.locking import locked_enrolments
from groups.models import Absence, Enrolment
from lib.history import credit
from lib.refusals import Refused
from people.models import User
from people.outbox import tell, tell_undone

# What a student may say alone; of more their mentor decides.
MOST_DAYS = 14
_DAY = timedelta(days=1)


@transaction.atomic
def add_absence(
    *, enrolment: Enrolment, starts_on: date, ends_on: date, reason: str, by: User, at: datetime
) -> Absence:
    """Note days away, as one absence with days that they overlap or touch. Mentors are told what students say.

    What others add lengthens the days that were told, so that who was told of them hears when they end. 403 in a closed
    cohort.

    Raises:
        Refused: a student would be away from their group for more than `MOST_DAYS` on end, by what they say themselves.
    """
    enrolment = locked_enrolments([enrolment.pk])[enrolment.pk]
    refuse_if_closed(by, enrolment.cohort, at)
    is_own = enrolment.person_id == by.pk
    near = enrolment.absences.overlapping(starts_on - _DAY, ends_on + _DAY)
    joined = list(near.order_by("starts_on", "pk"))
    first = min([starts_on, *(row.starts_on for row in joined)])
    last = max([ends_on, *(row.ends_on for row in joined)])
    reasons = "; ".join(filter(None, dict.fromkeys([*(row.reason for row in joined), reason])))
    absence = joined.pop(0) if joined and not is_own else Absence(enrolment=enrolment)
    absence.starts_on, absence.ends_on, absence.reason = first, last, reasons
    absence.accepted_by, absence.accepted_at = by, at
    # What was before they came, or came back, is no day away from it.
    came_on = enrolment.memberships.open(starts_on).values_list("started_on", flat=True)
    if is_own and absence.ends_on - max([absence.starts_on, *came_on]) >= MOST_DAYS * _DAY:
        raise Refused(f"Your mentor can add more than {MOST_DAYS} days at a time.", "ends_on")
    for row in joined:
        _delete(row, by, at)
    credit(absence, by, at)
    absence.save()
    if is_own:
        tell("student_away", by=by, at=at, absence=absence.pk, enrolment=enrolment.pk)
    return absence


@transaction.atomic
def end_absence(*, absence: Absence, by: User, at: datetime) -> int:
    """End it from today on: past days stay. Who was told of the days is told that they end. Return the change.

    403 in a closed cohort.

    Raises:
        Refused: it is over.
    """
    absence = _locked(absence, by, at)
    yesterday = absence.enrolment.cohort.today(at) - _DAY
    if absence.ends_on <= yesterday:
        raise Refused("These days are over.")
    if absence.starts_on > yesterday:
        return remove_absence(absence=absence, by=by, at=at)
    tell_undone("student_away", key="absence", pks=[absence.pk], by=by, at=at)
    absence.ends_on = yesterday
    credit(absence, by, at)
    absence.save()
    return last_change_id(absence.pk)


@transaction.atomic
def remove_absence(*, absence: Absence, by: User, at: datetime) -> int:
    """Remove days away, past ones too; who was told of them is told. Return the change. 403 in a closed cohort."""
    absence = _locked(absence, by, at)
    tell_undone("student_away", key="absence", pks=[absence.pk], by=by, at=at)
    pk = absence.pk
    _delete(absence, by, at)
    return last_change_id(pk)


@transaction.atomic
def undo_absence(*, change: Any, enrolment: Enrolment, by: User, at: datetime) -> None:
    """Undo what somebody said of a student's days away: these are as they were before it. 403 in a closed cohort.

    Args:
        change: what it left in the history. Joined days left several rows, at the same moment.

    Raises:
        Refused: the days have changed since, or it was said on an earlier day: past days stay.
    """
    enrolment = locked_enrolments([enrolment.pk])[enrolment.pk]
    refuse_if_closed(by, enrolment.cohort, at)
    said_at, cohort = change.history_date, enrolment.cohort
    history = Absence.history.filter(enrolment=enrolment, history_date__gte=said_at)
    changes = list(history.order_by("history_id"))
    said_by = change.history_user_id
    is_last = all((row.history_date, row.history_user_id) == (said_at, said_by) for row in changes)
    if not is_last or cohort.today(said_at) != cohort.today(at):
        raise Refused("These days have changed since, so this cannot be undone.")
    for change in changes:
        before = change.prev_record
        if before is None:
            tell_undone("student_away", key="absence", pks=[change.id], by=by, at=at)
            _delete(change.instance, by, at)
            continue
        absence = before.instance
        credit(absence, by, at)
        absence.save(force_insert=change.history_type == "-")
        if absence.accepted_by_id == enrolment.person_id:
            tell("student_away", by=by, at=at, absence=absence.pk, enrolment=enrolment.pk)


def last_change_id(absence_id: int) -> int:
    """Return the row of the history by which what was last said of these days is undone."""
    change: int = Absence.history.filter(id=absence_id).latest("history_date", "history_id").history_id
    return change


def _locked(absence: Absence, by: User, at: datetime) -> Absence:
    enrolment = locked_enrolments([absence.enrolment_id])[absence.enrolment_id]
    refuse_if_closed(by, enrolment.cohort, at)
    absence = get_object_or_404(Absence, pk=absence.pk)
    absence.enrolment = enrolment
    return absence


def _delete(absence: Absence, by: User, at: datetime) -> None:
    credit(absence, by, at)
    absence.delete()
