from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from courses.models import Cohort, Course
from groups.access import people_of
from groups.dashboards.invitations import InvitationState, invitation_state, last_invitation
from groups.models import Enrolment, Group, Membership, MentorAway, Mentorship, PlanItem
from lib.rows import Rows, day
from people.models import User

# How many students without a group are listed. Search finds the others.
_LISTED = 20
# How many people a search for mentors lists.
_CANDIDATES = 8


@dataclass(frozen=True, slots=True)
class MentorName:
    """`role` is empty for the role "mentor"."""

    name: str
    role: str


@dataclass(frozen=True, slots=True)
class GroupLine:
    group: Group
    students: tuple[str, ...]
    mentors: tuple[MentorName, ...]
    size: int
    is_over: bool
    planned: int
    last_due_on: date | None

    @property
    def size_label(self) -> str:
        return f"{len(self.students)} of {self.size}"

    @property
    def size_tone(self) -> str:
        return "quiet" if self.is_over or len(self.students) == self.size else "watch"


@dataclass(frozen=True, slots=True)
class MentorLine:
    mentorship: Mentorship
    is_open: bool
    away: tuple[MentorAway, ...]
    invitation: InvitationState


@dataclass(frozen=True, slots=True)
class MentorCandidate:
    """A search result. `is_mentor` means that they mentor in the course, now or in the past."""

    person: User
    is_mentor: bool


@dataclass(frozen=True, slots=True)
class GroupSetUpPage:
    group: Group
    members: tuple[Membership, ...]
    without_group: tuple[Enrolment, ...]
    without_count: int
    mentors: tuple[MentorLine, ...]
    former: tuple[Mentorship, ...]

    @property
    def size_label(self) -> str:
        return f"{len(self.members)} of {self.group.cohort.course.group_size}"

    @property
    def size_tone(self) -> str:
        return "quiet" if len(self.members) == self.group.cohort.course.group_size else "watch"

    @property
    def is_long(self) -> bool:
        return self.without_count > _LISTED

    @property
    def is_full(self) -> bool:
        """Whether the group has reached its maximum, one student above the group size."""
        return len(self.members) > self.group.cohort.course.group_size


def group_lines(cohort: Cohort, now: datetime) -> tuple[GroupLine, ...]:
    """One query."""
    on = cohort.working_day(now)
    groups = cohort.groups.in_order().annotate(
        student_rows=Rows(
            Membership.objects.not_ended(on)
            .filter(group=OuterRef("pk"))
            .order_by("enrolment__person__name", "pk"),
            name="enrolment__person__name",
        ),
        mentor_rows=Rows(
            Mentorship.objects.not_ended(on).filter(group=OuterRef("pk")).order_by("started_on", "pk"),
            "role",
            name="person__name",
        ),
        plan_rows=Rows(PlanItem.objects.filter(group=OuterRef("pk")), "due_on"),
    )
    is_over = cohort.is_closed(cohort.today(now))
    return tuple(_line(group, cohort.course.group_size, is_over) for group in groups)


def _line(group: Any, size: int, is_over: bool) -> GroupLine:
    order = list(Mentorship.Role.values)
    rows = sorted(group.mentor_rows, key=lambda row: order.index(row["role"]))
    due = [day(row["due_on"]) for row in group.plan_rows]
    return GroupLine(
        group=group,
        students=tuple(row["name"] for row in group.student_rows),
        mentors=tuple(MentorName(row["name"], _role(row)) for row in rows),
        size=size,
        is_over=is_over,
        planned=len(group.plan_rows),
        last_due_on=max(filter(None, due), default=None),
    )


def _role(row: Mapping[str, Any]) -> str:
    return "" if row["role"] == Mentorship.Role.MENTOR else str(Mentorship.Role(row["role"]).label)


def without_group(cohort: Cohort, now: datetime) -> QuerySet[Enrolment]:
    today = cohort.today(now)
    stay = Membership.objects.not_ended(today).filter(enrolment=OuterRef("pk"))
    rows = cohort.enrolments.filter(~Exists(stay), ended_on=None).select_related("person")
    return rows.order_by("person__name", "pk")


def group_set_up_page(group: Group, *, text: str, now: datetime) -> GroupSetUpPage:
    """Five queries. `text` searches the students without a group."""
    waiting = without_group(group.cohort, now)
    if text:
        waiting = waiting.filter(person__in=User.objects.named_like(text))
    mentors, former = _mentors(group, now)
    return GroupSetUpPage(
        group=group,
        members=tuple(
            group.memberships.not_ended(group.cohort.working_day(now))
            .select_related("enrolment__person")
            .order_by("enrolment__person__name", "pk")
        ),
        without_group=tuple(waiting[:_LISTED]),
        without_count=waiting.count(),
        mentors=mentors,
        former=former,
    )


def _mentors(group: Group, now: datetime) -> tuple[tuple[MentorLine, ...], tuple[Mentorship, ...]]:
    today = group.cohort.working_day(now)
    away = MentorAway.objects.filter(ends_on__gte=today).order_by("starts_on", "pk")
    rows: QuerySet[Any] = (
        group.mentorships.select_related("person")
        .annotate(invitation_rows=last_invitation("person"))
        .prefetch_related(Prefetch("away", queryset=away, to_attr="away_now"))
        .order_by("started_on", "pk")
    )
    order = list(Mentorship.Role.values)
    lines, former = [], []
    for row in sorted(rows, key=lambda row: order.index(row.role)):
        if row.ended_on is not None and row.ended_on <= today:
            former.append(row)
        else:
            state = invitation_state(row.person, row.invitation_rows, now)
            lines.append(MentorLine(row, row.is_open(today), tuple(row.away_now), state))
    return tuple(lines), tuple(former)


def mentor_candidates(group: Group, text: str, now: datetime) -> tuple[MentorCandidate, ...]:
    """Search by part of a name or address in the course, and by the full address in other courses.

    So the search does not reveal who takes part in other courses. Mentors of the course come first. Students of the
    group are left out.
    """
    if not text.strip():
        return ()
    course = group.cohort.course
    mentors = Mentorship.objects.filter(person=OuterRef("pk"), group__cohort__course=course)
    students = group.memberships.not_ended(group.cohort.today(now)).values("enrolment__person")
    people: QuerySet[Any] = _reachable(people_of(course).named_like(text), text).exclude(pk__in=students)
    candidates = people.annotate(is_mentor=Exists(mentors)).order_by("-is_mentor", "name", "pk")[:_CANDIDATES]
    return tuple(MentorCandidate(person, person.is_mentor) for person in candidates)


def mentor_candidate(course: Course, person_id: int, address: str) -> User | None:
    return _reachable(people_of(course), address).filter(pk=person_id).first()


def _reachable(of_course: QuerySet[User], address: str) -> QuerySet[User]:
    is_reachable = Q(pk__in=of_course.values("pk")) | Q(email__iexact=address.strip())
    people: QuerySet[User] = User.objects.filter(is_reachable, is_active=True)
    return people
