"""The page of one student: standing and events by week. The number of queries is constant."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import attrgetter
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.text import capfirst

from groups.models import Absence
from lib.days import day_label, day_range_label, relative_week
from lib.text import joined
from lib.weeks import Week
from tracker.access.students import StudentAccess
from tracker.dashboards.grid import Member, Sheet, columns_of, sheet_of
from tracker.dashboards.group_overviews import GroupOverview, student_overview
from tracker.dashboards.help_lines import HelpLine, help_lines_of
from tracker.dashboards.hours import attendance_label, hours_so_far
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
from tracker.models import AgreedStep, AttentionPutAside, CheckIn, MeetingItem, Progress
from tracker.models.check_in import with_is_counted
from tracker.standing import (
    NEEDS_HELP,
    AttentionReader,
    Reason,
    ReasonCode,
    in_full,
    progress_label,
)

# Weeks that are shown at first, and what was done in one; one more rather than a fold of one.
_WEEKS = 3
_DONE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineWeek:
    """A week of the timeline, the latest event first; without a label what nobody knows the day of."""

    label: str
    events: tuple[TimelineEvent, ...]
    # Only those of the last two weeks are open at first.
    folds_private: bool = False

    @property
    def done(self) -> list[TimelineEvent]:
        """Marks first, then what they had agreed; of a milestone what it came to in that week."""
        ranks = {EventKind.PROGRESS: 0, EventKind.STEPS: 1}
        done = [event for event in self.events if not event.is_said]
        latest: dict[str, TimelineEvent] = {}
        for event in done:
            if event.of_milestone:
                latest.setdefault(event.of_milestone, event)
        shown = [event for event in done if not event.of_milestone or latest[event.of_milestone] is event]
        return sorted(shown, key=lambda event: ranks.get(event.kind, 2))

    @property
    def first_done(self) -> list[TimelineEvent]:
        return self.done if len(self.done) <= _DONE + 1 else self.done[:_DONE]

    @property
    def more_done(self) -> list[TimelineEvent]:
        return self.done[len(self.first_done) :]

    @property
    def said(self) -> tuple[TimelineEvent, ...]:
        """The check-in first, then what was agreed."""
        said = [event for event in self.events if event.is_said]
        return tuple(sorted(said, key=lambda event: event.kind is not EventKind.CHECK_INS))


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentTimeline:
    """`member`, `overview` and `sheet` are None if the student is in no group today or the reader may not see the
    standing; the overview has this student alone.

    `limited` tells former mentors that they see only their own time; else it is empty. `milestones`
    are there if asked for. `away` are accepted absences, each with its days, and why, for who may read it.
    """

    access: StudentAccess
    overview: GroupOverview | None
    member: Member | None
    sheet: Sheet | None
    help_lines: tuple[HelpLine, ...]
    membership_label: str
    limited: str
    aside: AttentionPutAside | None
    away: tuple[tuple[Absence, str, str], ...]
    milestones: tuple[StudentMilestone, ...]
    weeks: tuple[TimelineWeek, ...]
    # Earlier weeks, which are shown only when asked for.
    earlier_count: int
    attendance: str

    @property
    def short_name(self) -> str:
        return self.access.enrolment.person.get_short_name()

    @property
    def heading(self) -> str:
        """The heading: the student's standing in the words of every page, how it ended, or "History of …"."""
        enrolment, is_self = self.access.enrolment, self.access.is_self
        if enrolment.has_ended(self.access.today) and self.access.reads_all:
            return f"{'You' if is_self else self.short_name} {enrolment.get_end_reason_display()}"
        if self.member is None or enrolment.cohort.is_closed(self.access.today):
            return "Your history" if is_self else f"{self.short_name}’s history"
        if not is_self:
            return self.member.words.about(self.short_name)
        # They read none of the reasons for attention.
        return (NEEDS_HELP if self.member.requests else self.member.words).to_them

    @property
    def group_url(self) -> str:
        """The address at which the student is open in the group, for its leaders."""
        opened = {"student": self.access.enrolment.pk} if self.access.may_lead else {}
        assert self.access.stay is not None, "who is in no group has no link to it"  # noqa: S101
        return reverse("tracker:group-detail", args=[self.access.stay.group_id], query=opened)

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """The reasons for attention; never shown to the student."""
        return self.member.standing.reasons if self.member and self.access.sees_attention else ()

    @property
    def may_snooze(self) -> bool:
        """False for a student who waits for help: they are answered first."""
        is_set_aside = self.member is not None and self.member.standing.is_set_aside
        return bool(self.reasons) and not is_set_aside and not self.help_lines

    @property
    def lead(self) -> str:
        """All reasons but those in the red line, what is behind, the hours, and how often they came."""
        if self.member is None:
            return ""
        standing = self.member.standing
        why = in_full(
            reason
            for reason in self.reasons
            if not (self.help_lines and reason.code is ReasonCode.NEEDS_HELP)
        )
        parts = [
            # The heading says how far behind.
            why or ("" if standing.behind_by else progress_label(standing.work)),
            ", ".join(filter(None, (hours_so_far(self.member.facts, standing), self.attendance))),
        ]
        return " ".join(f"{capfirst(part)}." for part in parts if part)


