"""Ties of people to a course, now or in the past."""

from django.db.models import Exists, OuterRef

from courses.models import Course, CourseAdmin
from groups.models import Enrolment, Mentorship
from people.models import User
from people.models.user import UserQuerySet


def people_of(course: Course) -> UserQuerySet:
    """Return everyone who studies, mentors or administers in the course, now or in the past."""
    people: UserQuerySet = User.objects.filter(
        Exists(Enrolment.objects.filter(person=OuterRef("pk"), cohort__course=course))
        | Exists(Mentorship.objects.filter(person=OuterRef("pk"), group__cohort__course=course))
        | Exists(CourseAdmin.objects.filter(person=OuterRef("pk"), course=course))
    )
    return people


def tied_elsewhere(course: Course) -> UserQuerySet:
    """Return everyone who studies, mentors or administers in another course, now or in the past."""
    of_person = {"person": OuterRef("pk")}
    people: UserQuerySet = User.objects.filter(
        Exists(Enrolment.objects.filter(**of_person).exclude(cohort__course=course))
        | Exists(Mentorship.objects.filter(**of_person).exclude(group__cohort__course=course))
        | Exists(CourseAdmin.objects.filter(**of_person).exclude(course=course))
    )
    return people


def is_tied_elsewhere(person: User, course: Course) -> bool:
    return tied_elsewhere(course).filter(pk=person.pk).exists()
