"""Summaries equal a count one by one, whatever happened to what they count, in whatever order."""

import random
from collections import Counter
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import QuerySet

from groups.models import Enrolment
from lib.weeks import monday_of
from questions.actions import (
    LoggedQuestion,
    QuestionError,
    ask,
    ask_again,
    ask_instead,
    change_question,
    log_questions,
    mark_duplicate,
    take_back_ask,
    take_back_question,
    undo_duplicate,
)
from questions.models import Ask, Placement, Question, Topic
from tests.conftest import NOW, Cast
from tests.factories.courses import CohortFactory, MaterialFactory
from tests.factories.groups import GroupFactory, MembershipFactory
from tests.factories.people import UserFactory
from tests.factories.questions import AskFactory, QuestionFactory
from tracker.actions.progress import ProgressError, mark
from tracker.models import Progress
from trends.actions.summaries import EVERY, count_differences, sum_up, sum_up_large_courses
from trends.models import AskSummary, CourseSummary, QuestionSummary, StudentSummary, TopicSummary

CELL = ("cohort", "week_starts_on", "milestone", "material", "category")
WAIT = ("cohort", "milestone", "material", "category", "answered_within", "is_answer_undated", "is_undated")


STAY = ("cohort", "milestone", "first_week", "last_week")


def one_by_one() -> list[Counter[object]]:
    """Asks by cell, by topic and cell, and by topic; questions by wait, and students by stay, counted in Python."""
    asks: Counter[object] = Counter()
    topics: Counter[object] = Counter()
    totals: Counter[object] = Counter()
    waits: Counter[object] = Counter(Question.objects.originals().values_list(*WAIT))
    stays: Counter[object] = Counter()
    topic_of = dict(Placement.objects.values_list("question", "topic"))
    sizes = Counter(topic_of.values())
    for row in Ask.objects.select_related("group", "question__duplicate_of"):
        at = row.question.duplicate_of or row.question
        cell = (row.group.cohort_id, row.week_starts_on, at.milestone_id, at.material_id, at.category)
        asks[cell] += 1
        topic = topic_of.get(at.pk)
        if topic and sizes[topic] > 1:
            topics[(*cell, topic)] += 1
            totals[row.group.cohort_id, topic] += 1
    for progress in Progress.objects.select_related("enrolment").filter(state__in=Progress.BEGUN):
        ended_on = progress.enrolment.ended_on
        ends = [day for day in (progress.finished_on, ended_on and ended_on - timedelta(days=1)) if day]
        last = monday_of(min(ends)) if ends else None
        first = monday_of(progress.started_on)
        stays[progress.enrolment.cohort_id, progress.milestone_id, first, last] += 1
    return [asks, topics, totals, waits, stays]


def stored() -> list[Counter[object]]:
    def rows(found: QuerySet[Any], number: str, *fields: str) -> Counter[object]:
        counted = [(tuple(row), count) for count, *row in found.values_list(number, *fields)]
        assert len(counted) == len(dict(counted))
        return Counter(dict(counted))

    return [
        rows(AskSummary.objects.filter(topic=None), "asks", *CELL),
        rows(AskSummary.objects.exclude(topic=None), "asks", *CELL, "topic"),
        rows(TopicSummary.objects.all(), "asks", "cohort", "topic"),
        rows(QuestionSummary.objects.all(), "questions", *WAIT),
        rows(StudentSummary.objects.all(), "students", *STAY),
    ]


