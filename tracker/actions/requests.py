"""Take and answer a mentor's request to the course admins."""

from datetime import datetime

from django.db import transaction
from django.shortcuts import get_object_or_404

from groups.actions.locking import locked_groups
from lib.history import credit
from lib.refusals import Refused
from people.models import User
from people.outbox import tell
from tracker.models import CheckIn


@transaction.atomic
def take_request(*, check_in: CheckIn, taken_from: int | None, by: User, at: datetime) -> CheckIn:
    """Note who takes care of it. Another may take it over who has seen who has it: `taken_from`."""
    locked = _locked(check_in, at, is_waiting=True)
    if locked.request_taken_by_id not in (None, by.pk, taken_from):
        raise Refused(f"{locked.request_taken_by} took it first.")
    if locked.request_taken_by_id != by.pk:
        locked.request_taken_by, locked.request_taken_at = by, at
        _save(locked, by, at)
    return locked


@transaction.atomic
def hand_back_request(*, check_in: CheckIn, by: User, at: datetime) -> CheckIn:
    locked = _locked(check_in, at, is_waiting=True)
    if locked.request_taken_by_id not in (None, by.pk):
        raise Refused(f"{locked.request_taken_by} has it now.")
    if locked.request_taken_by_id is not None:
        locked.request_taken_by = locked.request_taken_at = None
        _save(locked, by, at)
    return locked


@transaction.atomic
def answer_request(*, check_in: CheckIn, version: int, body: str, by: User, at: datetime) -> CheckIn:
    """Answer it; the mentors are told. `version` is that of the check-in whose request was read.

    Raises:
        Refused: somebody answered before, or the check-in was changed since, perhaps the request with it.
    """
    locked = _locked(check_in, at, is_waiting=True)
    if locked.version != version:
        raise Refused(
            f"{locked.changed_by} has changed the check-in since you opened this page. Read the request above again."
        )
    locked.request_answer, locked.request_settled_by, locked.request_settled_at = body, by, at
    _save(locked, by, at)
    tell("request_answered", by=by, at=at, check_in=locked.pk)
    return locked


@transaction.atomic
def settle_request(*, check_in: CheckIn, is_settled: bool, by: User, at: datetime) -> CheckIn:
    """Mark it as resolved without an answer, or open it again: an answer stays in the history, who had it has it again.

    Settling twice keeps the first person and time.
    """
    locked = _locked(check_in, at)
    if (locked.request_settled_at is not None) != is_settled:
        locked.request_settled_at = at if is_settled else None
        locked.request_settled_by = by if is_settled else None
        locked.request_answer = ""
        _save(locked, by, at)
        if is_settled:
            tell("request_answered", by=by, at=at, check_in=locked.pk)
    return locked


def _locked(check_in: CheckIn, at: datetime, *, is_waiting: bool = False) -> CheckIn:
    """Lock the group, as who logs a check-in does: that saves the whole row as it was read after this lock."""
    cohort = locked_groups([check_in.group_id])[check_in.group_id].cohort
    if cohort.is_closed(cohort.today(at)):
        raise Refused(f"{cohort} is closed or archived, so its requests can only be read.")
    check_ins = CheckIn.objects.select_for_update(of=("self",), no_key=True)
    locked = get_object_or_404(check_ins, pk=check_in.pk)
    if not locked.request:
        raise Refused("The request was removed.")
    if is_waiting and locked.request_settled_at is not None:
        raise Refused(f"{locked.request_settled_by} has answered already.")
    return locked


def _save(check_in: CheckIn, by: User, at: datetime) -> None:
    credit(check_in, by, at)
    check_in.save()
