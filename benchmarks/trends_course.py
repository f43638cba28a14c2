"""A course as large as Trefoil has to bear, written past the models into an empty database: for benchmarks only.

Everything is worked out from numbers, so two runs give the same course: cohorts one after the other, the last one
running; students in groups of three; questions in words that differ by theme, so that there are topics to find.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from benchmarks.straight import load, written_straight
from courses.models import Cohort, Course, CourseAdmin, Material, Milestone
from groups.models import Enrolment, Group, Membership, Mentorship
from lib.weeks import monday_of
from people.models import User
from questions.models import Answer, Ask, Placement, Question, Topic
from questions.search import search_text
from tracker.models import Progress

COHORTS, WEEKS, MATERIALS_EACH = 4, 12, 5
CATEGORIES = ("concept", "unclear_material", "wrong_material", "setup", "exercise", "logistics", "")
_STARTS = (
    "Why does",
    "How do I make",
    "What happens when",
    "When should",
    "Where is it said that",
    "Can I know if",
)
_THINGS = (
    "attention chunking embedding retriever prompt tokenizer temperature index reranker agent memory loss gradient"
    " dataset notebook kernel pipeline schema vector store encoder decoder sampling beam cache quantisation adapter"
    " checkpoint evaluation benchmark metric filter parser splitter overlap window context template role persona"
).split()
_DOES = (
    "fail shrink grow repeat forget ignore drift crash hang differ need cost change stop lose mix cut rank match"
    " score train run load store read write send call wait start"
).split()
_PLACES = (
    "in the exercise|on a laptop|with long documents|after an update|in the notebook|for other languages|without a key"
    "|on the second run|with a small model|when it is empty|behind a proxy|in the video|with two columns|at the end"
).split("|")


@dataclass(frozen=True, slots=True)
class Size:
    students: int
    questions: int
    asks: int

    @property
    def groups(self) -> int:
        return self.students // 3


def seed(size: Size, today: date) -> Course:
    """Write the course, all but the topics of this week's questions, and say on the way how far it is."""
    course = Course.objects.create(title="LLM specialisation", slug="llm")
    people = _people(size)
    CourseAdmin.objects.create(course=course, person=User.objects.get(email="admin@example.org"))
    milestones = [
        Milestone.objects.create(course=course, position=n, week=n, title=f"Milestone {n}")
        for n in range(1, WEEKS + 1)
    ]
    for milestone in milestones:
        for n in range(MATERIALS_EACH):
            Material.objects.create(
                milestone=milestone, position=n, title=f"Material {milestone.position}.{n}"
            )
    first = monday_of(today) - timedelta(weeks=16 * COHORTS - 6)
    cohorts = [
        Cohort.objects.create(
            course=course, title=f"Cohort {n + 1}", starts_on=first + timedelta(weeks=16 * n)
        )
        for n in range(COHORTS)
    ]
    with written_straight(User, Group, Enrolment, Topic, Question):
        _students(size, cohorts, people, today)
        _progress(size, cohorts, milestones, today)
        questions = list(_questions(size, cohorts, milestones, today))
        load(Question, [row for row, _ in questions])
        load(Ask, _asks(size, cohorts, [row for row, _ in questions], today))
        load(Answer, _answers([row for row, _ in questions]))
        _topics(course, questions, today)
    return course


