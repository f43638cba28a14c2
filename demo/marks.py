"""What students mark: states, hours, ticks; and what a mentor marks or waives for them."""

import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from functools import partial
from itertools import islice
from typing import Any

from courses.models import Material
from demo.deeds import Deed
from demo.stage import Scene
from groups.actions.activity import note_activity
from tracker.actions.progress import mark, note_hours, waive
from tracker.models import MaterialTick

# Such as "w0 sun 17:35 done 4.0h", "w0 tue 20:40 tick 9", "w1 wed 20:05 waived by ravi".
_MARK = re.compile(
    r"(?P<when>.+ \d\d:\d\d) (?P<what>[a-z_]+)( (?P<count>\d+))?( (?P<hours>[\d.]+)h)?( by (?P<by>[a-z]+))?"
)


def mark_deeds(scene: Scene, content: dict[str, dict[str, list[str]]]) -> Iterator[Deed]:
    """Everything that `progress.toml` says."""
    for student, milestones in content.items():
        for milestone, marks in milestones.items():
            to_tick = iter(scene.stage.materials[milestone])
            for words in marks:
                found = _MARK.fullmatch(words)
                if found is None:
                    raise ValueError(f"{words!r} is no mark of {student} at {milestone}.")
                at = scene.days.moment(found["when"])
                if found["what"] == "tick":
                    ticked = list(islice(to_tick, int(found["count"])))
                    yield Deed(at, partial(_tick, scene, student, ticked, at))
                else:
                    yield Deed(at, partial(_mark, scene, student, milestone, found.groupdict(), at))


def _tick(scene: Scene, student: str, materials: list[Material], at: datetime) -> None:
    """Tick what was done in one sitting; there are hundreds, so all of a sitting at once."""
    enrolment = scene.enrolments[student]
    MaterialTick.objects.bulk_create(
        MaterialTick(enrolment=enrolment, material=material, ticked_at=at) for material in materials
    )
    note_activity(enrolment_id=enrolment.pk, at=at)


def _mark(scene: Scene, student: str, milestone: str, words: dict[str, Any], at: datetime) -> None:
    enrolment = scene.enrolments[student]
    where: dict[str, Any] = {
        "enrolment": enrolment,
        "milestone": scene.stage.milestones[milestone],
        "by": scene.stage.people[words["by"] or student],
        "at": at,
    }
    if words["what"] == "waived":
        waive(**where)
        return
    mark(state=words["what"], **where)
    if words["hours"]:
        note_hours(hours=Decimal(words["hours"]), **where)
