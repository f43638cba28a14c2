"""Permissions in groups. Fetchers take the user and values from the URL. They return the object or raise 403 or 404.

Those named `to_administer` and `..._to_administer` are for course admins. Others in the course get 403, strangers 404.
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from typing import Any

from django.db.models import Count, Exists, Max, Model, OuterRef, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from courses.models import Cohort, Course, CourseAdmin, Material, Pause
from groups.models import (
    Enrolment,
    Group,
    MentorAway,
    Mentorship,
    Move,
    PlanChange,
    ProposedGroup,
    WillingMentor,
    Wish,
)
from groups.models.membership import has_group
from groups.relations import Relation, RelationKind, Relations, relations_of
from groups.ties import people_of
from lib.natural_order import named
from people.access import refuse
from people.audit import current_request
from people.models import Deed, User


@dataclass(frozen=True, slots=True)
class GroupAccess:
    """A group and a person's relations to it. `mentored` and `studied` include former ones, which are read-only.

    `is_fellow`: the person studies in it today, also if it is archived.
    """

    group: Group
    today: date
    studies: Relation | None
    studied: tuple[Relation, ...]
    mentors: Relation | None
    mentored: tuple[Relation, ...]
    is_course_admin: bool
    is_fellow: bool

    @property
    def may_lead(self) -> bool:
        """Whether the person may log check-ins, mark for members and edit the plan."""
        return self.mentors is not None or self.is_course_admin

    @property
    def sees_attention(self) -> bool:
        """Whether they lead it and do not study in it themselves (docs/decisions/0023)."""
        return self.may_lead and not self.is_fellow

    def may_read_day(self, day: date) -> bool:
        """Whether the person may see the mentor's view of this day: they lead, or they were a mentor then."""
        return self.may_lead or any(row.holds(day) for row in self.mentored)

    def may_read_shared(self, day: date) -> bool:
        """Whether the person may see what the group shares of this day. Those who left it read what was there then."""
        return (
            self.studies is not None
            or self.may_read_day(day)
            or any(row.ended_on is not None and day < row.ended_on for row in self.studied)
        )


def say_if_archived(user: User, of: Cohort | Course, now: datetime, *, may_act: bool = False) -> None:
    """Let the page say that the cohort, or its course, is archived.

    403 for a request that may change something in it, and for a `form_page`.

    All that course admins do in a cohort or course passes the fetchers of this module. Only restoring it, and having
    its workbooks made, is possible: `may_act`. Without a request, nothing else is: no mail tells
    of what is archived. Call it for who may read it: others are not told.
    """
    if of.archived is None:
        return
    request = current_request()
    if request is None:
        if not may_act:
            refuse_if_archived(user, of)
        return
    course = of.course if isinstance(of, Cohort) else of
    may_restore = relations_of(user, now).administers(course.pk)
    request.archived, request.may_restore = of.archived, may_restore  # type: ignore[attr-defined]
    is_form = request.resolver_match is not None and hasattr(request.resolver_match.func, "is_form")
    if not may_act and (is_form or request.method not in ("GET", "HEAD", "OPTIONS")):
        refuse_if_archived(user, of)


def refuse_if_archived(user: User, of: Cohort | Course) -> None:
    """403 if it is archived, or its course."""
    if of.archived is not None:
        why = f"{of.archived} is archived. Restore it first."
        refuse(user, f"change in what is archived: {of}", is_insider=True, why=why)


def refuse_if_closed(user: User | None, cohort: Cohort, now: datetime) -> None:
    """403 if the cohort is closed or archived, with what to do first.

    Actions ask it of a cohort that they have locked, or read after they have locked its groups. Pages that are nothing
    but a form ask it before they show the form.
    """
    if why := cohort.why_read_only(cohort.today(now)):
        refuse(user, f"change closed cohort {cohort.pk}", is_insider=True, why=why)


