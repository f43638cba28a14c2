"""A summary equals a count one by one, whatever happened to what it counts, in whatever order."""

import json
import random
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from groups.models import Enrolment
from lib.refusals import Refused
from questions.actions import (
    LoggedQuestion,
    answer,
    ask,
    ask_again,
    change_question,
    log_questions,
    mark_duplicate,
    remove_ask,
    remove_question,
    undo_duplicate,
)
from questions.models import Ask, Question
from tests.conftest import NOW, Cast
from tests.factories.courses import CohortFactory, MaterialFactory
from tests.factories.groups import GroupFactory, MembershipFactory
from tests.factories.people import UserFactory
from tests.factories.questions import QuestionFactory
from tracker.actions.progress import mark
from tracker.models import Progress
from trends.actions.summaries import EVERY, sum_up, sum_up_large_courses
from trends.models import CourseSummary


def one_by_one() -> dict[str, list[int]]:
    """The number of asks, and of those that were answered before, by cell."""
    asks: dict[str, list[int]] = {}
    for row in Ask.objects.select_related("group", "question__duplicate_of"):
        at = row.question.duplicate_of or row.question
        week = row.week_starts_on and row.week_starts_on.isoformat()
        about = (at.milestone_id, at.material_id, at.category)
        cell = json.dumps([row.group.cohort_id, week, *about, weeks_at_it(row, at.milestone_id)])
        counts = asks.setdefault(cell, [0, 0])
        counts[0] += 1
        counts[1] += row.is_answered_already and not was_needed_still(row)
    return asks


def milestones_of(ask: Ask) -> set[int]:
    asked = (ask.question, ask.question.duplicate_of)
    return {each.milestone_id for each in asked if each and each.milestone_id}


def was_needed_still(ask: Ask) -> bool:
    """Whether who asked did so again about the milestone, or needed help there, within seven days."""
    week = timedelta(days=7)
    later = [
        row
        for row in Ask.objects.select_related("question__duplicate_of").filter(
            enrolment=ask.enrolment_id, is_answered_already=False
        )
        if ask.asked_at < row.asked_at <= ask.asked_at + week
        and (ask.enrolment_id or row.group_id == ask.group_id)
        and milestones_of(row) & milestones_of(ask)
    ]
    marks = Progress.history.filter(enrolment=ask.enrolment_id, milestone__in=milestones_of(ask))
    marked = [each.state_since for each in marks if each.state == "need_help" and ask.enrolment_id]
    return bool(later) or any(at and ask.asked_at < at <= ask.asked_at + week for at in marked)


def weeks_at_it(ask: Ask, milestone_id: int | None) -> list[Any] | None:
    """Whether it is dated and the weeks in which who asked, or anybody of the group, was at the milestone."""
    members = Enrolment.objects.filter(memberships__group=ask.group_id)
    begun = Progress.objects.filter(
        milestone=milestone_id, state__in=Progress.BEGUN, state_since__isnull=False
    )
    found = set()
    who = members.filter(pk=ask.enrolment_id) if ask.enrolment_id else members
    for row in begun.filter(enrolment__in=who):
        ends = [row.finished_on, row.enrolment.ended_on and row.enrolment.ended_on - timedelta(days=1)]
        last = min((day for day in ends if day), default=None)
        assert row.started_on
        if last is None or last >= row.started_on:
            days = (row.started_on, last)
            found.add(tuple(day and (day - timedelta(days=day.weekday())).isoformat() for day in days))
    return [True, sorted(found, key=str)] if found else None


def stored() -> dict[str, list[int]]:
    cells = CourseSummary.objects.get().cells
    rows = {json.dumps(cell[:-2]): cell[-2:] for cell in cells}
    assert len(rows) == len(cells)
    return rows


