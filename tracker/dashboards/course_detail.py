"""The page of a course: what it says of itself, its milestones, who is who, and for its admins what runs a cohort."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from courses.calendar import due_dates
from courses.models import Material, Milestone
from groups.models import Membership, Mentorship, marks_of
from lib.marks import PersonMark
from lib.text import counted
from people.actions.invitations import has_signed_in
from people.models import User
from questions.models import Ask, MaterialNeed, Question, Topic
from tracker.access.courses import CourseAccess
from tracker.dashboards.facts import facts_of, plans_of
from tracker.dashboards.hours import hours_label
from tracker.dashboards.week.milestones import Title, titles_in
from tracker.standing import ProgressState, StudentFacts, work_of

# Of groups whose days stand beside each other, of frequent questions below a milestone, and of names in a line.
_COLUMNS, _QUESTIONS, _NAMES = 4, 5, 12


@dataclass(frozen=True, slots=True)
class CourseMilestone:
    """A milestone in the table: when it is due, a day a column, and how a student stands with it ("" for others).

    `asked`: how often in the cohort, which only its admins read.
    """

    milestone: Milestone
    titles: tuple[Title, ...]
    due: tuple[date | None, ...]
    state: str
    is_late: bool
    is_now: bool
    asked: int

    @property
    def left(self) -> int:
        """The materials that a student has not ticked, of the milestone that they are at."""
        return sum(not title.is_ticked for title in self.titles) if self.state and self.is_now else 0


def course_context(access: CourseAccess, now: datetime, milestone_id: int | None = None) -> dict[str, Any]:
    """Constant queries. Materials and frequent questions are those of one milestone: the one that is open."""
    course, cohort = access.course, access.cohort
    today = cohort.today(now) if cohort else None
    own = _own_facts(access, now)
    columns = _columns(access, own)
    every = _rows(access, own, [days for _, days in columns], today, now)
    # Without a day in any plan: they are optional, or in no week of a course that has weeks.
    has_weeks = any(row.milestone.week for row in every)
    beyond = [
        row
        for row in every
        if not any(row.due) and (row.milestone.is_optional or (has_weeks and row.milestone.week is None))
    ]
    rows = [row for row in every if row not in beyond]
    weeks = max((row.milestone.week or 0 for row in rows), default=0)
    hours = sum((row.milestone.planned_hours or Decimal(0) for row in rows), Decimal(0))
    parts = (counted(weeks, "week") if weeks else "", f"{hours_label(hours)} hours" if hours else "")
    opened = next((row for row in every if row.milestone.pk == milestone_id), None)
    sections = list(course.sections.in_order())
    roles = [("students", access.stay), ("mentors", access.mentored)]
    roles_of_reader = [role for role, held in roles if held]
    active = course.admins.filter(person__is_active=True).select_related("person")
    admins = list(active.order_by("person__name", "pk")) if access.is_current or access.stay else []
    context: dict[str, Any] = {
        "today": today,
        "extent": ", ".join(filter(None, parts)),
        "links": list(course.links.order_by("position")),
        "expected": [section for section in sections if section.meant_for in roles_of_reader],
        "sections": [section for section in sections if section.meant_for not in roles_of_reader],
        "columns": [label for label, _ in columns],
        "rows": rows,
        "beyond": beyond,
        "opened": opened,
        "people": _people(access, today) if today else [],
        "admins": admins,
    }
    if opened:
        known = opened.milestone.questions.known().with_ask_count()
        context["known"] = list(known.order_by(F("ask_count").desc(), "asked_at", "pk")[:_QUESTIONS])
    if access.is_course_admin:
        context["to_invite"] = [row.pk for row in admins if not has_signed_in(row.person)]
        context["waiting"] = MaterialNeed.objects.open().filter(course=course).count()
        questions = Question.objects.originals().filter(cohort__course=course, cohort__archived_at=None)
        topics: Any = Topic.objects.standing().filter(course=course).with_size(questions)
        context["topic_count"] = topics.filter(size__gt=1).count()
    return context


def _people(access: CourseAccess, today: date) -> list[tuple[Sequence[PersonMark], str]]:
    """People, and what they are to the reader today. Nobody but students, mentors and course admins learns any."""
    stay, people = access.stay, User.objects.exclude(pk=access.user.pk).order_by("name", "pk")
    mentorships, stays = Mentorship.objects.open(today), Membership.objects.open(today)
    found: list[tuple[Sequence[PersonMark], str]] = []
    if stay and stay.group and access.studies:
        own = mentorships.filter(group=stay.group_id).select_related("person")
        found += [
            ([row.person.mark], f"your {row.get_role_display()}")
            for row in sorted(own, key=lambda row: row.place)
        ]
        companions = stays.filter(group=stay.group_id).values("enrolment__person")
        own_group = stay.group.marks([*people.filter(pk__in=companions), access.user])
        found.append(([mark for pk, mark in own_group.items() if pk != access.user.pk], str(stay.group)))
    if access.mentored:
        groups = {row.group_id: row.group for row in access.mentored if row.group}
        own_stays = stays.filter(enrolment__person=OuterRef("pk"), group__in=groups)
        students = people.annotate(group_id=Subquery(own_stays.values("group")[:1])).exclude(group_id=None)
        marks = marks_of((groups[each.group_id], each) for each in students)
        found.append(([*marks.values()], "your students"))
    if access.mentored or access.is_course_admin:
        in_cohort = mentorships.filter(group__cohort=access.cohort).values("person")
        mentors = [person.mark for person in people.filter(pk__in=in_cohort)[: _NAMES + 1]]
        found.append((mentors[:_NAMES], "mentors" if len(mentors) <= _NAMES else "mentors, and others"))
    return [(people, what) for people, what in found if people]


def _own_facts(access: CourseAccess, now: datetime) -> StudentFacts | None:
    """What is on record of the reader where they study, or studied last."""
    if access.stay is None or access.cohort is None:
        return None
    stays = Membership.objects.filter(enrolment=access.stay.enrolment_id, group=access.stay.group_id)
    stay = stays.select_related("enrolment__person", "group").latest("started_on", "pk")
    stay.group.cohort = access.cohort
    return facts_of([stay], now)[stay.enrolment_id]


def _columns(access: CourseAccess, facts: StudentFacts | None) -> list[tuple[str, dict[int, date | None]]]:
    """A heading, and when each milestone is due: in the groups of the reader, or, without one, in the calendar."""
    cohort = access.cohort
    if cohort is None:
        return []
    own = [*([access.stay] if access.stay else []), *access.mentored]
    if len(own) > _COLUMNS:
        own = own[: access.stay is not None]
    if not own or access.is_course_admin:
        weeks = dict(cohort.course.milestones.values_list("pk", "week"))
        return [("Due", due_dates(cohort.starts_on, cohort.pause_periods, weeks))]
    mentored = [row.group for row in own if row.group and row is not access.stay]
    for group in mentored:
        # This one has its breaks.
        group.cohort = cohort
    plans = plans_of(mentored) if mentored else {}
    columns = []
    for row in own:
        plan = facts.plan if facts and row is access.stay else plans.get(row.group_id or 0, ())
        due = {each.id: each.due_on for each in plan}
        columns.append((f"Due in {row.group}" if len(own) == 1 else str(row.group), due))
    return columns


def _rows(
    access: CourseAccess,
    facts: StudentFacts | None,
    columns: Sequence[Mapping[int, date | None]],
    today: date | None,
    now: datetime,
) -> list[CourseMilestone]:
    """The milestone that the reader is at: what a student has next, else the next that is due."""
    work = work_of(facts) if facts else None
    to_do = next(iter(work.to_do), None) if work else None
    late = {each.id for each in work.left if today and work.days[each.id] < today} if work else set()
    enrolment_id = access.stay.enrolment_id if access.stay else None
    # Of no enrolment: the ticks of nobody are found by index, those without an enrolment by reading all.
    titles = titles_in(Material.objects.filter(milestone__course=access.course), enrolment_id or 0, now)
    marks = facts.marks if facts else {}
    asked: dict[int, int] = {}
    if access.is_course_admin and access.cohort:
        asks = Ask.objects.filter(group__cohort=access.cohort).order_by()
        at = Coalesce("question__duplicate_of__milestone", "question__milestone")
        asked = dict(asks.annotate(at=at).values_list("at").annotate(Count("pk")))
    rows: list[CourseMilestone] = []
    is_reached = not access.is_current
    for milestone in access.course.milestones.in_order():
        mark = marks.get(milestone.pk)
        due = tuple(days.get(milestone.pk) for days in columns)
        due_on = due[0] if due else None
        is_ahead = bool(today and due_on and due_on >= today)
        is_next = to_do is not None and milestone.pk == to_do.id if facts else is_ahead
        rows.append(
            CourseMilestone(
                milestone=milestone,
                titles=titles.get(milestone.pk, ()),
                due=due,
                state=(mark.shown_as if mark else ProgressState.NOT_STARTED.value) if facts else "",
                is_late=milestone.pk in late,
                is_now=is_next and not is_reached,
                asked=asked.get(milestone.pk, 0),
            )
        )
        is_reached = is_reached or is_next
    return rows
