from datetime import date
from typing import Any

from groups.actions.plan import set_plan
from groups.dashboards.calendar import calendar_of
from tests.conftest import NOW, TODAY, Cast
from tests.factories.courses import CohortFactory, MilestoneFactory, PauseFactory
from tests.factories.groups import GroupFactory


def test_calendar_gives_each_week_its_milestones(cast: Cast) -> None:
    MilestoneFactory.create(course=cast.course, position=5, week=2, title="Evaluation")
    MilestoneFactory.create(course=cast.course, position=6, title="Agents")
    calendar = calendar_of(cast.cohort, TODAY)
    assert [
        (week.number, week.week.starts_on, [(row.title, due_on) for row, due_on in week.milestones])
        for week in calendar["weeks"]
    ] == [
        (1, date(2026, 8, 31), [("LLM basics", date(2026, 9, 6))]),
        (2, date(2026, 9, 7), [("Prompt engineering", date(2026, 9, 13)), ("Evaluation", date(2026, 9, 13))]),
        (3, date(2026, 9, 14), [("Indexation", date(2026, 9, 20))]),
        (4, date(2026, 9, 21), [("RAG", date(2026, 9, 27))]),
    ]
    assert [week.number for week in calendar["weeks"] if week.is_now] == [3]
    assert [milestone.title for milestone in calendar["without_week"]] == ["Agents"]


def test_calendar_leaves_a_week_of_pause_out_and_shows_it(cast: Cast) -> None:
    PauseFactory.create(
        cohort=cast.cohort, title="Break", starts_on=date(2026, 9, 7), ends_on=date(2026, 9, 13)
    )
    PauseFactory.create(cohort=cast.cohort, starts_on=date(2026, 9, 17), ends_on=date(2026, 9, 17))
    calendar = calendar_of(cast.cohort, TODAY)
    assert [
        (week.number, [row.title for row, _ in week.milestones], [days for _, days in week.pauses])
        for week in calendar["weeks"]
    ] == [
        (1, ["LLM basics"], []),
        (None, [], ["Mon 7 to Sun 13 September"]),
        (2, ["Prompt engineering"], ["Thu 17 September"]),
        (3, ["Indexation"], []),
        (4, ["RAG"], []),
    ]


def test_calendar_of_a_course_without_weeks_is_empty(cast: Cast) -> None:
    assert calendar_of(CohortFactory.create(), TODAY)["weeks"] == ()


def test_calendar_says_how_each_plan_differs(cast: Cast) -> None:
    agents = MilestoneFactory.create(course=cast.course, position=5, title="Agents")
    basics, prompts, indexation, _ = cast.milestones
    GroupFactory.create(cohort=cast.cohort, name="Fern")
    set_plan(
        group=cast.juniper,
        plan={
            basics.pk: date(2026, 9, 6),
            prompts.pk: date(2026, 9, 14),
            indexation.pk: None,
            agents.pk: date(2026, 10, 4),
        },
        by=cast.tomas,
        at=NOW,
    )
    groups: list[Any] = list(cast.cohort.groups.in_order())
    calendar_of(cast.cohort, TODAY, groups)
    assert [(group.name, group.difference) for group in groups] == [
        ("Clover", ""),
        ("Fern", "nothing planned"),
        ("Juniper", "2 other dates, 1 added, 1 left out"),
    ]


def test_calendar_takes_five_queries_however_many_groups(cast: Cast, django_assert_num_queries) -> None:
    for _ in range(30):
        GroupFactory.create(cohort=cast.cohort)
    with django_assert_num_queries(5):
        calendar_of(cast.cohort, TODAY, cast.cohort.groups.in_order())