def group_access(user: User, group_id: int, now: datetime) -> GroupAccess:
    """Return the group with the person's relations to it. 404 if they have no relation to its course."""
    relations = relations_of(user, now)
    group = (
        relations.group(group_id)
        or Group.objects.select_related("cohort__course").filter(pk=group_id).first()
    )
    if group is None:
        raise Http404
    if not relations.is_insider(group.cohort.course_id):
        refuse(user, f"see group {group_id}", is_insider=False)
    if relations.administers(group.cohort.course_id):
        say_if_archived(user, group.cohort, now)
    return GroupAccess(
        group=group,
        today=group.cohort.today(now),
        studies=relations.studies_in(group_id),
        studied=relations.studied_in(group_id),
        mentors=relations.mentors(group_id),
        mentored=relations.mentored(group_id),
        is_course_admin=relations.administers(group.cohort.course_id),
        is_fellow=group_id in relations.study_groups,
    )


def group_to_read(user: User, group_id: int, now: datetime) -> GroupAccess:
    """For current and former members and mentors, and course admins. Others of the course get 403, strangers 404."""
    access = group_access(user, group_id, now)
    if not (access.studied or access.mentored or access.may_lead):
        refuse(user, f"read group {group_id}", is_insider=True)
    return access


def groups_named(user: User, text: str, now: datetime) -> QuerySet[Group]:
    """The groups with this name that the user may read, as `group_to_read` decides; none that is archived.

    So are those with a mentor of this name, but not for who has left the group.
    """
    relations = relations_of(user, now)
    administered = Q(cohort__course__in={row.course_id for row in relations.open(RelationKind.ADMINISTERS)})
    begun = [row for row in relations if row.group_id and row.has_begun(now)]
    mentored = Mentorship.objects.open(now.date()).filter(person__in=User.objects.with_names(text))
    led = administered | Q(pk__in={row.group_id for row in begun if row.is_open(now)})
    found = (administered | Q(pk__in={row.group_id for row in begun})) & named("sort_key", text)
    found |= led & Q(pk__in=mentored.values("group"))
    return Group.objects.filter(found, cohort__in=Cohort.objects.current())


def group_to_lead(user: User, group_id: int, now: datetime) -> GroupAccess:
    """For current mentors and course admins. Others in the course get 403, strangers get 404."""
    access = group_access(user, group_id, now)
    if not access.may_lead:
        refuse(user, f"lead group {group_id}", is_insider=True)
    return access


def group_to_meet(user: User, group_id: int, now: datetime) -> GroupAccess:
    """For current members and mentors. Others in the course, also course admins, get 403, strangers get 404."""
    access = group_access(user, group_id, now)
    if access.studies is None and access.mentors is None:
        refuse(user, f"find a time for group {group_id}", is_insider=True)
    return access


def group_to_study_in(user: User, group_id: int, now: datetime) -> GroupAccess:
    """For current members. Others in the course get 403, strangers get 404."""
    access = group_access(user, group_id, now)
    if access.studies is None:
        refuse(user, f"study in group {group_id}", is_insider=True)
    return access


def course_to_administer(user: User, slug: str, now: datetime, *, also_archived: bool = False) -> Course:
    """For course admins. `also_archived`: as for a cohort."""
    course = Course.objects.filter(slug=slug).first()
    if course is None:
        raise Http404
    _refuse_others(user, course, f"course {slug}", now, also_archived=also_archived)
    return course


def deeds_to_administer(user: User, slug: str, now: datetime) -> tuple[Course, QuerySet[Deed]]:
    """What was done in a course, for those who are its course admins today."""
    course = course_to_administer(user, slug, now)
    return course, Deed.objects.filter(course=course)


def cohort_to_administer(user: User, cohort_id: int, now: datetime, *, also_archived: bool = False) -> Cohort:
    """For course admins.

    Args:
        also_archived: what is asked for can be done to an archived cohort, too.
    """
    cohort = Cohort.objects.select_related("course").filter(pk=cohort_id).first()
    if cohort is None:
        raise Http404
    _refuse_others(user, cohort, f"cohort {cohort_id}", now, also_archived=also_archived)
    return cohort


