from datetime import datetime

from django.db import transaction
from django.utils.text import slugify

from courses.models import Course, CourseAdmin
from lib.refusals import Refused
from people.actions.proof import require_proof
from people.audit import record
from people.models import Deed, User
from people.outbox import tell

# "/courses/new/" is another page.
_RESERVED = {"new"}


@transaction.atomic
def create_course(*, course: Course, by: User, at: datetime) -> Course:
    """Save a new course. The slug comes from its title, and `by` becomes its first course admin."""
    course.slug = _free_slug(course.title)
    course.changed_by = by
    course.changed_at = at
    course.save()
    CourseAdmin.objects.create(course=course, person=by, added_at=at)
    return course


def _free_slug(title: str) -> str:
    stem = slugify(title)[:70].strip("-") or "course"
    used = _RESERVED | set(Course.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    if stem not in used:
        return stem
    return next(slug for n in range(2, len(used) + 3) if (slug := f"{stem}-{n}") not in used)


@transaction.atomic
def add_course_admin(*, course: Course, person: User, by: User, at: datetime) -> CourseAdmin:
    """Add one, and tell all course admins of it: they read what students write past their mentors."""
    require_proof(people=[person.pk], by=by)
    admin, is_new = CourseAdmin.objects.get_or_create(course=course, person=person, defaults={"added_at": at})
    if is_new:
        made = "made {people} a course admin of {thing}"
        record(Deed.Kind.ROLE, made, thing=course, people=[person.pk], by=by, at=at)
        tell("course_admin_added", by=by, at=at, course=course.pk, person=person.pk)
    return admin


@transaction.atomic
def remove_course_admin(*, course: Course, person: User, by: User, at: datetime) -> None:
    """Remove a course admin. They and those who are left are told.

    Raises:
        Refused: the course has no other course admin.
    """
    course = Course.objects.select_for_update(no_key=True).get(pk=course.pk)
    if not course.admins.exclude(person=person).exists():
        raise Refused(f"{course} needs a course admin. Add another one before you remove {person}.")
    count, _ = course.admins.filter(person=person).delete()
    if count:
        tell("course_admin_removed", by=by, at=at, course=course.pk, person=person.pk)
    removed = "removed {people} from the course admins of {thing}"
    record(Deed.Kind.ROLE, removed, thing=course, people=[person.pk], by=by, at=at)
