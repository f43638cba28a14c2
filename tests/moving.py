"""The deeds of `groups.actions.moving` for one student, who is not refused."""

from datetime import date, datetime

from groups.actions.moving import end_enrolments, move_students, only, readmit, remove_from_groups
from groups.models import Enrolment, Group, Move
from lib.refusals import Refused
from people.models import User
from tracker.actions.move_undo import undo_moves


def move_student(
    *, enrolment: Enrolment, group: Group, on: date, reason: str = "", by: User, at: datetime
) -> Move:
    return only(move_students(enrolments=[enrolment], group=group, on=on, reason=reason, by=by, at=at))


def leave_group(*, enrolment: Enrolment, on: date, reason: str = "", by: User, at: datetime) -> Move:
    return only(remove_from_groups(enrolments=[enrolment], on=on, reason=reason, by=by, at=at))


def end_enrolment(
    *, enrolment: Enrolment, on: date, end_reason: str, reason: str = "", by: User, at: datetime
) -> Move:
    return only(end_enrolments(reasons={enrolment.pk: end_reason}, on=on, reason=reason, by=by, at=at))


def let_return(
    *, enrolment: Enrolment, group: Group | None, on: date, reason: str = "", by: User, at: datetime
) -> Move:
    return only(readmit(enrolments=[enrolment], group=group, on=on, reason=reason, by=by, at=at))


def undo_move(*, move: Move, by: User, at: datetime) -> Move:
    undone, refused = undo_moves(moves=[move.pk], by=by, at=at)
    for _, refusal in refused:
        raise Refused(refusal)
    return undone[0]
