"""A group that meets today without a mentor: its course admins hear of it in the morning, since nobody else does."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime

from django.db.models import prefetch_related_objects
from django.urls import reverse

from courses.models import Cohort, CourseAdmin
from groups.models import Group, Mentorship
from groups.who_is_there import absence_on
from people.models import Event, User
from telling.kinds.due import morning_of
from telling.kinds.log import groups_to_log, meets_on
from telling.mails import Mail, write_mail


def _alone(admins: Collection[int], day: date, now: datetime) -> Iterator[Group]:
    """Yield the groups of their courses that meet on this day and have nobody there."""
    courses = CourseAdmin.objects.filter(person__in=admins).values("course")
    cohorts = Cohort.objects.current().open(day).filter(course__in=courses)
    groups = Group.objects.filter(cohort__in=cohorts).exclude(
        pk__in=Mentorship.objects.there(day).values("group")
    )
    ids = list(groups.values_list("pk", flat=True))
    return (group for group in groups_to_log(ids, day, now) if meets_on(group, day))


def admins_on_mornings(people: Collection[int], day: date, now: datetime) -> Iterable[int]:
    courses = {group.cohort.course_id for group in _alone(people, day, now)}
    admins = CourseAdmin.objects.filter(person__in=people, course__in=courses)
    return admins.values_list("person", flat=True)


def write_alone(reader: User, event: Event, now: datetime) -> Mail | None:
    day = morning_of(event, reader)
    groups = list(_alone([reader.pk], day, now))
    if not groups:
        return None
    prefetch_related_objects(groups, "mentorships__person", "mentorships__away")
    context = {
        "groups": [(each, absence_on(each.mentorships.all(), day, day)) for each in groups],
        "names": [each.name for each in groups],
    }
    path = groups[0].mentors_url if len(groups) == 1 else reverse("tracker:home")
    return write_mail("meets_alone", reader, now, context, path=path)
