"""Read what `tracker.standing` works with, as its plain values."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from courses.models import Cohort, Course, Pause
from groups.models import Absence, Enrolment, Group, Membership, MentorAway, Mentorship, PlanItem
from lib.weeks import Period
from tracker.models import AttentionPutAside, CheckInEntry, Progress
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


def periods(rows: Iterable[MentorAway | Pause]) -> tuple[Period, ...]:
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


@dataclass(slots=True)
class StudentRecord:
    """What is on record of an enrolment: `entries` are attendance and pace at the last check-ins, the latest first."""

    progress: list[MilestoneProgress] = field(default_factory=list)
    entries: list[tuple[str, str]] = field(default_factory=list)
    absences: list[Period] = field(default_factory=list)
    set_aside_until: date | None = None


def records_of(zones: Mapping[int, ZoneInfo]) -> dict[int, StudentRecord]:
    """Return the records of enrolments by their id. Four queries.

    Args:
        zones: the time zones of their cohorts, by the id of the enrolment.
    """
    records = {enrolment_id: StudentRecord() for enrolment_id in zones}
    cries: dict[int, datetime] = {}
    of = {"enrolment__in": zones.keys()}
    progress = Progress.objects.filter(**of).values_list(
        "enrolment_id", "milestone_id", "state", "hours", "state_since", "changed_at", "waived_at"
    )
    for enrolment_id, milestone_id, value, hours, since, changed_at, waived_at in progress:
        zone, state = zones[enrolment_id], State(value)
        since_on = since.astimezone(zone).date()
        if state is State.NEED_HELP:
            cries[enrolment_id] = max(since, cries.get(enrolment_id, since))
        records[enrolment_id].progress.append(
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
    entries = CheckInEntry.objects.filter(**of).order_by("-check_in__week_starts_on")
    for enrolment_id, attendance, pace in entries.values_list("enrolment_id", "attendance", "pace"):
        if len(records[enrolment_id].entries) < _ENTRIES_BACK:
            records[enrolment_id].entries.append((attendance, pace))
    absences = Absence.objects.filter(**of).values_list("enrolment_id", "starts_on", "ends_on")
    for enrolment_id, starts_on, ends_on in absences:
        records[enrolment_id].absences.append(Period(starts_on, ends_on))
    asides = AttentionPutAside.objects.filter(**of, ended_at=None).order_by("until_on")
    for enrolment_id, until_on, at in asides.values_list("enrolment_id", "until_on", "put_aside_at"):
        # Putting a student aside never silences what they ask for afterwards.
        if enrolment_id not in cries or cries[enrolment_id] <= at:
            records[enrolment_id].set_aside_until = until_on
    return records


def student_facts(
    enrolment: Enrolment,
    record: StudentRecord,
    plan: Sequence[PlannedMilestone],
    cohort: Cohort,
    today: date,
    pauses: tuple[Period, ...],
) -> StudentFacts:
    active_at = enrolment.last_active_at
    return StudentFacts(
        plan=plan,
        progress=record.progress,
        today=today,
        cohort_starts_on=cohort.starts_on,
        cohort_closed_on=cohort.closed_on,
        joined_on=enrolment.started_on,
        ended_on=enrolment.ended_on,
        last_active_on=cohort.today(active_at) if active_at else None,
        last_pace=next((Pace(pace) for _, pace in record.entries if pace), None),
        attendances=tuple(Attendance(attendance) for attendance, _ in record.entries),
        absences=record.absences,
        pauses=pauses,
        set_aside_until=record.set_aside_until,
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
