from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from simple_history.utils import bulk_create_with_history

from groups.actions.people_in_groups import PeopleInGroups
from groups.models import Group, MentorAway, Mentorship
from lib.days import full_day
from lib.history import credit
from people.actions.proof import require_proof
from people.audit import ids, note
from people.models import User
from people.outbox import tell


class MentorshipError(Exception):
    """The change contradicts a mentorship. The message is shown to the user."""


@transaction.atomic
def assign_mentor(*, group: Group, person: User, role: str, on: date, by: User | None) -> Mentorship:
    """Give the person this role in the group from that day. This ends another role they had in the group.

    Raises:
        MentorshipError: the person studies in the group or can no longer sign in, or the day is before the start of
            their current role or before the end of an earlier one.
    """
    role = Mentorship.Role(role)
    group = Group.objects.select_for_update().get(pk=group.pk)
    new = Mentorship(group=group, person=person, role=role, started_on=on)
    check_mentor(new, PeopleInGroups([group], on))
    current = group.mentorships.filter(person=person, ended_on=None).first()
    if current is not None:
        if current.role == role:
            return current
        end_mentorship(mentorship=current, on=on, by=by)
    later = group.mentorships.filter(person=person, ended_on__gt=on).order_by("-ended_on").first()
    if later is not None and later.ended_on is not None:
        raise MentorshipError(
            f"{person} is {later.get_role_display()} of {group} until {full_day(later.ended_on)};"
            " choose that day or a later one."
        )
    require_proof(people=[person.pk], by=by)
    note(f"made person {person.pk} {role} of group {group.pk}")
    credit(new, by)
    new.save()
    tell("mentor_began", by=by, at=timezone.now(), mentorship=new.pk)
    return new


@transaction.atomic
def assign_many(*, mentorships: Sequence[Mentorship], on: date, by: User, at: datetime) -> list[Mentorship]:
    """Save mentorships, open and ended ones; nobody has an open one in the group yet.

    Raises:
        MentorshipError: somebody whose mentorship is open studies in the group, or has a disabled account.
    """
    people = PeopleInGroups({new.group.pk: new.group for new in mentorships}.values(), on)
    for new in mentorships:
        if new.ended_on is None:
            check_mentor(new, people)
    mentors = [new.person.pk for new in mentorships]
    require_proof(people=mentors, by=by)
    if mentors:
        note(f"made persons {ids(mentors)} mentors of groups {ids([new.group.pk for new in mentorships])}")
    made: list[Mentorship] = bulk_create_with_history(
        mentorships, Mentorship, batch_size=500, default_user=by, default_date=at
    )
    return made


def check_mentor(new: Mentorship, people: PeopleInGroups) -> None:
    """Raises MentorshipError."""
    if not new.person.is_active:
        raise MentorshipError(f"The account of {new.person} is disabled; ask an operator.")
    if refusal := people.mentor_refusal(new.person, new.group):
        raise MentorshipError(refusal)


@transaction.atomic
def end_mentorship(*, mentorship: Mentorship, on: date, by: User | None) -> Mentorship:
    """End a mentorship on that day. The person can still read that period. A future end can be moved to an earlier day.

    Raises:
        MentorshipError: it has already ended by that day, or the day is before its start.
    """
    mentorship = (
        Mentorship.objects.select_for_update(of=("self",)).select_related("person").get(pk=mentorship.pk)
    )
    if mentorship.ended_on is not None and mentorship.ended_on <= on:
        raise MentorshipError(f"{mentorship.person} is no longer a mentor of this group.")
    if on < mentorship.started_on:
        raise MentorshipError(
            f"{mentorship.person} began on {full_day(mentorship.started_on)}; choose a later day."
        )
    mentorship.ended_on = on
    credit(mentorship, by)
    mentorship.save()
    note(f"ended the mentorship of person {mentorship.person_id} in group {mentorship.group_id}")
    return mentorship


@transaction.atomic
def note_away(
    *, mentorship: Mentorship, starts_on: date, ends_on: date, by: User, at: datetime
) -> MentorAway:
    """Save days on which the mentor cannot meet the group, so it needs a cover. Both days are included.

    Raises:
        MentorshipError: the days overlap other days away, or the mentorship ends before them.
    """
    mentorship = (
        Mentorship.objects.select_for_update(of=("self",)).select_related("person").get(pk=mentorship.pk)
    )
    if mentorship.ended_on is not None and mentorship.ended_on <= starts_on:
        raise MentorshipError(f"{mentorship.person} is no longer a mentor of this group by then.")
    other = mentorship.away.filter(starts_on__lte=ends_on, ends_on__gte=starts_on).first()
    if other is not None:
        raise MentorshipError(
            f"{mentorship.person} is away from {other.starts_on:%-d %B} to {full_day(other.ends_on)} already."
        )
    away = MentorAway.objects.create(mentorship=mentorship, starts_on=starts_on, ends_on=ends_on)
    tell("mentor_away", by=by, at=at, away=away.pk)
    return away


@transaction.atomic
def note_away_from(
    *, mentorships: Iterable[Mentorship], starts_on: date, ends_on: date, by: User, at: datetime
) -> list[MentorAway]:
    """Save the same days for several groups. Raises what `note_away` does; then none is saved."""
    return [
        note_away(mentorship=one, starts_on=starts_on, ends_on=ends_on, by=by, at=at) for one in mentorships
    ]
