"""Events of a student's history."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.text import capfirst

from groups.models import Absence, Membership
from lib.days import day_label, day_of_week, day_range_label
from lib.marks import PersonMark
from lib.weeks import Week
from questions.models import Ask, Question
from tracker.access.check_ins import day_of
from tracker.access.students import StudentAccess
from tracker.dashboards.meetings import meeting_day
from tracker.models import (
    AgreedStep,
    AttentionPutAside,
    CheckIn,
    CodeReview,
    MeetingItem,
    MeetingNote,
)

AGREED = "Agreed:"


class EventKind(StrEnum):
    PROGRESS = "progress"
    CHECK_INS = "check-ins"
    NOTES = "before-meetings"
    STEPS = "steps"
    QUESTIONS = "questions"
    REVIEWS = "reviews"
    GROUPS = "groups"
    ABSENCES = "absences"
    ATTENTION = "attention"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEvent:
    """`day` is in the cohort's time zone; `week` is set only if the event is listed under another week than its day.

    Of an event that `is_undated` nobody knows the day: it is the one on which it came into Trefoil. `lead` is said
    before `what`, which leads to the `url`: "Asked:" and "Why divide?".
    """

    kind: EventKind
    day: date
    at: datetime
    what: str
    lead: str = ""
    url: str = ""
    # The state that was marked, and where.
    state: str = ""
    of_milestone: str = ""
    week: Week | None = None
    is_undated: bool = False
    is_answered: bool = False
    # The other one of a code review.
    mark: PersonMark | None = None
    # Of a check-in: its group, whether they came and that counts, and what it said to the group and to its readers.
    group: str = ""
    attendance: str = ""
    is_counted: bool = False
    note: str = ""
    summary: str = ""
    private_note: str = ""
    readers: str = ""

    @property
    def is_said(self) -> bool:
        """Whether it was said at a meeting, rather than done by the student."""
        return self.kind in (EventKind.CHECK_INS, EventKind.NOTES) or self.lead == AGREED

    @property
    def is_dated(self) -> bool:
        """Whether the day is said in its week: of marks, and of what is still open."""
        return not (self.is_said or self.is_answered or self.is_undated or self.kind is EventKind.STEPS)

    @property
    def shown_week(self) -> Week:
        return self.week or Week.of(self.day)


def check_in_events(
    rows: Iterable[CheckIn], entries: Mapping[int, Any], access: StudentAccess
) -> Iterator[TimelineEvent]:
    """Check-ins of meetings on whose day the student was in the group, or with an entry of theirs.

    Students see what the whole group sees; the private note is only for its readers.
    """
    zone = ZoneInfo(access.enrolment.cohort.time_zone)
    for row in rows:
        row.group.cohort = access.enrolment.cohort
        entry = entries.get(row.pk)
        day = day_of(row, zone)
        if not access.may_read(day) or not _was_there(access, row, has_entry=entry is not None):
            continue
        what = f"{row.group}’s check-in: {row.get_outcome_display()}"
        if row.outcome == CheckIn.Outcome.HELD and row.held_on:
            what = f"{row.group}’s check-in, {day_of_week(row.held_on, access.today)}, {row.minutes} minutes"
        yield TimelineEvent(
            kind=EventKind.CHECK_INS,
            day=day,
            at=_start_of(day),
            week=row.week,
            what=what,
            url=row.get_absolute_url() if access.may_read_shared(row, day) else "",
            group=row.group.name,
            attendance=entry.attendance if entry else "",
            is_counted=entry is not None and entry.is_counted,
            note=entry.written if entry and access.may_read_entry(row) else "",
            summary=row.summary,
            private_note=row.private_note if access.may_read_private(row, day) else "",
            readers=f"{row.group}’s mentors and the course admins read this.",
        )


def _was_there(access: StudentAccess, row: CheckIn, *, has_entry: bool) -> bool:
    """Whether the student had joined the group by the day of the meeting, and had not left it or has an entry."""
    on = meeting_day(row)
    return any(
        stay.group_id == row.group_id and stay.started_on <= on and (has_entry or not stay.has_ended(on))
        for stay in access.stays
    )


def note_events(rows: Iterable[MeetingNote], access: StudentAccess) -> Iterator[TimelineEvent]:
    """Events of what the student said before meetings, on the day they said it."""
    zone = ZoneInfo(access.enrolment.cohort.time_zone)
    for row in rows:
        assert row.changed_at is not None, "a note is saved by somebody"  # noqa: S101
        day = row.changed_at.astimezone(zone).date()
        if access.may_read_words(row.group_id, day, row.week, row.changed_at):
            of_meeting = "" if row.week.contains(day) else f" of {_meeting_label(row, access.today)}"
            going = row.get_going_display().lower()
            lead = f"Before the meeting{of_meeting}:"
            yield _at(row.changed_at, zone, EventKind.NOTES, going, lead=lead, note=row.note)


def _meeting_label(row: MeetingNote, today: date) -> str:
    """ "Wed 2 December", or "the week of Mon 30 November" where it is over or has no one day."""
    meets = row.group.regular_meeting
    if meets and len(meets.weekdays) == 1 and today <= row.week.ends_on:
        return day_label(row.week.starts_on + timedelta(days=min(meets.weekdays)), today)
    return f"the week of {day_label(row.week.starts_on, today)}"


def item_events(rows: Iterable[MeetingItem], access: StudentAccess) -> Iterator[TimelineEvent]:
    zone = ZoneInfo(access.enrolment.cohort.time_zone)
    for row in rows:
        day = row.added_at.astimezone(zone).date()
        if access.may_read_words(row.group_id, day, Week.of(day), row.added_at):
            lead = "Brought up:" if row.state == MeetingItem.State.DONE else "To bring up:"
            yield _at(row.added_at, zone, EventKind.NOTES, row.text, lead=lead)


def step_events(rows: Iterable[AgreedStep], access: StudentAccess) -> Iterator[TimelineEvent]:
    zone = ZoneInfo(access.enrolment.cohort.time_zone)
    for row in rows:
        yield _at(row.agreed_at, zone, EventKind.STEPS, row.text, lead=AGREED)
        if row.closed_at is not None:
            lead = "Done:" if row.state == AgreedStep.State.DONE else "Removed:"
            yield _at(row.closed_at, zone, EventKind.STEPS, row.text, lead=lead)


def question_events(rows: Iterable[Ask], access: StudentAccess) -> Iterator[TimelineEvent]:
    zone = ZoneInfo(access.enrolment.cohort.time_zone)
    for row in rows:
        question = row.question
        if access.may_read_ask(row):
            yield _at(
                row.asked_at,
                zone,
                EventKind.QUESTIONS,
                question.title,
                lead="Asked:",
                url=question.get_absolute_url(),
                is_undated=row.is_undated,
                is_answered=question.status == Question.Status.ANSWERED or row.is_answered_already,
            )


def review_events(access: StudentAccess) -> Iterator[TimelineEvent]:
    """Who reads of the student reads that they took part in a review; it is linked for who may open it.

    Its group is one of the student's own, which the history names, as it does the other one.
    """
    zone = ZoneInfo(access.enrolment.cohort.time_zone)
    groups = {stay.group_id: stay.group for stay in access.stays}
    for row in access.reviews():
        is_author = row.author_id == access.enrolment.pk
        author, reviewer = row.author.person, row.reviewer.person
        person = reviewer if is_author else author
        other, group = person.get_short_name(), groups.get(row.group_id)
        mark = group.marks([author, reviewer])[person.pk] if group else None
        what, url = str(row.milestone), row.get_absolute_url() if row.may_open else ""
        lead = f"Asked {other} to review" if is_author else f"Asked by {other} to review"
        yield _at(row.requested_at, zone, EventKind.REVIEWS, what, lead=lead, url=url, mark=mark)
        if row.state != CodeReview.State.REQUESTED:
            verb = "approved" if row.state == CodeReview.State.APPROVED else "asked for changes in"
            lead = f"{other} {verb}" if is_author else f"{capfirst(verb)} {other}’s"
            yield _at(row.changed_at, zone, EventKind.REVIEWS, what, lead=lead, url=url, mark=mark)


def move_events(access: StudentAccess) -> Iterator[TimelineEvent]:
    moved, stays = Membership.EndReason.MOVED, list(access.stays)
    # The group from which they moved on a day; who left it to be in none joins the next one later.
    left = {stay.ended_on: stay.group for stay in stays if stay.end_reason == moved}
    begun = {stay.started_on for stay in stays}
    for stay in stays:
        before = left.get(stay.started_on)
        lead = f"Moved from {before} to" if before else "Joined"
        yield _on(stay.started_on, EventKind.GROUPS, f"{lead} {stay.group}")
        if stay.ended_on and (stay.end_reason != moved or stay.ended_on not in begun):
            why = "" if stay.end_reason == moved else f": {stay.get_end_reason_display()}"
            yield _on(stay.ended_on, EventKind.GROUPS, f"Left {stay.group}{why}")


def absence_events(rows: Iterable[Absence], access: StudentAccess) -> Iterator[TimelineEvent]:
    for row in rows:
        what = f"Away {day_range_label(row.starts_on, row.ends_on, access.today)}"
        note = row.reason if access.may_read_reason(row) else ""
        yield _on(row.starts_on, EventKind.ABSENCES, what, note=note)


def attention_events(rows: Iterable[AttentionPutAside], access: StudentAccess) -> Iterator[TimelineEvent]:
    """Snoozes, and those that ended early. One replaced by another gets no event for its end."""
    zone = ZoneInfo(access.enrolment.cohort.time_zone)
    rows = list(rows)
    begun = {row.put_aside_at for row in rows}
    for row in rows:
        what = f"Snoozed until {day_label(row.until_on, access.today)}"
        yield _at(row.put_aside_at, zone, EventKind.ATTENTION, what, note=row.reason)
        if row.ended_at is not None and row.ended_at not in begun:
            yield _at(row.ended_at, zone, EventKind.ATTENTION, "Snooze ended")


def _at(at: datetime, zone: ZoneInfo, kind: EventKind, what: str, **more: Any) -> TimelineEvent:
    return TimelineEvent(kind=kind, day=at.astimezone(zone).date(), at=at, what=what, **more)


def _on(day: date, kind: EventKind, what: str, **more: Any) -> TimelineEvent:
    return TimelineEvent(kind=kind, day=day, at=_start_of(day), what=what, **more)


def _start_of(day: date) -> datetime:
    """Sorts events with a day but no time before those with a time."""
    return datetime.combine(day, time.min, tzinfo=UTC)
