"""What a student is asked on my week before a meeting, and what they bring to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from groups.models import Enrolment, Group
from lib.relative_days import relative_day
from lib.weeks import Period, Week
from tracker.dashboards.meetings import NextMeeting
from tracker.models import CheckIn, MeetingItem, MeetingNote


@dataclass(frozen=True, slots=True)
class BeforeMeeting:
    """`note` is not saved while nothing was said. Without a `meeting` the group has not said when it meets."""

    note: MeetingNote
    items: tuple[MeetingItem, ...]
    meeting: NextMeeting | None

    @property
    def is_said(self) -> bool:
        return self.note.pk is not None

    @property
    def title(self) -> str:
        """ "Before Wednesday", "Before today’s meeting", "Before 9 Dec"."""
        if self.meeting is None:
            return "Before the next meeting"
        day = relative_day(self.meeting.on, self.meeting.today)
        return f"Before {day}’s meeting" if day in ("today", "tomorrow") else f"Before {day}"


def before_meeting(
    group: Group,
    enrolment: Enrolment,
    check_ins: Sequence[CheckIn],
    pauses: Sequence[Period],
    absences: Sequence[Period],
    meeting: NextMeeting | None,
    today: date,
) -> BeforeMeeting | None:
    """Return what is asked before the meeting that lies ahead; None where nobody asks, or nothing is expected.

    Two queries. What was said for a meeting that is over stays with it.
    """
    cohort, off = group.cohort, [*pauses, *absences]
    week = _week_ahead(group, check_ins, meeting, today)
    if not cohort.asks_before_meeting or week is None or any(period.contains(today) for period in off):
        return None
    if week.ends_on < cohort.starts_on or week.is_paused(off) or week > Week.of(today).next():
        return None
    if meeting is not None and any(absence.contains(meeting.on) for absence in absences):
        return None
    key = {"enrolment": enrolment, "group": group, "week_starts_on": week.starts_on}
    note = MeetingNote.objects.filter(**key).only("version", "week_starts_on", "going", "note").first()
    items = MeetingItem.objects.open().filter(enrolment=enrolment).order_by("added_at", "pk")
    return BeforeMeeting(note or MeetingNote(**key, version=0), tuple(items.only("text")), meeting)


def _week_ahead(
    group: Group, check_ins: Sequence[CheckIn], meeting: NextMeeting | None, today: date
) -> Week | None:
    """The week of the meeting that lies ahead.

    Where a group has not said when it meets, that is this week until its check-in is logged.
    """
    if meeting is not None:
        return meeting.week
    if group.regular_meeting is not None:
        return None
    this_week = Week.of(today)
    is_met = any(row.week == this_week and row.outcome != CheckIn.Outcome.MOVED for row in check_ins)
    return this_week.next() if is_met else this_week