class Story:
    """What people do with questions, at random but the same each time; what an action refuses is left."""

    def __init__(self, cast: Cast, seed: int) -> None:
        # The same story each time.
        self.random = random.Random(seed)  # noqa: S311
        self.cast, self.at = cast, NOW
        self.materials = [MaterialFactory.create(milestone=row) for row in cast.milestones[:2]]
        spring = CohortFactory.create(course=cast.course, title="Spring 2027", time_zone="America/Sao_Paulo")
        self.groups = [cast.clover, cast.juniper, GroupFactory.create(cohort=spring, name="Oak")]
        for n in range(2):
            MembershipFactory.create(group=self.groups[2], person=UserFactory.create(name=f"Oak {n}"))
        self.topics = [Topic.objects.create(course=cast.course, found_at=NOW) for _ in range(3)]

    def step(self) -> str:
        self.at += timedelta(hours=self.random.randrange(1, 60))
        deed = self.random.choice(self.deeds())
        try:
            deed()
        except (QuestionError, ProgressError, IndexError):
            return f"{deed.__name__} refused"
        return deed.__name__

    def deeds(self) -> list:
        return [
            self.ask, self.ask, self.again, self.again, self.log, self.merge, self.merge, self.part, self.edit,
            self.edit, self.take_ask_back, self.take_back, self.instead, self.place, self.place, self.leave,
            self.many_at_once, self.straight, self.move_topic, self.mark, self.mark, self.end,
        ]  # fmt: skip

    def any(self, rows):
        return self.random.choice(list(rows.order_by("pk")))

    def question(self) -> Question:
        return self.any(Question.objects.all())

    def group(self):
        return self.random.choice(self.groups)

    def where(self) -> dict:
        material = self.random.choice([None, *self.materials])
        milestone = material.milestone if material else self.random.choice([None, *self.cast.milestones])
        return {"milestone": milestone, "material": material}

    def ask(self) -> None:
        ask(
            group=self.group(), by=self.cast.marta, at=self.at, title="Why", visibility="course",
            category=self.random.choice(["", "setup", "concept"]), **self.where(),
        )  # fmt: skip

    def again(self) -> None:
        group = self.group()
        member = self.random.choice([None, *group.memberships.all()])
        enrolment = member.enrolment if member else None
        ask_again(question=self.question(), group=group, by=self.cast.marta, at=self.at, enrolment=enrolment)

    def log(self) -> None:
        again = self.any(Question.objects.filter(cohort=self.cast.cohort)).pk
        lines = [
            LoggedQuestion(title="How", milestone=self.where()["milestone"]),
            LoggedQuestion(again=again),
            LoggedQuestion(title="When"),
        ]
        log_questions(group=self.cast.clover, lines=lines, by=self.cast.marta, at=self.at)

    def merge(self) -> None:
        mark_duplicate(question=self.question(), original=self.question(), by=self.cast.ines, at=self.at)

    def part(self) -> None:
        question = self.any(Question.objects.exclude(duplicate_of=None))
        undo_duplicate(question=question, by=self.cast.ines, at=self.at)

    def edit(self) -> None:
        question = self.question()
        for name, value in {**self.where(), "category": self.random.choice(["", "setup"])}.items():
            setattr(question, name, value)
        change_question(question=question, by=self.cast.ines, at=self.at)

    def take_ask_back(self) -> None:
        take_back_ask(ask=self.any(Ask.objects.all()), by=self.cast.ines, at=self.at)

    def take_back(self) -> None:
        question = self.question()
        Placement.objects.filter(question=question).update(topic=self.random.choice([None, *self.topics]))
        take_back_question(question=question, by=self.cast.ines, at=self.at)

    def instead(self) -> None:
        ask_instead(question=self.question(), original=self.question(), by=self.cast.ines, at=self.at)

    def place(self) -> None:
        topic = self.random.choice([None, *self.topics])
        Placement.objects.update_or_create(
            question=self.question(), defaults={"topic": topic, "placed_at": self.at}
        )

    def leave(self) -> None:
        self.any(Placement.objects.all()).delete()

    def many_at_once(self) -> None:
        """As an import does: many rows in one statement, milestones of many changed in one."""
        questions = list(Question.objects.order_by("?")[:3])
        monday = self.at.date() - timedelta(days=self.at.weekday())
        week = self.random.choice([monday, monday, None])
        Ask.objects.bulk_create(
            Ask(
                question=row,
                group=self.cast.juniper,
                asked_at=self.at,
                week_starts_on=week,
                logged_by=self.cast.ines,
            )
            for row in questions
        )
        Question.objects.filter(pk__in=[row.pk for row in questions]).update(
            milestone=self.random.choice(self.cast.milestones), material=None
        )

    def straight(self) -> None:
        """Past the actions: an ask moves to another question, group and week."""
        found = self.any(Ask.objects.all())
        week = found.week_starts_on
        monday = week and week + timedelta(weeks=self.random.randrange(-2, 3))
        Ask.objects.filter(pk=found.pk).update(
            question=self.question(), group=self.group(), week_starts_on=monday
        )

    def move_topic(self) -> None:
        """A topic is merged into another: all of its placements in one statement."""
        one, other = self.random.sample(self.topics, 2)
        Placement.objects.filter(topic=one).update(topic=other)

    def mark(self) -> None:
        enrolment = self.any(Enrolment.objects.all())
        state = self.random.choice(Progress.State.values)
        mark(
            enrolment=enrolment, milestone=self.random.choice(self.cast.milestones), state=state,
            by=self.cast.marta, at=self.at,
        )  # fmt: skip

    def end(self) -> None:
        """Somebody leaves, or it is taken back."""
        enrolment = self.any(Enrolment.objects.all())
        enrolment.ended_on = None if enrolment.ended_on else self.at.date() + timedelta(days=1)
        enrolment.end_reason = "dropped" if enrolment.ended_on else ""
        enrolment.save()


