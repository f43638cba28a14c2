from datetime import date

from tests.conftest import NOW, Cast
from tests.factories.courses import MaterialFactory, MilestoneFactory
from tests.factories.tracker import ProgressFactory
from tests.tracker.dashboards.test_week import finish, week_of
from tracker.models import MaterialTick


def test_week_lists_what_is_beyond_the_plan_with_its_mark(cast: Cast) -> None:
    beyond = MilestoneFactory.create(course=cast.course, position=9, title="Agents")
    ProgressFactory.create(enrolment=cast.enrolment("ana"), milestone=beyond, state="working", hours="2")
    week = week_of(cast)
    assert [(card.milestone.title, card.state, card.details) for card in week.beyond] == [
        ("Agents", "working", "2 h spent")
    ]


def test_week_puts_what_is_skipped_or_waived_aside(cast: Cast) -> None:
    finish(cast, 0, state="skipped")
    ProgressFactory.create(
        enrolment=cast.enrolment("ana"),
        milestone=cast.milestones[1],
        state="not_started",
        waived_at=NOW,
        waived_by=cast.marta,
    )
    week = week_of(cast)
    assert week.shown is not None
    assert week.shown.milestone.title == "Indexation"
    assert [(card.milestone.title, card.details.split(" · ")[-1]) for card in week.settled] == [
        ("LLM basics", "3.5 h planned"),
        ("Prompt engineering", "waived for you"),
    ]
    skipped = week_of(cast, milestone_id=cast.milestones[0].pk).shown
    assert skipped is not None
    assert [choice.value for choice in skipped.choices][-1] == "skipped"


def test_week_lists_materials_in_use_with_their_ticks(cast: Cast) -> None:
    basics = cast.milestones[0]
    ticked = MaterialFactory.create(
        milestone=basics, position=2, title="Tokens", kind="video", minutes=12, is_optional=True
    )
    MaterialFactory.create(milestone=basics, position=1, title="Models")
    MaterialFactory.create(milestone=basics, position=3, title="Old page", retired_on=date(2026, 9, 1))
    for name in ("ana", "bruno"):
        MaterialTick.objects.create(enrolment=cast.enrolment(name), material=ticked, ticked_at=NOW)
    assert [(each.material.title, each.details, each.is_ticked) for each in week_of(cast).materials] == [
        ("Models", "page", False),
        ("Tokens", "video · 12 min · optional", True),
    ]
    assert [each.is_ticked for each in week_of(cast, "chidi").materials] == [False, False]
