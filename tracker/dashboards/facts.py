"""Read what `tracker.standing` works with."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, Max, OuterRef, prefetch_related_objects

from courses.models import Cohort, Course
from courses.promises import Wait
from groups.models import Absence, Enrolment, Group, Membership, PlanItem
from lib.weeks import Period, Week, after_pause, days_between_without
from people.actions.invitations import has_signed_in
from people.models import Invitation
from questions.models import Ask
from tracker.dashboards.meetings import meeting_day_from, meetings_ahead
from tracker.models import AgreedStep, AttentionPutAside, CheckIn, MeetingNote, Progress
from tracker.models.check_in import with_is_counted
from tracker.models.progress import with_help_answered
from tracker.standing import (
    Attendance,
    Going,
    GroupFacts,
    PlannedMilestone,
    ProgressState,
    SaidBefore,
    StudentFacts,
    Thresholds,
    own_day,
    usual_silent_days,
)
from tracker.standing.check_ins import DAYS_LATE

# How many meetings back attendance and answers are read; thresholds count a few in a row.
_ENTRIES_BACK = 6


def thresholds_of(course: Course, weeks: int | None = None) -> Thresholds:
    """The course's thresholds; those that it leaves open go by the number of teaching `weeks` in a plan."""
    numbers = {name: getattr(course, name) for name in Thresholds.__dataclass_fields__}
    usual = usual_silent_days(weeks)
    return Thresholds(**{name: usual if number is None else number for name, number in numbers.items()})


def plans_of(groups: Iterable[Group]) -> dict[int, list[PlannedMilestone]]:
    """Return the plans by the id of their group, in plan order: what is due in a break is due on the day after it."""
    groups = list(groups)
    prefetch_related_objects([group.cohort for group in groups], "pauses")
    pauses = {group.pk: group.cohort.pause_periods for group in groups}
    plans = defaultdict(list)
    rows = PlanItem.objects.filter(group__in=pauses.keys()).in_order()
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
        due_on = due_on and after_pause(due_on, pauses[group_id])
        plans[group_id].append(PlannedMilestone(pk, title, position, week, due_on, hours, is_optional))
    return plans


@dataclass(slots=True)
class StudentRecord:
    """The record of an enrolment: `attendances` at the last check-ins, and by the week what the student `said` before
    its meeting: the latest first.

    `active_on` is the last day of what others recorded of the student: marks, asks, being present at a check-in.
    """

    # By the id of the milestone.
    marks: dict[int, Progress] = field(default_factory=dict)
    attendances: list[str] = field(default_factory=list)
    said: dict[date, SaidBefore] = field(default_factory=dict)
    absences: list[Period] = field(default_factory=list)
    snooze: AttentionPutAside | None = None
    # Of the requests for help that wait for an answer: when the last was made, and the oldest, if somebody knows.
    help_asked_at: datetime | None = None
    needs_help_since: datetime | None = None
    active_on: date | None = None
    invited_on: date | None = None

    def note_active(self, on: date | None) -> None:
        if on is not None:
            self.active_on = max(on, self.active_on or on)


def records_of(
    cohorts: Mapping[Enrolment, Cohort], judged: Collection[Enrolment]
) -> dict[int, StudentRecord]:
    """Return the records of enrolments by their id.

    Args:
        cohorts: the cohorts of the enrolments, which have their people.
        judged: those of them whose attention is meant: their check-ins, asks and invitations are read too, whether
            they are snoozed, and which help was answered.
    """
    records = {enrolment.pk: StudentRecord() for enrolment in cohorts}
    zones = {enrolment.pk: ZoneInfo(cohort.time_zone) for enrolment, cohort in cohorts.items()}
    _read_progress(records, zones, {enrolment.pk for enrolment in judged})
    absences = Absence.objects.filter(enrolment__in=zones.keys())
    for enrolment_id, starts_on, ends_on in absences.values_list("enrolment_id", "starts_on", "ends_on"):
        records[enrolment_id].absences.append(Period(starts_on, ends_on))
    if judged:
        own = {enrolment.pk: records[enrolment.pk] for enrolment in judged}
        _read_check_ins(own)
        _read_snoozes(own)
        _read_asks(own, zones)
        if asked := {each.pk: cohorts[each] for each in judged if cohorts[each].asks_before_meeting}:
            _read_notes(own, asked)
        if new := [enrolment.pk for enrolment in judged if not has_signed_in(enrolment.person)]:
            _read_invitations(own, zones, new)
    return records


