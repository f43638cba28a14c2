"""Seeded questions, answers, topics and material changes."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from benchmarks.learners import words
from benchmarks.learners.installation import SeededCohort, SeededGroup, SeededStudent
from benchmarks.learners.writing import moment, written
from lib.weeks import monday_of
from questions.models import Answer, Ask, MaterialChange, MaterialNeed, NeedNote, Placement, Question, Topic
from questions.search import search_text

CATEGORIES = (
    "concept", "concept", "unclear_material", "wrong_material", "setup", "exercise", "logistics", ""
)  # fmt: skip
# Questions of a student and week, on average.
A_WEEK = 0.2


@dataclass(frozen=True, slots=True)
class SeededQuestion:
    """A question, its group and asker, and the answer, "" while there is none."""

    question: Question
    team: SeededGroup
    learner: SeededStudent
    answer: str


@dataclass(slots=True, eq=False)
class SeededCourse:
    """The seeded questions of a course; those of a theme ask about the same."""

    run: SeededCohort
    count: int = 0
    by_theme: dict[int, list[Question]] = field(default_factory=lambda: defaultdict(list))


def write_questions(runs: Iterable[SeededCohort], now: datetime) -> None:
    """Write all questions, cohort by cohort, and then the topics, needs and changes of each course."""
    courses: dict[int, SeededCourse] = {}
    for run in runs:
        course = courses.setdefault(run.course.pk, SeededCourse(run))
        new = [asked for team in run.teams for asked in _asked_in(run, team, course)]
        written(asked.question for asked in new if not asked.question.duplicate_of)
        written(asked.question for asked in new if asked.question.duplicate_of)
        written(ask for asked in new for ask in _asks(run, asked))
        written(
            Answer(
                question=asked.question, body=asked.answer, answered_by=asked.team.mentor,
                answered_at=answered_at,
            )
            for asked in new
            if (answered_at := asked.question.first_answered_at)
        )  # fmt: skip
    for course in courses.values():
        _write_topics(course, now)


def _asked_in(run: SeededCohort, team: SeededGroup, course: SeededCourse) -> Iterator[SeededQuestion]:
    chance, monday = team.chance, run.cohort.starts_on
    while monday <= run.last_day:
        for learner in team.members(monday):
            day = monday + timedelta(days=chance.randint(0, 6))
            is_there = day < run.last_day and (learner.left_on is None or day < learner.left_on)
            if chance.random() < A_WEEK and is_there:
                yield _question(run, team, learner, course, moment(day, chance.uniform(8, 20)))
        monday += timedelta(days=7)


def _question(
    run: SeededCohort, team: SeededGroup, learner: SeededStudent, course: SeededCourse, asked_at: datetime
) -> SeededQuestion:
    chance = team.chance
    title, theme = words.question_title(course.count)
    course.count += 1
    milestone = run.milestones[theme % len(run.milestones)] if theme % 11 else None
    material = run.materials[milestone.pk][theme % 5] if milestone and theme % 3 else None
    answered_at = asked_at + timedelta(hours=chance.expovariate(1 / 20))
    is_answered = chance.random() < 0.85 and answered_at < moment(run.last_day, 0)
    detail = words.note(chance) if chance.random() < 0.3 else ""
    answer = words.answer(chance) if is_answered else ""
    question = Question(
        cohort=run.cohort, group=team.group, asked_by=learner.person, asked_at=asked_at, title=title, detail=detail,
        milestone=milestone, material=material, category=CATEGORIES[theme % len(CATEGORIES)],
        visibility=chance.choices(("group", "cohort", "course"), (2, 6, 2))[0],
        status="answered" if is_answered else "open", first_answered_at=answered_at if is_answered else None,
        search_text=search_text(title, detail, [answer] if answer else []),
    )  # fmt: skip
    _merge_or_publish(run, team, question, course.by_theme[theme])
    return SeededQuestion(question, team, learner, answer)


def _merge_or_publish(run: SeededCohort, team: SeededGroup, question: Question, like: list[Question]) -> None:
    """Make some duplicates of what was asked first in the cohort; publish some of what the course may read."""
    original = next((each for each in like if each.cohort == run.cohort and each.visibility != "group"), None)
    if original and question.visibility != "course" and team.chance.random() < 0.3:
        question.duplicate_of, question.status = original, "duplicate"
        return
    like.append(question)
    may_be_published = question.visibility == "course" and question.first_answered_at and question.milestone
    if may_be_published and team.chance.random() < 0.3:
        question.published_at, question.published_by = question.first_answered_at, run.admin


def _asks(run: SeededCohort, asked: SeededQuestion) -> Iterator[Ask]:
    """The first ask, and those of others of the cohort who had the question too."""
    question, chance = asked.question, asked.team.chance
    whose = [(asked.team, asked.learner)]
    if question.visibility != "group":
        for _ in range(chance.choices((0, 1, 2, 5), (6, 2, 1, 1))[0]):
            team = chance.choice(run.teams)
            whose.append((team, team.founders[0]))
    for n, (team, learner) in enumerate(whose):
        asked_at = question.asked_at + timedelta(minutes=n * 7)
        yield Ask(
            question=question, group=team.group, enrolment=learner.enrolment, asked_at=asked_at,
            week_starts_on=monday_of(asked_at.date()), logged_by=learner.person,
        )  # fmt: skip


def _write_topics(course: SeededCourse, now: datetime) -> None:
    """Place what was asked before this week by its theme: two questions make a topic; and write what became of some."""
    run, week = course.run, moment(monday_of(now.date()), 0)
    themes = [[each for each in like if each.asked_at < week] for like in course.by_theme.values()]
    topics = written(
        Topic(course=run.course, representative=like[0], found_at=like[1].asked_at)
        for like in themes
        if len(like) > 1
    )
    of_question = {topic.representative_id: topic for topic in topics}
    written(
        Placement(question=question, topic=of_question.get(like[0].pk), placed_at=week)
        for like in themes
        for question in like
    )
    _write_needs(run, topics[:24], now)


def _write_needs(run: SeededCohort, topics: list[Topic], now: datetime) -> None:
    """Half of the topics need material; for half of these it was changed, some weeks ago."""
    changes = written(
        MaterialChange(
            course=run.course, what=f"Wrote the page on “{topic}” anew.", made_by=run.admin,
            milestone=topic.representative.milestone if topic.representative else None,
            changed_on=(now - timedelta(weeks=10 + n)).date(), recorded_at=now - timedelta(weeks=10 + n),
        )
        for n, topic in enumerate(topics[::4])
    )  # fmt: skip
    for change, topic in zip(changes, topics[::4], strict=True):
        change.topics.add(topic)
    states = ("changed", "open", "open", "open")
    needs = written(
        MaterialNeed(
            course=run.course, topic=topic, why="Asked in every cohort.", noted_by=run.admin, owner=run.admin,
            noted_at=now - timedelta(weeks=12), state=states[n % 4], state_since=now - timedelta(weeks=9),
            change=changes[n // 2] if n % 4 == 0 else None,
        )
        for n, topic in enumerate(topics[::2])
    )  # fmt: skip
    written(
        NeedNote(need=need, why="My group asked too.", noted_at=now, noted_by=run.admin)
        for need in needs[1::4]
    )
