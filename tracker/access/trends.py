"""Who may read the trends of a course's questions: its admins all of it, mentors the groups that they mentor or did."""

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404

from courses.models import Course
from groups.relations import RelationKind, relations_of
from people.access import refuse
from people.models import User
from tracker.access.questions import Reader


@dataclass(frozen=True, slots=True)
class TrendsAccess:
    """A course, and of which groups this person may read the trends."""

    course: Course
    reader: Reader
    # None: all groups of the course.
    group_ids: frozenset[int] | None

    @property
    def is_course_admin(self) -> bool:
        return self.group_ids is None


def trends_access(user: User, slug: str, now: datetime) -> TrendsAccess:
    """Return the course for its admins and for mentors of its groups; 403 to other insiders, 404 to strangers."""
    course = Course.objects.filter(slug=slug).first()
    if course is None:
        raise Http404
    relations = relations_of(user, now)
    reader = Reader(user, relations)
    if relations.administers(course.pk):
        return TrendsAccess(course, reader, None)
    mentored = {
        row.group_id
        for row in relations
        if row.kind is RelationKind.MENTORS and row.course_id == course.pk and row.group_id
    }
    groups = frozenset(group_id for group_id in mentored if relations.mentored(group_id))
    if not groups:
        refuse(user, f"read trends of {slug}", is_insider=relations.is_insider(course.pk))
    return TrendsAccess(course, reader, groups)
