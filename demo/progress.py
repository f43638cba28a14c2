import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import Any

from courses.models import Material
from demo.events import DemoEvent
from demo.records import DemoRun
from groups.actions.activity import note_activity
from tracker.actions.progress import mark, note_hours, waive
from tracker.models import MaterialTick

# For example "w0 sun 17:35 done 4.0h", "w0 tue 20:40 tick 9", "w0 tue 20:41 found 2 too_long", "w1 wed 20:05 waived by
# ravi".
_MARK = re.compile(
    r"(?P<when>.+ \d\d:\d\d) (?P<what>[a-z_]+)( (?P<count>\d+))?( (?P<opinion>useful|confusing|too_long))?"
    r"( (?P<hours>[\d.]+)h)?( by (?P<by>[a-z]+))?"
)


def progress_events(run: DemoRun, content: dict[str, dict[str, list[str]]]) -> Iterator[DemoEvent]:
    for student, milestones in content.items():
        for milestone, marks in milestones.items():
            to_tick = iter(run.demo.materials[milestone])
            for text in marks:
                match = _MARK.fullmatch(text)
                if match is None:
                    raise ValueError(f"{text!r} is not a mark of {student} at {milestone}.")
                if match["what"] == "tick":
                    ticked = list(islice(to_tick, int(match["count"])))
                    yield run.event(match["when"], _tick, student, ticked)
                elif match["what"] == "found":
                    found = run.demo.materials[milestone][int(match["count"]) - 1]
                    yield run.event(match["when"], _find, student, found, match["opinion"])
                else:
                    yield run.event(match["when"], _mark, student, milestone, match.groupdict())


def _tick(run: DemoRun, student: str, materials: list[Material], at: datetime) -> None:
    """Tick all materials in one query: the demo has hundreds of ticks."""
    enrolment = run.enrolments[student]
    MaterialTick.objects.bulk_create(
        MaterialTick(enrolment=enrolment, material=material, ticked_at=at) for material in materials
    )
    note_activity(enrolment_id=enrolment.pk, at=at)


def _find(run: DemoRun, student: str, material: Material, opinion: str, at: datetime) -> None:
    ticked = MaterialTick.objects.filter(enrolment=run.enrolments[student], material=material)
    ticked.update(opinion=opinion, group=run.group_of(student, at))


def _mark(run: DemoRun, student: str, milestone: str, parts: dict[str, Any], at: datetime) -> None:
    enrolment = run.enrolments[student]
    arguments: dict[str, Any] = {
        "enrolment": enrolment,
        "milestone": run.demo.milestones[milestone],
        "by": run.demo.people[parts["by"] or student],
        "at": at,
    }
    if parts["what"] == "waived":
        waive(**arguments)
        return
    mark(state=parts["what"], **arguments)
    if parts["hours"]:
        note_hours(hours=Decimal(parts["hours"]), **arguments)
