"""Readers of private messages: nobody who mentors or studies, now or before, in a group of the student.

Course admins who do not, were course admins when it was told, and still are; where none is left, those with the
permission for it who do not.
To everybody else, and in every count, it does not exist.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.contrib.auth.backends import ModelBackend
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import Combinable

from courses.models import CourseAdmin
from groups.models import Concern, Enrolment, Membership, Mentorship
from people.access import refuse
from people.models import User


def concern_readers(enrolment: Enrolment, told_at: datetime) -> list[User]:
    """Return the readers of a private message: course admins, else the holders of the permission, else nobody."""
    is_near = _is_near(OuterRef("pk"), enrolment.person_id)
    people = (
        User.objects.filter(~is_near, is_active=True).exclude(pk=enrolment.person_id).order_by("name", "pk")
    )
    admins = people.filter(
        course_adminships__course=enrolment.cohort.course_id, course_adminships__added_at__lte=told_at
    )
    return list(admins) or list(people.filter(pk__in=_permission_holders()))


def concerns_to_read(user: User) -> QuerySet[Concern]:
    """Return the private messages that the person wrote or may read, the newest first."""
    course = OuterRef("enrolment__cohort__course")
    of_course = CourseAdmin.objects.filter(course=course, added_at__lte=OuterRef("told_at"))
    is_free = ~_is_near(OuterRef("person"), OuterRef(OuterRef("enrolment__person")))
    author = OuterRef("enrolment__person")
    free = of_course.filter(is_free, person__is_active=True).exclude(person=author)
    stands_in = Q(Exists(_permission_holders().filter(pk=user.pk)))
    reads = Q(Exists(of_course.filter(person=user))) | (stands_in & ~Q(Exists(free)))
    is_near = _is_near(user.pk, OuterRef("enrolment__person"))
    concerns = Concern.objects.filter(Q(enrolment__person=user) | (reads & ~is_near))
    return concerns.select_related("enrolment__person", "enrolment__cohort__course", "answered_by").order_by(
        "-told_at", "-pk"
    )


def has_concerns_to_answer(user: User, concerns: QuerySet[Concern] | None = None) -> bool:
    """Whether one of the private messages waits for an answer of the person, who did not write it.

    On most days none waits for anybody; then nobody's rights are asked.
    """
    waiting = (Concern.objects.all() if concerns is None else concerns).filter(answered_at=None)
    if not waiting.exists():
        return False
    return concerns_to_read(user).filter(pk__in=waiting.exclude(enrolment__person=user)).exists()


def concern_to_read(user: User, key: UUID) -> Concern:
    """404 for everybody else: they are not told that it exists."""
    concern = concerns_to_read(user).filter(key=key).first()
    if concern is None:
        refuse(user, "read a concern", is_insider=False)
    return concern


def concern_to_answer(user: User, key: UUID) -> Concern:
    """For its readers. Its author gets 403."""
    concern = concern_to_read(user, key)
    if concern.enrolment.person_id == user.pk:
        refuse(user, "answer a concern", is_insider=True)
    return concern


def _permission_holders() -> QuerySet[User]:
    """Return the holders of the permission: by themselves, by a group, or as superusers."""
    people: QuerySet[User] = ModelBackend().with_perm("groups.read_left_concern")
    return people


def names_of(people: Iterable[User]) -> str:
    return ", ".join(person.name for person in people)


def _is_near(person: int | Combinable, student: int | Combinable) -> Q:
    """Match who mentors or studies, or did, in a group in which the student studies or did, in any course."""
    mentorships = Mentorship.objects.filter(person=person, group__memberships__enrolment__person=student)
    stays = Membership.objects.filter(enrolment__person=person, group__memberships__enrolment__person=student)
    return Q(Exists(mentorships)) | Q(Exists(stays))
