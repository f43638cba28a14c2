"""The page of one student: standing and events by week. The number of queries is constant."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q

from groups.models import Membership
from lib.days import day_label, day_range_label
from lib.history import HistoryLine, changes_of
from lib.weeks import Week
from questions.models import Ask
from tracker.access.students import StudentAccess
from tracker.dashboards.attention_lines import Asked, AttentionLine, line_of
from tracker.dashboards.grid import Member
from tracker.dashboards.group_overviews import GroupOverview, group_overview
from tracker.dashboards.student_detail.events import (
    EventKind,
    TimelineEvent,
    absence_events,
    attention_events,
    check_in_events,
    item_events,
    move_events,
    note_events,
    question_events,
    review_events,
    step_events,
)
from tracker.dashboards.student_detail.milestones import (
    StudentMilestone,
    by_milestone,
    progress_events,
    student_milestones,
)
from tracker.models import AgreedStep, AttentionPutAside, CheckIn, CodeReview, MeetingItem, Progress
from tracker.standing import Attention, AttentionReader, Reason, ReasonCode
from tracker.standing.attention import counted

# Weeks that are shown at first.
_WEEKS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineWeek:
    """A week of the timeline, the latest event first; without a label what nobody knows the day of."""

    label: str
    events: tuple[TimelineEvent, ...]

    @property
    def done(self) -> tuple[TimelineEvent, ...]:
        return tuple(event for event in self.events if not event.is_said)

    @property
    def said(self) -> tuple[TimelineEvent, ...]:
        """The check-in first, then what was agreed."""
        said = [event for event in self.events if event.is_said]
        return tuple(sorted(said, key=lambda event: event.kind is not EventKind.CHECK_INS))


@dataclass(frozen=True, slots=True, kw_only=True)
class EventKindTab:
    """A filter of the timeline, for components/tabs.html."""

    label: str
    url: str
    is_current: bool
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PutAside:
    id: int
    summary: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedAbsence:
    """An accepted absence; `is_over` if it ended before today."""

    id: int
    summary: str
    reason: str
    is_over: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentTimeline:
    """`member` and `overview` are None if the student is in no group today or the reader may not see the standing.

    `limited` tells former mentors that they see only their own time; else it is empty.
    """

    access: StudentAccess
    overview: GroupOverview | None
    member: Member | None
    membership_label: str
    limited: str
    aside: PutAside | None
    leaves: tuple[AcceptedAbsence, ...]
    milestones: tuple[StudentMilestone, ...]
    moves: tuple[HistoryLine, ...]
    tabs: tuple[EventKindTab, ...]
    kind: EventKind | None
    weeks: tuple[TimelineWeek, ...]
    # Earlier weeks, which are shown only when asked for.
    earlier_count: int
    check_ins: tuple[TimelineEvent, ...]
    # What they ask in words, where they need help.
    asked: Asked

    @property
    def name(self) -> str:
        return self.access.enrolment.person.name

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """The reasons for attention; never shown to the student."""
        return self.member.standing.reasons if self.member and self.access.sees_attention else ()

    @property
    def headline(self) -> str:
        is_in_reasons = any(reason.code is ReasonCode.BEHIND for reason in self.reasons)
        return "" if self.member is None or is_in_reasons else self.member.standing.headline

    @property
    def line(self) -> AttentionLine | None:
        """All reasons in one line, as on the page of the mentor; None without one."""
        if not self.member or not self.reasons:
            return None
        return line_of(self.member, self.short_name, asked=self.asked)

    @property
    def tone(self) -> str:
        """The class of the first reason: red if somebody must act, grey if it was put aside."""
        if self.line is None or self.aside:
            return "muted"
        return "help" if self.line.attention is Attention.ACT else "late"

    @property
    def next_milestone_id(self) -> int | None:
        return self.member.standing.next_milestone_id if self.member else None

    @property
    def attendance(self) -> str:
        """ "Present at 2 of 3 check-ins."; empty before the first."""
        entries = [event.chips[0].text for event in self.check_ins if event.chips]
        present = entries.count("present")
        if not entries:
            return ""
        if present == len(entries):
            return "Present at the check-in." if present == 1 else f"Present at all {present} check-ins."
        return f"Present at {present} of {counted(len(entries), 'check-in')}."

    @property
    def has_private(self) -> bool:
        return any(note.is_private for event in self.check_ins for note in event.notes)

    @property
    def entry_count(self) -> int:
        return self.tabs[0].count

    @property
    def has_not_signed_in(self) -> bool:
        """For mentors and course admins: the student has had no way to be active yet."""
        return self.member is not None and not self.member.facts.has_signed_in and self.access.sees_attention

    @property
    def may_agree(self) -> bool:
        """Whether the first agreement of student and mentor can still change."""
        enrolment = self.access.enrolment
        return enrolment.ended_on is None and not enrolment.cohort.is_closed(self.access.today)

    @property
    def short_name(self) -> str:
        return self.access.enrolment.person.get_short_name()


def student_timeline(
    *, access: StudentAccess, now: datetime, kind: EventKind | None = None, shows_all: bool = True
) -> StudentTimeline:
    """Return the page of a student.

    Args:
        kind: of what alone the events are shown.
        shows_all: whether weeks before the latest three are shown, too.
    """
    zone = ZoneInfo(access.enrolment.cohort.time_zone)
    overview, member = _standing(access, now) if access.reads_all else (None, None)
    records = by_milestone(
        Progress.history.filter(enrolment=access.enrolment).select_related("history_user", "milestone")
    )
    absences = list(access.enrolment.absences.select_related("accepted_by").order_by("-starts_on", "-pk"))
    asides = _asides(access)
    moves = list(_membership_records(access))
    asks = list(
        Ask.objects.filter(enrolment=access.enrolment).select_related("question__milestone", "logged_by")
    )
    events = [
        event
        for event in [
            *progress_events(records, zone),
            *_events(access),
            *question_events(asks, access),
            *move_events(access, _who_moved(moves)),
            *absence_events(absences, access),
            *attention_events(asides, access),
        ]
        if access.may_read(event.day)
    ]
    weeks = list(_weeks(events, kind, access.today))
    shown = weeks if shows_all else weeks[:_WEEKS]
    check_ins = sorted(
        (event for event in events if event.kind is EventKind.CHECK_INS),
        key=lambda event: (event.day, event.at),
        reverse=True,
    )
    return StudentTimeline(
        access=access,
        overview=overview,
        member=member,
        membership_label=_membership_label(access),
        limited=_limited_notice(access),
        aside=_in_force(asides, access.today) if access.reads_all else None,
        leaves=tuple(_absence(row, access.today) for row in absences if access.may_read(row.starts_on)),
        milestones=tuple(
            student_milestones(overview.plan if overview else (), member, records, access.today, zone)
        )
        if access.reads_all
        else (),
        moves=tuple(_move_lines(moves)) if access.reads_all else (),
        tabs=tuple(_tabs(events, kind)),
        kind=kind,
        weeks=tuple(shown),
        earlier_count=len(weeks) - len(shown),
        check_ins=tuple(check_ins),
        asked=_newest_open(asks, access),
    )


def _newest_open(asks: Iterable[Ask], access: StudentAccess) -> Asked:
    """The newest open question about each milestone that they were the first to ask in their group."""
    return {
        (access.enrolment.pk, row.question.milestone_id): row.question
        for row in sorted(asks, key=lambda row: (row.asked_at, row.question_id))
        if access.stay
        and row.question.group_id == access.stay.group_id
        and row.asked_at == row.question.asked_at
        and row.question.is_open
    }


def _standing(access: StudentAccess, now: datetime) -> tuple[GroupOverview | None, Member | None]:
    """The student's group and the student in it: standing depends on the whole group."""
    if access.stay is None:
        return None, None
    group = access.stay.group
    group.cohort = access.enrolment.cohort
    reader = AttentionReader.MENTOR if group.pk in access.mentors_today else AttentionReader.COURSE_ADMIN
    overview = group_overview(group, now=now, reader=reader if access.sees_attention else None)
    members = overview.members
    return overview, next((each for each in members if each.enrolment_id == access.enrolment.pk), None)


