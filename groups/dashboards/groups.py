from collections import defaultdict
from datetime import date, datetime
from operator import attrgetter
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet

from courses.models import Cohort, Course
from groups.access import without_group
from groups.dashboards.invitations import invitation_state, with_invitations
from groups.models import Group, Membership, MentorAway, Mentorship, PlanItem, WillingMentor
from groups.ties import people_of
from lib.history import HistoryLine, changes_of
from lib.natural_order import natural_key
from people.models import User

# Groups on a page.
_PAGE = 25
# How many students without a group are listed. Search finds the others.
_LISTED = 20
# How many people a search for mentors lists.
_CANDIDATES = 8


def group_page(
    cohort: Cohort, *, text: str, show: str, sort: str, number: str | None, now: datetime
) -> Page[Group]:
    """Return a page of groups with `students`, `mentors` and `plan`, the latest due date last.

    Args:
        text: part of the name of the group, or of the name or address of somebody in it.
        show: "" for all, "no-mentor", "no-plan", or "room" for fewer students than the group size.
        sort: "" for the natural order, or "fewest" for the fewest students first.
        number: the page number from the URL.
    """
    on = cohort.working_day(now)
    students = (
        Membership.objects.not_ended(on)
        .select_related("enrolment__person")
        .order_by("enrolment__person__name", "pk")
    )
    mentors = Mentorship.objects.not_ended(on).select_related("person")
    plan = PlanItem.objects.order_by(F("due_on").asc(nulls_first=True))
    groups = (
        matching_groups(cohort, text=text, show=show, sort=sort, on=on)
        .prefetch_related(Prefetch("memberships", students, to_attr="students"))
        .prefetch_related(Prefetch("mentorships", mentors, to_attr="mentors"))
        .prefetch_related(Prefetch("plan_items", plan, to_attr="plan"))
    )
    # The type of what is prefetched is only known within.
    page: Page[Any] = Paginator(groups, _PAGE).get_page(number)
    shown = list(page.object_list)
    for group in shown:
        group.mentors.sort(key=attrgetter("place"))
    page.object_list = shown
    return page


def matching_groups(cohort: Cohort, *, text: str, show: str, on: date, sort: str = "") -> QuerySet[Group]:
    """Return the groups that a search finds: see `group_page`."""
    groups = cohort.groups.in_order()
    students, mentors = Membership.objects.not_ended(on), Mentorship.objects.not_ended(on)
    if show == "no-mentor":
        groups = groups.filter(~Exists(mentors.filter(group=OuterRef("pk"))))
    elif show == "no-plan":
        groups = groups.filter(plan_items=None)
    elif show == "room":
        sizes = students.filter(group__cohort=cohort).values("group").annotate(size=Count("pk"))
        groups = groups.exclude(pk__in=sizes.filter(size__gte=cohort.course.group_size).values("group"))
    if text:
        people = User.objects.named_like(text)
        groups = groups.filter(
            # The key of a text without letters and digits is empty.
            Q(sort_key__contains=natural_key(text) or text)
            | Q(pk__in=students.filter(enrolment__person__in=people).values("group"))
            | Q(pk__in=mentors.filter(person__in=people).values("group"))
        )
    if sort == "fewest":
        here = Q(memberships__ended_on=None) | Q(memberships__ended_on__gt=on)
        size = Count("memberships", filter=here)
        return groups.annotate(student_count=size).order_by("student_count", "sort_key", "pk")
    return groups


def group_set_up_page(group: Group, *, text: str, now: datetime) -> dict[str, Any]:
    """`text` searches the students without a group."""
    on = group.cohort.working_day(now)
    waiting = without_group(group.cohort, now)
    if text:
        waiting = waiting.filter(person__in=User.objects.named_like(text))
    members = group.memberships.not_ended(on).select_related("enrolment__person")
    away = MentorAway.objects.filter(ends_on__gte=on).order_by("starts_on", "pk")
    mentors = sorted(
        group.mentorships.select_related("person").prefetch_related(
            Prefetch("away", queryset=away, to_attr="away_now"), with_invitations("person__invitations")
        ),
        key=attrgetter("place"),
    )
    former: list[Mentorship] = [row for row in mentors if row.ended_on is not None and row.ended_on <= on]
    return {
        "members": list(members.order_by("enrolment__person__name", "pk")),
        "without_group": list(waiting[:_LISTED]),
        "without_count": (count := waiting.count()),
        "is_long": count > _LISTED,
        "mentors": [(row, invitation_state(row.person, now)) for row in mentors if row not in former],
        "former": former,
    }


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
