"""Close a cohort with all that is open in it, and open it again as far as that goes."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from courses.models import Cohort, CourseAdmin
from groups.actions.locking import locked_groups
from groups.actions.moving import end_enrolments
from groups.models import Closing, Enrolment, Mentorship, Move
from lib.refusals import Refused
from people.actions.invitations import revoke_many
from people.audit import record
from people.models import Deed, Invitation, User
from people.outbox import tell, tell_undone
from questions.actions.closing import close_questions, open_questions_again
from tracker.actions.move_undo import undo_moves


@transaction.atomic
def close_cohort(
    *,
    cohort: Cohort,
    on: date,
    reasons: Mapping[int, str],
    word: str,
    by: User,
    at: datetime,
) -> Closing:
    """Close the cohort from that day on, and tell its students and mentors. `open_again` undoes what can be undone.

    Its open questions are closed, invitations of its students that nobody accepted revoked, and moves that are planned
    taken back. Drafts stay, since mentors can still log the weeks before, and so do proposed groups.

    Args:
        reasons: of the enrolments that end, by their id, one of `Enrolment.EndReason`; the others stay open.
        word: to everybody.

    Raises:
        Refused: somebody has closed it, it is archived, or the day is before it starts.
    """
    cohort = Cohort.objects.select_for_update(no_key=True).get(pk=cohort.pk)
    closing = closing_of(cohort)
    if closing is not None:
        raise Refused(f"{closing.made_by} has already closed {cohort}.")
    if cohort.is_archived:
        raise Refused(f"{cohort} is archived. Restore it first.")
    if on < cohort.starts_on:
        raise Refused(f"{on:%-d %B %Y} is before {cohort} starts.")
    # Before the questions, as whoever logs a check-in does.
    locked_groups(set(cohort.groups.values_list("pk", flat=True)))
    reason = f"{cohort} was closed"
    invited = unused_invitations(cohort, at).values_list("pk", flat=True)
    revoked = revoke_many(invitations=list(invited), at=at)
    before = close_questions(cohort=cohort, by=by, at=at, reason=reason)
    closing = Closing.objects.create(
        cohort=cohort, on=on, on_before=cohort.closed_on, word=word, questions=before,
        gone={"invitation": revoked} if revoked else {}, made_by=by, made_at=at,
    )  # fmt: skip
    planned = planned_moves(cohort, reasons, at)
    undo_moves(moves=list(planned.values_list("pk", flat=True)), by=by, at=at)
    end_enrolments(reasons=reasons, on=on, reason=reason, by=by, at=at, closing=closing)
    cohort.closed_on = on
    cohort.touch(by=by, at=at)
    cohort.save()
    tell("cohort_closed", by=by, at=at, closing=closing.pk)
    record(Deed.Kind.CLOSING, "closed {thing}", thing=cohort, by=by, at=at)
    return closing


@transaction.atomic
def open_again(*, closing: Closing, by: User, at: datetime) -> tuple[Closing, list[Enrolment]]:
    """Open the cohort, its questions and the enrolments that ended with it, and tell it to who was told.

    Returns:
        The enrolments that stay ended: see `undo_moves`.

    Raises:
        Refused: it is open again already.
    """
    cohort = Cohort.objects.select_for_update(no_key=True).get(pk=closing.cohort_id)
    locked_groups(set(cohort.groups.values_list("pk", flat=True)))
    closing = Closing.objects.select_for_update().get(pk=closing.pk)
    if closing.undone_at is not None:
        raise Refused(f"{cohort} is open again already.")
    # Questions before enrolments, as whoever locks both.
    open_questions_again(before={int(pk): status for pk, status in closing.questions.items()}, by=by, at=at)
    moves = closing.moves.filter(undone_at=None).values_list("pk", flat=True)
    _, refused = undo_moves(moves=list(moves), by=by, at=at)
    # A last day that has come would close it at once.
    is_to_come = closing.on_before is not None and closing.on_before > cohort.today(at)
    cohort.closed_on = closing.on_before if is_to_come else None
    cohort.touch(by=by, at=at)
    cohort.save()
    closing.undone_by, closing.undone_at = by, at
    closing.save(update_fields=["undone_by", "undone_at"])
    tell_undone("cohort_closed", key="closing", pks=[closing.pk], by=by, at=at)
    record(Deed.Kind.CLOSING, "opened {thing} again", thing=cohort, by=by, at=at)
    return closing, [move.enrolment for move, _ in refused if move.enrolment]


def closing_of(cohort: Cohort) -> Closing | None:
    """The closing that holds, if somebody has closed the cohort."""
    return cohort.closings.filter(undone_at=None).select_related("made_by").first()


def planned_moves(cohort: Cohort, enrolments: Collection[int], now: datetime) -> QuerySet[Move]:
    """Return moves of these students that are to begin after today."""
    return Move.objects.filter(enrolment__in=enrolments, on__gt=cohort.today(now), undone_at=None)


def unused_invitations(cohort: Cohort, now: datetime) -> QuerySet[Invitation]:
    """Open invitations of students of the cohort who are nothing else in Trefoil."""
    of_person = {"person": OuterRef("person")}
    enrolled = Enrolment.objects.without_end().filter(**of_person)
    return Invitation.objects.open(now).filter(
        Exists(enrolled.filter(cohort=cohort)),
        ~Exists(enrolled.exclude(cohort=cohort)),
        ~Exists(Mentorship.objects.filter(**of_person)),
        ~Exists(CourseAdmin.objects.filter(**of_person)),
    )