def _events(access: StudentAccess) -> Iterator[TimelineEvent]:
    """Events that are rows of their own, but for questions. Six queries."""
    enrolment = access.enrolment
    yield from check_in_events(
        CheckIn.objects.filter(group__in={stay.group_id for stay in access.stays}).select_related(
            "group", "logged_by"
        ),
        {entry.check_in_id: entry for entry in enrolment.check_in_entries.all()},
        access,
    )
    notes = enrolment.meeting_notes.select_related("changed_by", "group")
    yield from note_events(notes.order_by("week_starts_on", "pk"), access)
    items = enrolment.meeting_items.exclude(state=MeetingItem.State.REMOVED).order_by("added_at", "pk")
    yield from item_events(items, access)
    yield from step_events(
        AgreedStep.objects.filter(enrolment=enrolment).select_related("agreed_by", "closed_by"), access
    )
    yield from review_events(
        CodeReview.objects.filter(Q(author=enrolment) | Q(reviewer=enrolment)).with_names(), access
    )


def _asides(access: StudentAccess) -> list[AttentionPutAside]:
    if not access.sees_attention:
        return []
    asides = access.enrolment.attention_put_aside.select_related("put_aside_by", "ended_by")
    return list(asides.order_by("-put_aside_at"))


def _in_force(asides: Iterable[AttentionPutAside], today: date) -> PutAside | None:
    aside = next((row for row in asides if row.ended_at is None and today < row.until_on), None)
    if aside is None:
        return None
    summary = f"Snoozed until {day_label(aside.until_on, today)} by {aside.put_aside_by}"
    return PutAside(id=aside.pk, summary=summary, reason=aside.reason)


