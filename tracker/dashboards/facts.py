"""Read what `tracker.standing` works with, as its plain values."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from courses.models import Cohort, Course, Pause
from groups.models import Absence, Enrolment, Group, Membership, MentorAway, Mentorship, PlanItem
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

# How many check-ins back attendance and pace are read; course thresholds count a few in a row.
_ENTRIES_BACK = 6


def thresholds_of(course: Course) -> Thresholds:
    return Thresholds(**{name: getattr(course, name) for name in Thresholds.__dataclass_fields__})


def periods(rows: Iterable[Absence | MentorAway | Pause]) -> tuple[Period, ...]:
    return tuple(row.period for row in rows)


def plans_of(group_ids: Collection[int]) -> dict[int, list[PlannedMilestone]]:
    """Return the plans by the id of their group, in plan order."""
    plans = defaultdict(list)
    rows = PlanItem.objects.filter(group__in=group_ids).in_order()
    for group_id, pk, title, position, week, due_on, hours, is_optional in rows.values_list(
        "group_id",
        "milestone_id",
        "milestone__title",
        "milestone__position",
        "milestone__week",
        "due_on",
        "milestone__planned_hours",
        "milestone__is_optional",
    ):
        plans[group_id].append(PlannedMilestone(pk, title, position, week, due_on, hours, is_optional))
    return plans


def progress_of(zones: Mapping[int, ZoneInfo]) -> dict[int, list[MilestoneProgress]]:
    """Return the progress of enrolments by their id; `zones` has the time zones of their cohorts."""
    progress = defaultdict(list)
    for enrolment_id, milestone_id, value, hours, since, changed_at, waived_at in Progress.objects.filter(
        enrolment__in=zones
    ).values_list("enrolment_id", "milestone_id", "state", "hours", "state_since", "changed_at", "waived_at"):
        zone, state = zones[enrolment_id], State(value)
        since_on = since.astimezone(zone).date()
        progress[enrolment_id].append(
            MilestoneProgress(
                milestone_id=milestone_id,
                state=state,
                hours=hours,
                changed_on=changed_at.astimezone(zone).date(),
                need_help_since=since_on if state is State.NEED_HELP else None,
                done_on=since_on if state is State.DONE else None,
                is_waived=waived_at is not None,
            )
        )
    return progress


def last_entries_of(enrolment_ids: Collection[int]) -> dict[int, list[tuple[str, str]]]:
    """Return attendance and pace at the last check-ins of enrolments, the latest first."""
    entries: dict[int, list[tuple[str, str]]] = defaultdict(list)
    rows = CheckInEntry.objects.filter(enrolment__in=enrolment_ids).order_by("-check_in__week_starts_on")
    for enrolment_id, attendance, pace in rows.values_list("enrolment_id", "attendance", "pace"):
        if len(entries[enrolment_id]) < _ENTRIES_BACK:
            entries[enrolment_id].append((attendance, pace))
    return entries


def student_facts(
    enrolment: Enrolment,
    plan: Sequence[PlannedMilestone],
    progress: Sequence[MilestoneProgress],
    entries: Sequence[tuple[str, str]],
    cohort: Cohort,
    today: date,
    pauses: tuple[Period, ...],
) -> StudentFacts:
    active_at = enrolment.last_active_at
    asides = enrolment.attention_put_aside.all()
    return StudentFacts(
        plan=plan,
        progress=progress,
        today=today,
        cohort_starts_on=cohort.starts_on,
        cohort_closed_on=cohort.closed_on,
        joined_on=enrolment.started_on,
        ended_on=enrolment.ended_on,
        last_active_on=cohort.today(active_at) if active_at else None,
        last_pace=next((Pace(pace) for _, pace in entries if pace), None),
        attendances=tuple(Attendance(attendance) for attendance, _ in entries),
        absences=periods(enrolment.absences.all()),
        pauses=pauses,
        set_aside_until=max((aside.until_on for aside in asides if aside.ended_at is None), default=None),
    )


def group_facts(
    group: Group, open_since: Iterable[date], today: date, pauses: tuple[Period, ...], spread: int
) -> GroupFacts:
    """`open_since` has the day on which each open question of the group was asked. The group comes with its rows."""
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