def _people(size: Size) -> int:
    """Students 1 to n, one mentor for ten groups after them, the admin last. Return the id of the first."""
    mentors = max(size.groups // 10, 1)
    names = [f"student{n}" for n in range(size.students)] + [f"mentor{n}" for n in range(mentors)] + ["admin"]
    load(
        User,
        ({"id": pk, "email": f"{name}@example.org", "name": name} for pk, name in enumerate(names, start=1)),
    )
    return 1


def _students(size: Size, cohorts: list[Cohort], first: int, today: date) -> None:
    def group_of(student: int) -> int:
        return student // 3 + 1

    load(
        Group,
        (
            {"id": g + 1, "cohort_id": cohorts[g * COHORTS // size.groups].pk, "name": f"Group {g}"}
            for g in range(size.groups)
        ),
    )
    cohort_of = [cohorts[g * COHORTS // size.groups] for g in range(size.groups)]
    rows = []
    for n in range(size.students):
        cohort = cohort_of[min(n // 3, size.groups - 1)]
        over = cohort.starts_on + timedelta(weeks=WEEKS)
        ended = (
            cohort.starts_on + timedelta(days=9 + n % 60) if n % 10 == 0 else over if over <= today else None
        )
        ended = None if ended and ended > today else ended
        reason = "" if ended is None else "dropped" if n % 10 == 0 else "finished"
        rows.append((n + 1, cohort, ended, reason))
    load(
        Enrolment,
        (
            {
                "id": pk,
                "cohort_id": c.pk,
                "person_id": pk,
                "started_on": c.starts_on,
                "ended_on": ended,
                "end_reason": why,
            }
            for pk, c, ended, why in rows
        ),
    )
    load(
        Membership,
        (
            {
                "enrolment_id": pk,
                "group_id": min(group_of(pk - 1), size.groups),
                "started_on": c.starts_on,
                "ended_on": ended,
                "end_reason": why,
            }
            for pk, c, ended, why in rows
        ),
    )
    load(
        Mentorship,
        (
            {
                "group_id": g + 1,
                "person_id": size.students + 1 + min(g // 10, max(size.groups // 10, 1) - 1),
                "started_on": cohort_of[g].starts_on,
            }
            for g in range(size.groups)
        ),
    )


def _progress(size: Size, cohorts: list[Cohort], milestones: list[Milestone], today: date) -> None:
    def rows() -> Iterator[dict[str, Any]]:
        for n in range(size.students):
            cohort = cohorts[min(n // 3, size.groups - 1) * COHORTS // size.groups]
            for m, milestone in enumerate(milestones[:10]):
                started = cohort.starts_on + timedelta(days=7 * m + n % 5)
                if started > today or (n % 10 == 0 and m > n % 8):
                    break
                finished = started + timedelta(days=2 + (n * 7 + m) % 15)
                done = finished <= today and (n + m) % 17 != 0
                since = datetime(started.year, started.month, started.day, 12, tzinfo=UTC)
                yield {
                    "enrolment_id": n + 1,
                    "milestone_id": milestone.pk,
                    "state": "done" if done else "working",
                    "state_since": since,
                    "changed_at": since,
                    "changed_by_id": n + 1,
                    "started_on": started,
                    "finished_on": finished if done else None,
                }

    load(Progress, rows())


def question_title(n: int) -> tuple[str, int]:
    """The title of the n-th question, and its theme: one in three is like no other, some are asked by everybody."""
    theme = 20_000_000 + n % 50 if n % 17 == 0 else n // 8 if n % 3 else 10_000_000 + n
    h = theme * 2_654_435_761 % 2**32
    thing, other = _THINGS[h % 40], _THINGS[h // 40 % 40]
    does, place = _DOES[h // 1600 % 30], _PLACES[h // 48_000 % 14]
    start = _STARTS[n * 7919 % 6]
    return f"{start} the {thing} {does} the {other} {place}, case {theme % 9973}?", theme


def _questions(
    size: Size, cohorts: list[Cohort], milestones: list[Milestone], today: date
) -> Iterator[tuple[dict[str, Any], int]]:
    materials = list(
        Material.objects.order_by("milestone__position", "position").values_list("pk", "milestone")
    )
    by_milestone = {m.pk: [pk for pk, of in materials if of == m.pk] for m in milestones}
    of_theme: dict[int, int] = {}
    groups_each = size.groups // COHORTS
    for n in range(size.questions):
        cohort_at = n * 31 % COHORTS
        cohort = cohorts[cohort_at]
        title, theme = question_title(n)
        running = max(min((today - cohort.starts_on).days // 7 + 1, WEEKS), 1)
        week = (theme * 13 + (n // 50 if n % 17 == 0 else 0)) % running
        day = cohort.starts_on + timedelta(days=7 * week + n % 7)
        asked = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(seconds=n * 7919 % 86_400)
        asked = min(asked, datetime(today.year, today.month, today.day, tzinfo=UTC))
        group = cohort_at * groups_each + n * 17 % groups_each + 1
        milestone = milestones[theme * 13 % WEEKS] if theme % 11 else None
        material = by_milestone[milestone.pk][theme % MATERIALS_EACH] if milestone and theme % 3 else None
        answered = (
            None if n % 13 == 0 else asked + timedelta(minutes=3 + (n * 7919) % 1440 ** (1 + n % 5 // 4))
        )
        original = of_theme.get(theme) if n % 20 == 0 else None
        if original is None:
            of_theme.setdefault(theme, n + 1)
        status = "duplicate" if original else "answered" if answered else "open"
        yield (
            {
                "id": n + 1,
                "cohort_id": cohort.pk,
                "group_id": group,
                "asked_by_id": group * 3 - n % 3,
                "asked_at": asked,
                "milestone_id": milestone.pk if milestone else None,
                "material_id": material,
                "title": title,
                "category": CATEGORIES[(theme + n // 5) % 7],
                "visibility": ("course", "cohort", "cohort", "group")[n % 4],
                "status": status,
                "first_answered_at": answered,
                "duplicate_of_id": original,
                "search_text": search_text(title, "", ()),
            },
            theme,
        )


def _asks(
    size: Size, cohorts: list[Cohort], questions: list[dict[str, Any]], today: date
) -> Iterator[dict[str, Any]]:
    groups_each = size.groups // COHORTS
    for n in range(size.asks):
        question = questions[n % size.questions]
        group, asked = question["group_id"], question["asked_at"]
        if n >= size.questions:
            cohort_at = (group - 1) // groups_each
            group = min(cohort_at, COHORTS - 1) * groups_each + n * 101 % groups_each + 1
            asked += timedelta(days=n % 11, seconds=n // size.questions)
            midnight = datetime(today.year, today.month, today.day, tzinfo=UTC)
            # No student asks the same twice at a moment.
            asked = min(asked, midnight + timedelta(seconds=n // size.questions))
        yield {
            "question_id": question["id"],
            "group_id": group,
            "enrolment_id": group * 3 - n % 3 if n % 5 else None,
            "asked_at": asked,
            "week_starts_on": monday_of(asked.date()),
            "logged_by_id": group * 3 - n % 3,
        }


def _answers(questions: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for row in questions:
        if row["first_answered_at"]:
            yield {
                "question_id": row["id"],
                "body": "Because the one follows from the other.",
                "answered_by_id": row["asked_by_id"],
                "answered_at": row["first_answered_at"],
            }


def _topics(course: Course, questions: list[tuple[dict[str, Any], int]], today: date) -> None:
    """Place what was asked before this week by its theme; a theme of one question is no topic."""
    week = datetime.combine(monday_of(today), datetime.min.time(), UTC)
    placed = [
        (row, theme) for row, theme in questions if row["asked_at"] < week and not row["duplicate_of_id"]
    ]
    of_theme: dict[int, list[dict[str, Any]]] = {}
    for row, theme in placed:
        of_theme.setdefault(theme, []).append(row)
    themes = [theme for theme, rows in of_theme.items() if len(rows) > 1]
    topics = {theme: pk for pk, theme in enumerate(themes, start=1)}
    load(
        Topic,
        (
            {
                "id": pk,
                "course_id": course.pk,
                "representative_id": of_theme[theme][0]["id"],
                "found_at": of_theme[theme][0]["asked_at"],
            }
            for theme, pk in topics.items()
        ),
    )
    load(
        Placement,
        (
            {"question_id": row["id"], "topic_id": topics.get(theme), "placed_at": week}
            for row, theme in placed
        ),
    )
