"""Tallies equal a live count, whatever happened to what they count, in whatever order."""

import random
from collections import Counter
from datetime import timedelta
from functools import partial
from threading import Event
from time import sleep

import pytest
from django.db import connection, transaction
from django.db.models import Model, Sum

from courses.models import Milestone
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
from tests.conftest import NOW, Cast, make_cast
from tests.factories.courses import CohortFactory, MaterialFactory
from tests.factories.groups import GroupFactory, MembershipFactory
from tests.factories.people import UserFactory
from tests.factories.questions import AskFactory, QuestionFactory
from tests.questions.actions.test_at_once import at_once
from tracker.actions.progress import ProgressError, mark
from tracker.models import Progress
from trends.actions.tallies import compact_tallies
from trends.models import AskTally, StudentTally, TopicTally, TopicTotal
from trends.tally_triggers import DROP, drop_tally_triggers, ensure_tally_triggers, existing_triggers, recount

CELL = ("cohort", "week_starts_on", "milestone", "material", "category")


TOTAL = ("topic", "cohort")
STAY = ("cohort", "milestone", "first_week", "last_week")


def live() -> list[Counter[object]]:
    """Asks by cell, by topic and cell, and students by stay, counted one by one in Python."""
    asks: Counter[object] = Counter()
    topics: Counter[object] = Counter()
    stays: Counter[object] = Counter()
    topic_of = dict(Placement.objects.values_list("question", "topic"))
    for row in Ask.objects.select_related("group", "question__duplicate_of"):
        at = row.question.duplicate_of or row.question
        cell = (row.group.cohort_id, row.week_starts_on, at.milestone_id, at.material_id, at.category)
        asks[cell] += 1
        if topic := topic_of.get(at.pk):
            topics[(topic, *cell)] += 1
    for progress in Progress.objects.select_related("enrolment").filter(state__in=Progress.BEGUN):
        ended_on = progress.enrolment.ended_on
        ends = [day for day in (progress.finished_on, ended_on and ended_on - timedelta(days=1)) if day]
        last = monday_of(min(ends)) if ends else None
        first = monday_of(progress.started_on)
        stays[progress.enrolment.cohort_id, progress.milestone_id, first, last] += 1
    totals: Counter[object] = Counter()
    for named, count in topics.items():
        assert isinstance(named, tuple)
        totals[named[:2]] += count
    return [asks, topics, totals, stays]


