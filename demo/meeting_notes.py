from collections.abc import Iterator
from datetime import datetime
from typing import Any

from demo.events import DemoEvent
from demo.records import DemoRun
from lib.weeks import Week
from tracker.actions.meeting_notes import bring_to_meeting, say_before_meeting
from tracker.models import MeetingNote


def meeting_note_events(run: DemoRun, content: dict[str, list[dict[str, Any]]]) -> Iterator[DemoEvent]:
    for row in content["notes"]:
        yield run.event(row["at"], _say, row)
    for row in content["items"]:
        yield run.event(row["at"], _bring, row)


def _say(run: DemoRun, row: dict[str, Any], at: datetime) -> None:
    note = MeetingNote(
        enrolment=run.enrolments[row["by"]],
        group=run.group_of(row["by"], at),
        week_starts_on=run.days.day(f"{row['week']} mon"),
        version=0,
        going=row["going"],
        note=row.get("note", ""),
    )
    say_before_meeting(note=note, by=run.demo.people[row["by"]], at=at)


def _bring(run: DemoRun, row: dict[str, Any], at: datetime) -> None:
    bring_to_meeting(
        enrolment=run.enrolments[row["by"]],
        group=run.group_of(row["by"], at),
        week=Week(run.days.day(f"{row['week']} mon")),
        text=row["text"],
        by=run.demo.people[row["by"]],
        at=at,
    )
