from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.shortcuts import get_object_or_404
from simple_history.utils import bulk_create_with_history

from groups.access import refuse_if_closed
from groups.actions.locking import locked_groups, locked_groups_of_open_cohorts
from groups.actions.moving import fields_of
from groups.actions.people_in_groups import PeopleInGroups
from groups.models import Group, MentorAway, Mentorship, Move
from lib.days import full_day
from lib.history import credit
from lib.refusals import Refused
from people.actions.proof import require_proof
from people.audit import record
from people.models import Deed, User
from people.outbox import tell, tell_undone

# The deeds, as forms call them.
STAND_IN, HAND_OVER, HAND_OVER_AND_STAY = Mentorship.Role.STAND_IN.value, "hand-over", "hand-over-and-stay"


@transaction.atomic
def assign_mentor(
    *,
    group: Group,
    person: User,
    role: str,
    on: date,
    by: User | None,
    at: datetime,
    until: date | None = None,
    reason: str = "",
) -> Mentorship:
    """Give the person this role in the group from that day. This ends another role they had in the group.

    403 in a closed cohort.

    Args:
        until: the last day, of a stand-in.
        reason: saved in the history.

    Raises:
        Refused: the person studies in the group or can no longer sign in, the day is before the start of their
            current role or before the end of an earlier one, or only a stand-in has a last day.
    """
    role = Mentorship.Role(role)
    group = locked_groups_of_open_cohorts({group.pk}, by=by, at=at)[group.pk]
    new = Mentorship(group=group, person=person, role=role, started_on=on)
    if until is not None:
        if role is not Mentorship.Role.STAND_IN:
            raise Refused("Only a stand-in has a last day. End a mentorship when it ends.")
        if until < on:
            raise Refused("The last day is before the first day.")
        new.ended_on = until + timedelta(days=1)
    check_mentor(new, PeopleInGroups([group], on))
    current = group.mentorships.without_end().filter(person=person).first()
    if current is not None:
        if current.role == role:
            return current
        if until is not None:
            raise Refused(f"{person} is {group}’s {current.get_role_display()}, and needs no stand-in.")
        end_mentorship(mentorship=current, on=on, by=by, at=at, reason=reason, is_replaced=True)
    later = group.mentorships.not_ended(on).filter(person=person).order_by("-ended_on").first()
    if later is not None and later.ended_on is not None:
        raise Refused(
            f"{person} is {group}’s {later.get_role_display()} until {full_day(later.ended_on)};"
            " choose that day or a later one."
        )
    require_proof(people=[person.pk], by=by)
    _record(f"made {{people}} {Mentorship.Role(role).label} of {{thing}}", group, person, by, at)
    _note(new, by, at, reason)
    new.save()
    tell("mentor_began", by=by, at=at, mentorship=new.pk, group=group.pk, person=person.pk)
    _keep_away([new], group.cohort.today(at), by, at)
    return new


@transaction.atomic
def hand_over(
    *,
    group: Group,
    person: User,
    on: date,
    by: User,
    at: datetime,
    reason: str = "",
    keeps_as_co_mentor: bool = False,
) -> Mentorship:
    """Make the person the mentor of the group from that day, instead of who mentors it until then.

    403 in a closed cohort.

    Args:
        keeps_as_co_mentor: who mentored it goes on as co-mentor.

    Raises:
        Refused: nobody else mentors it then; or see `assign_mentor` and `end_mentorship`.
    """
    group = locked_groups_of_open_cohorts({group.pk}, by=by, at=at)[group.pk]
    before = list(
        group.mentorships.open(on)
        .filter(role=Mentorship.Role.MENTOR)
        .exclude(person=person)
        .select_related("person")
        .order_by("pk")
    )
    if not before:
        raise Refused(f"Nobody else mentors {group} by then. Assign {person} instead.")
    new = assign_mentor(group=group, person=person, role="mentor", on=on, by=by, at=at, reason=reason)
    for mentorship in before:
        if mentorship.ended_on is not None or not keeps_as_co_mentor:
            end_mentorship(mentorship=mentorship, on=on, by=by, at=at, reason=reason, is_replaced=True)
        if keeps_as_co_mentor:
            co = Mentorship.Role.CO_MENTOR
            assign_mentor(group=group, person=mentorship.person, role=co, on=on, by=by, at=at, reason=reason)
    return new