# Things of a cohort, and of a course not directly: the path to it, and the rows that pages show beside.
_OF_COURSES: dict[type[Model], tuple[str, ...]] = {
    Material: ("milestone__course",),
    Pause: ("cohort",),
    Enrolment: ("cohort", "person"),
    Mentorship: ("group__cohort", "person"),
    MentorAway: ("mentorship__group__cohort", "mentorship__person"),
    ProposedGroup: ("proposal__cohort", "mentor"),
    Wish: ("one__cohort", "one__person", "other__person"),
    WillingMentor: ("cohort", "person"),
}


def to_administer[Row: Model](user: User, of: type[Row] | QuerySet[Row], pk: int, now: datetime) -> Row:
    """Return a row of a course, of all of its model or of some, for its course admins."""
    rows = of if isinstance(of, QuerySet) else of._default_manager.all()
    model = rows.model
    path, *shown = _OF_COURSES.get(model, ("course",))
    course = f"{path}__course" if path.endswith("cohort") else path
    row = rows.select_related(course, *shown).filter(pk=pk).first()
    if row is None:
        raise Http404
    place: Any = reduce(getattr, path.split("__"), row)
    _refuse_others(user, place, f"{model._meta.verbose_name} {pk}", now)
    return row


def move_to_administer(user: User, move_id: int, now: datetime) -> Move:
    rows = Move.objects.select_related(
        "enrolment__cohort__course", "enrolment__person", "group__cohort__course", "person"
    )
    move = rows.filter(pk=move_id).first()
    if move is None:
        raise Http404
    _refuse_others(user, move.cohort, f"move {move_id}", now)
    return move


def _refuse_others(
    user: User, of: Cohort | Course, what: str, now: datetime, *, also_archived: bool = False
) -> None:
    """403 and 404 for who is no course admin, and for course admins as `say_if_archived` does."""
    course_id = of.course_id if isinstance(of, Cohort) else of.pk
    relations = relations_of(user, now)
    if not relations.administers(course_id):
        refuse(user, f"administer {what}", is_insider=relations.is_insider(course_id))
    say_if_archived(user, of, now, may_act=also_archived)


def group_to_administer(user: User, group_id: int, now: datetime) -> GroupAccess:
    access = group_access(user, group_id, now)
    if not access.is_course_admin:
        refuse(user, f"administer group {group_id}", is_insider=True)
    return access


@dataclass(frozen=True, slots=True)
class MentorNoteAccess:
    """An enrolment whose hours and note a person may read. `read_only` says why they cannot change, or is empty."""

    enrolment: Enrolment
    is_self: bool
    group_id: int | None
    read_only: str


def mentor_note_to_read(user: User, enrolment_id: int, now: datetime) -> MentorNoteAccess:
    """For the student, the current mentors of the group, and course admins. Others of the course get 403."""
    enrolment = Enrolment.objects.select_related("cohort__course", "person").filter(pk=enrolment_id).first()
    if enrolment is None:
        raise Http404
    cohort, today = enrolment.cohort, enrolment.cohort.today(now)
    groups = list(enrolment.memberships.current(today).values_list("group_id", flat=True))
    relations = relations_of(user, now)
    is_self = enrolment.person_id == user.pk
    if not is_self and not relations.administers(cohort.course_id):
        if not any(relations.mentors(group_id) for group_id in groups):
            what = f"read the note of enrolment {enrolment_id}"
            refuse(user, what, is_insider=relations.is_insider(cohort.course_id))
    say_if_archived(user, cohort, now)
    read_only = ""
    if enrolment.has_ended(today):
        read_only = "The enrolment has ended, so this cannot change."
    elif cohort.archived:
        read_only = f"{cohort.archived} is archived, so this cannot change."
    elif cohort.is_closed(today):
        read_only = f"{cohort} is closed, so this cannot change."
    return MentorNoteAccess(enrolment, is_self, next(iter(groups), None), read_only)


