"""What a student is asked on my week before a meeting, and what they bring to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from groups.models import Enrolment, Group
from lib.weeks import Period, Week
from tracker.dashboards.meetings import NextMeeting, meetings_between
from tracker.models import CheckIn, MeetingItem, MeetingNote
from tracker.models.meeting_note import FIELDS


@dataclass(frozen=True, slots=True)
class BeforeMeeting:
    """`note` is not saved while nothing was said. `is_next`: it is about next week's meeting.

    `is_due`: the days on which they meet this week are over, and its check-in is not logged yet.
    """

    note: MeetingNote
    items: tuple[MeetingItem, ...]
    is_next: bool
    is_due: bool

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
    check_ins: Sequence[CheckIn],
    pauses: Sequence[Period],
    absences: Sequence[Period],
    meeting: NextMeeting | None,
    today: date,
) -> BeforeMeeting | None:
    """Return what is asked before the next meeting; None where nobody asks, or nothing is expected. Two queries.

    It is about this week until its check-in is logged, also when the day is over: so who logs it reads what was said.
    In a week without a meeting, it is about the next one.
    """
    cohort, this_week = group.cohort, Week.of(today)
    days = [
        each.on
        for each in meetings_between(
            group, check_ins, pauses, this_week.starts_on, this_week.next().starts_on
        )
        if each.check_in is None
    ]
    if days:
        week = this_week
    elif meeting is not None and not meeting.is_moved:
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
    return BeforeMeeting(
        note or MeetingNote(**key, version=0),
        tuple(items.only("text")),
        is_next=week != this_week,
        is_due=bool(days) and max(days) < today,
    )