@transaction.atomic
def assign_many(*, mentorships: Sequence[Mentorship], on: date, by: User, at: datetime) -> list[Mentorship]:
    """Save mentorships, open and ended ones; nobody has an open one in the group yet. 403 in a closed cohort.

    Raises:
        Refused: somebody whose mentorship is open studies in the group, or has a disabled account.
    """
    groups = locked_groups_of_open_cohorts({new.group.pk for new in mentorships}, by=by, at=at)
    people = PeopleInGroups(groups.values(), on)
    for new in mentorships:
        if new.ended_on is None:
            check_mentor(new, people)
    mentors = [new.person.pk for new in mentorships]
    require_proof(people=mentors, by=by)
    if mentors:
        cohort = mentorships[0].group.cohort
        made_mentors = "made {people} mentors of groups of {thing}"
        record(Deed.Kind.ROLE, made_mentors, thing=cohort, people=mentors, by=by, at=at)
    made: list[Mentorship] = bulk_create_with_history(
        mentorships, Mentorship, batch_size=500, default_user=by, default_date=at
    )
    _keep_away(made, on, by, at)
    return made


def check_mentor(new: Mentorship, people: PeopleInGroups) -> None:
    """Raises Refused."""
    if not new.person.is_active:
        raise Refused(f"The account of {new.person} is disabled; ask a site admin.")
    if refusal := people.mentor_refusal(new.person, new.group):
        raise Refused(refusal)


@transaction.atomic
def end_mentorship(
    *,
    mentorship: Mentorship,
    on: date,
    by: User | None,
    at: datetime,
    reason: str = "",
    is_replaced: bool = False,
) -> Mentorship:
    """End a mentorship on that day. The person can still read that period. A future end can be moved to an earlier day.

    Args:
        is_replaced: another one begins, which is told; else who was told of one that then never was is told.

    Raises:
        Refused: it has already ended by that day, or the day is before its start.
    """
    rows = Mentorship.objects.select_for_update(of=("self",)).select_related("person", "group")
    mentorship = get_object_or_404(rows, pk=mentorship.pk)
    if mentorship.has_ended(on):
        raise Refused(f"{mentorship.person} is no longer a mentor of this group.")
    if on < mentorship.started_on:
        raise Refused(f"{mentorship.person} began on {full_day(mentorship.started_on)}; choose a later day.")
    mentorship.ended_on = on
    _note(mentorship, by, at, reason)
    mentorship.save()
    _record("ended the mentorship of {people} in {thing}", mentorship.group, mentorship.person, by, at)
    if by and on == mentorship.started_on and not is_replaced:
        tell_undone("mentor_began", key="mentorship", pks=[mentorship.pk], by=by, at=at)
    return mentorship


def _record(what: str, group: Group, person: User, by: User | None, at: datetime) -> None:
    record(Deed.Kind.ROLE, what, thing=group, people=[person.pk], by=by, at=at)


def _note(mentorship: Mentorship, by: User | None, at: datetime, reason: str) -> None:
    credit(mentorship, by, at)
    mentorship._change_reason = reason[:100] or None  # type: ignore[attr-defined]


@transaction.atomic
def note_away(
    *, mentorship: Mentorship, starts_on: date, ends_on: date, by: User, at: datetime
) -> MentorAway:
    """Save days on which the mentor cannot meet the group, so it needs a stand-in. Both days are included.

    403 in a closed cohort.

    Raises:
        Refused: the days overlap other days away, or none of them is in the mentorship.
    """
    rows = Mentorship.objects.select_for_update(of=("self",)).select_related(
        "person", "group__cohort__course"
    )
    mentorship = get_object_or_404(rows, pk=mentorship.pk)
    refuse_if_closed(by, mentorship.group.cohort, at)
    if not mentorship.overlaps(starts_on, ends_on + timedelta(days=1)):
        raise Refused(f"{mentorship.person} does not mentor {mentorship.group} on these days.")
    other = mentorship.away.overlapping(starts_on, ends_on).first()
    if other is not None:
        raise Refused(
            f"{mentorship.person} is away from {mentorship.group} from {other.starts_on:%-d %B} to"
            f" {full_day(other.ends_on)} already."
        )
    away = MentorAway.objects.create(mentorship=mentorship, starts_on=starts_on, ends_on=ends_on)
    _tell_away(away, by, at)
    return away


