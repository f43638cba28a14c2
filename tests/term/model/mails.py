"""Who is told what, by docs/notifications.md: the mornings, what is told at once, and how much a day."""

from datetime import date, datetime, timedelta

from tests.term.model.boards import board_rows, state_of, weeks_of_check_ins
from tests.term.model.facts import WEEK, Student, Term
from tests.term.model.meetings import meets_on
from tests.term.model.standing import (
    ACT,
    expected,
    first_day,
    is_away,
    next_milestone,
    own_day,
    standing,
)
from tests.term.model.waiting import agreed

DAY = timedelta(days=1)
MONDAY, TUESDAY, FRIDAY = 0, 1, 4


def meets_alone(term: Term, day: date) -> list[str]:
    """Groups that meet on this day, and none of their mentors is there; from Monday to Friday."""
    groups = [group for group in term.plans if meets_on(term, group, day) and term.members(group, day)]
    return [group for group in groups if not term.mentors(group, day)]


def days_told(term: Term, student: Student, day: date, ahead: int) -> list[date]:
    """So many days ahead; on Friday for the weekend too; nothing while away, and on return what is due by then."""
    last = ahead + (2 if day.weekday() == FRIDAY else 0)
    if is_away(student, day):
        return []
    before = day - (3 if day.weekday() == MONDAY else 1) * DAY
    first = 0 if is_away(student, before) else ahead
    return [day + number * DAY for number in range(first, last + 1)]


def due(term: Term, student: Student, day: date) -> set[str]:
    """ "My step is due tomorrow, or a milestone I have not started is due in two days", by the days of my week."""
    group = student.group_on(day)
    if group is None or term.is_closed(day):
        return set()
    numbers = [one for one in expected(term, student, day) if student.state(one) == "not_started"]
    days = days_told(term, student, day, 2)
    found = {
        term.milestones[number].title
        for number in numbers
        if any(own_day(term, student, number, on, group) == on for on in days)
    }
    steps = [step for step in term.steps if step.student == student.name and not step.is_done]
    days = days_told(term, student, day, 1)
    return found | {
        step.text for step in steps if any(first_day(term, student, step.due_on, on) == on for on in days)
    }


def late_is_told_on(term: Term, monday: date) -> date:
    """Once, on Tuesday morning, after a break if that is in one; from Tuesday to Friday."""
    day = monday + WEEK + DAY
    while term.in_break(day) or not TUESDAY <= day.weekday() <= FRIDAY:
        day += DAY
    return day


def to_log(term: Term, mentor: str, day: date) -> set[str]:
    """In the morning of the meeting, or if it is late; not while away."""
    if term.is_away(mentor, day) or term.is_closed(day):
        return set()
    return {
        group
        for group in term.led_by(mentor, day)
        if term.members(group, day) and (meets_on(term, group, day) or is_told_late(term, group, day))
    }


def is_told_late(term: Term, group: str, day: date) -> bool:
    return any(
        state_of(term, group, monday, day) == "late" and late_is_told_on(term, monday) == day
        for monday in weeks_of_check_ins(term, group, day)
    )


def in_digest(term: Term, name: str, now: datetime) -> set[str]:
    """Of a mentor's groups all who are to be helped or watched, but for "requests that the mentor has answered"; of a
    cohort those for whom to act.
    """
    if name in term.admins:
        return {student for student, one in board_rows(term, now) if one.attention == ACT}
    day = term.day(now)
    students = [one for group in term.led_by(name, day) for one in term.members(group, day)]
    reasons = {one.name: {each.code for each in standing(term, one, now).reasons} for one in students}
    return {student for student, codes in reasons.items() if codes - {"answered"}}


def has_a_role(term: Term, name: str, day: date) -> bool:
    student = term.students.get(name)
    if term.is_archived:
        # "No mail tells of what is archived, but the one that it was closed" (decision 39).
        return False
    if term.is_closed(day):
        return name in term.admins
    if name in term.admins or (student and student.group_on(day) and not is_away(student, day)):
        return True
    # Who is away, of the mentors from all their groups, hears nothing, nor on Monday.
    return bool(term.led_by(name, day)) and not term.is_away(name, day)


def has_a_week(term: Term, name: str, day: date) -> bool:
    """ "On Mondays, when there is news": who is done, has agreed on nothing and does not meet this week has none."""
    student = term.students.get(name)
    if student is None or name in term.admins or term.led_by(name, day):
        return True
    group = student.group_on(day) or ""
    meets = any(meets_on(term, group, day + number * DAY) for number in range(7))
    return meets or next_milestone(term, student, day) is not None or bool(agreed(term, student, day))


def morning(term: Term, name: str, day: date) -> set[str]:
    """The kind of the one mail of this morning, at 8:00 in their own time zone, from Monday to Friday.

    What waited since the last one may make it the summary (news) instead, which says it, too.
    """
    if day.weekday() > FRIDAY:
        return set()
    if day.weekday() == MONDAY and has_a_role(term, name, day):
        return {"digest"} if has_a_week(term, name, day) else set()
    student = term.students.get(name)
    found = {"due"} if student and due(term, student, day) else set()
    found |= {"log"} if to_log(term, name, day) else set()
    return {"news"} if len(found) > 1 else found
