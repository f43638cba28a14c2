"""Correct the days of an enrolment and its stays that were entered wrong. Nothing that happened is changed."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from itertools import combinations
from typing import Any

from django.db import transaction
from django.shortcuts import get_object_or_404
from simple_history.utils import bulk_update_with_history

from groups.actions.enrolment import Changed
from groups.actions.locking import locked_enrolments, locked_groups
from groups.actions.mentorship import check_mentor
from groups.actions.people_in_groups import PeopleInGroups
from groups.models import Enrolment, Membership, Mentorship, Move
from lib.days import full_day
from lib.history import credit
from lib.refusals import Refused
from people.actions.proof import require_proof
from people.models import User
from people.outbox import tell_undone

# From when, and until when; None: it has not ended.
type Days = tuple[date, date | None]


@transaction.atomic
def correct_days(
    *, enrolment: Enrolment, days: Days, stays: Mapping[int, Days], by: User, at: datetime
) -> Enrolment:
    """Set the days of an enrolment and of its stays, by their id. Without an end, it is open again.

    Who was told that they leave is told that they stay.

    Raises:
        Refused: days contradict each other, or another enrolment; the account is disabled or the group is full.
    """
    locked_groups(set(enrolment.memberships.values_list("group", flat=True)))
    enrolment = locked_enrolments({enrolment.pk})[enrolment.pk]
    rows = list(enrolment.memberships.select_for_update(of=("self",)).select_related("group__cohort__course"))
    was_open = {row.pk for row in rows if row.ended_on is None}
    is_reopened = enrolment.ended_on is not None and days[1] is None
    _set_days(enrolment, days)
    for row in rows:
        _set_days(row, stays.get(row.pk, (row.started_on, row.ended_on)))
    _check_others(enrolment, is_reopened=is_reopened)
    _check_stays(enrolment, rows)
    reopened = [row for row in rows if row.ended_on is None and row.pk not in was_open]
    if reopened:
        people = PeopleInGroups([stay.group for stay in reopened], enrolment.cohort.today(at))
        for stay in reopened:
            if refusal := people.study_refusal(enrolment.person, stay.group):
                raise Refused(refusal)
    if is_reopened or reopened:
        require_proof(people=[enrolment.person_id], by=by)
    # Ended stays first: two open ones are against a constraint.
    credit(enrolment, by, at)
    enrolment.save()
    for row in sorted(rows, key=lambda row: row.ended_on is None):
        credit(row, by, at)
        row.save()
    left = enrolment.moves.filter(kind__in=(Move.Kind.LEFT, Move.Kind.ENDED), undone_at=None, closing=None)
    if (is_reopened or reopened) and (last := left.order_by("pk").last()):
        done_at = [last.made_at]
        tell_undone("student_left", key="enrolment", pks=[enrolment.pk], done_at=done_at, by=by, at=at)
    return enrolment


@transaction.atomic
def correct_mentorship(*, mentorship: Mentorship, days: Days, by: User, at: datetime) -> Mentorship:
    """Set the days of a mentorship. Without an end, it is open again.

    Raises:
        Refused: the end is before the start, or another mentorship of the person in the group overlaps; opened
            again, the account is disabled or the person studies in the group.
    """
    locked_groups({mentorship.group_id})
    rows = Mentorship.objects.select_for_update(of=("self",)).select_related(
        "person", "group__cohort__course"
    )
    mentorship = get_object_or_404(rows, pk=mentorship.pk)
    group, person = mentorship.group, mentorship.person
    started_on, ended_on = days
    is_reopened = mentorship.ended_on is not None and ended_on is None
    if ended_on is not None and ended_on < started_on:
        raise Refused("The end is before the start.")
    for other in group.mentorships.filter(person=person).exclude(pk=mentorship.pk):
        if other.overlaps(started_on, ended_on):
            raise Refused(
                f"{person} is {other.get_role_display()} of {group} from {full_day(other.started_on)}"
                f" {f'until {full_day(other.ended_on)}' if other.ended_on else 'on'}; these days overlap."
            )
    if is_reopened:
        check_mentor(mentorship, PeopleInGroups([group], group.cohort.today(at)))
        require_proof(people=[person.pk], by=by)
    mentorship.started_on, mentorship.ended_on = days
    credit(mentorship, by, at)
    mentorship.save()
    return mentorship


@transaction.atomic
def correct_starts(
    *, starts: Mapping[Enrolment | Membership | Mentorship, date], by: User, at: datetime
) -> list[list[Changed[Any]]]:
    """Set from when people are students, members and mentors. The caller checks that no days contradict each other.

    Returns:
        The rows of each kind with their starts before.
    """
    corrected: list[list[Changed[Any]]] = []
    for model in (Enrolment, Membership, Mentorship):
        rows = [row for row in starts if isinstance(row, model)]
        corrected.append([(row, {"started_on": row.started_on}) for row in rows])
        for row in rows:
            row.started_on = starts[row]
        bulk_update_with_history(
            rows, model, ["started_on"], batch_size=500, default_user=by, default_date=at
        )
    return corrected


def check_starts(rows: Iterable[Enrolment | Membership | Mentorship]) -> None:
    """Raises Refused: the days of an enrolment and of its stays contradict each other, or another enrolment."""
    ids = {
        row.pk if isinstance(row, Enrolment) else row.enrolment_id
        for row in rows
        if not isinstance(row, Mentorship)
    }
    for enrolment in locked_enrolments(ids).values():
        _check_others(enrolment, is_reopened=False)
        _check_stays(enrolment, enrolment.memberships.select_related("group"))


def _set_days(row: Enrolment | Membership, days: Days) -> None:
    started_on, ended_on = days
    if ended_on is not None and ended_on < started_on:
        raise Refused(f"{row}: the end is before the start.")
    row.started_on, row.ended_on = days
    if ended_on is None:
        row.end_reason = ""


def _check_others(enrolment: Enrolment, *, is_reopened: bool) -> None:
    person = enrolment.person
    if is_reopened and not person.is_active:
        raise Refused(f"The account of {person} is disabled; ask a site admin.")
    others = Enrolment.objects.filter(cohort=enrolment.cohort, person=person).exclude(pk=enrolment.pk)
    for other in others:
        if other.overlaps(enrolment.started_on, enrolment.ended_on):
            until = f"until {full_day(other.ended_on)}" if other.ended_on else "now"
            raise Refused(
                f"{person} has another enrolment in {enrolment.cohort}, from {full_day(other.started_on)} {until}."
            )


def _check_stays(enrolment: Enrolment, stays: Iterable[Membership]) -> None:
    stays = list(stays)
    for stay in stays:
        if stay.started_on < enrolment.started_on:
            raise Refused(
                f"The stay in {stay.group} cannot start before the enrolment, on {full_day(enrolment.started_on)}."
            )
        if enrolment.ended_on is not None and stay.outlasts(enrolment):
            raise Refused(
                f"The stay in {stay.group} must end by {full_day(enrolment.ended_on)}, when the enrolment ends."
            )
    for one, other in combinations(stays, 2):
        if one.overlaps(other.started_on, other.ended_on):
            raise Refused(f"The stays in {one.group} and {other.group} overlap.")
