"""The page of a course: what it says of itself, its milestones, who is who, and for its admins what runs a cohort."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import F
from django.urls import reverse

from courses.calendar import due_dates
from courses.models import Cohort, CourseAdmin, CourseLink, CourseSection, Material, Milestone
from groups.models import Membership, Mentorship
from lib.weeks import after_pause
from people.actions.invitations import has_signed_in
from people.models import User
from questions.models import MaterialNeed, Question
from tracker.access.courses import CourseAccess
from tracker.dashboards.board import BoardLine, people_counts
from tracker.dashboards.facts import periods, plans_of
from tracker.dashboards.hours import hours_label
from tracker.dashboards.week.milestones import Title, titles_in
from tracker.models import Progress
from tracker.standing import State
from tracker.standing.attention import counted

# Of groups whose days stand beside each other, of frequent questions below a milestone, and of names in a line.
_COLUMNS, _QUESTIONS, _NAMES = 4, 5, 12

# Its heading, and when each milestone is due, by id.
type _Column = tuple[str, dict[int, date | None]]


@dataclass(frozen=True, slots=True)
class CourseMilestone:
    """A milestone in the table: when it is due, a day a column, and how a student stands with it ("" for others)."""

    milestone: Milestone
    titles: tuple[Title, ...]
    due: tuple[date | None, ...]
    state: str
    is_late: bool
    is_now: bool

    @property
    def left(self) -> int:
        """The materials that a student has not ticked, of the milestone that they are at."""
        return sum(not title.is_ticked for title in self.titles) if self.state and self.is_now else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseDetailPage:
    """`beyond` are the milestones that no plan expects. `opened` is the one that shows its materials.

    Who is who: what the reader may not know is empty.
    """

    access: CourseAccess
    today: date | None
    links: list[CourseLink]
    expected: tuple[CourseSection, ...]
    sections: tuple[CourseSection, ...]
    columns: tuple[str, ...]
    rows: tuple[CourseMilestone, ...]
    beyond: tuple[CourseMilestone, ...]
    opened: CourseMilestone | None
    known: list[Question]
    known_count: int
    # Each with whether they have never signed in, so that they may be invited.
    admins: list[tuple[CourseAdmin, bool]]
    own_mentors: list[Mentorship]
    companions: list[User]
    students: list[User]
    mentors: list[User]
    has_more_mentors: bool
    places: tuple[BoardLine, ...]

    @property
    def others(self) -> list[Cohort]:
        """The other cohorts, the latest first."""
        return [cohort for cohort in self.access.cohorts if cohort != self.access.cohort]

    @property
    def extent(self) -> str:
        """ "4 weeks, 12 hours"."""
        milestones = [row.milestone for row in self.rows]
        weeks = max((each.week or 0 for each in milestones), default=0)
        hours = sum((each.planned_hours or Decimal(0) for each in milestones), Decimal(0))
        parts = (counted(weeks, "week") if weeks else "", f"{hours_label(hours)} hours" if hours else "")
        return ", ".join(filter(None, parts))


def course_detail_page(
    access: CourseAccess, now: datetime, *, milestone_id: int | None = None
) -> CourseDetailPage:
    """Constant queries. Materials and frequent questions stand below one milestone only: the one that is open."""
    course, cohort, stay = access.course, access.cohort, access.stay
    today = cohort.today(now) if cohort else None
    expects = {
        *((CourseSection.MeantFor.STUDENTS,) if stay else ()),
        *((CourseSection.MeantFor.MENTORS,) if access.mentored else ()),
    }
    sections = list(course.sections.in_order())
    columns = _columns(access)
    rows = _rows(access, columns, today, now)
    beyond = _beyond(rows)
    opened = next((row for row in rows if row.milestone.pk == milestone_id), None)
    known = opened.milestone.questions.known() if opened else Question.objects.none()
    admins = (
        course.admins.filter(person__is_active=True).select_related("person").order_by("person__name", "pk")
    )
    mentorships = (
        Mentorship.objects.open(today).select_related("person") if today else Mentorship.objects.none()
    )
    stays = Membership.objects.open(today) if today else Membership.objects.none()
    own_group = [stay.group_id] if stay and access.studies else []
    leads = bool(access.mentored) or access.is_course_admin
    people = User.objects.exclude(pk=access.user.pk).order_by("name", "pk")
    in_cohort = mentorships.filter(group__cohort=cohort).values("person")
    mentors = list(people.filter(pk__in=in_cohort)[: _NAMES + 1]) if leads else []
    mentored = [row.group_id for row in access.mentored]
    return CourseDetailPage(
        access=access,
        today=today,
        links=list(course.links.order_by("position")),
        expected=tuple(each for each in sections if each.meant_for in expects),
        sections=tuple(each for each in sections if each.meant_for not in expects),
        columns=tuple(label for label, _ in columns),
        rows=tuple(row for row in rows if row not in beyond),
        beyond=beyond,
        opened=opened,
        known=list(known.with_ask_count().order_by(F("ask_count").desc(), "asked_at", "pk")[:_QUESTIONS]),
        known_count=known.count(),
        admins=[(each, not has_signed_in(each.person)) for each in admins]
        if access.is_current or stay
        else [],
        own_mentors=sorted(mentorships.filter(group__in=own_group), key=lambda each: each.place),
        companions=list(people.filter(pk__in=stays.filter(group__in=own_group).values("enrolment__person"))),
        students=list(people.filter(pk__in=stays.filter(group__in=mentored).values("enrolment__person"))),
        mentors=mentors[:_NAMES],
        has_more_mentors=len(mentors) > _NAMES,
        places=tuple(_places(access, today)) if access.is_course_admin else (),
    )


def _columns(access: CourseAccess) -> list[_Column]:
    """What is due when: in the groups of the reader; for course admins, and former mentors, in the calendar."""
    cohort = access.cohort
    if cohort is None:
        return []
    pauses = periods(cohort.pauses.all())
    own = [*([access.stay] if access.stay else []), *access.mentored]
    if len(own) > _COLUMNS:
        own = own[: access.stay is not None]
    if not own or access.is_course_admin:
        weeks = dict(cohort.course.milestones.values_list("pk", "week"))
        return [("Due", due_dates(cohort.starts_on, pauses, weeks))]
    plans = plans_of([row.group_id for row in own if row.group_id])
    return [
        (
            f"Due in {row.group_name}" if len(own) == 1 else row.group_name,
            {
                each.id: each.due_on and after_pause(each.due_on, pauses)
                for each in plans.get(row.group_id or 0, ())
            },
        )
        for row in own
    ]


def _rows(
    access: CourseAccess,
    columns: Sequence[_Column],
    today: date | None,
    now: datetime,
) -> list[CourseMilestone]:
    """The milestone that the reader is at: a student's first that is not settled, else the next that is due."""
    enrolment_id = access.stay.enrolment_id if access.stay else None
    titles = titles_in(Material.objects.filter(milestone__course=access.course), enrolment_id, now)
    progress = Progress.objects.filter(enrolment__in=[enrolment_id] if enrolment_id else [])
    marks = {
        pk: ("unplanned" if waived_at and state == State.NOT_STARTED else state, waived_at is not None)
        for pk, state, waived_at in progress.values_list("milestone", "state", "waived_at")
    }
    due = columns[0][1] if columns else {}
    came_on = access.stay.started_on if access.stay else None
    rows: list[CourseMilestone] = []
    for milestone in access.course.milestones.in_order():
        state, is_waived = marks.get(milestone.pk, (State.NOT_STARTED.value, False))
        due_on = due.get(milestone.pk)
        is_settled = is_waived or state in (State.DONE, State.SKIPPED)
        is_ahead = today is not None and due_on is not None and due_on >= today
        is_next = milestone.pk in due and not is_settled if enrolment_id else is_ahead
        rows.append(
            CourseMilestone(
                milestone=milestone,
                titles=titles.get(milestone.pk, ()),
                due=tuple(days.get(milestone.pk) for _, days in columns),
                state=state if enrolment_id else "",
                is_late=bool(
                    enrolment_id
                    and not is_settled
                    and today
                    and due_on
                    and (came_on or today) < due_on < today
                ),
                is_now=access.is_current and is_next and not any(row.is_now for row in rows),
            )
        )
    return rows