def tallied() -> list[Counter[object]]:
    def summed(model: type[Model], added: str, *fields: str) -> Counter[object]:
        rows = model._default_manager.values_list(*fields).annotate(sum=Sum(added)).order_by()
        return Counter({tuple(cell): count for *cell, count in rows if count})

    return [
        summed(AskTally, "asks", *CELL),
        summed(TopicTally, "asks", "topic", *CELL),
        summed(TopicTotal, "asks", "topic", "cohort"),
        summed(StudentTally, "students", *STAY),
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
            self.many_at_once, self.straight, self.move_topic, self.mark, self.mark, self.end, self.compact,
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
        Ask.objects.bulk_create(
            Ask(
                question=row,
                group=self.cast.juniper,
                asked_at=self.at,
                week_starts_on=self.at.date() - timedelta(days=self.at.weekday()),
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
        monday = found.week_starts_on + timedelta(weeks=self.random.randrange(-2, 3))
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

    def compact(self) -> None:
        compact_tallies()
        for model, cell in (
            (AskTally, CELL),
            (TopicTally, ("topic", *CELL)),
            (TopicTotal, TOTAL),
            (StudentTally, STAY),
        ):
            rows = list(model.objects.values_list(*cell))
            assert len(rows) == len(set(rows))
            assert not model.objects.filter(**{"students" if cell == STAY else "asks": 0}).exists()


@pytest.mark.parametrize("seed", range(4))
def test_tallies_equal_a_live_count_after_every_deed(cast: Cast, seed: int) -> None:
    story = Story(cast, seed)
    QuestionFactory.create(membership=cast.ana)
    done: Counter[str] = Counter()
    for n in range(60):
        deed = story.step()
        done[deed] += 1
        assert tallied() == live(), f"after deed {n}, {deed}"
    assert Ask.objects.count() > 5
    assert sum("refused" not in deed for deed in done) > 10


def test_tallies_are_counted_anew_where_a_trigger_was_missing(cast: Cast) -> None:
    question = QuestionFactory.create(membership=cast.ana, milestone=cast.milestones[0])
    with connection.cursor() as cursor:
        for name in existing_triggers(cursor, connection.vendor):
            cursor.execute(DROP[connection.vendor].format(name=name))
    AskFactory.create(question=question, group=cast.juniper, logged_by=cast.tomas)
    assert tallied() != live()

    ensure_tally_triggers()
    assert tallied() == live()
    AskFactory.create(question=question, group=cast.clover, logged_by=cast.marta)
    assert tallied() == live()
    assert AskTally.objects.aggregate(Sum("asks")) == {"asks__sum": 3}


def test_tally_triggers_of_another_version_are_replaced(cast: Cast) -> None:
    QuestionFactory.create(membership=cast.ana)
    with connection.cursor() as cursor:
        wanted = existing_triggers(cursor, connection.vendor)
        for statement in OLDER[connection.vendor]:
            cursor.execute(statement)
        assert existing_triggers(cursor, connection.vendor) > wanted

        ensure_tally_triggers()
        assert existing_triggers(cursor, connection.vendor) == wanted
    assert tallied() == live()


OLDER = {
    "sqlite": [
        "CREATE TRIGGER questions_ask_tally_insert_0 AFTER INSERT ON questions_ask BEGIN SELECT 1; END",
    ],
    "postgresql": [
        "CREATE FUNCTION questions_ask_tally_insert_0() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RETURN NULL; END $$",
        "CREATE TRIGGER questions_ask_tally_insert_0 AFTER INSERT ON questions_ask"
        " FOR EACH ROW EXECUTE FUNCTION questions_ask_tally_insert_0()",
    ],
}


def test_tallies_of_emptied_tables_are_emptied(cast: Cast) -> None:
    AskTally.objects.create(cohort=cast.cohort, week_starts_on=NOW.date() - timedelta(days=2), asks=-1)
    ensure_tally_triggers()
    assert not AskTally.objects.exists()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL copies no tables")
def test_triggers_are_gone_while_sqlite_migrates_only(cast: Cast) -> None:
    with connection.cursor() as cursor:
        drop_tally_triggers(plan=[])
        assert len(existing_triggers(cursor, "sqlite")) == 12
        drop_tally_triggers(plan=["a migration"])
        assert existing_triggers(cursor, "sqlite") == set()
    ensure_tally_triggers()


def test_recount_changes_nothing_that_was_counted_right(cast: Cast) -> None:
    story = Story(cast, 7)
    QuestionFactory.create(membership=cast.ana)
    for _ in range(30):
        story.step()
    before = tallied()
    recount()
    assert tallied() == before == live()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one writer in at a time")
def test_tallies_are_right_when_people_ask_and_edit_at_once() -> None:
    cast = make_cast()
    topic = Topic.objects.create(course=cast.course, found_at=NOW)
    people = [cast.enrolment(name) for name in ("dalia", "emre", "fatima")]
    for n in range(5):
        milestone = cast.milestones[n % 4]
        one, other = (ask(group=cast.clover, by=cast.marta, at=NOW, title=title) for title in "AB")
        at = NOW + timedelta(minutes=n)

        def edit(question: Question = one, milestone: Milestone = milestone) -> None:
            with transaction.atomic():
                row = Question.objects.select_for_update(no_key=True).get(pk=question.pk)
                row.milestone = milestone
                change_question(question=row, by=cast.ines, at=NOW)

        def place(question: Question = one) -> None:
            Placement.objects.create(question=question, topic=topic, placed_at=NOW)

        lines = [LoggedQuestion(again=other.pk), LoggedQuestion(again=one.pk), LoggedQuestion(title="C")]
        wrong = at_once(
            edit,
            place,
            partial(mark_duplicate, question=other, original=one, by=cast.ines, at=at),
            partial(log_questions, group=cast.clover, lines=lines, by=cast.marta, at=at),
            partial(log_questions, group=cast.juniper, lines=lines[::-1], by=cast.ines, at=at),
            *(
                partial(
                    ask_again, question=one, group=cast.juniper, by=person.person, at=at, enrolment=person
                )
                for person in people
            ),
        )
        assert wrong == []
        assert tallied() == live()
    assert Ask.objects.count() >= 5 * 7


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one writer in at a time")
def test_counting_anew_waits_for_who_makes_the_tallies_short() -> None:
    cast = make_cast()
    question = ask(group=cast.clover, by=cast.marta, at=NOW, title="A")
    AskFactory.create_batch(4, question=question, group=cast.clover, enrolment=None, logged_by=cast.marta)
    holds = Event()

    def make_short() -> None:
        with transaction.atomic():
            compact_tallies()
            holds.set()
            sleep(0.5)

    def count_anew() -> None:
        holds.wait()
        recount()

    assert at_once(make_short, count_anew) == []
    assert tallied() == live()