def _absence(row: Any, today: date) -> AcceptedAbsence:
    summary = f"{day_range_label(row.starts_on, row.ends_on, today)}, accepted by {row.accepted_by}"
    return AcceptedAbsence(id=row.pk, summary=summary, reason=row.reason, is_over=row.ends_on < today)


def _membership_records(access: StudentAccess) -> Any:
    ids = [stay.pk for stay in access.stays]
    return (
        Membership.history.filter(id__in=ids)
        .select_related("history_user", "group")
        .order_by("history_date", "history_id")
    )


def _who_moved(records: Iterable[Any]) -> dict[tuple[int, str], str]:
    """Who recorded that the student joined ("joined") or left ("left"), by membership."""
    changed_by: dict[tuple[int, str], str] = {}
    for record in records:
        who = str(record.history_user or "")
        changed_by.setdefault((record.id, "joined"), who)
        if record.ended_on is not None:
            changed_by.setdefault((record.id, "left"), who)
    return changed_by


def _move_lines(records: list[Any]) -> Iterator[HistoryLine]:
    """The history of the memberships, latest change first."""
    for change in sorted(_changes_by_stay(records), key=lambda change: change.at, reverse=True):
        for field in change.fields:
            by = str(change.by or "")
            label = f"{change.thing}: {field.label}"
            yield HistoryLine(at=change.at, by=by, field=label, before=field.before, after=field.after)


def _changes_by_stay(records: list[Any]) -> Iterator[Any]:
    for _, of_stay in groupby(sorted(records, key=lambda record: record.id), key=lambda record: record.id):
        stay = list(of_stay)
        yield from changes_of(stay, ["started_on", "ended_on", "end_reason"], thing=str(stay[0].group))


def _membership_label(access: StudentAccess) -> str:
    """ "in Clover since Mon 31 August", or why the student is in no group."""
    if access.stay is not None:
        return f"in {access.stay.group.name} since {day_label(access.stay.started_on, access.today)}"
    enrolment = access.enrolment
    if enrolment.ended_on is not None:
        return f"{enrolment.get_end_reason_display()} on {day_label(enrolment.ended_on, access.today)}"
    return "not in a group"


def _limited_notice(access: StudentAccess) -> str:
    if access.reads_all:
        return ""
    names = {stay.group_id: stay.group.name for stay in access.stays}
    spans = " and ".join(
        f"{names[window.group_id]} "
        + (
            day_range_label(window.starts_on, window.ends_before - timedelta(days=1), access.today)
            if window.ends_before
            else f"since {day_label(window.starts_on, access.today)}"
        )
        for window in access.windows
    )
    return f"You see what happened while you were the mentor: {spans}."


def _tabs(events: list[TimelineEvent], current: EventKind | None) -> Iterator[EventKindTab]:
    yield EventKindTab(
        label="Everything", url="?kind=all#timeline", is_current=current is None, count=len(events)
    )
    for kind in EventKind:
        count = sum(event.kind is kind for event in events)
        if count or kind is current:
            url = f"?kind={kind.value}#timeline"
            yield EventKindTab(label=kind.label, url=url, is_current=kind is current, count=count)


def _weeks(events: list[TimelineEvent], kind: EventKind | None, today: date) -> Iterator[TimelineWeek]:
    """Yield the weeks, the latest first, and at the end what nobody knows the day of."""
    shown = [event for event in events if kind is None or event.kind is kind]
    dated = [event for event in shown if not event.is_undated]
    latest_first = sorted(dated, key=lambda event: (event.shown_week, event.day, event.at), reverse=True)
    for week, of_week in groupby(latest_first, key=lambda event: event.shown_week):
        yield TimelineWeek(label=_week_label(week, today), events=tuple(of_week))
    if len(dated) < len(shown):
        yield TimelineWeek(label="", events=tuple(event for event in shown if event.is_undated))


def _week_label(week: Week, today: date) -> str:
    """ "This week", "Last week", "2 weeks ago", before that its days."""
    ago = (Week.of(today).starts_on - week.starts_on).days // 7
    if 0 <= ago <= 2:
        return ("This week", "Last week", "2 weeks ago")[ago]
    needs_year = week.starts_on.year == week.ends_on.year != today.year
    return f"{week.label} {week.ends_on.year}" if needs_year else week.label
