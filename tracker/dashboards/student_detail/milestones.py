from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby, pairwise
from typing import Any
from zoneinfo import ZoneInfo

from courses.models import Milestone
from lib.days import day_label
from lib.history import HistoryLine
from tracker.actions.records import IMPORTED
from tracker.dashboards.grid import Member
from tracker.dashboards.hours import hours_label
from tracker.dashboards.student_detail.events import EventKind, TimelineEvent
from tracker.standing import PlannedMilestone, ProgressState

# A record of Progress.history, with milestone and history_user.
type Record = Any


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentMilestone:
    """`due_label` says when it is due, or that it is not in the plan."""

    milestone: Milestone | PlannedMilestone
    state: ProgressState
    shown_as: str
    state_label: str
    since_label: str
    due_label: str
    hours_label: str
    is_waived: bool
    changes: tuple[HistoryLine, ...]

    @property
    def may_be_waived(self) -> bool:
        return not self.is_waived and self.state not in (ProgressState.DONE, ProgressState.SKIPPED)


def by_milestone(records: Iterable[Record]) -> dict[int, list[Record]]:
    grouped: dict[int, list[Record]] = {}
    for record in sorted(records, key=lambda record: (record.history_date, record.history_id)):
        grouped.setdefault(record.milestone_id, []).append(record)
    return grouped


def student_milestones(
    plan: Sequence[PlannedMilestone],
    member: Member | None,
    records: dict[int, list[Record]],
    today: date,
    zone: ZoneInfo,
) -> Iterator[StudentMilestone]:
    planned_ids = {planned.id for planned in plan}
    for number, planned in enumerate(plan):
        due_on, due_label = planned.due_on, "no due date"
        if member is not None:
            due_on = member.standing.work.days.get(planned.id)
        if due_on is not None:
            due_label = f"due {day_label(due_on, today)}"
        elif planned.due_on is not None:
            # It was never due for who came later.
            due_label = "from before they joined"
        yield _line(
            planned,
            records.get(planned.id, []),
            due_label=due_label,
            waived=member is not None and member.cells[number].is_waived,
            today=today,
            zone=zone,
        )
    for milestone_id, of_milestone in records.items():
        if milestone_id not in planned_ids:
            yield _line(
                of_milestone[-1].milestone,
                of_milestone,
                due_label="not in the plan" if plan else "",
                waived=of_milestone[-1].waived_at is not None,
                today=today,
                zone=zone,
            )


def _line(
    milestone: Milestone | PlannedMilestone,
    records: list[Record],
    *,
    due_label: str,
    waived: bool,
    today: date,
    zone: ZoneInfo,
) -> StudentMilestone:
    last = records[-1] if records else None
    state = ProgressState(last.state) if last else ProgressState.NOT_STARTED
    since_at = last.state_since if last and state is not ProgressState.NOT_STARTED else None
    since = since_at.astimezone(zone).date() if since_at else None
    is_left_out = waived and state is ProgressState.NOT_STARTED
    # "2.5 of 3", "2.5", "– of 3".
    planned = milestone.planned_hours
    hours = "–" if last is None or last.hours is None else hours_label(last.hours)
    # Every change, also those undone later.
    changes = [
        HistoryLine(record.history_date, str(record.history_user or ""), field, before, after)
        for previous, record in pairwise([None, *records])
        for field, before, after in _differences(previous, record)
    ]
    return StudentMilestone(
        milestone=milestone,
        state=state,
        shown_as="unplanned" if is_left_out else state.value,
        state_label="not expected" if is_left_out else state.label.lower(),
        since_label=f"since {day_label(since, today)}" if since else "",
        due_label=due_label,
        hours_label=f"{hours} of {hours_label(planned)}" if planned is not None else hours,
        is_waived=waived,
        changes=tuple(reversed(changes)),
    )


def _differences(before: Record, after: Record) -> Iterator[tuple[str, str, str]]:
    old_state = ProgressState(before.state) if before else ProgressState.NOT_STARTED
    if ProgressState(after.state) is not old_state:
        yield "state", old_state.label.lower(), ProgressState(after.state).label.lower()
    old_hours = before.hours if before else None
    if after.hours != old_hours:
        yield "hours", _hours(old_hours), _hours(after.hours)
    was_waived = before is not None and before.waived_at is not None
    if (after.waived_at is not None) is not was_waived:
        expectations = ("not expected", "expected") if was_waived else ("expected", "not expected")
        yield "expectation", *expectations


def _hours(hours: Decimal | None) -> str:
    return "none" if hours is None else f"{hours_label(hours)} h"


def progress_events(records: dict[int, list[Record]], zone: ZoneInfo) -> Iterator[TimelineEvent]:
    """One event for each day and milestone; changes undone on the same day are left out.

    A state that was imported is dated by what is known of it, not by the day of the import.
    """
    for of_milestone in records.values():
        previous: Record = None
        reached: set[tuple[str, datetime | None]] = set()
        for day, group in groupby(of_milestone, key=lambda each: each.history_date.astimezone(zone).date()):
            *_, last = of_day = list(group)
            differences = list(_differences(previous, last))
            if differences:
                parts = [_part(field, after, last) for field, _, after in differences]
                is_new_state = previous is None or previous.state != last.state
                is_known = is_new_state and last.state_since is not None
                is_imported = last.history_change_reason == IMPORTED
                at = last.state_since or last.history_date
                # Marks made here have the moment of their mark; other moments came with an import. What is made again
                # as it was, such as a request for help by *Not yet*, is so again today.
                is_again = (last.state, last.state_since) in reached
                is_known_since = is_new_state and at <= last.history_date and not is_again
                known_on = at.astimezone(zone).date() if is_known_since else day
                yield TimelineEvent(
                    kind=EventKind.PROGRESS,
                    day=min(known_on, day),
                    at=at if known_on < day else last.history_date,
                    what=f"{last.milestone.title}: {', '.join(parts)}",
                    is_undated=not is_known and (is_new_state or is_imported),
                    state=last.state if is_new_state else "",
                    of_milestone=last.milestone.title if is_new_state else "",
                )
            previous = last
            reached |= {(each.state, each.state_since) for each in of_day}


def _part(field: str, after: str, record: Record) -> str:
    """In the week itself it does not matter what it was before."""
    if field == "hours":
        return "hours removed" if record.hours is None else f"{after} spent"
    return "needs help" if field == "state" and record.state == ProgressState.NEED_HELP else after
