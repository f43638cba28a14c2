"""Undo moves: make days as they were before, as far as that hides nothing that was recorded since."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from itertools import batched, combinations
from typing import Any

from django.db import transaction
from django.db.models import Q

from groups.actions.enrolment import save_ends
from groups.actions.locking import locked_groups
from groups.actions.mentorship import check_mentor
from groups.actions.moving import enrolments_of, fields_of, locked_with_stays
from groups.actions.people_in_groups import PeopleInGroups
from groups.models import Absence, Enrolment, Group, Membership, MentorAway, Mentorship, Move
from lib.history import credit
from lib.refusals import Refused
from people.actions.proof import require_proof
from people.audit import record
from people.models import Deed, User
from people.outbox import tell_undone
from questions.models import Ask
from tracker.models import AgreedStep, CheckIn, CheckInEntry, CodeReview, MeetingItem, MeetingNote

_IN_A_QUERY = 1_000
# The model of a stay that a move began, and its days before.
_BEGUN = ("membership", None)

type _Row = Enrolment | Membership | Absence


@transaction.atomic
def undo_moves(
    *, moves: Collection[int], by: User, at: datetime
) -> tuple[list[Move], list[tuple[Move, str]]]:
    """Make days as they were before these moves in a cohort, the last move first, and tell it to who was told.

    Returns:
        The moves that are undone; and the others with why they are not: they are undone already, days or mentors were
        changed since, something was recorded in the new group, or by who came as mentor, the account is disabled, the
        group before has no room, or what happened since leaves no place for the days before.
    """
    students: set[int] = set()
    for batch in batched(moves, _IN_A_QUERY):
        for pair in Move.objects.filter(pk__in=batch).values_list("enrolment", "other"):
            students.update(pk for pk in pair if pk)
    # Enrolments before their moves, as whoever makes one.
    days = _Days(students, at)
    undone: list[Move] = []
    refused: list[tuple[Move, str]] = []
    for batch in batched(sorted(moves, reverse=True), _IN_A_QUERY):
        for move in Move.objects.select_for_update().filter(pk__in=batch).order_by("-pk"):
            refusal = "This was already undone." if move.undone_at else ""
            if move.enrolment_id is not None:
                move.enrolment = days.enrolments[move.enrolment_id]
                refusal = refusal or days.undo(move)
            elif move.group_id is not None and not refusal:
                try:
                    _undo_of_mentors(move, locked_groups({move.group_id})[move.group_id], by, at)
                except Refused as error:
                    refusal = str(error)
            if refusal:
                refused.append((move, refusal))
                continue
            move.undone_by, move.undone_at = by, at
            undone.append(move)
    days.save(by, at)
    for batch in batched([move.pk for move in undone], _IN_A_QUERY):
        Move.objects.filter(pk__in=batch).update(undone_by=by, undone_at=at)
    if of_students := [days.enrolments[move.enrolment_id] for move in undone if move.enrolment_id]:
        cohort, people = of_students[0].cohort, [row.person_id for row in of_students]
        done = "undid moves of {people} in {thing}"
        record(Deed.Kind.MOVE, done, thing=cohort, people=people, by=by, at=at)
        _tell_undone([move for move in undone if move.closing_id is None], by, at)
    return undone, refused


def _tell_undone(moves: Collection[Move], by: User, at: datetime) -> None:
    """Those that came with a closing were told with it."""
    made_at = {move.made_at for move in moves}
    left = {move.enrolment_id for move in moves if move.enrolment_id}
    begun = {pk for move in moves for model, pk, before, _ in move.changes if (model, before) == _BEGUN}
    tell_undone("student_left", key="enrolment", pks=left, done_at=made_at, by=by, at=at)
    tell_undone("student_moved", key="membership", pks=begun, done_at=made_at, by=by, at=at)


@transaction.atomic
def _undo_of_mentors(move: Move, group: Group, by: User, at: datetime) -> None:
    """Let mentor a group who did before this move.

    Raises:
        Refused: its mentors were changed since, who came recorded something in the group, or who was may no longer
            mentor it.
    """
    rows = {row.pk: row for row in group.mentorships.select_related("person")}
    before = {pk: fields for _, pk, fields, _ in move.changes}
    begun = [rows[pk] for pk, fields in before.items() if fields is None and pk in rows]
    back = [rows[pk] for pk, fields in before.items() if fields is not None and pk in rows]
    open_twice = {row.person_id for row in rows.values() if row.pk not in before and row.ended_on is None}
    if any(pk not in rows or fields_of(rows[pk]) != after for _, pk, _, after in move.changes) or (
        open_twice & {row.person_id for row in back}
    ):
        raise Refused(f"{group}’s mentors have changed since, so this cannot be undone.")
    came = [row for row in begun if row.person_id not in {each.person_id for each in back}]
    for row in came:
        if has_mentored_since(row, move.made_at):
            raise Refused(
                f"{row.person} has recorded something in {group} since. End the mentorship instead."
            )
    for row in back:
        _set_fields(row, before[row.pk])
        if row.ended_on is None:
            check_mentor(row, PeopleInGroups([group], group.cohort.today(at)))
    require_proof(people=[row.person_id for row in back], by=by)
    tell_undone("mentor_began", key="mentorship", pks=[row.pk for row in begun], by=by, at=at)
    # Who stays keeps the days away that they have said in the role that goes.
    of_before = {row.person_id: row for row in back}
    for days in MentorAway.objects.filter(mentorship__in=begun).select_related("mentorship"):
        if old := of_before.get(days.mentorship.person_id):
            if not old.away.filter(starts_on=days.starts_on, ends_on=days.ends_on).exists():
                days.mentorship = old
                days.save()
    # Days that somebody has taken back were told then.
    away = MentorAway.objects.filter(mentorship__in=begun).values_list("pk", flat=True)
    tell_undone("mentor_away", key="away", pks=list(away), by=by, at=at)
    # New ones first: two open ones of a person are against a constraint.
    for row in begun:
        credit(row, by, at)
        row.delete()
    for row in back:
        credit(row, by, at)
        row._change_reason = "undone"  # type: ignore[attr-defined]
        row.save()
    people = [row.person_id for row in (*begun, *back)]
    done = "undid a change of mentors of {thing}: {people}"
    record(Deed.Kind.MOVE, done, thing=group, people=people, by=by, at=at)


class _Days:
    """Enrolments and their stays, out of which moves are taken one after the other before the rows are saved."""

    def __init__(self, students: Collection[int], at: datetime) -> None:
        self.enrolments, self.stays = locked_with_stays(students)
        self.rows: dict[tuple[str, int], _Row] = {
            ("enrolment", pk): row for pk, row in self.enrolments.items()
        }
        self.rows |= {("membership", stay.pk): stay for mine in self.stays.values() for stay in mine}
        for batch in batched(students, _IN_A_QUERY):
            self.rows |= {("absence", row.pk): row for row in Absence.objects.filter(enrolment__in=batch)}
        self.others = enrolments_of(self.enrolments.values())
        groups = {stay.group_id: stay.group for mine in self.stays.values() for stay in mine}
        today = next((row.cohort.today(at) for row in self.enrolments.values()), at.date())
        self.people = PeopleInGroups(groups.values(), today)
        self.gone: list[_Row] = []
        self.back: dict[_Row, None] = {}

    def undo(self, move: Move) -> str:
        """Take the move out of the days. Return why that cannot be, and leave them as they are; "" if it is done."""
        changes = {
            row: (before, after)
            for model, pk, before, after in move.changes
            if (row := self.rows.get((model, pk))) is not None and fields_of(row) == after
        }
        if len(changes) < len(move.changes):
            return f"{move.who}’s days have changed since, so this cannot be undone."
        gone = [row for row, (before, _) in changes.items() if before is None]
        back = [row for row in changes if row not in gone]
        begun = [row for row in gone if isinstance(row, Membership)]
        if refusal := self._refusal(move, begun, back):
            return refusal
        for row in back:
            _set_fields(row, changes[row][0])
        for pk in filter(None, (move.enrolment_id, move.other_id)):
            if self._is_crossing(self.enrolments[pk], begun):
                for row in back:
                    _set_fields(row, changes[row][1])
                who = self.enrolments[pk].person
                return f"{who} has been moved or enrolled again since. Undo that first, or move them."
        for stay in begun:
            self.stays[stay.enrolment_id].remove(stay)
            self.people.leave(self.enrolments[stay.enrolment_id].person, stay.group)
        for row in back:
            if isinstance(row, Membership):
                self.people.study(self.enrolments[row.enrolment_id].person, row.group)
        self.gone += gone
        self.back |= dict.fromkeys(back)
        return ""

    def _refusal(self, move: Move, begun: Iterable[Membership], back: Iterable[_Row]) -> str:
        for stay in begun:
            if recorded_since(stay.enrolment_id, stay.group_id, move.made_at):
                who = self.enrolments[stay.enrolment_id].person
                return f"Something was recorded about {who} in {stay.group} since. Move them back instead."
        for row in back:
            if isinstance(row, Enrolment) and row.ended_on is not None and not row.person.is_active:
                return f"The account of {row.person} is disabled; ask a site admin."
        left = {stay.enrolment_id: stay.group for stay in begun}
        going = [
            (self.enrolments[row.enrolment_id].person, left.get(row.enrolment_id), row.group)
            for row in back
            if isinstance(row, Membership)
        ]
        return next(iter(self.people.join_refusals(going).values()), "")

    def _is_crossing(self, enrolment: Enrolment, begun: Collection[Membership]) -> bool:
        """Whether a student is in two groups or enrolments at once, or in a group after their end, without `begun`.

        Not every stay that came since is a move: groups are published, and students added to one.
        """
        stays = [stay for stay in self.stays[enrolment.pk] if stay not in begun]
        mine = [row for row in self.others[enrolment.person_id] if row.pk != enrolment.pk]
        return (
            any(stay.outlasts(enrolment) for stay in stays)
            or _overlap(stays)
            or any(_overlap([enrolment, other]) for other in mine)
        )

    def save(self, by: User, at: datetime) -> None:
        back = [row for row in self.back if row not in self.gone]
        stays = [row for row in back if isinstance(row, Membership)]
        enrolments = [row for row in back if isinstance(row, Enrolment)]
        people = {self.enrolments[stay.enrolment_id].person_id for stay in stays}
        people.update(row.person_id for row in enrolments if row.ended_on is None)
        require_proof(people=people, by=by)
        # New ones first: two open stays are against a constraint.
        for row in self.gone:
            credit(row, by, at)
            row.delete()
        save_ends(enrolments, stays, reason="undone", by=by, at=at)


def _set_fields(row: Any, fields: Mapping[str, str | None]) -> None:
    for name, value in fields.items():
        setattr(row, name, date.fromisoformat(value) if value and name.endswith("_on") else value)


def _overlap(rows: Iterable[Enrolment | Membership]) -> bool:
    """Whether two begin before the other ends."""
    return any(one.overlaps(other.started_on, other.ended_on) for one, other in combinations(rows, 2))


def recorded_since(enrolment_id: int, group_id: int, since: datetime) -> bool:
    """Whether a group recorded something about a student since that moment: its history then needs the stay."""
    of = {"enrolment": enrolment_id, "group": group_id}
    return (
        CheckInEntry.objects.filter(
            enrolment=enrolment_id, check_in__group=group_id, check_in__logged_at__gte=since
        ).exists()
        or Ask.objects.filter(
            Q(asked_at__gte=since) | Q(question__answers__answered_at__gte=since), **of
        ).exists()
        or MeetingNote.objects.filter(**of, changed_at__gte=since).exists()
        or MeetingItem.objects.filter(**of, added_at__gte=since).exists()
        or AgreedStep.objects.filter(**of, agreed_at__gte=since).exists()
        or CodeReview.objects.filter(
            Q(author=enrolment_id) | Q(reviewer=enrolment_id), group=group_id, requested_at__gte=since
        ).exists()
    )


def has_mentored_since(mentorship: Mentorship, since: datetime) -> bool:
    """Whether somebody recorded something as a mentor since that moment: reading it then needs the mentorship."""
    by = mentorship.person_id
    return (
        CheckIn.objects.filter(group=mentorship.group_id, logged_by=by, logged_at__gte=since).exists()
        or AgreedStep.objects.filter(group=mentorship.group_id, agreed_by=by, agreed_at__gte=since).exists()
        or mentorship.away.exclude(MentorAway.goes_along["mentorship"]).exists()
    )