def student_timeline(
    *,
    access: StudentAccess,
    now: datetime,
    shows_milestones: bool = False,
    shows_all: bool = True,
) -> StudentTimeline:
    """Return the page of a student; if it `shows_all`, with the weeks before the latest three."""
    enrolment = access.enrolment
    zone = ZoneInfo(enrolment.cohort.time_zone)
    overview = _overview(access, now) if access.reads_all else None
    member = next(iter(overview.members), None) if overview else None
    records = by_milestone(
        Progress.history.filter(enrolment=access.enrolment).select_related("history_user", "milestone")
    )
    absences = list(enrolment.absences.select_related("accepted_by").order_by("-starts_on", "-pk"))
    asides: list[AttentionPutAside] = []
    if access.sees_attention:
        put_aside = enrolment.attention_put_aside.select_related("put_aside_by")
        asides = list(put_aside.order_by("-put_aside_at"))
    events = [
        event
        for event in [
            *progress_events(records, zone),
            *_events(access),
            *question_events(access.asks(), access),
            *(
                event
                for event in (*move_events(access), *absence_events(absences, access))
                if event.day <= access.today
            ),
            *attention_events(asides, access),
        ]
        if access.may_read(event.day)
    ]
    weeks = list(_weeks(events, access.today))
    shown = weeks if shows_all else weeks[:_WEEKS]
    # The earliest first, as its groups are named.
    counted = [event for event in sorted(events, key=attrgetter("day")) if event.is_counted]
    return StudentTimeline(
        access=access,
        overview=overview,
        member=member,
        sheet=_sheet(overview, member) if overview and member else None,
        help_lines=tuple(help_lines_of(member, enrolment.cohort, now)) if member else (),
        membership_label=_membership_label(access),
        limited=_limited_notice(access),
        aside=next((row for row in asides if row.ended_at is None and access.today < row.until_on), None)
        if access.reads_all
        else None,
        away=tuple(
            (
                row,
                day_range_label(row.starts_on, row.ends_on, access.today),
                row.reason if access.may_read_reason(row) else "",
            )
            for row in absences
            if access.may_read(row.starts_on)
        ),
        milestones=tuple(
            student_milestones(overview.plan if overview else (), member, records, access.today, zone)
        )
        if access.reads_all and shows_milestones
        else (),
        weeks=tuple(shown),
        earlier_count=len(weeks) - len(shown),
        attendance=attendance_label((event.attendance, event.group) for event in counted),
    )


def _overview(access: StudentAccess, now: datetime) -> GroupOverview | None:
    if access.stay is None:
        return None
    # With their cohort and person.
    access.stay.enrolment = access.enrolment
    group = access.stay.group
    group.cohort = access.enrolment.cohort
    reader = AttentionReader.MENTOR if group.pk in access.mentors_today else AttentionReader.COURSE_ADMIN
    return student_overview(access.stay, now=now, reader=reader if access.sees_attention else None)


def _sheet(overview: GroupOverview, member: Member) -> Sheet:
    """The student's row with all milestones, on their own days. Nothing was due for who came later."""
    plan = [replace(each, due_on=member.standing.work.days.get(each.id)) for each in overview.plan]
    now_id = member.standing.next_milestone_id
    columns = columns_of(plan, (), is_unfolded=True)
    return sheet_of(plan, [member], columns, now_id=now_id, marks=overview.marks)


def _events(access: StudentAccess) -> Iterator[TimelineEvent]:
    """Events that are rows of their own, but for questions."""
    enrolment = access.enrolment
    yield from check_in_events(
        CheckIn.objects.filter(group__in={stay.group_id for stay in access.stays}).select_related("group"),
        {entry.check_in_id: entry for entry in with_is_counted().filter(enrolment=enrolment)},
        access,
    )
    notes = enrolment.meeting_notes.select_related("group")
    yield from note_events(notes.order_by("week_starts_on", "pk"), access)
    items = enrolment.meeting_items.exclude(state=MeetingItem.State.REMOVED).order_by("added_at", "pk")
    yield from item_events(items, access)
    yield from step_events(AgreedStep.objects.filter(enrolment=enrolment), access)
    yield from review_events(access)


def _membership_label(access: StudentAccess) -> str:
    """ "in Clover since Mon 31 August", or why the student is in no group."""
    if access.stay is not None:
        return f"in {access.stay.group.name} since {day_label(access.stay.started_on, access.today)}"
    enrolment = access.enrolment
    if enrolment.ended_on is not None and enrolment.has_ended(access.today):
        return f"{enrolment.get_end_reason_display()} on {day_label(enrolment.ended_on, access.today)}"
    for stay in access.stays:
        if access.today < stay.started_on:
            return f"in {stay.group.name} from {day_label(stay.started_on, access.today)} on"
    return "not in a group"


def _limited_notice(access: StudentAccess) -> str:
    windows = [window for window in access.windows if window.starts_on <= access.today]
    if access.reads_all or not windows:
        return ""
    names = {stay.group_id: stay.group.name for stay in access.stays}
    spans = joined(
        f"{names[window.group_id]} "
        + (
            day_range_label(window.starts_on, window.ends_before - timedelta(days=1), access.today)
            if window.ends_before
            else f"since {day_label(window.starts_on, access.today)}"
        )
        for window in windows
    )
    return f"You see what happened while you were the mentor: {spans}."


def _weeks(events: list[TimelineEvent], today: date) -> Iterator[TimelineWeek]:
    """Yield the weeks, the latest first, and at the end what nobody knows the day of."""
    dated = [event for event in events if not event.is_undated]
    latest_first = sorted(dated, key=lambda event: (event.shown_week, event.day, event.at), reverse=True)
    for week, of_week in groupby(latest_first, key=lambda event: event.shown_week):
        yield TimelineWeek(
            label=relative_week(week, today),
            events=tuple(of_week),
            folds_private=week.starts_on < Week.of(today).starts_on - timedelta(weeks=1),
        )
    if len(dated) < len(events):
        yield TimelineWeek(label="", events=tuple(event for event in events if event.is_undated))