def _read_progress(
    records: Mapping[int, StudentRecord], zones: Mapping[int, ZoneInfo], judged: Collection[int]
) -> None:
    """Of who is not judged each request for help waits: the query of the answers costs more than all others here."""
    fields = (
        "enrolment",
        "milestone",
        "state",
        "hours",
        "state_since",
        "changed_at",
        "changed_by",
        "waived_at",
        "question",
    )
    marks = list(Progress.objects.filter(enrolment__in=zones.keys()).only(*fields))
    needed = [
        mark.pk for mark in marks if mark.state == ProgressState.NEED_HELP and mark.enrolment_id in judged
    ]
    needs: dict[int, Any] = {}
    if needed:
        rows = with_help_answered().filter(pk__in=needed).select_related("question")
        needs = {row.pk: row for row in rows.only("question__title")}
    for mark in marks:
        record, since = records[mark.enrolment_id], mark.state_since
        record.marks[mark.milestone_id] = mark
        # Without a date, nobody knows on which day they were active.
        if since and mark.state != ProgressState.NOT_STARTED:
            record.note_active(since.astimezone(zones[mark.enrolment_id]).date())
        if mark.state == ProgressState.NEED_HELP:
            if need := needs.get(mark.pk):
                mark.helped_at, mark.question = need.answered_at, need.question
            if mark.helped_at is None:
                asked_at = since or mark.changed_at
                record.help_asked_at = max(asked_at, record.help_asked_at or asked_at)
                record.needs_help_since = min(filter(None, (since, record.needs_help_since)), default=None)


def _read_check_ins(records: Mapping[int, StudentRecord]) -> None:
    entries = with_is_counted().filter(enrolment__in=records.keys())
    for enrolment_id, attendance, held_on, is_counted in entries.order_by(
        "-check_in__week_starts_on"
    ).values_list("enrolment_id", "attendance", "check_in__held_on", "is_counted"):
        if is_counted and len(records[enrolment_id].attendances) < _ENTRIES_BACK:
            records[enrolment_id].attendances.append(attendance)
        if attendance == Attendance.PRESENT:
            records[enrolment_id].note_active(held_on)


def _read_notes(records: Mapping[int, StudentRecord], asked: Mapping[int, Cohort]) -> None:
    notes = MeetingNote.objects.filter(enrolment__in=asked.keys()).order_by("-week_starts_on", "-changed_at")
    rows = list(notes.values_list("pk", "enrolment_id", "week_starts_on", "going"))
    # Of who was never stuck nobody asks on which day the meetings were.
    stuck = {enrolment_id for _, enrolment_id, _, going in rows if going == Going.STUCK}
    looked_at = _said_of_meetings([pk for pk, enrolment_id, _, _ in rows if enrolment_id in stuck], asked)
    for pk, enrolment_id, week_starts_on, going in rows:
        said, note = records[enrolment_id].said, looked_at.get(pk, SaidBefore(going))
        # After a move there may be two in a week: of both groups, if both met with them, the later one counts.
        if note is not None and len(said) < _ENTRIES_BACK:
            said.setdefault(week_starts_on, note)


def _said_of_meetings(ids: Collection[int], asked: Mapping[int, Cohort]) -> dict[int, SaidBefore | None]:
    """Return these notes, each with the day of its meeting, and whether its check-in marked a milestone done.

    None for one whose student was not in its group on the day of its meeting.
    """
    if not ids:
        return {}
    prefetch_related_objects(list(set(asked.values())), "pauses")
    # A mark of a check-in has the moment and the person of its save; undone, it is no longer the state.
    saves = CheckIn.history.filter(
        group=OuterRef(OuterRef("group")),
        week_starts_on=OuterRef(OuterRef("week_starts_on")),
        history_date=OuterRef("history_date"),
        history_user=OuterRef("history_user"),
    )
    still = Progress.objects.filter(
        pk=OuterRef("id"), state=ProgressState.DONE, state_since=OuterRef("history_date")
    )
    done = Progress.history.filter(Exists(saves), Exists(still), enrolment=OuterRef("enrolment"))
    notes = MeetingNote.objects.filter(pk__in=ids).select_related("group").annotate(did_it=Exists(done))
    logged = CheckIn.objects.filter(group__in=notes.values("group")).shared()
    check_ins = {(each.group_id, each.week_starts_on): each for each in logged}
    stays: defaultdict[tuple[int, int], list[Membership]] = defaultdict(list)
    for stay in Membership.objects.filter(enrolment__in=notes.values("enrolment")):
        stays[stay.enrolment_id, stay.group_id].append(stay)
    said: dict[int, SaidBefore | None] = {}
    for note in notes:
        group, cohort = note.group, asked[note.enrolment_id]
        group.cohort = cohort
        said_on = cohort.today(note.changed_at) if note.changed_at else note.week_starts_on
        check_in = check_ins.get((group.pk, note.week_starts_on))
        on = meeting_day_from(group, note.week, check_in, said_on)
        is_there = any(stay.is_open(on) for stay in stays[note.enrolment_id, group.pk])
        said[note.pk] = SaidBefore(note.going, on, note.did_it) if is_there else None
    return said


def _read_snoozes(records: Mapping[int, StudentRecord]) -> None:
    snoozes = AttentionPutAside.objects.filter(enrolment__in=records.keys(), ended_at=None)
    for snooze in snoozes.only("enrolment", "until_on", "codes", "put_aside_at").order_by("until_on"):
        records[snooze.enrolment_id].snooze = snooze