def plan_change_to_undo(user: User, change_id: int, now: datetime) -> PlanChange:
    """For those who lead the group."""
    change = get_object_or_404(PlanChange, pk=change_id)
    change.group = group_to_lead(user, change.group_id, now).group
    return change


def own_enrolment(user: User, enrolment_id: int, now: datetime) -> Enrolment:
    """For the student only, also after they have left. Others of the course get 403, strangers 404."""
    enrolments = Enrolment.objects.filter(cohort__course__archived_at=None)
    enrolment = enrolments.select_related("cohort__course", "person").filter(pk=enrolment_id).first()
    if enrolment is None:
        raise Http404
    if enrolment.person_id != user.pk:
        is_insider = relations_of(user, now).is_insider(enrolment.cohort.course_id)
        refuse(user, f"speak for enrolment {enrolment_id}", is_insider=is_insider)
    return enrolment


def course_person(user: User, slug: str, person_id: int, now: datetime) -> tuple[Course, User]:
    """Return a person with a current or past relation to the course. 404 for other people. For course admins only."""
    course = course_to_administer(user, slug, now)
    person = people_of(course).filter(pk=person_id).first()
    if person is None:
        raise Http404
    return course, person


def closed_cohort_of(person: User, course: Course, now: datetime) -> Cohort | None:
    """Return the last cohort of the course that the person was in, if all of these are closed."""
    mine = Cohort.objects.select_related("course").filter(
        Exists(Enrolment.objects.filter(person=person, cohort=OuterRef("pk")))
        | Exists(Mentorship.objects.filter(person=person, group__cohort=OuterRef("pk"))),
        course=course,
    )
    cohorts = list(mine.order_by("-starts_on", "-pk"))
    if not cohorts or not all(cohort.is_closed(cohort.today(now)) for cohort in cohorts):
        return None
    return None if CourseAdmin.objects.filter(person=person, course=course).exists() else cohorts[0]


def without_group(cohort: Cohort, now: datetime) -> QuerySet[Enrolment]:
    rows = cohort.enrolments.without_end().filter(~has_group(cohort.today(now)))
    return rows.select_related("person").order_by("person__name", "pk")


def people_counts(cohort: Cohort, today: date) -> tuple[int, int]:
    """Return how many students have not left, and how many of them are in no group."""
    without = Count("pk", filter=~has_group(today))
    counts = cohort.enrolments.not_ended(today).aggregate(students=Count("pk"), without_group=without)
    return counts["students"], counts["without_group"]


def running_cohorts(relations: Relations) -> list[Cohort]:
    """Return the cohorts of courses that the person administers, the one that begins last at the end.

    Each has `week_count`, the weeks of its course; None if no milestone has one.
    """
    courses = {row.course_id: row.course for row in relations.open(RelationKind.ADMINISTERS)}
    cohorts = Cohort.objects.filter(course__in=courses, archived_at=None).order_by("starts_on", "pk")
    cohorts = cohorts.annotate(week_count=Max("course__milestones__week"))
    for cohort in cohorts:
        cohort.course = courses[cohort.course_id]
    return [cohort for cohort in cohorts if not cohort.is_closed(cohort.today(relations.now))]


def own_mentorships(user: User, now: datetime) -> QuerySet[Mentorship]:
    """Return those of today and those to come, in open cohorts; a stand-in has a last day."""
    mentorships = relations_of(user, now).mentorships()
    groups = [row.group_id for row in mentorships if not row.is_in_closed_cohort(now)]
    return (
        Mentorship.objects.not_ended(now.date())
        .filter(person=user, group__in=groups)
        .select_related("group__cohort__course")
        .order_by("group__sort_key", "pk")
    )


def days_away_to_remove(user: User, away_id: int, now: datetime) -> MentorAway:
    """Return days away to their mentor until the mentorship ends, and to course admins."""
    groups = [row.group_id for row in relations_of(user, now).mentorships()]
    own = MentorAway.objects.filter(mentorship__person=user, mentorship__group__in=groups, pk=away_id)
    return own.select_related("mentorship__group").first() or to_administer(user, MentorAway, away_id, now)
