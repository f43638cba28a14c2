"""Courses, their cohorts, and the people in them: who learns with whom, from when to when."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from benchmarks.learners import words
from benchmarks.learners.writing import keep, moment, record, written
from courses.models import Cohort, Course, Material, Milestone
from groups.models import Absence, Enrolment, Group, Membership, MentorAway, Mentorship, PlanItem
from lib.weeks import monday_of
from people.models import User

GROUP_SIZE = 3
# How many groups each of the mentors of a cohort has, again and again: one in seven has three.
GROUPS_A_MENTOR = (3, 1, 1, 2, 1, 1, 1)
# Of the students: how they keep to the plan, and how many of a hundred are like that.
PACES = {"on track": 62, "behind": 16, "ahead": 10, "stuck": 6, "silent": 6}
DROP_OUTS, MOVES, AWAY = 0.08, 0.06, 0.03
MATERIALS_A_MILESTONE = 5
KINDS = ("page", "video", "notebook", "exercise", "course")


@dataclass(frozen=True, slots=True)
class CourseOutline:
    """A course to make: how many weeks ago each cohort began, and how many of the cohorts are closed."""

    title: str
    slug: str
    weeks: int
    begun: tuple[int, ...]
    closed: int
    optional: int = 0


COURSES = (
    CourseOutline("LLM specialisation", "llm", 8, begun=(44, 31, 18, 5), closed=2, optional=2),
    CourseOutline("Data engineering", "data", 10, begun=(20, 6), closed=1),
    CourseOutline("Python basics", "python", 4, begun=(9, 2), closed=0),
)


@dataclass(slots=True, eq=False)
class SeededStudent:
    """A student of a cohort; `left_on` is the first day on which they no longer are."""

    person: User
    enrolment: Enrolment
    pace: str
    left_on: date | None


@dataclass(slots=True, eq=False)
class SeededGroup:
    """A group, with what is to be known of it while its weeks are made up."""

    group: Group
    mentor: User
    chance: Random
    due: dict[int, date]
    stays: list[tuple[SeededStudent, date, date | None]] = field(default_factory=list)

    def members(self, day: date) -> list[SeededStudent]:
        return [
            learner for learner, since, until in self.stays if since <= day and (until is None or day < until)
        ]

    @property
    def founders(self) -> list[SeededStudent]:
        """The first members of this group, in order."""
        return [learner for learner, since, _ in self.stays if since == learner.enrolment.started_on]


@dataclass(slots=True, eq=False)
class SeededCohort:
    """A cohort. `last_day` is the last on which its people did something: its end, or today."""

    course: Course
    cohort: Cohort
    milestones: list[Milestone]
    materials: dict[int, list[Material]]
    admin: User
    last_day: date
    is_over: bool
    teams: list[SeededGroup] = field(default_factory=list)

    @property
    def learners(self) -> Iterator[tuple[SeededGroup, SeededStudent]]:
        for team in self.teams:
            for learner in team.founders:
                yield team, learner


def make_runs(learners: int, today: date) -> list[SeededCohort]:
    """Write all courses and cohorts with their people. The first is the one that runs, which the pages show."""
    runs = [run for teaching in COURSES for run in _cohorts(teaching, today)]
    runs.sort(
        key=lambda run: (run.course.slug != COURSES[0].slug, run.is_over, -run.cohort.starts_on.toordinal())
    )
    groups = max(learners // GROUP_SIZE, len(runs) + 2)
    # A quarter of all learn in it, and three groups at least.
    running = max(groups // 4, 3)
    others, left = divmod(groups - running, len(runs) - 1)
    mentors: dict[int, list[User]] = {}
    for n, run in enumerate(runs):
        count = running if n == 0 else others + (n <= left)
        _people(run, count, mentors.setdefault(run.course.pk, []))
    return runs


def _cohorts(teaching: CourseOutline, today: date) -> Iterator[SeededCohort]:
    admin = User.objects.create_user(f"admin-{teaching.slug}@example.org", name=f"Admin of {teaching.title}")
    course = Course.objects.create(title=teaching.title, slug=teaching.slug)
    course.admins.create(person=admin)
    weeks: list[int | None] = [*range(1, teaching.weeks + 1), *[None] * teaching.optional]
    milestones = written(
        Milestone(
            course=course, position=n, week=week, title=f"{teaching.title}, part {n}",
            planned_hours=3 if week else None, is_optional=week is None,
        )
        for n, week in enumerate(weeks, start=1)
    )  # fmt: skip
    materials = written(
        Material(
            milestone=milestone, position=n, title=f"Material {milestone.position}.{n}", kind=KINDS[n - 1],
            url=f"https://example.org/{course.slug}/{milestone.position}/{n}", minutes=10 * n,
        )
        for milestone in milestones
        for n in range(1, MATERIALS_A_MILESTONE + 1)
    )  # fmt: skip
    for n, ago in enumerate(teaching.begun):
        starts_on = monday_of(today) - timedelta(weeks=ago)
        ends_on = starts_on + timedelta(weeks=teaching.weeks)
        cohort = Cohort.objects.create(
            course=course, title=f"{teaching.title} {n + 1}", starts_on=starts_on, time_zone="Europe/Lisbon",
            closed_on=ends_on + timedelta(weeks=1) if n < teaching.closed else None,
        )  # fmt: skip
        yield SeededCohort(
            course=course, cohort=cohort, milestones=milestones, admin=admin,
            materials={m.pk: [each for each in materials if each.milestone_id == m.pk] for m in milestones},
            last_day=min(ends_on - timedelta(days=1), today), is_over=ends_on <= today,
        )  # fmt: skip


def _people(run: SeededCohort, groups: int, mentors: list[User]) -> None:
    """Write the groups of a cohort with their plans, students and mentors; `mentors` of the course grow as needed."""
    cohort, slug = run.cohort, run.course.slug
    of_group = _mentor_numbers(groups)
    mentors += _persons(f"mentor-{slug}", len(mentors), of_group[-1] + 1)
    students = _persons(f"student-{cohort.pk}", 0, groups * GROUP_SIZE)
    rows = written(
        Group(cohort=cohort, name=f"Group {n}", meeting="Tuesdays 17:00") for n in range(1, groups + 1)
    )
    for n, group in enumerate(rows):
        # Of its own: a group is the same whatever the number of groups.
        chance = Random(f"{cohort} {n}")  # noqa: S311
        team = SeededGroup(group, mentors[of_group[n]], chance, due=_due_dates(run, chance))
        run.teams.append(team)
        for place, person in enumerate(students[n * GROUP_SIZE : (n + 1) * GROUP_SIZE]):
            _begin(run, team, person, is_regular=n < 3 and not run.is_over, place=place)
    written(learner.enrolment for _, learner in run.learners)
    _move_some(run)
    _write_stays(run)
    written(
        PlanItem(group=team.group, milestone_id=milestone, due_on=due)
        for team in run.teams
        for milestone, due in team.due.items()
    )
    _write_mentorships(run)
    _write_absences(run)


def _mentor_numbers(groups: int) -> list[int]:
    """Return the mentor of each group."""
    numbers: list[int] = []
    while len(numbers) < groups:
        mentor = numbers[-1] + 1 if numbers else 0
        numbers += [mentor] * GROUPS_A_MENTOR[mentor % len(GROUPS_A_MENTOR)]
    return numbers[:groups]


def _persons(stem: str, first: int, end: int) -> list[User]:
    chance = Random(f"{stem} {first}")  # noqa: S311
    return written(
        User(
            email=f"{stem}-{n}@example.org",
            name=words.name(chance),
            # Nobody signs in with one.
            password="!",  # noqa: S106
            last_login=moment(date(2026, 1, 1)),
        )
        for n in range(first, end)
    )


def _due_dates(run: SeededCohort, chance: Random) -> dict[int, date]:
    """The plan of a group: the Sunday of each teaching week; one in five groups takes a day or a week more."""
    shift = chance.choice((0, 0, 0, 0, 0, 0, 0, 0, 2, 7))
    starts_on = run.cohort.starts_on
    return {m.pk: starts_on + timedelta(days=7 * m.week - 1 + shift) for m in run.milestones if m.week}


def _begin(run: SeededCohort, team: SeededGroup, person: User, *, is_regular: bool, place: int) -> None:
    """Enrol a student. In the groups that the pages show, one is on track, one behind, one stuck; nobody leaves."""
    chance, cohort = team.chance, run.cohort
    pace = chance.choices(list(PACES), list(PACES.values()))[0]
    leaves = cohort.starts_on + timedelta(days=chance.randint(8, 50)) if chance.random() < DROP_OUTS else None
    if is_regular:
        pace, leaves = ("on track", "behind", "stuck")[place], None
    is_gone = leaves is not None and leaves <= run.last_day
    end = leaves if is_gone else run.last_day + timedelta(days=1) if run.is_over else None
    seen = run.last_day - timedelta(days=chance.randint(12, 20) if pace == "silent" else chance.randint(0, 4))
    enrolment = Enrolment(
        cohort=cohort, person=person, started_on=cohort.starts_on, ended_on=end,
        end_reason="dropped" if is_gone else "finished" if end else "", enrolled_by=run.admin,
        enrolled_at=moment(cohort.starts_on - timedelta(days=7)), last_active_at=moment(min(seen, end or seen), 9),
    )  # fmt: skip
    team.stays.append((SeededStudent(person, enrolment, pace, end), cohort.starts_on, end))


def _move_some(run: SeededCohort) -> None:
    """Move the last student of some groups into the next one, except in the groups that the pages show."""
    for team, following in zip(run.teams[3:], run.teams[4:], strict=False):
        learner, since, until = team.stays[GROUP_SIZE - 1]
        day = run.cohort.starts_on + timedelta(days=team.chance.randint(10, 30))
        if team.chance.random() < MOVES and day <= run.last_day and (until is None or day < until):
            team.stays[GROUP_SIZE - 1] = (learner, since, day)
            following.stays.append((learner, day, until))


def _write_stays(run: SeededCohort) -> None:
    stays = written(
        Membership(
            enrolment=learner.enrolment, group=team.group, started_on=since, ended_on=until,
            end_reason="" if until is None else learner.enrolment.end_reason if until == learner.left_on else "moved",
        )
        for team in run.teams
        for learner, since, until in team.stays
    )  # fmt: skip
    keep(Membership, (each for stay in stays for each in _records(stay, run.admin)))
    keep(Enrolment, (each for _, learner in run.learners for each in _records(learner.enrolment, run.admin)))


def _records(row: Enrolment | Membership, by: User) -> Iterator[dict[str, Any]]:
    yield record(row, at=moment(row.started_on), by=by.pk, ended_on=None, end_reason="")
    if row.ended_on:
        yield record(row, at=moment(row.ended_on), by=by.pk, what="~")


def _write_mentorships(run: SeededCohort) -> None:
    ended_on = run.last_day + timedelta(days=1) if run.is_over else None
    rows = written(
        Mentorship(group=team.group, person=team.mentor, started_on=run.cohort.starts_on, ended_on=ended_on)
        for team in run.teams
    )
    begun = (record(row, at=moment(row.started_on), by=run.admin.pk, ended_on=None) for row in rows)
    keep(Mentorship, begun)
    written(
        MentorAway(
            mentorship=row,
            starts_on=run.last_day - timedelta(days=9),
            ends_on=run.last_day - timedelta(days=3),
        )
        for row in rows[5::20]
    )


def _write_absences(run: SeededCohort) -> None:
    def days(team: SeededGroup, learner: SeededStudent) -> Absence:
        first = run.cohort.starts_on + timedelta(days=team.chance.randint(1, 40))
        return Absence(
            enrolment=learner.enrolment, starts_on=first, ends_on=first + timedelta(days=6), reason="Exams",
            accepted_by=team.mentor, accepted_at=moment(first - timedelta(days=2)),
        )  # fmt: skip

    written(days(team, learner) for team, learner in run.learners if team.chance.random() < AWAY)


def mentor_with(run: SeededCohort, groups: int) -> tuple[User, Sequence[SeededGroup]]:
    """A mentor of so many groups of the cohort, and these."""
    mentor = next(
        team.mentor for team in run.teams if sum(t.mentor == team.mentor for t in run.teams) == groups
    )
    return mentor, [team for team in run.teams if team.mentor == mentor]
