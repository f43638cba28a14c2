from django.db import transaction

from courses.models import Course, CourseSection


@transaction.atomic
def place_section(*, section: CourseSection, place: int) -> None:
    """Put a section at this place among those of its course, counted from 1."""
    course = Course.objects.select_for_update(no_key=True).get(pk=section.course_id)
    order = list(course.sections.exclude(pk=section.pk).in_order())
    order.insert(place - 1, section)
    for position, row in enumerate(order, start=1):
        if row.position != position:
            course.sections.filter(pk=row.pk).update(position=position)
