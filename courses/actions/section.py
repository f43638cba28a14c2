from datetime import datetime

from django.db import transaction

from courses.actions.order import put_in_order
from courses.models import Course, CourseSection
from people.models import User


@transaction.atomic
def place_section(*, section: CourseSection, place: int) -> None:
    """Put a section at this place among those of its course, counted from 1."""
    course = Course.objects.select_for_update(no_key=True).get(pk=section.course_id)
    order = list(course.sections.exclude(pk=section.pk).in_order())
    order.insert(place - 1, section)
    put_in_order(order)


def delete_section(*, section: CourseSection, by: User, at: datetime) -> None:
    """Delete a section; of one that came by an import the title stays, so that the next one knows it."""
    if not section.imported_title:
        section.delete()
        return
    section.title, section.body, section.imported_body = section.imported_title, "", ""
    section.touch(by=by, at=at)
    section.save()
