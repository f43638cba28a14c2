from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.text import capfirst

from groups.models import Absence, Membership
from lib.days import day_label, day_range_label
from lib.weeks import Week
from questions.models import Ask, Question
from tracker.access.check_ins import day_of
from tracker.access.students import StudentAccess
from tracker.dashboards.chips import Chip
from tracker.models import (
    AgreedStep,
    AttentionPutAside,
    CheckIn,
    CheckInEntry,
    CodeReview,
    MeetingItem,
    MeetingNote,
)
from tracker.standing import Going

AGREED = "Agreed: "


class EventKind(StrEnum):
    """Filters of the timeline; the value is the one in the URL."""

    PROGRESS = "progress"
    CHECK_INS = "check-ins"
    NOTES = "before-meetings"
    STEPS = "steps"
    QUESTIONS = "questions"
    REVIEWS = "reviews"
    GROUPS = "groups"
    ABSENCES = "absences"
    ATTENTION = "attention"

    @property
    def label(self) -> str:
        return {"steps": "Agreed steps", "groups": "Moves", "before-meetings": "Before meetings"}.get(
            self.value, self.value.capitalize()
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EventNote:
    label: str
    text: str
    is_private: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEvent:
    """`day` is in the cohort's time zone; `week` is set only if the event is listed under another week than its day.

    Of an event that `is_undated` nobody knows the day: it is the one on which it came into Trefoil. `lead` and `short`
    are how it is said below the heading of its week: "Asked:" and "Why divide?".
    """

    kind: EventKind
    day: date
    at: datetime
    what: str
    by: str = ""
    url: str = ""
    lead: str = ""
    short: str = ""
    # The state that was marked, and where.
    state: str = ""
    of_milestone: str = ""
    tone: str = ""
    week: Week | None = None
    is_undated: bool = False
    chips: tuple[Chip, ...] = ()
    notes: tuple[EventNote, ...] = ()

    @property
    def is_said(self) -> bool:
        """Whether it was said at a meeting, rather than done by the student."""
        return self.kind in (EventKind.CHECK_INS, EventKind.NOTES) or self.what.startswith(AGREED)

    @property
    def is_answered(self) -> bool:
        return self.kind is EventKind.QUESTIONS and self.tone == "ok"

    @property
    def is_dated(self) -> bool:
        """Whether the day is said in its week: of marks, and of what is still open."""
        return not (self.is_said or self.is_answered or self.is_undated or self.kind is EventKind.STEPS)

    @property
    def shown_week(self) -> Week:
        return self.week or Week.of(self.day)


_ATTENDANCE_TONES = {"present": "ok", "excused": "quiet", "absent": "watch"}


def check_in_events(
    rows: Iterable[CheckIn], entries: Mapping[int, CheckInEntry], access: StudentAccess
) -> Iterator[TimelineEvent]:
    """Check-ins of the weeks in which the student was in the group, with their entry.

    Students see what the whole group sees; the private note is only for its readers.
    """
    zone = ZoneInfo(access.enrolment.cohort.time_zone)
    for row in rows:
        entry = entries.get(row.pk)
        day = day_of(row, zone)
        if not access.may_read(day) or not _was_there(access, row, day, has_entry=entry is not None):
            continue
        yield TimelineEvent(
            kind=EventKind.CHECK_INS,
            day=day,
            at=_start_of(day),
            week=row.week,
            what=_check_in_title(row, access.today),
            short=_short_title(row),
            by=str(row.logged_by),
            url=row.get_absolute_url() if access.may_read_shared(row, day) else "",
            tone="watch" if entry and entry.attendance == CheckInEntry.Attendance.ABSENT else "ok",
            chips=(Chip(text=entry.get_attendance_display(), tone=_ATTENDANCE_TONES[entry.attendance]),)
            if entry
            else (),
            notes=tuple(_check_in_notes(row, entry, access, day)),
        )


def _was_there(access: StudentAccess, row: CheckIn, day: date, *, has_entry: bool) -> bool:
    """Whether the student had joined the group by the day, and had an entry or was in it in that week.

    A check-in that was not held is of the day on which it was logged, which may be long after its week.
    """
    return any(
        stay.group_id == row.group_id
        and stay.started_on <= min(day, row.week.ends_on)
        and (has_entry or stay.ended_on is None or row.week.starts_on < stay.ended_on)
        for stay in access.stays
    )


def _check_in_title(row: CheckIn, today: date) -> str:
    if row.outcome == CheckIn.Outcome.HELD and row.held_on is not None:
        return f"Check-in of {row.group} on {day_label(row.held_on, today)}, {row.minutes} min"
    return f"Check-in of {row.group}: {row.get_outcome_display()}"


def _short_title(row: CheckIn) -> str:
    """ "Check-in, Wednesday, 40 minutes"."""
    if row.outcome == CheckIn.Outcome.HELD and row.held_on is not None:
        return f"Check-in, {row.held_on:%A}, {row.minutes} minutes"
    return f"Check-in: {row.get_outcome_display()}"


def _check_in_notes(
    row: CheckIn, entry: CheckInEntry | None, access: StudentAccess, day: date
) -> Iterator[EventNote]:
    if entry and entry.note and access.may_read_entry(row):
        yield EventNote(label="Note", text=entry.note)
    if row.summary:
        yield EventNote(label="For the group", text=row.summary)
    if row.private_note and access.may_read_private(row, day):
        label = f"{row.group}’s mentors and the course admins read this."
        yield EventNote(label=label, text=row.private_note, is_private=True)


def note_events(rows: Iterable[MeetingNote], access: StudentAccess) -> Iterator[TimelineEvent]:
    """What the student said before meetings, on the days when."""
    zone = ZoneInfo(access.enrolment.cohort.time_zone)
    for row in rows:
        assert row.changed_at is not None, "a note is saved by somebody"  # noqa: S101
        day = row.changed_at.astimezone(zone).date()
        if not access.may_read_words(row.group_id, day, row.week, row.changed_at):
            continue
        of_meeting = "" if row.week.contains(day) else f" of {_meeting_label(row, access.today)}"
        yield TimelineEvent(
            kind=EventKind.NOTES,
            day=day,
            at=row.changed_at,
            what=f"Before the meeting{of_meeting}: {row.get_going_display().lower()}",
            lead=f"Before the meeting{of_meeting}:",
            short=row.get_going_display().lower(),
            by=str(row.changed_by),
            tone="watch" if row.going == Going.STUCK else "quiet",
            notes=(EventNote(label="Note", text=row.note),) if row.note else (),
        )


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
            is_done = row.state == MeetingItem.State.DONE
            what = "Brought" if is_done else "To bring"
            lead = "Brought up:" if is_done else "To bring up:"
            yield _at(
                row.added_at,
                zone,
                EventKind.NOTES,
                f"{what} to the meeting: {row.text}",
                lead=lead,
                short=row.text,
            )


def step_events(rows: Iterable[AgreedStep], access: StudentAccess) -> Iterator[TimelineEvent]:
    zone = ZoneInfo(access.enrolment.cohort.time_zone)
    for row in rows:
        due_label = f", by {day_label(row.due_on, access.today)}" if row.due_on else ""
        yield _at(
            row.agreed_at,
            zone,
            EventKind.STEPS,
            f"{AGREED}{row.text}{due_label}",
            by=str(row.agreed_by),
            lead=AGREED,
            short=row.text,
        )
        if row.closed_at is not None:
            state = "Done" if row.state == AgreedStep.State.DONE else "Removed"
            what = f"{state}: {row.text}"
            tone = "ok" if row.state == AgreedStep.State.DONE else ""
            yield _at(row.closed_at, zone, EventKind.STEPS, what, by=str(row.closed_by), tone=tone)


def question_events(rows: Iterable[Ask], access: StudentAccess) -> Iterator[TimelineEvent]:
    zone = ZoneInfo(access.enrolment.cohort.time_zone)
    for row in rows:
        question = row.question
        if not access.may_read_ask(row):
            continue
        is_answered = question.status == Question.Status.ANSWERED or row.is_answered_already
        tone = "ok" if is_answered else "quiet"
        status = "answered before" if row.is_answered_already else question.get_status_display()
        chips = [Chip(text=status, tone=tone)]
        if question.milestone is not None:
            chips.append(Chip(text=question.milestone.title))
        yield _at(
            row.asked_at,
            zone,
            EventKind.QUESTIONS,
            f"Asked: {question.title}",
            lead="Asked:",
            short=question.title,
            tone="ok" if is_answered else "",
            by="" if row.logged_by_id == access.enrolment.person_id else str(row.logged_by),
            url=question.get_absolute_url(),
            is_undated=row.is_undated,
            chips=tuple(chips),
        )


def review_events(rows: Iterable[CodeReview], access: StudentAccess) -> Iterator[TimelineEvent]:
    zone = ZoneInfo(access.enrolment.cohort.time_zone)
    for row in rows:
        author, reviewer, url = row.author.person, row.reviewer.person, row.get_absolute_url()
        # On their own page a student reads "you".
        own = access.enrolment.person_id if access.is_self else None
        subject, reviewed = ("You", f"your {row.milestone}") if author.pk == own else (author, "")
        by, asked_of = ("You", "you") if reviewer.pk == own else (reviewer, reviewer)
        asked = f"{subject} asked {asked_of} to review {row.milestone}"
        is_author = row.author_id == access.enrolment.pk
        other = (reviewer if is_author else author).get_short_name()
        lead = f"Asked {other} to review" if is_author else f"Asked by {other} to review"
        title = str(row.milestone)
        yield _at(row.requested_at, zone, EventKind.REVIEWS, asked, url=url, lead=lead, short=title)
        if row.state != CodeReview.State.REQUESTED:
            is_approved = row.state == CodeReview.State.APPROVED
            verb = "approved" if is_approved else "asked for changes in"
            outcome = f"{by} {verb} {reviewed or f'{row.milestone} of {author}'}"
            lead = f"{other} {verb}" if is_author else f"{capfirst(verb)} {other}’s"
            yield _at(
                row.changed_at,
                zone,
                EventKind.REVIEWS,
                outcome,
                url=url,
                lead=lead,
                short=title,
                tone="ok" if is_approved else "watch",
            )


def move_events(access: StudentAccess, changed_by: dict[tuple[int, str], str]) -> Iterator[TimelineEvent]:
    previous = None
    for stay in access.stays:
        is_move = previous is not None and previous.end_reason == Membership.EndReason.MOVED
        what = f"Moved from {previous.group.name} to " if is_move and previous else "Joined "
        by = changed_by.get((stay.pk, "joined"), "")
        yield _on(stay.started_on, EventKind.GROUPS, what + stay.group.name, by=by)
        if stay.ended_on is not None and stay.end_reason != Membership.EndReason.MOVED:
            reason = stay.get_end_reason_display()
            by = changed_by.get((stay.pk, "left"), "")
            yield _on(stay.ended_on, EventKind.GROUPS, f"Left {stay.group.name}: {reason}", by=by)
        previous = stay


def absence_events(rows: Iterable[Absence], access: StudentAccess) -> Iterator[TimelineEvent]:
    for row in rows:
        what = f"Away {day_range_label(row.starts_on, row.ends_on, access.today)}, accepted"
        notes = (EventNote(label="Reason", text=row.reason),) if row.reason else ()
        yield _on(row.starts_on, EventKind.ABSENCES, what, by=str(row.accepted_by), notes=notes)


def attention_events(rows: Iterable[AttentionPutAside], access: StudentAccess) -> Iterator[TimelineEvent]:
    """Attention put aside, and ended early. One replaced by another gets no event for its end."""
    zone = ZoneInfo(access.enrolment.cohort.time_zone)
    rows = list(rows)
    begun = {row.put_aside_at for row in rows}
    for row in rows:
        what = f"Attention snoozed until {day_label(row.until_on, access.today)}"
        notes = (EventNote(label="Reason", text=row.reason),)
        yield _at(row.put_aside_at, zone, EventKind.ATTENTION, what, by=str(row.put_aside_by), notes=notes)
        if row.ended_at is not None and row.ended_at not in begun:
            by = str(row.ended_by)
            yield _at(row.ended_at, zone, EventKind.ATTENTION, "Snooze ended", by=by)


def _at(at: datetime, zone: ZoneInfo, kind: EventKind, what: str, **more: Any) -> TimelineEvent:
    return TimelineEvent(kind=kind, day=at.astimezone(zone).date(), at=at, what=what, **more)


def _on(day: date, kind: EventKind, what: str, **more: Any) -> TimelineEvent:
    return TimelineEvent(kind=kind, day=day, at=_start_of(day), what=what, **more)


def _start_of(day: date) -> datetime:
    """Sorts events with a day but no time before those with a time."""
    return datetime.combine(day, time.min, tzinfo=UTC)
