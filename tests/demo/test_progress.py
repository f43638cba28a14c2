from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from demo.days import Days
from demo.events import replay
from demo.progress import progress_events
from demo.records import DemoCourse, DemoRun
from groups.models import Enrolment
from tests.conftest import NOW, TODAY, Cast
from tests.factories.courses import MaterialFactory
from tracker.models import MaterialTick


def run(cast: Cast) -> DemoRun:
    milestone = cast.milestones[0]
    materials = [MaterialFactory.create(milestone=milestone, position=n) for n in range(3)]
    demo = DemoCourse(
        cast.course,
        cast.ines,
        {"ana": cast.person("ana"), "marta": cast.marta},
        {"basics": milestone},
        {"basics": materials},
    )
    days = Days.of(weeks_ago=2, today=TODAY, zone=ZoneInfo("Europe/Lisbon"))
    enrolments = {"ana": Enrolment.objects.get(pk=cast.ana.enrolment_id)}
    return DemoRun(demo, cast.cohort, days, {"Clover": cast.clover}, enrolments)


def test_marks_are_told_state_hours_ticks_and_who(cast: Cast) -> None:
    told = [
        "w0 tue 20:10 working",
        "w0 tue 20:30 tick 2",
        "w0 tue 20:31 found 2 too_long",
        "w0 wed 18:30 done 3.5h by marta",
        "ago 0 18:00 tick 1",
    ]
    replay(progress_events(run(cast), {"ana": {"basics": told}}), until=NOW)
    progress = cast.enrolment("ana").progress.get()
    assert (progress.state, str(progress.hours), progress.changed_by) == ("done", "3.50", cast.marta)
    ticked = MaterialTick.objects.order_by("material__position").values_list(
        "material__position", "ticked_at"
    )
    # 20:30 in Lisbon in summer; the third tick is still to come today.
    at = (NOW - timedelta(days=15)).replace(hour=19, minute=30)
    assert list(ticked) == [(0, at), (1, at)]
    said = MaterialTick.objects.with_opinion().get()
    assert (said.material.position, said.opinion, said.group) == (1, "too_long", cast.clover)


def test_marks_in_other_words_are_refused(cast: Cast) -> None:
    with pytest.raises(ValueError, match="'finished it' is not a mark of ana at basics"):
        list(progress_events(run(cast), {"ana": {"basics": ["finished it"]}}))
