"""What a student is asked on my week before a meeting, and what they bring to it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from groups.models import Enrolment, Group
from lib.weeks import Period, Week
from tracker.dashboards.meetings import NextMeeting
from tracker.models import CheckIn, MeetingItem, MeetingNote
from tracker.models.meeting_note import FIELDS


@dataclass(frozen=True, slots=True)
class BeforeMeeting:
    """`note` is not saved while nothing was said. `is_next`: it is about next week's meeting."""

    note: MeetingNote
    items: tuple[MeetingItem, ...]
    is_next: bool

    @property
    def is_said(self) -> bool:
        return self.note.pk is not None

    @property
    def said(self) -> str:
        """ "confidence low · pace: behind"."""
        pace = f"pace: {self.note.get_pace_display()}" if self.note.pace else ""
        return " · ".join(filter(None, [f"confidence {self.note.get_confidence_display().lower()}", pace]))


def before_meeting(
    group: Group,
    enrolment: Enrolment,
    check_ins: Iterable[CheckIn],
    pauses: Sequence[Period],
    absences: Sequence[Period],
    meeting: NextMeeting | None,
    today: date,
) -> BeforeMeeting | None:
    """Return what is asked before the next meeting; None where nobody asks, or nothing is expected. Two queries.

    Where no day is known, the next meeting is that of this week until its check-in is logged.
    """
    cohort, this_week = group.cohort, Week.of(today)
    if meeting is not None and not meeting.is_moved:
        week = Week.of(meeting.on)
    else:
        is_met = any(row.week == this_week and row.outcome != CheckIn.Outcome.MOVED for row in check_ins)
        week = this_week.next() if is_met else this_week
    off = [*pauses, *absences]
    is_off = any(period.contains(today) for period in off) or week.is_paused(off) or week > this_week.next()
    if not cohort.asks_before_meeting or week.ends_on < cohort.starts_on or is_off:
        return None
    key = {"enrolment": enrolment, "group": group, "week_starts_on": week.starts_on}
    note = MeetingNote.objects.filter(**key).only("version", "week_starts_on", *FIELDS).first()
    items = MeetingItem.objects.open().filter(enrolment=enrolment).order_by("added_at", "pk")
    return BeforeMeeting(note or MeetingNote(**key, version=0), tuple(items.only("text")), week != this_week)
