"""Who may see and do, in groups. Fetchers take the user and values of the URL, and return the object or say no."""

from dataclasses import dataclass
from datetime import date, datetime

from django.http import Http404

from courses.models import Cohort, Course
from groups.models import Enrolment, Group
from groups.relations import Relation, RelationKind, relations_of
from people.access import refuse
from people.models import User


@dataclass(frozen=True, slots=True)
class GroupAccess:
    """A group, and what this person is to it now. Exactly one of the three, or a former mentor who may only read."""

    group: Group
    today: date
    studies: Relation | None
    mentors: Relation | None
    mentored: tuple[Relation, ...]
    is_course_admin: bool

    @property
    def may_lead(self) -> bool:
        """Whether the person logs check-ins, marks for members, edits the plan: a mentor now, or a course admin."""
        return self.mentors is not None or self.is_course_admin

    def may_read_day(self, day: date) -> bool:
        """Whether the mentor's view of this day is theirs: always for who leads, else if a mentorship held it."""
        return self.may_lead or any(
            row.started_on is not None
            and row.started_on <= day
            and (row.ended_on is None or day < row.ended_on)
            for row in self.mentored
        )


def _group(group_id: int) -> Group:
    group = Group.objects.select_related("cohort__course").filter(pk=group_id).first()
    if group is None:
        raise Http404
    return group


def group_access(user: User, group_id: int, now: datetime) -> GroupAccess:
    """Return the group with what the person is to it; 404 if nothing ties them to its course, else without a refusal."""
    group = _group(group_id)
    relations = relations_of(user, now)
    if not relations.is_insider(group.cohort.course_id):
        refuse(user, f"see group {group_id}", is_insider=False)
    return GroupAccess(
        group=group,
        today=group.cohort.today(now),
        studies=relations.studies_in(group_id),
        mentors=relations.mentors(group_id),
        mentored=relations.mentored(group_id),
        is_course_admin=relations.administers(group.cohort.course_id),
    )


def group_to_read(user: User, group_id: int, now: datetime) -> GroupAccess:
    """Return the group for its members, its mentors now or earlier, and the course admins; 403 to other insiders."""
    access = group_access(user, group_id, now)
    if not (access.studies or access.mentored or access.may_lead):
        refuse(user, f"read group {group_id}", is_insider=True)
    return access


def group_to_lead(user: User, group_id: int, now: datetime) -> GroupAccess:
    """Return the group for who mentors it now, or administers its course; 403 to other insiders."""
    access = group_access(user, group_id, now)
    if not access.may_lead:
        refuse(user, f"lead group {group_id}", is_insider=True)
    return access


def group_to_study_in(user: User, group_id: int, now: datetime) -> GroupAccess:
    """Return the group for its members now; 403 to other insiders."""
    access = group_access(user, group_id, now)
    if access.studies is None:
        refuse(user, f"study in group {group_id}", is_insider=True)
    return access


def course_to_administer(user: User, slug: str, now: datetime) -> Course:
    """Return the course for its course admins; 403 to other insiders, 404 to strangers."""
    course = Course.objects.filter(slug=slug).first()
    if course is None:
        raise Http404
    relations = relations_of(user, now)
    if not relations.administers(course.pk):
        refuse(user, f"administer course {slug}", is_insider=relations.is_insider(course.pk))
    return course


def cohort_to_administer(user: User, cohort_id: int, now: datetime) -> Cohort:
    """Return the cohort for its course's admins; 403 to other insiders, 404 to strangers."""
    cohort = Cohort.objects.select_related("course").filter(pk=cohort_id).first()
    if cohort is None:
        raise Http404
    relations = relations_of(user, now)
    if not relations.administers(cohort.course_id):
        refuse(user, f"administer cohort {cohort_id}", is_insider=relations.is_insider(cohort.course_id))
    return cohort


def group_to_administer(user: User, group_id: int, now: datetime) -> GroupAccess:
    """Return the group for its course's admins; 403 to other insiders, 404 to strangers."""
    access = group_access(user, group_id, now)
    if not access.is_course_admin:
        refuse(user, f"administer group {group_id}", is_insider=True)
    return access


def enrolment_to_administer(user: User, enrolment_id: int, now: datetime) -> Enrolment:
    """Return the enrolment for its course's admins; 403 to other insiders, 404 to strangers."""
    enrolment = Enrolment.objects.select_related("cohort__course", "person").filter(pk=enrolment_id).first()
    if enrolment is None:
        raise Http404
    relations = relations_of(user, now)
    course_id = enrolment.cohort.course_id
    if not relations.administers(course_id):
        refuse(user, f"administer enrolment {enrolment_id}", is_insider=relations.is_insider(course_id))
    return enrolment


def administers_any(user: User, now: datetime) -> bool:
    """Say whether the person administers any course."""
    return bool(relations_of(user, now).open(RelationKind.ADMINISTERS))
