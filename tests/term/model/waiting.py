"""What waits for a student on their week, and their next meeting."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.term.model.facts import Mark, Question, Student, Term
from tests.term.model.meetings import meets_on
from tests.term.model.standing import first_answer, is_answered

# "It also shows on My week for 14 days." "It goes once the student marks on, or after 14 days."
NEWS = timedelta(days=14)
AHEAD = 7 * 8


@dataclass(frozen=True)
class Line:
    """Its words, and since when."""

    words: str
    at: datetime


def waiting(term: Term, student: Student, now: datetime) -> tuple[list[Line], list[Line]]:
    """ "At most three things that wait": reviews, then what somebody else ended ("Not yet")."""
    ended = [
        Line(f"{words.capitalize()}, says {mark.by}: {title}", mark.at)
        for words, mark, title in sorted_out(term, student)
        if mark.at > now - NEWS
    ]
    return reviews(term, student, term.day(now)), ended


def news(term: Term, student: Student, now: datetime, seen_at: datetime | None) -> list[Line]:
    """ "*My week* says once what is new since you last looked, such as answers and changes of the material." """
    ended = [
        Line(
            f"{mark.by} sorted out {title}"
            if words == "sorted out"
            else f"{mark.by} marked {title} as {words}",
            mark.at,
        )
        for words, mark, title in sorted_out(term, student)
    ]
    found = [*ended, *answers(term, student, now), *that_helped(term, student), *changes(term, student)]
    return [each for each in found if each.at > max(now - NEWS, seen_at or now - NEWS)]


def reviews(term: Term, student: Student, today: date) -> list[Line]:
    """ "When it is their turn": the reviewer of what is handed in, the author of what is to be changed.

    Both are of the same group; what somebody asked who has left waits for nobody.
    """
    found = []
    group = student.group_on(today)
    for review in term.reviews:
        title = term.milestones[review.milestone].title
        both = [term.students[review.author], term.students[review.reviewer]]
        if review.group != group or any(one.ended_on and one.ended_on <= today for one in both):
            continue
        if review.state == "requested" and review.reviewer == student.name:
            found.append(Line(f"Review {review.author}’s {title}", review.changed_at))
        elif review.state == "changes_asked" and review.author == student.name:
            found.append(Line(f"{review.reviewer} asked for changes: your {title}", review.changed_at))
    return sorted(found, key=lambda each: each.at)


def sorted_out(term: Term, student: Student) -> list[tuple[str, Mark, str]]:
    """ "What somebody else ended stands in the student’s Waiting for you with Not yet. It goes once the student marks
    on, or after 14 days; that it was sorted out is told once above, as news" (decision 41).
    """
    found = []
    for number, mark in student.marks.items():
        if ended := ended_by_others(student, mark):
            words = {"working": "sorted out", "not_started": "not started"}.get(ended.state, ended.state)
            found.append((words, ended, term.milestones[number].title))
    return found


def ended_by_others(student: Student, mark: Mark) -> Mark | None:
    """The mark that ended what the student asked for, if they have not marked since: "what others mark leaves it"."""
    while mark.by != student.name and mark.state != "need_help" and mark.before is not None:
        if mark.before.state == "need_help":
            return mark if any(each.by == student.name for each in run_of(mark.before)) else None
        mark = mark.before
    return None


def run_of(mark: Mark) -> list[Mark]:
    """The marks of one state, one after the other, the last first."""
    found = [mark]
    while found[-1].before is not None and found[-1].before.state == mark.state:
        found.append(found[-1].before)
    return found


def shown_above(term: Term, student: Student) -> list[Question]:
    """ "The answer appears at the top of My week", until the request ends: the first one; it may be to another question
    of theirs.
    """
    requests = [each for each in student.requests.values() if student.state(each.milestone) == "need_help"]
    given = [first_answer(each) for each in requests if is_answered(each)]
    return [each for each in term.questions if any(answer is one for answer in each.answers for one in given)]


def answers(term: Term, student: Student, now: datetime) -> list[Line]:
    """Of what they asked, once somebody else answered it."""
    above = shown_above(term, student)
    return [
        Line(f"{who(term, student, question.answers[0].by, now)} {question.title}", question.answers[0].at)
        for question in term.questions
        if question.by == student.name
        and question.answers
        and not question.is_removed
        and question not in above
        if question.answers[0].by != student.name
    ]


def who(term: Term, student: Student, by: str, now: datetime) -> str:
    """Who answered, if the student knows them: from their group, or its mentors."""
    group, today = student.group_on(term.day(now)) or "", term.day(now)
    known = {one.name for one in term.members(group, today)} | {
        lead.mentor for lead in term.leads if lead.group == group and lead.holds(today)
    }
    return f"{by} answered" if by in known else "Answered:"


def that_helped(term: Term, student: Student) -> list[Line]:
    """ "*That helps* ends the request; who answered is told." """
    return [
        Line(f"Your answer helped: {question.title}", answer.helped_at)
        for question in term.questions
        for answer in question.answers
        if answer.by == student.name and answer.helped_at
    ]


def changes(term: Term, student: Student) -> list[Line]:
    return [
        Line(f"The course changed {change.what} because you asked", change.told_at)
        for change in term.changes
        if change.told_at and any(question.by == student.name for question in change.questions)
    ]


def agreed(term: Term, student: Student, today: date) -> list[str]:
    """ "Carried into the next check-in until done or dropped": theirs, and those of the whole group."""
    group = student.group_on(today)
    return sorted(
        each.text
        for each in term.steps
        if not each.is_done and (each.student == student.name or (not each.student and each.group == group))
    )


def next_meeting(term: Term, group: str, hour: time, now: datetime) -> datetime | None:
    """The first one that is not over: a meeting is the next one for an hour after it begins."""
    today = term.day(now)
    for number in range(AHEAD):
        day = today + timedelta(days=number)
        begins = datetime.combine(day, hour, term.zone)
        if meets_on(term, group, day) and now <= begins + timedelta(hours=1):
            return begins
    return None


def in_words(begins: datetime, now: datetime, zone: ZoneInfo) -> str:
    """ "Today", "Tomorrow", a weekday up to six days ahead, else the date; and the hour, with the reader’s own."""
    day, own = begins.date(), begins.astimezone(zone)
    ahead = (day - now.astimezone(begins.tzinfo).date()).days
    names = {0: "Today", 1: "Tomorrow"}
    name = names.get(ahead) or (f"{day:%A}" if ahead <= 6 else f"{day.day} {day:%b}")
    if own.utcoffset() == begins.utcoffset():
        return f"{name} {begins:%H:%M}"
    return f"{name} {begins:%H:%M} ({own:%H:%M} your time)"