def _beyond(rows: Sequence[CourseMilestone]) -> tuple[CourseMilestone, ...]:
    """Those of which no plan says when: they are optional, or in no week of a course that has weeks."""
    has_weeks = any(row.milestone.week for row in rows)
    return tuple(
        row
        for row in rows
        if not any(row.due) and (row.milestone.is_optional or (has_weeks and row.milestone.week is None))
    )


def _places(access: CourseAccess, today: date | None) -> Iterator[BoardLine]:
    """What runs the cohort, and what is there to do. Five queries."""
    course, cohort = access.course, access.cohort

    def line(title: str, name: str, of: str | int, count: str = "", *, is_late: bool = False) -> BoardLine:
        return BoardLine(title, reverse(name, args=[of]), count, is_late)

    if cohort is not None and today is not None:
        counts = people_counts(cohort, today)
        without = f", {counts['without_group']} without a group" if counts["without_group"] else ""
        breaks = len(cohort.pauses.all())
        yield line("Board", "tracker:board", cohort.pk)
        yield line(
            "People",
            "groups:cohort-people",
            cohort.pk,
            f"{counts['students']}{without}",
            is_late=bool(without),
        )
        yield line("Groups", "tracker:cohort-groups", cohort.pk, f"{cohort.groups.count()}")
        yield line(
            "Calendar and breaks",
            "groups:cohort-calendar",
            cohort.pk,
            counted(breaks, "break") if breaks else "",
        )
        yield line("Import people and sheets", "sheets:import-list", cohort.pk)
        yield line("Export", "sheets:export", cohort.pk)
    waiting = MaterialNeed.objects.waiting().filter(course=course).count()
    yield line("To improve", "trends:need-list", course.slug, f"{waiting or ''}")
    yield line("Topics", "trends:topic-list", course.slug)
    yield line("Import README and materials", "sheets:course-import-list", course.slug)
    if not course.is_archived:
        yield line("Settings", "groups:course-edit", course.slug)
        yield line("Alerts", "groups:course-thresholds", course.slug)
    yield line("Slack or Teams", "telling:course-channels", course.slug)
