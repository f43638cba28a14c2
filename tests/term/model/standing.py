"""Standing and attention of a student: "one function, used by every page, mail, export"."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tests.term.model.facts import SETTLED, Answer, HelpRequest, Student, Term
from tests.term.model.meetings import attendances, in_a_row, is_stuck_now, said_before_meetings
from tests.term.model.promises import deadline

# "with these defaults": of a course of eight weeks and one of break, a quarter is two weeks.
BEHIND_DAYS, BEHIND_COUNT, ABSENCES_IN_A_ROW, HELP_DAYS = 7, 2, 2, 1
ACT, WATCH = "act", "watch"


@dataclass
class Reason:
    """Why somebody should act or watch. `words` as they stand in a row."""

    code: str
    attention: str
    words: str


@dataclass
class Standing:
    """How a student stands today, and what a reader of it sees."""

    due: list[int]
    left: list[int]
    ahead_by: int
    next: int | None
    reasons: list[Reason]
    words: str

    @property
    def attention(self) -> str:
        found = {reason.attention for reason in self.reasons}
        return ACT if ACT in found else WATCH if WATCH in found else ""


def silent_days(term: Term) -> int:
    """No activity for 14 days or a quarter of the course's length, whichever is less."""
    return min(14, len(term.milestones) * 7 // 4)


def plan_day(term: Term, group: str, milestone: int) -> date | None:
    """The plan shows the group's day; one that is in a break is after it."""
    day = term.plans[group].get(milestone)
    while day is not None and term.in_break(day):
        day += timedelta(days=1)
    return day


def is_away(student: Student, day: date) -> bool:
    return any(absence.has(day) for absence in student.absences)


def own_day(
    term: Term, student: Student, milestone: int, today: date, group: str | None = None
) -> date | None:
    """A student's own day is the first one that is neither in a break nor in an accepted absence of theirs.

    What is open in a break is due on the day after it; what was late before an absence stays late (decision 8).
    """
    group = group or student.group_on(today)
    day = plan_day(term, group, milestone) if group else None
    if day is None:
        return None
    is_open = student.state(milestone) not in SETTLED and milestone not in student.waived
    return first_day(term, student, day, today) if is_open else first_day(term, student, day)


def first_day(term: Term, student: Student, day: date, today: date | None = None) -> date:
    day = max(day, today) if today and term.in_break(today) else day
    while term.in_break(day) or is_away(student, day):
        day += timedelta(days=1)
    return day


def is_after_joining(term: Term, student: Student, milestone: int, today: date) -> bool:
    group = student.group_on(today)
    day = plan_day(term, group, milestone) if group else None
    return day is None or day > student.started_on


def expected(term: Term, student: Student, today: date) -> list[int]:
    """Planned, not optional, not waived, the plan's day after the student joined; by the plan's days."""
    group = student.group_on(today)
    if group is None:
        return []
    plan = term.plans[group]
    order = sorted(plan, key=lambda number: (plan_day(term, group, number) or date.max, number))
    return [
        number
        for number in order
        if not term.milestones[number].is_optional
        and number not in student.waived
        and is_after_joining(term, student, number, today)
    ]


def due(term: Term, student: Student, today: date) -> list[int]:
    """Expected, and the student's own day is today or before."""
    if today < term.starts_on:
        return []
    days = {number: own_day(term, student, number, today) for number in expected(term, student, today)}
    return [number for number, day in days.items() if day is not None and day <= today]


def next_milestone(term: Term, student: Student, today: date) -> int | None:
    """The first open milestone that is expected of them; when none is, the first open one."""
    group = student.group_on(today)
    if group is None:
        return None
    open_ones = [number for number in expected(term, student, today) if student.state(number) not in SETTLED]
    if open_ones:
        return open_ones[0]
    others = [
        number
        for number in sorted(term.plans[group])
        if student.state(number) not in SETTLED
        and number not in student.waived
        and not term.milestones[number].is_optional
    ]
    return others[0] if others else None


def ahead_by(term: Term, student: Student, today: date) -> int:
    """Done, and due more than 7 days from now (breaks are no days)."""
    group = student.group_on(today)
    count = 0
    for number in expected(term, student, today):
        day = plan_day(term, group, number) if group else None
        if day and student.state(number) == "done":
            count += day > today and term.days_without(today, day, term.breaks) > 7
    return count


def settled_for_spread(term: Term, student: Student, today: date) -> int:
    """What was skipped, waived or due before joining counts as done (decision 8)."""
    group = student.group_on(today)
    plan = term.plans[group] if group else {}
    return sum(
        student.state(number) in SETTLED
        or number in student.waived
        or not is_after_joining(term, student, number, today)
        for number in plan
        if not term.milestones[number].is_optional
    )


def requests(student: Student) -> list[HelpRequest]:
    """Those that nobody answered, the oldest first: a request ends by another mark, and is answered by an answer."""
    found = [each for each in student.requests.values() if student.state(each.milestone) == "need_help"]
    return sorted((each for each in found if not is_answered(each)), key=lambda each: each.at)


def is_answered(request: HelpRequest) -> bool:
    """By an answer given after it by somebody else: to its words or through its page; without words, by any."""
    return first_answer(request) is not None


def first_answer(request: HelpRequest) -> Answer | None:
    given = (each for each in request.answered if each.at >= request.at and each.by != request.student)
    return next(given, None)


def last_activity(student: Student, today: date) -> date | None:
    return max((day for day in student.active_on if day <= today), default=None)


def days_silent(term: Term, student: Student, today: date) -> int | None:
    """Who never signed in counts as silent only so long after an invitation was sent.

    Accepted absence and breaks explain silence; it begins no earlier than the start and the day of joining.
    """
    if student.signed_in_on is None and student.is_invited_on is None:
        return None
    since = [term.starts_on, student.started_on, last_activity(student, today) or date.min]
    if student.signed_in_on is None and student.is_invited_on:
        since.append(student.is_invited_on)
    return term.days_without(max(since), today, [*term.breaks, *student.absences])


def late_days(term: Term, student: Student, left: list[int], today: date) -> int:
    days = [day for number in left if (day := own_day(term, student, number, today))]
    return term.days_without(min(days), today, [*term.breaks, *student.absences]) if days else 0


def hours(term: Term, numbers: list[int]) -> float:
    return sum(term.milestones[number].hours for number in numbers)


def is_left_behind(term: Term, student: Student, today: date) -> int:
    """2 or more behind the rest of the group (never for being ahead, never for who is done): by how many, else 0."""
    group = student.group_on(today)
    if group is None or is_away(student, today):
        return 0
    fellows = [one for one in term.members(group, today) if not is_away(one, today)]
    counts = {one.name: settled_for_spread(term, one, today) for one in fellows}
    apart = max(counts.values()) - min(counts.values())
    return apart if apart >= 2 and counts[student.name] == min(counts.values()) else 0


def all_reasons(term: Term, student: Student, now: datetime, reader: str) -> list[Reason]:
    """Why somebody should act or watch, for a "mentor" or an "admin", without what a snooze hides."""
    today = term.day(now)
    if (student.ended_on and student.ended_on <= today) or term.is_closed(today):
        return []
    reasons = []
    if waiting := requests(student):
        since = waiting[0].at
        is_late = now >= deadline(term, since, 2 * HELP_DAYS)
        # For mentors from the first minute, for course admins after twice the promised time.
        reasons.append(Reason("help", ACT if reader == "mentor" or is_late else WATCH, "needs help"))
    # In an accepted absence the only reason is need for help (decision 8).
    elif not is_away(student, today) and any(
        is_answered(each)
        for each in student.requests.values()
        if student.state(each.milestone) == "need_help"
    ):
        reasons.append(Reason("answered", WATCH, "answered"))
    begins = max(student.started_on, term.starts_on)
    # "the grace after joining is as long"; need-help knows no grace.
    in_grace = today < student.started_on + timedelta(days=silent_days(term))
    if today < begins or in_grace or is_away(student, today):
        return reasons
    return [*reasons, *reasons_of_work(term, student, today)]


def reasons_of_work(term: Term, student: Student, today: date) -> list[Reason]:
    """After the grace, and not while away."""
    owed = due(term, student, today)
    left = [number for number in owed if student.state(number) not in SETTLED]
    silent = days_silent(term, student, today)
    is_silent = silent is not None and silent >= silent_days(term)
    is_far = bool(left) and (len(left) >= BEHIND_COUNT or hours(term, left) * 4 >= hours(term, owed) > 0)
    said = said_before_meetings(term, student, today)
    is_stuck = is_stuck_now(said, today)
    must_act = is_far and (is_silent or is_stuck)
    counts = len(left) >= BEHIND_COUNT or (
        len(left) > 0 and late_days(term, student, left, today) > BEHIND_DAYS
    )
    reasons = []
    if must_act or counts:
        words = f"{len(left)} behind"
        if must_act:
            words += f" and {silent_words(student)}" if is_silent else " and stuck"
        reasons.append(Reason("behind", ACT if must_act else WATCH, words))
    if is_silent and left:
        reasons.append(Reason("silent", ACT if is_far else WATCH, silent_words(student)))
    stuck = in_a_row([going for going, _ in said], "stuck")
    if is_stuck and is_far:
        reasons.append(Reason("stuck", ACT, "stuck"))
    elif stuck >= 3:
        reasons.append(Reason("stuck in a row", WATCH, f"said “stuck” before {stuck} meetings in a row"))
    absent = in_a_row(attendances(term, student), "absent")
    if absent >= ABSENCES_IN_A_ROW:
        reasons.append(Reason("absent", ACT, f"missed {absent} check-ins"))
    if apart := is_left_behind(term, student, today):
        reasons.append(Reason("spread", WATCH, f"{apart} behind the group"))
    return reasons


def silent_words(student: Student) -> str:
    """ "Who never signed in is “has not signed in yet” and counts as silent", so it stands where *silent* would:
    "(behind by 2 or more, or by a quarter or more of the planned hours due so far) and (silent, or …)".
    """
    return "silent" if student.signed_in_on else "not signed in"


ORDER = "help behind silent stuck absent".split()
LAST = ["stuck in a row", "spread", "answered"]


def worst_first(reasons: list[Reason]) -> list[Reason]:
    """A request for help stands first, then what must be acted on."""
    order = [*ORDER, *LAST]
    return sorted(
        reasons, key=lambda each: (each.code != "help", each.attention != ACT, order.index(each.code))
    )


def is_hidden(student: Student, reason: Reason, today: date) -> bool:
    """A snooze hides the reasons that stood when it was set; a newer request for help, or another rule, is shown."""
    snooze = student.snooze
    if snooze is None or today >= snooze.until:
        return False
    if reason.code == "help":
        return all(each.at <= snooze.at for each in requests(student))
    return not snooze.reasons or reason.code in snooze.reasons


def standing(term: Term, student: Student, now: datetime, reader: str = "mentor") -> Standing:
    today = term.day(now)
    owed = due(term, student, today)
    left = [number for number in owed if student.state(number) not in SETTLED]
    every = worst_first(all_reasons(term, student, now, reader))
    shown = [reason for reason in every if not is_hidden(student, reason, today)]
    is_snoozed = student.snooze is not None and today < student.snooze.until and not shown
    found = Standing(
        due=owed,
        left=left,
        ahead_by=ahead_by(term, student, today),
        next=next_milestone(term, student, today),
        reasons=shown,
        words="",
    )
    found.words = words(term, student, found, today, is_snoozed)
    return found


def behind_in_words(term: Term, student: Student, left: list[int], today: date) -> int:
    """On the day itself work is "due today", not behind; the numbers count it (decision 8)."""
    is_only_today = all(own_day(term, student, number, today) == today for number in left)
    return 0 if is_only_today and len(left) < BEHIND_COUNT else len(left)


def away_in_words(student: Student, today: date) -> str:
    last = today
    while is_away(student, last + timedelta(days=1)):
        last += timedelta(days=1)
    near = {0: "today", 1: "until tomorrow"}
    day = f"{last:%A}" if (last - today).days < 7 else f"{last.day} {last:%b}"
    return f"away {near.get((last - today).days, f'until {day}')}"


def words(term: Term, student: Student, found: Standing, today: date, is_snoozed: bool) -> str:
    """ "1 behind", "2 ahead", nothing when on track; away is said before any reason but a request for help."""
    if term.is_closed(today) or (student.ended_on and student.ended_on <= today):
        return ""
    needs_help = bool(found.reasons) and found.reasons[0].code == "help"
    if needs_help:
        return found.reasons[0].words
    if is_away(student, today):
        return away_in_words(student, today)
    if is_snoozed:
        return "snoozed"
    if found.reasons:
        return found.reasons[0].words
    if count := behind_in_words(term, student, found.left, today):
        return f"{count} behind"
    if student.signed_in_on is None:
        return "not signed in"
    if found.ahead_by:
        return f"{found.ahead_by} ahead"
    return ""
