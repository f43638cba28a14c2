from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from courses.models import Course
from groups.access import without_group
from groups.dashboards.invitations import InvitationState, invitation_state, with_invitations
from groups.models import Enrolment, Group, Membership, MentorAway, Mentorship, WillingMentor
from groups.ties import people_of
from lib.history import HistoryLine, changes_of
from people.models import User

# How many students without a group are listed. Search finds the others.
_LISTED = 20
# How many people a search for mentors lists.
_CANDIDATES = 8


@dataclass(frozen=True, slots=True)
class GroupSetUp:
    """Its members, and `without_group` the first of the students who could be; mentors with their invitation."""

    members: list[Membership]
    without_group: list[Enrolment]
    without_count: int
    mentors: list[tuple[Mentorship, InvitationState]]
    former: list[Mentorship]

    @property
    def is_long(self) -> bool:
        return self.without_count > _LISTED


def group_set_up_page(group: Group, *, text: str, now: datetime) -> GroupSetUp:
    """`text` searches the students without a group."""
    on = group.cohort.working_day(now)
    waiting = without_group(group.cohort, now)
    if text:
        waiting = waiting.filter(person__in=User.objects.named_like(text))
    away = MentorAway.objects.not_over(on).order_by("starts_on", "pk")
    mentors = sorted(
        group.mentorships.select_related("person").prefetch_related(
            Prefetch("away", queryset=away, to_attr="away_now"), with_invitations("person__invitations")
        ),
        key=attrgetter("place"),
    )
    former = [row for row in mentors if row.has_ended(on)]
    return GroupSetUp(
        members=list(group.memberships.not_ended(on).by_name()),
        without_group=list(waiting[:_LISTED]),
        without_count=waiting.count(),
        mentors=[(row, invitation_state(row.person, now)) for row in mentors if row not in former],
        former=former,
    )


def mentor_candidates(group: Group, text: str, now: datetime) -> list[User]:
    """Search by part of a name or address in the course, and by the full address in other courses.

    Willing mentors of its cohorts are found as people of the course are. So the search does not reveal who
    takes part in other courses. Those who mentor in the course, now or in the past, have `is_mentor` and come
    first. Students of the group are left out.
    """
    if not text.strip():
        return []
    course = group.cohort.course
    mentors = Mentorship.objects.filter(person=OuterRef("pk"), group__cohort__course=course)
    students = group.memberships.not_ended(group.cohort.today(now)).values("enrolment__person")
    named = User.objects.filter(_is_of(course)).named_like(text)
    people = _reachable(named, text).exclude(pk__in=students)
    return list(people.annotate(is_mentor=Exists(mentors)).order_by("-is_mentor", "name", "pk")[:_CANDIDATES])


def mentor_candidate(course: Course, person_id: int, address: str) -> User | None:
    return _reachable(User.objects.filter(_is_of(course)), address).filter(pk=person_id).first()


def _is_of(course: Course) -> Q:
    willing = WillingMentor.objects.filter(cohort__course=course)
    return Q(pk__in=people_of(course).values("pk")) | Q(pk__in=willing.values("person"))


def _reachable(of_course: QuerySet[User], address: str) -> QuerySet[User]:
    is_reachable = Q(pk__in=of_course.values("pk")) | Q(email__iexact=address.strip())
    people: QuerySet[User] = User.objects.filter(is_reachable, is_active=True)
    return people


def mentorship_lines(group: Group, reader: User) -> tuple[HistoryLine, ...]:
    """Return changes, latest first; of their own the reader is not told why."""
    records = Mentorship.history.filter(group_id=group.pk).select_related("history_user", "person")
    by_mentorship: dict[int, list[Any]] = defaultdict(list)
    for record in records:
        by_mentorship[record.id].append(record)
    # Handing over and taking over share one reason.
    own = {record.history_change_reason for record in records if record.person_id == reader.pk}
    reasons = {
        (record.history_date, str(record.person)): record.history_change_reason
        for record in records
        if record.history_change_reason not in own
    }
    lines = []
    for kept in by_mentorship.values():
        for change in changes_of(kept, ["role", "started_on", "ended_on"], thing=str(kept[0].person)):
            why = reasons.get((change.at, change.thing))
            for field in change.fields:
                # "Tomás Reis: ended on (a new job)".
                label = f"{change.thing}: {field.label}{f' ({why})' if why else ''}"
                lines.append(HistoryLine(change.at, str(change.by or ""), label, field.before, field.after))
    return tuple(sorted(lines, key=lambda line: line.at, reverse=True))
