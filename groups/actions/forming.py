"""Propose groups for a cohort, put the proposal right, and publish it. Nobody is told of them before.

Every change counts the version of the proposal: whoever publishes names the version that they have seen.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime

from django.db import transaction
from django.db.models import Count, Q

from courses.models import Cohort
from groups.access import refuse_if_closed, without_group
from groups.actions.locking import locked_open_cohort
from groups.actions.people_in_groups import PeopleInGroups
from groups.forming import (
    StudentTraits,
    Willing,
    Wishes,
    WishPoints,
    assign_mentors,
    form_groups,
    level_of,
    offset_of,
)
from groups.models import (
    Enrolment,
    Group,
    Mentorship,
    Proposal,
    ProposedGroup,
    ProposedStay,
    WillingMentor,
    Wish,
)
from groups.sharing import free_names
from lib.refusals import Refused
from people.models import User

_BATCH = 500
_POINTS = {Wish.Kind.TOGETHER.value: WishPoints.TOGETHER, Wish.Kind.APART.value: WishPoints.APART}


def suiting(enrolment: Enrolment, on: date) -> StudentTraits:
    """Return what is known of a student on that day. Reads the person."""
    return StudentTraits(
        enrolment.person_id,
        offset_of(enrolment.person.time_zone, on),
        enrolment.hours_a_week,
        level_of(enrolment.level),
    )


def first_day(cohort: Cohort, now: datetime) -> date:
    """The day whose time zones count: summer time may have ended by then."""
    return max(cohort.starts_on, cohort.today(now))


def wishes_of(cohort: Cohort) -> Wishes:
    rows = Wish.objects.filter(one__cohort=cohort).values_list("one__person", "other__person", "kind")
    return {(min(one, other), max(one, other)): _POINTS[kind] for one, other, kind in rows}


def willing_mentors(cohort: Cohort, now: datetime) -> list[Willing]:
    """Return who would mentor, with the groups of the cohort that they mentor already."""
    on, today = first_day(cohort, now), cohort.today(now)
    running = Mentorship.objects.not_ended(today).exclude(role=Mentorship.Role.STAND_IN)
    rows = list(
        cohort.willing_mentors.filter(person__is_active=True)
        .select_related("person")
        .order_by("person__name", "person")
    )
    people = [row.person_id for row in rows]
    mentoring = (
        running.filter(person__in=people, group__cohort__archived_at=None)
        .exclude(group__cohort__closed_on__lte=today)
        .values_list("person")
        .annotate(here=Count("pk", filter=Q(group__cohort=cohort)), everywhere=Count("pk"))
    )
    counts = {person: (here, everywhere) for person, here, everywhere in mentoring}
    found = []
    for row in rows:
        here, everywhere = counts.get(row.person_id, (0, 0))
        offset = offset_of(row.person.time_zone, on)
        found.append(Willing(row.person_id, offset, takes=row.most_groups - here, has=everywhere))
    return found


def propose(*, cohort: Cohort, by: User, at: datetime) -> Proposal:
    """Form groups of the students who are in none. Locked groups of an earlier proposal stay as they are.

    403 in a closed cohort.

    Raises:
        Refused: nobody waits for a group, or somebody changed the proposal meanwhile.
    """
    refuse_if_closed(by, cohort, at)
    before = Proposal.objects.filter(cohort=cohort).first()
    version = before.version if before else 0
    locked = list(before.groups.filter(is_locked=True).prefetch_related("stays")) if before else []
    placed = {stay.enrolment_id for group in locked for stay in group.stays.all()}
    waiting = [row for row in without_group(cohort, at) if row.pk not in placed]
    if not waiting and not locked:
        raise Refused("Every enrolled student is in a group.")
    # The search takes seconds for thousands of people: nothing is locked meanwhile.
    on = first_day(cohort, at)
    by_person = {row.person_id: row for row in waiting}
    formed = form_groups([suiting(row, on) for row in waiting], cohort.course.group_size, wishes_of(cohort))
    groups = [[by_person[one.person] for one in group] for group in formed]
    groups.sort(key=lambda group: min((row.person.name, row.pk) for row in group))
    taken = [group.mentor_id for group in locked]
    free = [
        replace(one, takes=one.takes - taken.count(one.person), has=one.has + taken.count(one.person))
        for one in willing_mentors(cohort, at)
    ]
    mentors = assign_mentors([[suiting(row, on) for row in group] for group in groups], free)
    return _save(cohort, version, groups, mentors, by=by, at=at)


@transaction.atomic
def _save(
    cohort: Cohort,
    version: int,
    groups: Sequence[Sequence[Enrolment]],
    mentors: Sequence[int | None],
    *,
    by: User,
    at: datetime,
) -> Proposal:
    locked_open_cohort(cohort, by=by, at=at)
    proposal = Proposal.objects.select_for_update(of=("self",), no_key=True).filter(cohort=cohort).first()
    if (proposal.version if proposal else 0) != version:
        raise Refused("Somebody else has just changed the proposal. Look at it, then form the groups again.")
    if proposal is None:
        # Not from nought: who saw one that was deleted since must not publish this one by its version.
        proposal = Proposal(cohort=cohort, version=int(at.timestamp()))
    proposal.touch(by=by, at=at)
    proposal.save()
    proposal.groups.filter(is_locked=False).delete()
    in_use = [*cohort.groups.values_list("name", flat=True), *proposal.groups.values_list("name", flat=True)]
    made = ProposedGroup.objects.bulk_create(
        (
            ProposedGroup(proposal=proposal, name=name, mentor_id=mentor)
            for name, mentor in zip(free_names(in_use), mentors, strict=False)
        ),
        batch_size=_BATCH,
    )
    ProposedStay.objects.bulk_create(
        (
            ProposedStay(group=group, enrolment=row)
            for group, rows in zip(made, groups, strict=True)
            for row in rows
        ),
        batch_size=_BATCH,
    )
    return proposal


def opened_proposal(cohort: Cohort, *, by: User, at: datetime, version: int | None = None) -> Proposal:
    """Lock the proposal to change it; only this version, if one is given. 403 in a closed cohort."""
    locked_open_cohort(cohort, by=by, at=at)
    return _locked(cohort, by=by, at=at, version=version)


def _locked(cohort: Cohort, *, by: User, at: datetime, version: int | None = None) -> Proposal:
    proposal = (
        Proposal.objects.select_for_update(of=("self",), no_key=True)
        .select_related("cohort__course", "changed_by")
        .filter(cohort=cohort)
        .first()
    )
    if proposal is None:
        raise Refused("Somebody else has published or deleted these groups.")
    if version is not None and proposal.version != version:
        raise Refused(
            f"{proposal.changed_by} has changed the proposal since you opened it. Look at it again, then publish."
        )
    proposal.touch(by=by, at=at)
    proposal.save()
    return proposal


def _still_proposed(proposal: Proposal, group: ProposedGroup) -> ProposedGroup:
    """Read the group anew, since it was read before the proposal was locked."""
    found = proposal.groups.select_related("mentor").filter(pk=group.pk).first()
    if found is None:
        raise Refused(f"{group} is no longer proposed: the groups were formed again.")
    return found


@transaction.atomic
def place(*, enrolment: Enrolment, group: ProposedGroup | None, by: User, at: datetime) -> None:
    """Move a student to a proposed group, or out of all of them.

    Raises:
        Refused: the group is full, or they would be mentored by themselves; they are in a group that runs.
    """
    proposal = opened_proposal(enrolment.cohort, by=by, at=at)
    stays = ProposedStay.objects.filter(group__proposal=proposal, enrolment=enrolment)
    if group is not None:
        group = _still_proposed(proposal, group)
        if stays.filter(group=group).exists():
            return
        if not stays and not without_group(enrolment.cohort, at).filter(pk=enrolment.pk).exists():
            raise Refused(f"{enrolment.person} is in a group already, or is no longer enrolled.")
        if refusal := _in_groups(proposal, [group]).study_refusal(
            enrolment.person, _as_group(proposal, group)
        ):
            raise Refused(refusal)
    stays.delete()
    if group is not None:
        ProposedStay.objects.create(group=group, enrolment=enrolment)


def _as_group(proposal: Proposal, group: ProposedGroup) -> Group:
    """The group as it will be: for the rules of who may join a group."""
    return Group(cohort=proposal.cohort, name=group.name)


def _in_groups(proposal: Proposal, groups: Collection[ProposedGroup]) -> PeopleInGroups:
    people = PeopleInGroups([], proposal.cohort.starts_on)
    for group in groups:
        if group.mentor is not None:
            people.mentor(group.mentor, _as_group(proposal, group))
    for stay in ProposedStay.objects.filter(group__in=groups).select_related("group", "enrolment__person"):
        people.study(stay.enrolment.person, _as_group(proposal, stay.group))
    return people


@transaction.atomic
def edit_proposed_group(
    *, group: ProposedGroup, name: str, mentor: User | None, by: User, at: datetime
) -> None:
    """Raises Refused: another group has the name, or the mentor studies in the group."""
    proposal = opened_proposal(group.proposal.cohort, by=by, at=at)
    group = _still_proposed(proposal, group)
    others = proposal.groups.exclude(pk=group.pk)
    if others.filter(name__iexact=name).exists() or proposal.cohort.groups.filter(name__iexact=name).exists():
        raise Refused(f"The cohort has a group called {name} already, or it is proposed.")
    group.name = name
    if mentor is not None:
        if refusal := _in_groups(proposal, [group]).mentor_refusal(mentor, _as_group(proposal, group)):
            raise Refused(refusal)
    group.mentor = mentor
    group.save()


@transaction.atomic
def lock_proposed_group(*, group: ProposedGroup, is_locked: bool, by: User, at: datetime) -> None:
    """Keep the group as it is when the others are formed anew, or no longer."""
    opened_proposal(group.proposal.cohort, by=by, at=at)
    ProposedGroup.objects.filter(pk=group.pk).update(is_locked=is_locked)


@transaction.atomic
def delete_proposal(*, cohort: Cohort, by: User, at: datetime) -> None:
    """Also in a closed cohort."""
    _locked(cohort, by=by, at=at).delete()


@transaction.atomic
def note_wish(
    *, one: Enrolment, other: Enrolment, kind: str, by: User, at: datetime
) -> tuple[Wish, Wish | None]:
    """Note that two students should learn in one group, or should not. 403 in a closed cohort.

    Returns:
        The wish, and the one of the same two that it replaces.

    Raises:
        Refused: they are the same, or in different cohorts.
    """
    if one.pk == other.pk:
        raise Refused("Choose two different students.")
    if one.cohort_id != other.cohort_id:
        raise Refused(f"{one.person} and {other.person} are in different cohorts.")
    refuse_if_closed(by, one.cohort, at)
    one, other = sorted((one, other), key=lambda row: row.pk)
    replaced = Wish.objects.filter(one=one, other=other).select_related("noted_by").first()
    wish, _ = Wish.objects.update_or_create(
        one=one, other=other, defaults={"kind": Wish.Kind(kind), "noted_by": by, "noted_at": at}
    )
    return wish, replaced


def note_willing(*, cohort: Cohort, person: User, most_groups: int, by: User, at: datetime) -> WillingMentor:
    """Note how many groups of a cohort somebody would mentor. 403 in a closed cohort."""
    refuse_if_closed(by, cohort, at)
    willing, _ = WillingMentor.objects.update_or_create(
        cohort=cohort,
        person=person,
        defaults={"most_groups": most_groups, "noted_by": by, "noted_at": at},
    )
    return willing