@pytest.mark.parametrize("seed", range(4))
def test_summary_equals_a_count_one_by_one_after_every_deed(cast: Cast, seed: int) -> None:
    story = Story(cast, seed)
    QuestionFactory.create(membership=cast.ana)
    done: Counter[str] = Counter()
    for n in range(60):
        deed = story.step()
        done[deed] += 1
        sum_up(cast.course, story.at)
        assert stored() == one_by_one(), f"after deed {n}, {deed}"
    assert Ask.objects.count() > 5
    assert sum("refused" not in deed for deed in done) > 10


def test_summary_writes_only_what_differs(cast: Cast) -> None:
    first, second = cast.milestones[:2]
    QuestionFactory.create_batch(2, membership=cast.ana, milestone=first)
    QuestionFactory.create(membership=cast.ana, milestone=second)
    sum_up(cast.course, NOW)
    kept = AskSummary.objects.get(milestone=second).pk
    AskFactory.create(
        question=Question.objects.filter(milestone=first)[0], group=cast.juniper, logged_by=cast.tomas
    )
    assert count_differences(cast.course) == 1
    sum_up(cast.course, NOW)
    assert AskSummary.objects.get(milestone=second).pk == kept
    assert AskSummary.objects.get(milestone=first).asks == 3
    assert count_differences(cast.course) == 0


def test_rows_that_two_processes_wrote_at_once_are_made_one(cast: Cast) -> None:
    QuestionFactory.create(membership=cast.ana)
    sum_up(cast.course, NOW)
    row = AskSummary.objects.get()
    row.pk = None
    row.save()
    assert count_differences(cast.course) == 1
    sum_up(cast.course, NOW)
    assert stored() == one_by_one()


def test_only_courses_too_large_to_be_counted_live_are_summed_up(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trends.actions.summaries.MOST_LIVE", 2)
    QuestionFactory.create_batch(2, membership=cast.ana)
    other = MembershipFactory.create(group=GroupFactory.create(name="Elsewhere"))
    QuestionFactory.create(membership=other)
    sum_up_large_courses(NOW)
    assert not CourseSummary.objects.exists()
    QuestionFactory.create(membership=cast.ana)
    sum_up_large_courses(NOW)
    assert CourseSummary.objects.values_list("course", "begun_at", "counted_at").get() == (
        cast.course.pk,
        NOW,
        NOW,
    )


def test_large_courses_are_summed_up_again_after_ten_minutes(cast: Cast) -> None:
    sum_up(cast.course, NOW)
    QuestionFactory.create(membership=cast.ana)
    sum_up_large_courses(NOW + EVERY - timedelta(seconds=1))
    assert not AskSummary.objects.exists()
    sum_up_large_courses(NOW + EVERY)
    assert stored() == one_by_one()
    assert CourseSummary.objects.get().counted_at == NOW + EVERY


def told(*arguments: str) -> str:
    out = StringIO()
    call_command("sum_up_trends", *arguments, stdout=out)
    return out.getvalue()


def test_command_checks_and_rebuilds(cast: Cast) -> None:
    told()
    assert told("--check") == ""
    sum_up(cast.course, NOW)
    assert told("--check") == "LLM specialisation: 0 rows differ from a live count.\n"
    QuestionFactory.create(membership=cast.ana)
    with pytest.raises(CommandError, match="Summaries differ"):
        told("--check")
    told("--rebuild")
    assert stored() == one_by_one()
    assert told("--check") == "LLM specialisation: 0 rows differ from a live count.\n"
