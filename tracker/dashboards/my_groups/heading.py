"""The heading of the mentor's page is the answer: who needs somebody, else what is late, else that all is well.

Who is behind and not flagged yet, as in the days after joining, is late too: all is well only without them.
"""

from collections.abc import Sequence
from datetime import date, time, timedelta

from tracker.dashboards.attention_lines import AttentionLine
from tracker.dashboards.meetings import NextMeeting
from tracker.dashboards.my_groups.card import GroupCard
from tracker.standing import Attention, CheckInState, ReasonCode
from tracker.standing.attention import counted

_MEETINGS = 3
_WEEK = timedelta(days=7)


def heading_of(cards: Sequence[GroupCard]) -> str:
    students = [each for card in cards for each in card.lines if each.enrolment_id]
    waiting = [each for each in students if each.attention is Attention.ACT]
    if waiting:
        asked = all(each.asks_for_help for each in waiting)
        return _who(waiting, "needs", "need") + (" help" if asked else " you")
    if late := sum(_late_count(card) for card in cards):
        return "A check-in is late" if late == 1 else f"{late} check-ins are late"
    if students:
        return "Keep an eye on " + (
            students[0].who if len(students) == 1 else counted(len(students), "student")
        )
    questions = sum(card.question_count for card in cards if card.is_waiting)
    if questions:
        return "A question waits" if questions == 1 else f"{questions} questions wait"
    if behind := [name for card in cards for name in card.behind]:
        return f"{behind[0]} is behind" if len(behind) == 1 else f"{len(behind)} students are behind"
    return "All is well"


def _who(lines: Sequence[AttentionLine], one: str, many: str) -> str:
    return f"{lines[0].who} {one}" if len(lines) == 1 else f"{len(lines)} {many}"


def _late_count(card: GroupCard) -> int:
    """Check-ins that are late, and one for those missed since the last that was logged."""
    late = sum(each.state is CheckInState.LATE for each in card.status.weeks)
    return late + any(reason.code is ReasonCode.CHECK_IN_MISSED for reason in card.status.reasons)


def meetings_of(cards: Sequence[GroupCard]) -> str:
    """ "Clover meets today at 18:00, Sorrel on Friday at 17:30."; empty if none is known within a week.

    Where all mentors are away that day: "Clover meets tomorrow at 18:00 without a mentor."
    """
    meetings = [
        (on, str(at or ""), card.group.name, _when(meeting, is_alone=card.meets_alone))
        for card in cards
        if (meeting := card.meeting)
        for on, at, today in [_for_reader(meeting)]
        if on < today + _WEEK
    ]
    soon = [(name, when) for *_, name, when in sorted(meetings)[:_MEETINGS]]
    if not soon:
        return ""
    first, *others = soon
    parts = [f"{first[0]} meets {first[1]}", *(f"{name} {when}" for name, when in others)]
    return f"{', '.join(parts)}."


def _when(meeting: NextMeeting, *, is_alone: bool) -> str:
    return _day_and_time(meeting) + (" without a mentor" if is_alone else "")


def _day_and_time(meeting: NextMeeting) -> str:
    on, at, today = _for_reader(meeting)
    day = {today: "today", today + timedelta(days=1): "tomorrow"}.get(on) or f"on {on:%A}"
    if at is None:
        return day
    return f"{day} at {at:%H:%M}" + (" your time" if meeting.reader_at else "")


def _for_reader(meeting: NextMeeting) -> tuple[date, time | None, date]:
    """Day and time of a meeting, and today: all in the reader's time zone, or all in the cohort's."""
    if meeting.reader_at:
        return meeting.reader_at.date(), meeting.reader_at.time(), meeting.reader_today
    return meeting.on, meeting.at, meeting.today