class Story:
    """People's deeds with questions, at random but the same each time; what an action refuses is left out."""

    def __init__(self, cast: Cast, seed: int) -> None:
        # The same story each time.
        self.random = random.Random(seed)  # noqa: S311
        self.cast, self.at = cast, NOW
        self.materials = [MaterialFactory.create(milestone=row) for row in cast.milestones[:2]]
        spring = CohortFactory.create(course=cast.course, title="Spring 2027", time_zone="America/Sao_Paulo")
        self.groups = [cast.clover, cast.juniper, GroupFactory.create(cohort=spring, name="Oak")]
        for n in range(2):
            MembershipFactory.create(group=self.groups[2], person=UserFactory.create(name=f"Oak {n}"))

    def step(self) -> str:
        self.at += timedelta(hours=self.random.randrange(1, 60))
        deed = self.random.choice(self.deeds())
        try:
            deed()
        except (Refused, IndexError):
            return f"{deed.__name__} refused"
        return deed.__name__

    def deeds(self) -> list:
        return [
            self.ask, self.ask, self.again, self.again, self.log, self.merge, self.merge, self.part, self.edit,
            self.edit, self.remove_ask, self.remove_question,
            self.many_at_once, self.straight, self.mark, self.mark, self.end,
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
        question = self.question()
        if is_answered := self.random.random() < 0.8:
            question = question.duplicate_of or question
            if not question.has_answer:
                answer(question=question, by=self.cast.marta, at=self.at, body="So.")
        typed = self.random.choice([None, {"title": "Why so"}])
        ask_again(
            question=question,
            group=group,
            by=self.cast.marta,
            at=self.at,
            enrolment=enrolment,
            typed=typed,
            is_answered=is_answered,
        )

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

    def remove_ask(self) -> None:
        remove_ask(ask=self.any(Ask.objects.all()), by=self.cast.ines, at=self.at)

    def remove_question(self) -> None:
        remove_question(question=self.question(), by=self.cast.ines, at=self.at)

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

    def mark(self) -> None:
        enrolment = self.any(Enrolment.objects.all())
        state = self.random.choice(list(Progress.State))
        mark(
            enrolment=enrolment, milestone=self.random.choice(self.cast.milestones), state=state,
            by=self.cast.marta, at=self.at,
        )  # fmt: skip

    def end(self) -> None:
        """Somebody leaves, or it is undone."""
        enrolment = self.any(Enrolment.objects.all())
        enrolment.ended_on = None if enrolment.ended_on else self.at.date() + timedelta(days=1)
        enrolment.end_reason = "dropped" if enrolment.ended_on else ""
        enrolment.save()


@pytest.mark.parametrize("seed", range(2))
def test_summary_equals_a_count_one_by_one_after_every_deed(cast: Cast, seed: int) -> None:
    story = Story(cast, seed)
    QuestionFactory.create(membership=cast.ana)
    done: Counter[str] = Counter()
    was_answered = False
    for n in range(60):
        deed = story.step()
        done[deed] += 1
        sum_up(cast.course, story.at)
        assert stored() == one_by_one(), f"after deed {n}, {deed}"
        was_answered |= any(answered for _, answered in stored().values())
    assert Ask.objects.count() > 5
    assert was_answered
    assert sum("refused" not in deed for deed in done) > 8


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
    assert CourseSummary.objects.values_list("course", "counted_at").get() == (cast.course.pk, NOW)


def test_large_courses_are_summed_up_again_after_ten_minutes(cast: Cast) -> None:
    sum_up(cast.course, NOW)
    QuestionFactory.create(membership=cast.ana)
    sum_up_large_courses(NOW + EVERY - timedelta(seconds=1))
    assert stored() == {}
    sum_up_large_courses(NOW + EVERY)
    assert stored() == one_by_one()
    assert CourseSummary.objects.get().counted_at == NOW + EVERY


def test_summary_says_nothing_that_somebody_wrote(cast: Cast) -> None:
    question = QuestionFactory.create(
        membership=cast.ana, title="perihelion", detail="perihelion", category="setup"
    )
    sum_up(cast.course, NOW)
    cells: Any = CourseSummary.objects.get().cells
    week = question.asks.get().week_starts_on.isoformat()
    assert cells == [[cast.cohort.pk, week, question.milestone_id, None, "setup", None, 1, 0]]
