"""Students may change their own progress; those who lead a group may change that of its members."""

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404
from django.shortcuts import get_object_or_404

from courses.models import Material, Milestone
from groups.access import GroupAccess, group_access, refuse_if_closed
from groups.models import Enrolment
from people.access import refuse
from people.models import User
from tracker.models import Progress


@dataclass(frozen=True, slots=True)
class MemberAccess:
    access: GroupAccess
    enrolment: Enrolment

    @property
    def is_own(self) -> bool:
        return self.access.studies is not None and self.access.studies.enrolment_id == self.enrolment.pk


def member_to_mark(user: User, group_id: int, enrolment_id: int, now: datetime) -> MemberAccess:
    """Return a member of the group if it is the user, or the user leads the group; 403 to other insiders.

    403 in a closed cohort, where nobody is a member any longer.
    """
    access = group_access(user, group_id, now)
    is_own = access.studies is not None and access.studies.enrolment_id == enrolment_id
    if not (is_own or access.may_lead):
        refuse(user, f"mark for enrolment {enrolment_id} in group {group_id}", is_insider=True)
    stay = (
        access.group.memberships.current(access.today)
        .filter(enrolment=enrolment_id)
        .select_related("enrolment__person")
        .first()
    )
    if stay is None:
        refuse_if_closed(user, access.group.cohort, now)
        raise Http404
    stay.enrolment.cohort = access.group.cohort
    return MemberAccess(access=access, enrolment=stay.enrolment)


def oneself_to_mark(user: User, group_id: int, now: datetime) -> MemberAccess:
    """Return the user as a member of the group; 403 to insiders who do not study in it."""
    access = group_access(user, group_id, now)
    if access.studies is None or access.studies.enrolment_id is None:
        refuse(user, f"study in group {group_id}", is_insider=True)
    enrolment = Enrolment.objects.select_related("person").get(pk=access.studies.enrolment_id)
    enrolment.cohort = access.group.cohort
    return MemberAccess(access=access, enrolment=enrolment)


def milestone_of(member: MemberAccess, milestone_id: int) -> Milestone:
    """Return a milestone of the course of the group."""
    return get_object_or_404(Milestone, pk=milestone_id, course=member.access.group.cohort.course_id)


def material_of(member: MemberAccess, material_id: int) -> Material:
    materials = Material.objects.filter(milestone__course=member.access.group.cohort.course_id)
    return get_object_or_404(materials.select_related("milestone"), pk=material_id)


def progress_to_mark(
    user: User, group_id: int, progress_id: int, now: datetime
) -> tuple[MemberAccess, Progress]:
    progress = get_object_or_404(Progress.objects.select_related("enrolment", "milestone"), pk=progress_id)
    return member_to_mark(user, group_id, progress.enrolment_id, now), progress
