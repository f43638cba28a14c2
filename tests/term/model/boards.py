"""What a group's check-in is due for, and what the headings of my groups and of the board say."""

from datetime import date, datetime, timedelta

from tests.term.model.facts import WEEK, Term, monday_of, weeks_taught
from tests.term.model.meetings import meets_on
from tests.term.model.standing import ACT, WATCH, Standing, standing


def board_rows(term: Term, now: datetime) -> list[tuple[str, Standing]]:
    """Students who need somebody, or are to be watched."""
    if term.is_closed(term.day(now)):
        return []
    found = []
    for student in term.students.values():
        if student.group_on(term.day(now)) is None:
            continue
        one = standing(term, student, now, "admin")
        if one.attention in (ACT, WATCH):
            found.append((student.name, one))
    return found


def teaching_week(term: Term, day: date) -> int | None:
    """A break is no week; a week counts as a whole."""
    if day < term.starts_on:
        return None
    for number, monday in enumerate(weeks_taught(term), start=1):
        if monday == monday_of(day):
            return number
        if monday > day:
            return None
    return None


def week_label(term: Term, day: date) -> str:
    number = teaching_week(term, day)
    return f"week {number}" if number and not term.is_closed(day) else ""


def weeks_of_check_ins(term: Term, group: str, today: date) -> list[date]:
    """The Mondays of the weeks for which a check-in of the group is expected, up to this one."""
    found = []
    for monday in weeks_taught(term):
        if monday > today:
            break
        has_members = any(
            stay.group == group and stay.start <= monday + timedelta(days=6)
            and (stay.end is None or stay.end > monday)
            for student in term.students.values()
            for stay in student.stays
        )  # fmt: skip
        if has_members:
            found.append(monday)
    return found


def is_in_the_sheet(term: Term, group: str, now: datetime) -> bool:
    """ "Once a meeting is set and all have signed in, or somebody has begun, is behind or needs you, the group moves
    into the sheet": who set it back to *not started* has not begun.
    """
    members = term.members(group, term.day(now))
    found = [standing(term, one, now) for one in members]
    if any(one.attention or one.words.endswith(" behind") for one in found):
        return True
    marks = [mark for one in members for mark in one.marks.values()]
    has_begun = any(mark.state != "not_started" for mark in marks) or any(
        of == group for of, _ in term.check_ins
    )
    return has_begun or (group in term.met and all(one.signed_in_on for one in members))


def state_of(term: Term, group: str, monday: date, today: date) -> str:
    """Due until the week ends, late after it, missed when the next week ends too; breaks are no days."""
    if (group, monday) in term.check_ins:
        return "done"
    if today < monday + WEEK:
        return "due"
    days = term.days_without(monday + timedelta(days=6), today, term.breaks)
    return "late" if days <= 7 else "missed"


def is_late(term: Term, group: str, today: date) -> bool:
    """A check-in is late, or was missed and none was logged since (decision 8)."""
    if term.is_closed(today) or not term.members(group, today):
        return False
    states = [state_of(term, group, monday, today) for monday in weeks_of_check_ins(term, group, today)]
    since_done = states[::-1].index("done") if "done" in states else len(states)
    return "late" in states or "missed" in states[len(states) - since_done :]


def mentor_headings(term: Term, mentor: str, now: datetime) -> list[str]:
    """Who needs help, else who needs the mentor: two at most by name, in any order; none if it names no such."""
    today = term.day(now)
    students = [one for group in term.led_by(mentor, today) for one in term.members(group, today)]
    standings = {one.name: standing(term, one, now) for one in students}
    asking = [name for name, one in standings.items() if one.reasons and one.reasons[0].code == "help"]
    if len(asking) == 1:
        return [f"{asking[0]} needs help"]
    if asking:
        return [f"{who} need help" for who in _two_or_count(asking)]
    acting = [name for name, one in standings.items() if one.attention == ACT]
    return [f"{who} need you" for who in _two_or_count(acting)] if len(acting) > 1 else []


def _two_or_count(names: list[str]) -> list[str]:
    if len(names) > 2:
        return [f"{len(names)}"]
    return [" and ".join(names), " and ".join(names[::-1])]


def without_anybody(term: Term, today: date) -> list[str]:
    """Groups whose mentor is away at their next meeting, the next one first; it is said two days ahead (decision 8)."""
    found = []
    for group in term.plans:
        # In the evening, when pages are compared, today's meeting is no longer the next one.
        days = [today + timedelta(days=number) for number in (1, 2)]
        ahead = [day for day in days if meets_on(term, group, day)]
        if ahead and term.members(group, today) and not term.mentors(group, ahead[0]):
            found.append((ahead[0], group))
    return [group for _, group in sorted(found)]