def _read_asks(records: Mapping[int, StudentRecord], zones: Mapping[int, ZoneInfo]) -> None:
    asks = Ask.objects.dated().filter(enrolment__in=records.keys()).order_by().values_list("enrolment_id")
    for enrolment_id, asked_at in asks.annotate(last=Max("asked_at")):
        records[enrolment_id].note_active(asked_at.astimezone(zones[enrolment_id]).date())


def _read_invitations(
    records: Mapping[int, StudentRecord], zones: Mapping[int, ZoneInfo], new: Collection[int]
) -> None:
    invitations = Invitation.objects.filter(person__enrolments__in=new).order_by("invited_at")
    for enrolment_id, sent_at in invitations.values_list("person__enrolments", "sent_at"):
        if sent_at is not None and enrolment_id in records:
            records[enrolment_id].invited_on = sent_at.astimezone(zones[enrolment_id]).date()


def student_facts(
    enrolment: Enrolment,
    record: StudentRecord,
    plan: Sequence[PlannedMilestone],
    cohort: Cohort,
    pauses: Sequence[Period],
    now: datetime,
) -> StudentFacts:
    since = record.needs_help_since
    active_at = enrolment.last_active_at
    own = cohort.today(active_at) if active_at else None
    return StudentFacts(
        plan=plan,
        marks=record.marks,
        zone=ZoneInfo(cohort.time_zone),
        today=cohort.today(now),
        cohort_starts_on=cohort.starts_on,
        cohort_closed_on=cohort.closed_on,
        joined_on=enrolment.started_on,
        ended_on=enrolment.ended_on,
        recorded_on=cohort.today(enrolment.enrolled_at),
        has_signed_in=has_signed_in(enrolment.person),
        invited_on=record.invited_on,
        last_active_on=max((day for day in (own, record.active_on) if day is not None), default=None),
        attendances=record.attendances,
        said=list(record.said.values()),
        absences=record.absences,
        pauses=pauses,
        snooze=record.snooze,
        help_asked_at=record.help_asked_at,
        help_wait=cohort.wait(since, now, days=cohort.course.help_days) if since else None,
    )


def facts_of(stays: Iterable[Membership], now: datetime) -> dict[int, StudentFacts]:
    """Return what a student's work depends on, in the plan of the group of each stay, by enrolment.

    Also of a stay that is to begin. The stays have their enrolment with its person, and their group with its cohort
    and course; of attention nothing is read.
    """
    stays = list(stays)
    plans = plans_of(stay.group for stay in stays)
    records = records_of({stay.enrolment: stay.group.cohort for stay in stays}, judged=())
    return {
        stay.enrolment_id: student_facts(
            stay.enrolment,
            records[stay.enrolment_id],
            plans.get(stay.group_id, ()),
            stay.group.cohort,
            stay.group.cohort.pause_periods,
            now,
        )
        for stay in stays
    }


def step_day(step: AgreedStep, cohort: Cohort, absences: Iterable[Period], today: date) -> date | None:
    """Return the day on which a step is due: one of a student alone goes by their `absences` as well."""
    own = tuple(absences) if step.enrolment_id else ()
    return own_day(step.due_on, cohort.pause_periods, own, today) if step.due_on else None


def group_facts(group: Group, waits: Iterable[Wait | None], now: datetime, spread: int) -> GroupFacts:
    """`waits` are those of the open questions, None if nobody knows since when. The group has with its rows."""
    stays, check_ins, today = group.memberships.all(), tuple(group.check_ins.all()), group.cohort.today(now)
    ahead = meetings_ahead(group, check_ins, now, Week.of(today).next().next().starts_on)
    meets_on = sorted(meeting.on for meeting in ahead)
    pauses = group.cohort.pause_periods
    return GroupFacts(
        today=today,
        cohort_starts_on=group.cohort.starts_on,
        cohort_closed_on=group.cohort.closed_on,
        kept_since=_kept_since(group.cohort, stays, check_ins, pauses),
        stays=tuple(stays),
        pauses=pauses,
        check_ins=check_ins,
        question_waits=tuple(waits),
        mentors=tuple(group.mentorships.all()),
        meets_on=meets_on if meets_on or group.regular_meeting else None,
        spread=spread,
    )


def _kept_since(
    cohort: Cohort, stays: Iterable[Membership], check_ins: Iterable[CheckIn], pauses: Sequence[Period]
) -> date:
    """The day since which check-ins can be on record: a team that moves in with a sheet has missed none before it.

    A check-in of an earlier week shows that they were kept since then, if it was logged on time: what was imported, or
    caught up on, says nothing of the other weeks.
    """
    known = [cohort.today(stay.enrolment.enrolled_at) for stay in stays]
    kept = [
        row.week_starts_on
        for row in check_ins
        if days_between_without(row.week.ends_on, cohort.today(row.logged_at), pauses) <= DAYS_LATE
    ]
    return min([*known, *kept], default=cohort.starts_on)
