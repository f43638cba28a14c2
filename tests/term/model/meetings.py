"""What a student said before the meetings of their group, and to which of them they came."""

from datetime import date, timedelta

from tests.term.model.facts import Student, Term, meeting_day, monday_of


def meets_on(term: Term, group: str, day: date) -> bool:
    """Its weekday, unless there is a break, or a check-in says what became of this week's meeting."""
    if term.meets_on[group] != day.weekday() or term.in_break(day) or day < term.starts_on:
        return False
    return (group, monday_of(day)) not in term.check_ins and not term.is_closed(day)


def said_before_meetings(term: Term, student: Student, today: date) -> list[tuple[str, date]]:
    """What they said before each meeting, the latest first, and its day; of two in a week the later one.

    "Stuck is in no alert until the day of its meeting is over." And "it belongs to that meeting": what was said before
    one of a group in which they no longer were on its day counts for nothing.
    """
    notes = [note for note in term.notes.values() if note.student == student.name]
    of_week: dict[date, tuple[str, date]] = {}
    for note in sorted(notes, key=lambda note: (note.monday, note.at)):
        day = meeting_day(term, note.group, note.monday) or note.monday + timedelta(days=4)
        if student.group_on(day) == note.group:
            of_week[note.monday] = note.going, day
    return [(going, day) for going, day in reversed(of_week.values()) if going != "stuck" or day < today]


def is_stuck_now(said: list[tuple[str, date]], today: date) -> bool:
    """They said stuck before a meeting of the last 14 days, and Well before none since: that ends it."""
    for going, day in said:
        if going == "well":
            return False
        if going == "stuck":
            return (today - day).days <= 14
    return False


def attendances(term: Term, student: Student) -> list[str]:
    """At the check-ins that were held, the latest first.

    "One meeting a week counts, that of the group in which they were on its day; if both groups met with them, the later
    one."
    """
    held = [
        (check_in.held_on or check_in.monday, check_in)
        for check_in in term.check_ins.values()
        if student.name in check_in.attendance
    ]
    of_week = {
        check_in.monday: check_in.attendance[student.name]
        for on, check_in in sorted(held, key=lambda each: each[0])
        if student.group_on(on) == check_in.group
    }
    return [of_week[monday] for monday in sorted(of_week, reverse=True)]


def in_a_row(found: list[str], wanted: str) -> int:
    count = 0
    for each in found:
        if each != wanted:
            break
        count += 1
    return count
