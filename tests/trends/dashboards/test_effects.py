"""Whether changes helped, from the rows of the database: which asks and which weeks count, and how many queries."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from courses.models import Cohort
from groups.models import Enrolment
from questions.models import MaterialChange, Placement, Question, Topic
from tests.conftest import NOW, Cast
from tests.factories.courses import CohortFactory, PauseFactory
from tests.factories.groups import EnrolmentFactory, GroupFactory, MembershipFactory
from tests.factories.questions import AskFactory, QuestionFactory
from tests.factories.tracker import ProgressFactory
from trends.dashboards.effects import effects_of, questions_answered
from trends.effects.comparison import Side
from trends.effects.effect import Effect

# A week before today, which is Wednesday 16 September.
CHANGED_ON = date(2026, 9, 8)
BEFORE, DURING, AFTER = (datetime(2026, 9, day, 12, tzinfo=UTC) for day in (2, 9, 15))


def change(cast: Cast, *questions: Question, **fields: Any) -> MaterialChange:
    own = {"what": "A drawing", "changed_on": CHANGED_ON, "made_by": cast.ines, "recorded_at": NOW}
    row = MaterialChange.objects.create(
        course=cast.course, **{**own, "milestone": cast.milestones[0], **fields}
    )
    row.questions.set(questions)
    return row


def topic(cast: Cast, *questions: Question, **fields: Any) -> Topic:
    row = Topic.objects.create(course=cast.course, found_at=NOW, **fields)
    Placement.objects.bulk_create(Placement(question=one, topic=row, placed_at=NOW) for one in questions)
    return row


def effect(row: MaterialChange, now: datetime = NOW) -> Effect:
    return effects_of([row], now)[row.pk]


def sides(row: MaterialChange, now: datetime = NOW) -> tuple[Side, Side]:
    found = effect(row, now).together
    return found.before, found.after


def asked(cast: Cast, at: datetime, **fields: Any) -> Question:
    return QuestionFactory.create(membership=cast.ana, asked_at=at, **fields)


def again(question: Question, at: datetime, cast: Cast, count: int = 1) -> None:
    for n in range(count):
        AskFactory.create(
            question=question, group=cast.juniper, logged_by=cast.tomas, asked_at=at + timedelta(minutes=n)
        )


def was_at_it(enrolment: Enrolment, cast: Cast, started_on: date, finished_on: date | None = None) -> None:
    ProgressFactory.create(
        enrolment=enrolment,
        milestone=cast.milestones[0],
        state="done" if finished_on else "working",
        started_on=started_on,
        finished_on=finished_on,
    )


def everybody_at_it(cast: Cast) -> None:
    for name in ("ana", "bruno", "chidi", "dalia", "emre", "fatima"):
        was_at_it(cast.enrolment(name), cast, date(2026, 8, 31))


def test_asks_count_at_questions_and_topics_with_their_duplicates_once(cast: Cast) -> None:
    everybody_at_it(cast)
    chosen, placed, other = (asked(cast, BEFORE) for _ in range(3))
    asked(cast, AFTER, duplicate_of=chosen, status="duplicate")
    asked(cast, AFTER, duplicate_of=placed, status="duplicate")
    again(placed, AFTER, cast, 2)
    again(chosen, DURING, cast, 7)
    row = change(cast, chosen)
    # The chosen question stands in the topic too: its asks count once.
    row.topics.add(topic(cast, placed, chosen))
    before, after = sides(row)
    assert (before.asks, after.asks) == (2, 4)
    assert other.pk not in questions_answered([row.pk])[row.pk]


def test_question_merged_since_counts_where_its_original_does(cast: Cast) -> None:
    everybody_at_it(cast)
    original = asked(cast, BEFORE)
    twin = asked(cast, BEFORE, duplicate_of=original, status="duplicate")
    sister = asked(cast, AFTER, duplicate_of=original, status="duplicate")
    row = change(cast, twin)
    assert questions_answered([row.pk])[row.pk] == {original.pk, twin.pk, sister.pk}
    before, after = sides(row)
    assert (before.asks, after.asks) == (2, 1)


def test_topic_merged_since_counts_as_the_one_it_stands_for(cast: Cast) -> None:
    placed = asked(cast, BEFORE)
    twin = asked(cast, BEFORE, duplicate_of=placed, status="duplicate")
    row = change(cast)
    row.topics.add(topic(cast, merged_into=topic(cast, placed)))
    assert questions_answered([row.pk])[row.pk] == {placed.pk, twin.pk}


def test_change_that_answers_nothing_has_no_asks(cast: Cast) -> None:
    asked(cast, BEFORE)
    assert sides(change(cast)) == (Side(), Side())


def test_student_weeks_run_from_the_first_day_of_work_to_the_last(cast: Cast) -> None:
    # Two weeks before (31 August, done on 3 September); not yet done, until today; both sides; only the week itself.
    was_at_it(cast.enrolment("ana"), cast, date(2026, 8, 31), date(2026, 9, 3))
    was_at_it(cast.enrolment("bruno"), cast, date(2026, 9, 14))
    was_at_it(cast.enrolment("chidi"), cast, date(2026, 9, 6), date(2026, 9, 14))
    was_at_it(cast.enrolment("dalia"), cast, date(2026, 9, 7), date(2026, 9, 13))
    ProgressFactory.create(enrolment=cast.enrolment("emre"), milestone=cast.milestones[0], state="skipped")
    ProgressFactory.create(enrolment=cast.enrolment("fatima"), milestone=cast.milestones[1], state="working")
    row = change(cast)
    assert sides(row) == (Side(0, 2, 2), Side(0, 2, 2))
    # A week later Bruno is still at it.
    assert sides(row, NOW + timedelta(days=7)) == (Side(0, 2, 2), Side(0, 2, 3))


def test_student_weeks_end_with_the_enrolment_and_the_cohort(cast: Cast) -> None:
    for name in ("ana", "bruno"):
        was_at_it(cast.enrolment(name), cast, date(2026, 8, 31))
    ana = cast.enrolment("ana")
    # Ended on a Monday, which is the first day on which it no longer holds.
    ana.ended_on, ana.end_reason = date(2026, 9, 14), "dropped"
    ana.save()
    row = change(cast)
    assert sides(row) == (Side(0, 2, 2), Side(0, 1, 1))
    Cohort.objects.filter(pk=cast.cohort.pk).update(closed_on=date(2026, 9, 14))
    assert sides(row) == (Side(0, 2, 2), Side())


def test_asks_after_a_move_in_are_those_of_the_students_with_dates(cast: Cast) -> None:
    group = GroupFactory.create(cohort=cast.cohort, name="Movers")
    stays = [MembershipFactory.create(group=group) for _ in range(12)]
    for n, stay in enumerate(stays):
        days = (
            {"started_on": date(2026, 8, 31), "finished_on": date(2026, 9, 15)}
            if n < 5
            else {"started_on": None, "finished_on": None, "state_since": None}
        )
        ProgressFactory.create(enrolment=stay.enrolment, milestone=cast.milestones[0], **days)
    question = QuestionFactory.create(membership=stays[0], asked_at=BEFORE)
    # Ana never began it, and somebody of the group may be one without dates.
    for enrolment, own_group, at, times in (
        (stays[1].enrolment, group, BEFORE, 9), (stays[2].enrolment, group, AFTER, 8),
        (stays[7].enrolment, group, BEFORE, 40), (stays[8].enrolment, group, AFTER, 2),
        (cast.enrolment("ana"), cast.clover, AFTER, 3), (None, group, BEFORE, 1),
    ):  # fmt: skip
        for n in range(times):
            AskFactory.create(
                question=question, group=own_group, enrolment=enrolment, logged_by=cast.ines,
                asked_at=at + timedelta(minutes=1 + n),
            )  # fmt: skip
    row = change(cast, question)
    assert sides(row) == (Side(10, 5, 5, 7, 40, 1), Side(8, 5, 5, 7, 2, 3))
    found = effect(row)
    assert found.summary == "fell slightly, asked 10 → 8 times; could be chance"
    assert found.left_out == "7 students without dates asked 42 times, others asked 4 times: not counted here"


def test_student_weeks_are_days_of_the_cohort(cast: Cast) -> None:
    Cohort.objects.filter(pk=cast.cohort.pk).update(time_zone="Pacific/Kiritimati")
    was_at_it(cast.enrolment("ana"), cast, date(2026, 9, 14))
    row = change(cast)
    # Sunday evening in UTC is Monday there: another week.
    assert sides(row, datetime(2026, 9, 20, 18, tzinfo=UTC))[1] == Side(0, 1, 2)


def test_weeks_of_enrolment_count_without_a_milestone(cast: Cast) -> None:
    dalia = cast.enrolment("dalia")
    dalia.ended_on, dalia.end_reason = date(2026, 9, 12), "dropped"
    dalia.save()
    question = QuestionFactory.create(membership=cast.dalia, asked_at=BEFORE)
    again(question, AFTER, cast)
    AskFactory.create(
        question=question, group=cast.juniper, enrolment=dalia, logged_by=cast.tomas, asked_at=AFTER
    )
    # Dalia had left when she asked again; somebody of the group had not.
    row = change(cast, question, milestone=None)
    assert sides(row) == (Side(1, 6, 6), Side(1, 5, 5, others=1))


def test_weeks_of_a_pause_do_not_count(cast: Cast) -> None:
    was_at_it(cast.enrolment("ana"), cast, date(2026, 8, 31))
    PauseFactory.create(cohort=cast.cohort, starts_on=date(2026, 9, 14), ends_on=date(2026, 9, 18))
    assert sides(change(cast)) == (Side(0, 1, 1), Side())


def test_cohorts_of_the_course_are_set_against_each_other(cast: Cast) -> None:
    spring = CohortFactory.create(
        course=cast.course, title="Spring 2026", starts_on=date(2026, 3, 2), closed_on=date(2026, 4, 6)
    )
    maple = GroupFactory.create(cohort=spring)
    for _ in range(5):
        stay = MembershipFactory.create(group=maple, started_on=date(2026, 3, 2))
        was_at_it(stay.enrolment, cast, date(2026, 3, 2), date(2026, 3, 15))
    question = QuestionFactory.create(membership=stay, asked_at=datetime(2026, 3, 4, tzinfo=UTC))
    for n in range(9):
        AskFactory.create(
            question=question, group=maple, logged_by=cast.ines, asked_at=datetime(2026, 3, 5, n, tzinfo=UTC)
        )
    for name in ("ana", "bruno", "chidi", "dalia", "emre"):
        was_at_it(cast.enrolment(name), cast, date(2026, 9, 1), date(2026, 9, 8))
    # Asked again in the next cohort: it counts where the group is.
    again(question, BEFORE, cast)
    elsewhere = CohortFactory.create(course=cast.zoe.course_adminships.get().course)
    EnrolmentFactory.create(cohort=elsewhere, started_on=date(2026, 3, 2))
    found = effect(change(cast, question, changed_on=date(2026, 8, 20)))
    assert [(row.title, row.before, row.after) for row in found.cohorts] == [
        ("Spring 2026", Side(10, 5, 10), Side()),
        ("Autumn 2026", Side(), Side(1, 5, 10)),
    ]
    assert found.within is None
    assert found.across == found.together
    assert found.summary == "fell by about 90%, asked 10 → 1 time; unlikely to be chance alone"


@pytest.mark.parametrize("count", [1, 4])
def test_effects_take_as_many_queries_for_four_changes_as_for_one(
    cast: Cast, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    was_at_it(cast.enrolment("ana"), cast, date(2026, 9, 1))
    rows = []
    for n in range(count):
        rows.append(change(cast, asked(cast, BEFORE), milestone=cast.milestones[n % 4]))
        rows.append(change(cast, asked(cast, AFTER), milestone=None))
        rows[-1].topics.add(topic(cast, asked(cast, BEFORE)))
    listed = list(MaterialChange.objects.all())
    # The answered questions, asks, cohorts with pauses, progress, enrolments; groups and progress of those that asked.
    with django_assert_num_queries(7):
        found = effects_of(listed, NOW)
    assert set(found) == {row.pk for row in rows}


def test_effects_of_no_change_ask_nothing(
    db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        assert effects_of([], NOW) == {}
