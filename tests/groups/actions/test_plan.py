from datetime import date

import pytest

from groups.actions.group import open_group
from groups.actions.plan import calendar_plan, reset_plan, set_plan
from groups.models import Group
from lib.refusals import Refused
from tests.conftest import NOW, Cast
from tests.factories.courses import MilestoneFactory, PauseFactory
from tests.factories.tracker import ProgressFactory


def plan(group: Group) -> dict[str, date | None]:
    return {item.milestone.title: item.due_on for item in group.plan_items.select_related("milestone")}


CALENDAR = {
    "LLM basics": date(2026, 9, 6),
    "Prompt engineering": date(2026, 9, 13),
    "Indexation": date(2026, 9, 20),
    "RAG": date(2026, 9, 27),
}


def test_first_plan_is_the_calendar_without_milestones_in_no_week(cast: Cast) -> None:
    MilestoneFactory.create(course=cast.course, position=5, title="Agents")
    assert plan(open_group(cohort=cast.cohort, name="Fern", by=cast.ines, at=NOW)) == CALENDAR


def test_calendar_plan_goes_around_pauses(cast: Cast) -> None:
    PauseFactory.create(cohort=cast.cohort, starts_on=date(2026, 9, 14), ends_on=date(2026, 9, 20))
    assert list(calendar_plan(cast.cohort).values()) == [
        date(2026, 9, 6),
        date(2026, 9, 13),
        date(2026, 9, 27),
        date(2026, 10, 4),
    ]


def test_set_plan_adds_changes_and_takes_out(cast: Cast) -> None:
    agents = MilestoneFactory.create(course=cast.course, position=5, title="Agents")
    basics, prompts, indexation, _ = cast.milestones
    ProgressFactory.create(enrolment=cast.enrolment("ana"), milestone=cast.milestones[3])
    saved = set_plan(
        group=cast.clover,
        plan={
            basics.pk: date(2026, 9, 6),
            prompts.pk: date(2026, 9, 14),
            indexation.pk: None,
            agents.pk: date(2026, 10, 4),
        },
        by=cast.marta,
        at=NOW,
    )
    assert plan(cast.clover) == {
        "LLM basics": date(2026, 9, 6),
        "Prompt engineering": date(2026, 9, 14),
        "Indexation": None,
        "Agents": date(2026, 10, 4),
    }
    assert (saved.version, saved.changed_by, saved.changed_at) == (2, cast.marta, NOW)
    assert plan(cast.juniper) == CALENDAR
    assert cast.enrolment("ana").progress.count() == 1


def test_set_plan_keeps_the_items_that_stay(cast: Cast) -> None:
    before = set(cast.clover.plan_items.values_list("pk", flat=True))
    set_plan(
        group=cast.clover,
        plan=dict.fromkeys((row.pk for row in cast.milestones), None),
        by=cast.marta,
        at=NOW,
    )
    assert set(cast.clover.plan_items.values_list("pk", flat=True)) == before


def test_set_plan_refuses_a_milestone_of_another_course(cast: Cast) -> None:
    foreign = MilestoneFactory.create()
    with pytest.raises(Refused, match="milestone of another course"):
        set_plan(group=cast.clover, plan={foreign.pk: None}, by=cast.marta, at=NOW)
    assert plan(cast.clover) == CALENDAR


def test_reset_plan_makes_the_calendar_the_plan(cast: Cast) -> None:
    agents = MilestoneFactory.create(course=cast.course, position=5, title="Agents")
    set_plan(group=cast.clover, plan={agents.pk: date(2026, 10, 4)}, by=cast.marta, at=NOW)
    reset_plan(group=cast.clover, by=cast.ines, at=NOW)
    assert plan(cast.clover) == CALENDAR
    assert Group.objects.get(pk=cast.clover.pk).changed_by == cast.ines


def test_set_plan_takes_the_same_queries_however_long(cast: Cast, django_assert_num_queries) -> None:
    milestones = [
        *cast.milestones,
        *(MilestoneFactory.create(course=cast.course, position=n) for n in range(5, 35)),
    ]
    wanted = {row.pk: date(2026, 10, 1) for row in milestones}
    with django_assert_num_queries(13):
        set_plan(group=cast.clover, plan=wanted, by=cast.marta, at=NOW)
