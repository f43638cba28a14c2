"""What the history of a student has, "a line for each thing that was done", and what they say opened in a sheet."""

from datetime import date, datetime, timedelta

from tests.term.model.facts import CheckIn, Mark, Note, Question, Student, Term, meeting_day, monday_of
from tests.term.model.meetings import attendances
from tests.term.model.promises import weekdays_late
from tests.term.model.standing import HELP_DAYS, requests

STATES = {"not_started": "not started", "working": "working on it", "need_help": "needs help"}


def lines(term: Term, student: Student, today: date, reader: str) -> list[str]:
    """All of it, in any order; what was undone is not there."""
    return sorted(
        [*marks(term, student), *asked(term, student, today, reader), *check_ins(term, student),
         *said(term, student, reader), *reviewed(term, student), *stayed(student, today), *away(student, today),
         *agreed(term, student)]
    )  # fmt: skip


def marks(term: Term, student: Student) -> list[str]:
    """ "Of a milestone what it came to in that week", where it was something else on the day before."""
    found = []
    for number, mark in student.marks.items():
        of_day = of_days(term, mark)
        of_week: dict[date, str] = {}
        before = "not_started"
        for day, state in of_day.items():
            if state != before:
                of_week[monday_of(day)] = state
            before = state
        found += [f"{term.milestones[number].title}: {STATES.get(one, one)}" for one in of_week.values()]
    return found


def of_days(term: Term, mark: Mark | None) -> dict[date, str]:
    """What was marked last on each day."""
    if mark is None:
        return {}
    return {**of_days(term, mark.before), term.day(mark.at): mark.state}


def asked(term: Term, student: Student, today: date, reader: str) -> list[str]:
    mine = [each for each in term.questions if each.by == student.name and not each.is_removed]
    reads_all = reader in (student.name, *term.admins)
    return [f"Asked: {each.title}" for each in mine if reads_all or reads(term, reader, student, each, today)]


def reads(term: Term, reader: str, student: Student, question: Question, today: date) -> bool:
    """ "A group’s mentors and members of today all of the group; who left it, what was asked for the group alone before
    that day; everyone who takes part in the cohort, what these may see"; "who leads a student reads a question of
    theirs, wherever it was asked, that was open on a day on which they led them, then and later" (decision 7).
    """
    other = term.students.get(reader)
    led = [lead for lead in term.leads if lead.mentor == reader]
    there = [*led, *(other.stays if other else ())]
    first, last = term.day(question.at), term.day(question.answers[0].at) if question.answers else today
    if question.visibility == "cohort" or any(
        each.end is None or first < each.end
        for each in there
        if each.group == question.group and each.start <= today
    ):
        return True
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return any(lead.holds(day) and lead.group == student.group_on(day) for lead in led for day in days)


def check_ins(term: Term, student: Student) -> list[str]:
    """ "Its members are those of the day it was held"; "the history names the group of each check-in"."""
    found = []
    for check_in in term.check_ins.values():
        on = meeting_day(term, check_in.group, check_in.monday) or check_in.monday
        how = check_in.attendance.get(student.name)
        if how is None and student.group_on(on) != check_in.group:
            continue
        if how is None or any(stay.group == check_in.group and stay.start <= on for stay in student.stays):
            found.append(f"{check_in.group}’s check-in{f', {how}' if how and how != 'present' else ''}")
    return found


def said(term: Term, student: Student, reader: str) -> list[str]:
    """ "Not by who studied in the group that week, whatever else they are by now" (decision 35)."""
    words = {"stuck": "stuck", "so_so": "so-so", "well": "well"}
    return [
        f"Before the meeting: {words[each.going]}"
        for each in notes(term, student)
        if not studied_with(term, reader, student, each)
    ]


def studied_with(term: Term, reader: str, student: Student, note: Note) -> bool:
    other, week = term.students.get(reader), [note.monday + timedelta(days=number) for number in range(7)]
    return (
        other is not None and other is not student and any(other.group_on(day) == note.group for day in week)
    )


def notes(term: Term, student: Student) -> list[Note]:
    return [each for each in term.notes.values() if each.student == student.name]


def reviewed(term: Term, student: Student) -> list[str]:
    found = []
    for review in term.reviews:
        title = term.milestones[review.milestone].title
        verdicts = {"approved": "approved", "changes_asked": "asked for changes in"}
        verdict = verdicts.get(review.state)
        if review.author == student.name:
            found.append(f"Asked {review.reviewer} to review {title}")
            found += [f"{review.reviewer} {verdict} {title}"] if verdict else []
        elif review.reviewer == student.name:
            found.append(f"Asked by {review.author} to review {title}")
            found += [f"{verdict.capitalize()} {review.author}’s {title}"] if verdict else []
    return found


def stayed(student: Student, today: date) -> list[str]:
    """From the day on which it is so; who comes back after a time joins."""
    found, before = [], None
    for stay in student.stays:
        is_move = before is not None and before.end == stay.start
        if stay.start <= today:
            found.append(
                f"Moved from {before.group} to {stay.group}" if is_move and before else f"Joined {stay.group}"
            )
        before = stay
    for stay, after in zip(student.stays, [*student.stays[1:], None], strict=False):
        has_left = after is None or stay.end != after.start
        if stay.end is not None and stay.end <= today and has_left:
            found.append(f"Left {stay.group}")
    return found


def agreed(term: Term, student: Student) -> list[str]:
    mine = [each for each in term.steps if each.student == student.name]
    return [f"Agreed: {each.text}" for each in mine] + [f"Done: {each.text}" for each in mine if each.is_done]


def away(student: Student, today: date) -> list[str]:
    """Nothing before it begins."""
    return ["Away" for each in student.absences if each.first <= today]


# A student opened in a sheet


def last_said(term: Term, student: Student, group: str) -> Note | None:
    """Before the latest meeting of this group."""
    mine = [each for each in notes(term, student) if each.group == group]
    return max(mine, key=lambda each: (each.monday, each.at), default=None)


def last_check_in(term: Term, student: Student, group: str) -> CheckIn | None:
    mine = [
        each for each in term.check_ins.values() if each.group == group and student.name in each.attendance
    ]
    return max(mine, key=lambda each: each.monday, default=None)


def came(term: Term, student: Student) -> tuple[int, int, int]:
    """To how many meetings, of how many, and from how many excused: "whoever was excused is counted apart"."""
    found = attendances(term, student)
    excused = found.count("excused")
    return found.count("present"), len(found) - excused, excused


def help_late(term: Term, student: Student, now: datetime) -> dict[str, int | None]:
    """Of each request that waits, the weekdays after its promise. "While there is time nothing is said." """
    return {
        term.milestones[each.milestone].title: weekdays_late(term, each.at, now, HELP_DAYS)
        for each in requests(student)
    }


def reads_private(term: Term, reader: str, group: str, monday: date, today: date) -> bool:
    """ "Mentors of that week and of today, course admins. Never the student, nor anybody who studied in the group that
    week."
    """
    student, week = term.students.get(reader), [monday + timedelta(days=number) for number in range(7)]
    if student and any(student.group_on(day) == group for day in week):
        return False
    return reader in term.admins or any(group in term.led_by(reader, day) for day in (*week, today))
