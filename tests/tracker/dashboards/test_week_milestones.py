from datetime import date, timedelta

from courses.models import Milestone
from tests.conftest import NOW, Cast
from tests.factories.courses import MaterialFactory, MilestoneFactory
from tests.factories.tracker import ProgressFactory
from tests.tracker.dashboards.test_week import finish, titles, week_of
from tracker.dashboards.week.student_week import StudentWeek
from tracker.models import MaterialTick


def test_week_lists_the_other_milestones_with_what_became_of_them(cast: Cast) -> None:
    beyond = MilestoneFactory.create(course=cast.course, position=9, title="Agents")
    ana = cast.enrolment("ana")
    ProgressFactory.create(enrolment=ana, milestone=beyond, state="working", hours="2")
    finish(cast, 0, state="skipped")
    waived = {"waived_at": NOW, "waived_by": cast.marta}
    ProgressFactory.create(enrolment=ana, milestone=cast.milestones[1], state="not_started", **waived)
    week = week_of(cast)
    assert week.shown is not None
    assert (week.shown.milestone.title, titles(week.left)) == ("Indexation", ["RAG", "Agents"])
    assert [(card.milestone.title, card.status, card.details.split(" · ")[-1]) for card in week.others] == [
        ("LLM basics", "Skipped", "3.5 h planned"),
        ("Prompt engineering", "Waived for you", "waived for you"),
        ("RAG", "", "3 h planned"),
        ("Agents", "Beyond the plan", "2 h spent"),
    ]
    skipped = week_of(cast, milestone_id=cast.milestones[0].pk).shown
    assert skipped is not None
    assert [state for state, _ in skipped.choices][-1] == "skipped"


def _titles(week: StudentWeek) -> list[tuple[str, list[str], bool]]:
    return [(each.name, [word for word, _ in each.links], each.is_ticked) for each in week.titles]


def test_materials_of_one_title_are_one_tick(cast: Cast) -> None:
    basics: Milestone = cast.milestones[0]
    kinds = {
        "Models": ["page"],
        "Chains": ["page", "video"],
        "Networks (1 of 2)": ["video"],
        "Networks (2 of 2)": ["video"],
        "Stores": ["page", "video", "video"],
    }
    made = [
        MaterialFactory.create(milestone=basics, position=at, title=title, kind=kind)
        for at, (title, each) in enumerate(kinds.items())
        for kind in each
    ]
    MaterialFactory.create(milestone=basics, title="Old page", retired_on=date(2026, 9, 1))
    for material in made[:3]:
        MaterialTick.objects.create(enrolment=cast.enrolment("ana"), material=material, ticked_at=NOW)
    assert _titles(week_of(cast)) == [
        ("Models", ["page"], True),
        ("Chains", ["page", "video"], True),
        ("Networks", ["1", "2"], False),
        ("Stores", ["page", "video 1", "video 2"], False),
    ]
    assert {ticked for *_, ticked in _titles(week_of(cast, "chidi"))} == {False}
    # Half of it is not it.
    MaterialTick.objects.filter(material=made[2]).delete()
    assert _titles(week_of(cast))[1][2] is False


def test_what_was_finished_is_folded_after_an_hour_and_the_sixth_title(cast: Cast) -> None:
    made = [MaterialFactory.create(milestone=cast.milestones[0], title=f"{n}", position=n) for n in range(8)]
    for minutes, material in ((59, made[0]), (61, made[1])):
        at = NOW - timedelta(minutes=minutes)
        MaterialTick.objects.create(enrolment=cast.enrolment("ana"), material=material, ticked_at=at)
    week = week_of(cast)
    shown = (week.open_titles, week.more_titles, week.finished_titles)
    assert ["".join(each.name for each in some) for some in shown] == ["02345", "67", "1"]
    assert week.left_count == 6
    made[7].delete()
    assert (len(week_of(cast).open_titles), week_of(cast).more_titles) == (6, ())
