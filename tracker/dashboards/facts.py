"""Turn database rows into the plain values that `tracker.standing` works with."""

from collections import defaultdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from courses.models import Course
from groups.models import Group, Mentorship, PlanItem
from lib.rows import day, moment
from lib.weeks import Period, Week
from tracker.standing import (
    Attendance,
    GroupFacts,
    LoggedCheckIn,
    Mentoring,
    MilestoneProgress,
    Outcome,
    Pace,
    PlannedMilestone,
    State,
    StudentFacts,
    Thresholds,
)


def thresholds_of(course: Course) -> Thresholds:
    return Thresholds(**{name: getattr(course, name) for name in Thresholds.__dataclass_fields__})


def planned_facts(item: PlanItem) -> PlannedMilestone:
    milestone = item.milestone
    return PlannedMilestone(
        id=milestone.pk,
        title=milestone.title,
        position=milestone.position,
        due_on=item.due_on,
        planned_hours=milestone.planned_hours,
        is_optional=milestone.is_optional,
    )


def student_facts(
    row: Any, plan: tuple[PlannedMilestone, ...], group: Group, today: date, pauses: tuple[Period, ...]
) -> StudentFacts:
    zone = ZoneInfo(group.cohort.time_zone)
    active_at: datetime | None = row.enrolment.last_active_at
    return StudentFacts(
        plan=plan,
        progress=tuple(_progress_facts(entry, zone) for entry in row.progress_rows),
        today=today,
        cohort_starts_on=group.cohort.starts_on,
        cohort_closed_on=group.cohort.closed_on,
        joined_on=row.enrolment.started_on,
        ended_on=row.enrolment.ended_on,
        last_active_on=active_at.astimezone(zone).date() if active_at else None,
        last_pace=next((Pace(entry["pace"]) for entry in row.entry_rows if entry["pace"]), None),
        attendances=tuple(Attendance(entry["attendance"]) for entry in row.entry_rows),
        absences=periods(row.absence_rows),
        pauses=pauses,
        set_aside_until=max((day(entry["until_on"]) for entry in row.put_aside_rows), default=None),  # type: ignore[type-var]
    )


def _progress_facts(entry: dict[str, Any], zone: ZoneInfo) -> MilestoneProgress:
    state = State(entry["state"])
    since = moment(entry["state_since"])
    since_on = since.astimezone(zone).date() if since else None
    changed = moment(entry["changed_at"])
    return MilestoneProgress(
        milestone_id=entry["milestone_id"],
        state=state,
        hours=None if entry["hours"] is None else Decimal(str(entry["hours"])),
        changed_on=changed.astimezone(zone).date() if changed else None,
        need_help_since=since_on if state is State.NEED_HELP else None,
        done_on=since_on if state is State.DONE else None,
        is_waived=entry["waived_at"] is not None,
    )


def group_facts(group: Any, today: date, pauses: tuple[Period, ...], spread: int) -> GroupFacts:
    zone = ZoneInfo(group.cohort.time_zone)
    away: dict[int, list[Period]] = defaultdict(list)
    for row in group.away_rows:
        away[row["mentorship_id"]].append(_period(row["starts_on"], row["ends_on"]))
    asked = [moment(row["asked_at"]) for row in group.open_question_rows]
    return GroupFacts(
        today=today,
        cohort_starts_on=group.cohort.starts_on,
        cohort_closed_on=group.cohort.closed_on,
        members_since=min((date.fromisoformat(row["started_on"]) for row in group.stay_rows), default=None),
        members_until=_last_left(group.stay_rows),
        pauses=pauses,
        check_ins=tuple(
            LoggedCheckIn(
                week=Week(starts_on=date.fromisoformat(row["week_starts_on"])),
                outcome=Outcome(row["outcome"]),
                was_cover=row["logged_as"] == Mentorship.Role.COVER,
                minutes=row["minutes"],
            )
            for row in group.check_in_rows
        ),
        questions_open_since=tuple(at.astimezone(zone).date() for at in asked if at),
        mentors=tuple(
            Mentoring(
                started_on=date.fromisoformat(row["started_on"]),
                ended_on=day(row["ended_on"]),
                away=tuple(away[row["pk"]]),
            )
            for row in group.mentorship_rows
        ),
        spread=spread,
    )


def _last_left(stays: list[dict[str, Any]]) -> date | None:
    """The day the last member left; None while the group has members or if it never had any."""
    ended = [day(row["ended_on"]) for row in stays]
    return None if None in ended else max((end for end in ended if end), default=None)


def periods(rows: list[dict[str, Any]]) -> tuple[Period, ...]:
    return tuple(_period(row["starts_on"], row["ends_on"]) for row in rows)


def _period(starts_on: str, ends_on: str) -> Period:
    return Period(starts_on=date.fromisoformat(starts_on), ends_on=date.fromisoformat(ends_on))