def _keep_away(mentorships: Collection[Mentorship], today: date, by: User | None, at: datetime) -> None:
    """Let the days away that these mentors have said hold for their new mentorships, too, and tell new groups."""
    groups: dict[tuple[int, date, date], set[int]] = defaultdict(set)
    people = {new.person_id for new in mentorships}
    for away in (
        MentorAway.objects.not_over(today)
        .filter(mentorship__person__in=people)
        .select_related("mentorship")
        .order_by("starts_on", "pk")
    ):
        groups[away.mentorship.person_id, away.starts_on, away.ends_on].add(away.mentorship.group_id)
    kept = MentorAway.objects.bulk_create(
        MentorAway(mentorship=new, starts_on=first, ends_on=last)
        for new in mentorships
        for person, first, last in groups
        if person == new.person_id and new.overlaps(first, last + timedelta(days=1))
    )
    for away in kept:
        if away.mentorship.group_id not in groups[away.mentorship.person_id, away.starts_on, away.ends_on]:
            _tell_away(away, by, at)


def _tell_away(away: MentorAway, by: User | None, at: datetime) -> None:
    of = {
        "mentorship": away.mentorship.pk,
        "group": away.mentorship.group_id,
        "person": away.mentorship.person_id,
    }
    tell("mentor_away", by=by, at=at, away=away.pk, **of)


@transaction.atomic
def remove_away(*, away: MentorAway, by: User, at: datetime) -> None:
    """Remove them from every role they hold in the group. 404 if somebody else has removed them: that is told once."""
    away = get_object_or_404(MentorAway.objects.select_for_update(), pk=away.pk)
    of = {"mentorship__group": away.mentorship.group_id, "mentorship__person": away.mentorship.person_id}
    same = MentorAway.objects.filter(**of, starts_on=away.starts_on, ends_on=away.ends_on)
    tell_undone("mentor_away", key="away", pks=list(same.values_list("pk", flat=True)), by=by, at=at)
    same.delete()


@transaction.atomic
def note_away_from(
    *, mentorships: Iterable[Mentorship], starts_on: date, ends_on: date, by: User, at: datetime
) -> list[MentorAway]:
    """Save the same days for several groups, but for those that they do not mentor on any of them.

    Raises what `note_away` does; then none is saved.
    """
    mentorships = list(mentorships)
    missed = [one for one in mentorships if one.overlaps(starts_on, ends_on + timedelta(days=1))]
    return [
        note_away(mentorship=one, starts_on=starts_on, ends_on=ends_on, by=by, at=at)
        for one in missed or mentorships
    ]


@transaction.atomic
def move_mentors(
    *,
    deed: str,
    group: Group,
    person: User,
    on: date,
    until: date | None,
    reason: str,
    by: User,
    at: datetime,
) -> Move:
    """Do one of the deeds from that day. 403 in a closed cohort.

    Args:
        until: the last day of a stand-in, if it is known.

    Raises:
        Refused: as for `assign_mentor` and `hand_over`; or they have the role already.
    """
    locked_groups({group.pk})
    before = {row.pk: fields_of(row) for row in group.mentorships.all()}
    if deed == STAND_IN:
        kind, what = Move.Kind.STOOD_IN, f"until {full_day(until)}" if until else ""
        assign_mentor(group=group, person=person, role=deed, on=on, until=until, reason=reason, by=by, at=at)
    else:
        stays = deed == HAND_OVER_AND_STAY
        kind, what = Move.Kind.HANDED_OVER, "with who was as co-mentor" if stays else ""
        hand_over(group=group, person=person, on=on, keeps_as_co_mentor=stays, reason=reason, by=by, at=at)
    changes = [
        ["mentorship", row.pk, before.get(row.pk), after]
        for row in group.mentorships.order_by("pk")
        if (after := fields_of(row)) != before.get(row.pk)
    ]
    if not changes:
        raise Refused(f"{person} is that already.")
    return Move.objects.create(
        kind=kind, what=what, changes=changes, group=group, person=person, on=on, reason=reason[:100],
        made_by=by, made_at=at,
    )  # fmt: skip
