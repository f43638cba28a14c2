"""Turn rows into the plain values that `tracker.standing` works with.

What is read here was fetched before, by `tracker.dashboards.group_overviews`.
"""

from collections.abc import Iterable
from datetime import date
from zoneinfo import ZoneInfo

from courses.models import Course, Pause
from groups.models import Absence, Group, Membership, MentorAway, Mentorship, PlanItem
from lib.weeks import Period
from tracker.models import CheckInEntry, Progress
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


def periods(rows: Iterable[Absence | MentorAway | Pause]) -> tuple[Period, ...]:
    return tuple(row.period for row in rows)


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
    stay: Membership,
    plan: tuple[PlannedMilestone, ...],
    group: Group,
    today: date,
    pauses: tuple[Period, ...],
) -> StudentFacts:
    enrolment, cohort = stay.enrolment, group.cohort
    zone = ZoneInfo(cohort.time_zone)
    active_at = enrolment.last_active_at
    entries: list[CheckInEntry] = enrolment.last_entries  # type: ignore[attr-defined]
    asides = enrolment.attention_put_aside.all()
    return StudentFacts(
        plan=plan,
        progress=tuple(_progress_facts(row, zone) for row in enrolment.progress.all()),
        today=today,
        cohort_starts_on=cohort.starts_on,
        cohort_closed_on=cohort.closed_on,
        joined_on=enrolment.started_on,
        ended_on=enrolment.ended_on,
        last_active_on=active_at.astimezone(zone).date() if active_at else None,
        last_pace=next((Pace(entry.pace) for entry in entries if entry.pace), None),
        attendances=tuple(Attendance(entry.attendance) for entry in entries),
        absences=periods(enrolment.absences.all()),
        pauses=pauses,
        set_aside_until=max((aside.until_on for aside in asides if aside.ended_at is None), default=None),
    )


def _progress_facts(row: Progress, zone: ZoneInfo) -> MilestoneProgress:
    state = State(row.state)
    since_on = row.state_since.astimezone(zone).date()
    return MilestoneProgress(
        milestone_id=row.milestone_id,
        state=state,
        hours=row.hours,
        changed_on=row.changed_at.astimezone(zone).date(),
        need_help_since=since_on if state is State.NEED_HELP else None,
        done_on=since_on if state is State.DONE else None,
        is_waived=row.waived_at is not None,
    )


def group_facts(
    group: Group, open_since: Iterable[date], today: date, pauses: tuple[Period, ...], spread: int
) -> GroupFacts:
    """`open_since` has the day on which each open question of the group was asked."""
    stays = group.memberships.all()
    return GroupFacts(
        today=today,
        cohort_starts_on=group.cohort.starts_on,
        cohort_closed_on=group.cohort.closed_on,
        members_since=min((stay.started_on for stay in stays), default=None),
        members_until=_last_left(stays),
        pauses=pauses,
        check_ins=tuple(
            LoggedCheckIn(
                week=row.week,
                outcome=Outcome(row.outcome),
                was_cover=row.logged_as == Mentorship.Role.COVER,
                minutes=row.minutes,
            )
            for row in group.check_ins.all()
        ),
        questions_open_since=tuple(open_since),
        mentors=tuple(
            Mentoring(started_on=row.started_on, ended_on=row.ended_on, away=periods(row.away.all()))
            for row in group.mentorships.all()
        ),
        spread=spread,
    )


def _last_left(stays: Iterable[Membership]) -> date | None:
    """The day the last member left; None while the group has members or if it never had any."""
    ended = [stay.ended_on for stay in stays]
    return None if None in ended else max((day for day in ended if day), default=None)
