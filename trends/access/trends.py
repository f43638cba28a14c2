"""Permissions of trends: course admins see the whole course, mentors their own groups.

The figures of a mentor count only asks of groups that they mentor or mentored.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.shortcuts import get_object_or_404

from courses.models import Course
from groups.access import say_if_archived
from groups.relations import RelationKind, relations_of
from people.access import refuse
from people.models import User
from questions.access.questions import Reader
from questions.access.sight import group_is_known, group_of_ask_is_known, sight_of
from questions.models import Question


@dataclass(frozen=True, slots=True)
class TrendsAccess:
    course: Course
    reader: Reader
    # None: all groups of the course.
    group_ids: frozenset[int] | None
    group_names: tuple[str, ...] = ()
    # The cohorts of these groups; None: all of the course.
    cohort_ids: frozenset[int] | None = None
    # The questions that may be counted, where it was read before which: see `trends.access.topics.having_read`.
    readable: frozenset[int] | None = None

    @property
    def is_course_admin(self) -> bool:
        return self.group_ids is None

    def questions_known(self) -> Q:
        """The condition on questions of these groups that figures of a group may count.

        A former mentor counts what they may read: nothing that was asked for the group alone after they left. And a
        group is three people, so no figure tells them that one of these asked a question with a hidden asker. The
        group's list of questions shows neither.
        """
        if self._mentors_all:
            return Q()
        return group_is_known(self.reader.user, self.reader.relations) & ~self._asked_since_left("")

    def asks_known(self) -> Q:
        """The same of asks."""
        if self._mentors_all:
            return Q()
        is_known = group_of_ask_is_known(self.reader.user, self.reader.relations)
        return is_known & ~self._asked_since_left("question__")

    def _asked_since_left(self, of: str) -> Q:
        """Asked for a group alone after the reader left it: the one kind of these groups that they may not read."""
        since = Q(pk__in=[])
        for group_id, left_at in sight_of(self.reader.user, self.reader.relations).left_groups.items():
            asked = {"group": group_id, "visibility": Question.Visibility.GROUP, "asked_at__gte": left_at}
            since |= Q(**{f"{of}{name}": value for name, value in asked.items()})
        return since

    @property
    def _mentors_all(self) -> bool:
        """Whether they may know everything of these groups, so that no condition is needed."""
        led = {row.group_id for row in self.reader.relations.open(RelationKind.MENTORS)}
        return self.group_ids is None or self.group_ids <= led

    @property
    def now(self) -> datetime:
        return self.reader.relations.now


def trends_access(user: User, slug: str, now: datetime) -> TrendsAccess:
    """Return the course for its admins and for mentors of its groups. 403 for other insiders, 404 for strangers."""
    course = get_object_or_404(Course, slug=slug)
    relations = relations_of(user, now)
    if relations.administers(course.pk):
        say_if_archived(user, course, now)
    access = _trends_access(course, Reader(user, relations))
    if access is None:
        refuse(user, f"read trends of {slug}", is_insider=relations.is_insider(course.pk))
    return access


def all_trends(user: User, now: datetime) -> list[TrendsAccess]:
    """The trends of all courses that the user may read, but of no archived one."""
    reader = Reader(user, relations_of(user, now))
    courses = Course.objects.current().filter(pk__in={row.course_id for row in reader.relations})
    courses = courses.order_by("title", "pk")
    found = (_trends_access(course, reader) for course in courses)
    return [access for access in found if access is not None]


def _trends_access(course: Course, reader: Reader) -> TrendsAccess | None:
    relations = reader.relations
    if relations.administers(course.pk):
        return TrendsAccess(course, reader, None)
    mentored = [
        row
        for row in relations
        if row.kind is RelationKind.MENTORS
        and row.course_id == course.pk
        and row.group_id
        and relations.mentored(row.group_id)
    ]
    if not mentored:
        return None
    return TrendsAccess(
        course,
        reader,
        frozenset(row.group_id for row in mentored if row.group_id),
        tuple(dict.fromkeys(str(row.group) for row in mentored)),
        frozenset(row.cohort.pk for row in mentored if row.cohort),
    )
