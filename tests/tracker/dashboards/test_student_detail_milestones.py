from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from groups.models import Enrolment, Group
from tests.conftest import TODAY, Cast
from tests.factories.courses import MilestoneFactory
from tests.tracker.dashboards.bruno import story_of
from tracker.actions.helping import sort_out, still_needs_help
from tracker.actions.progress import mark, note_hours, waive
from tracker.dashboards.group_overviews import group_overviews
from tracker.dashboards.student_detail.milestones import (
    StudentMilestone,
    by_milestone,
    progress_events,
    student_milestones,
)
from tracker.models import Progress

LISBON = ZoneInfo("Europe/Lisbon")


def at(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 9, day, hour, tzinfo=UTC)


def set_state(cast: Cast, number: int, state: str, when: datetime, by: str = "bruno") -> None:
    mark(
        enrolment=cast.enrolment("bruno"),
        milestone=cast.milestones[number],
        state=state,
        by=cast.person(by),
        at=when,
    )


def lines(cast: Cast, *, in_group: bool = True) -> list[StudentMilestone]:
    records = by_milestone(Progress.history.filter(enrolment=cast.enrolment("bruno")))
    overview = group_overviews(Group.objects.filter(pk=cast.clover.pk), now=timezone.now())[0]
    plan, member = (overview.plan, overview.members[1]) if in_group else ((), None)
    return list(student_milestones(plan, member, records, TODAY, LISBON))


def told(cast: Cast) -> list[tuple[int, str]]:
    records = by_milestone(Progress.history.filter(enrolment=cast.enrolment("bruno")))
    return [(event.day.day, event.what) for event in progress_events(records, LISBON)]


def test_milestones_say_state_since_when_and_hours(cast: Cast) -> None:
    set_state(cast, 0, "done", at(5))
    note_hours(
        enrolment=cast.enrolment("bruno"),
        milestone=cast.milestones[0],
        hours=Decimal("4.5"),
        by=cast.marta,
        at=at(6),
    )
    waive(enrolment=cast.enrolment("bruno"), milestone=cast.milestones[2], by=cast.marta, at=at(7))
    cast.clover.plan_items.filter(milestone=cast.milestones[3]).update(due_on=None)
    assert [
        (line.milestone.title, line.state_label, line.since_label, line.due_label, line.hours_label)
        for line in lines(cast)
    ] == [
        ("LLM basics", "done", "since Sat 5 September", "due Sun 6 September", "4.5 of 3.5"),
        ("Prompt engineering", "not started", "", "due Sun 13 September", "– of 3"),
        ("Indexation", "not expected", "", "due Sun 20 September", "– of 2.5"),
        ("RAG", "not started", "", "no due date", "– of 3"),
    ]
    assert [(line.shown_as, line.is_waived, line.may_be_waived) for line in lines(cast)] == [
        ("done", False, False),
        ("not_started", False, True),
        ("unplanned", True, False),
        ("not_started", False, True),
    ]


def test_milestone_outside_the_plan_is_told_too(cast: Cast) -> None:
    extra = MilestoneFactory.create(course=cast.course, position=5, title="Agents")
    bruno = cast.enrolment("bruno")
    mark(enrolment=bruno, milestone=extra, state="working", by=bruno.person, at=at(5))
    assert [(line.milestone.title, line.due_label, line.hours_label) for line in lines(cast)][4:] == [
        ("Agents", "not in the plan", "–")
    ]
    assert [(line.milestone.title, line.due_label) for line in lines(cast, in_group=False)] == [
        ("Agents", "")
    ]


def test_history_of_a_milestone_keeps_every_change(cast: Cast) -> None:
    bruno, basics = cast.enrolment("bruno"), cast.milestones[0]
    set_state(cast, 0, "working", at(5))
    set_state(cast, 0, "done", at(6), by="marta")
    note_hours(enrolment=bruno, milestone=basics, hours=None, by=bruno.person, at=at(7))
    waive(enrolment=bruno, milestone=basics, by=cast.marta, at=at(8))
    waive(is_waived=False, enrolment=bruno, milestone=basics, by=cast.marta, at=at(9))
    changes = lines(cast)[0].changes
    assert [(each.at.day, each.by, each.field, each.before, each.after) for each in changes] == [
        (9, "Marta Pires", "expectation", "not expected", "expected"),
        (8, "Marta Pires", "expectation", "expected", "not expected"),
        (6, "Marta Pires", "state", "working on it", "done"),
        (5, "Bruno Sá", "state", "not started", "working on it"),
    ]


def test_story_tells_a_day_once_and_no_slip(cast: Cast) -> None:
    set_state(cast, 0, "working", at(5, 9))
    set_state(cast, 0, "done", at(5, 10), by="marta")
    note_hours(
        enrolment=cast.enrolment("bruno"),
        milestone=cast.milestones[0],
        hours=Decimal("2"),
        by=cast.marta,
        at=at(5, 11),
    )
    set_state(cast, 1, "done", at(6, 9), by="marta")
    set_state(cast, 1, "not_started", at(6, 10), by="marta")
    set_state(cast, 0, "need_help", at(7))
    note_hours(
        enrolment=cast.enrolment("bruno"), milestone=cast.milestones[0], hours=None, by=cast.marta, at=at(8)
    )
    waive(enrolment=cast.enrolment("bruno"), milestone=cast.milestones[2], by=cast.marta, at=at(8))
    assert told(cast) == [
        (5, "LLM basics: done, 2 h spent"),
        (7, "LLM basics: needs help"),
        (8, "LLM basics: hours removed"),
        (8, "Indexation: not expected"),
    ]


@pytest.mark.parametrize("begun_on", [4, 5])
def test_story_tells_a_request_that_is_made_again_as_it_was_on_the_day_of_that(
    cast: Cast, begun_on: int
) -> None:
    bruno, basics = cast.enrolment("bruno"), cast.milestones[0]
    set_state(cast, 0, "working", at(begun_on, 8))
    set_state(cast, 0, "need_help", at(5))
    # So soon, the moment of the state before holds again.
    sort_out(enrolment=bruno, milestone=basics, by=cast.marta, at=at(5) + timedelta(minutes=1))
    still_needs_help(enrolment=bruno, milestone=basics, by=bruno.person, at=at(7))
    assert told(cast) == [(begun_on, "LLM basics: working on it"), (7, "LLM basics: needs help")]


def test_story_counts_days_where_the_cohort_is(cast: Cast) -> None:
    set_state(cast, 0, "done", datetime(2026, 9, 5, 23, 30, tzinfo=UTC))
    assert [day for day, _ in told(cast)] == [6]


def test_nothing_was_due_before_they_came(cast: Cast) -> None:
    Enrolment.objects.filter(pk=cast.bruno.enrolment_id).update(started_on=TODAY)
    assert [line.due_label for line in lines(cast)[:3]] == [
        "from before they joined",
        "from before they joined",
        "due Sun 20 September",
    ]
    sheet = story_of(cast).sheet
    assert sheet is not None
    assert [head.due_on for head in sheet.heads[:3]] == [None, None, date(2026, 9, 20)]
