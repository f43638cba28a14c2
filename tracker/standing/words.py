"""The words for how somebody stands and why they need attention: one table for all pages, mails and exports."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from courses.promises import late_label
from lib.days import day_label, days_ago, near_day, relative_day
from lib.text import counted, joined
from lib.weeks import Week
from tracker.standing.attention import Attention, Reason, ReasonCode
from tracker.standing.facts import AHEAD_COUNT, STUCK_IN_A_ROW, StudentFacts
from tracker.standing.student import Standing, StandingPace
from tracker.standing.work import Work, away_until


@dataclass(frozen=True, slots=True)
class Words:
    """How a student stands, or a reason for attention, in words.

    `text` stands in a row. `tone`: "help" where a person waits, "late" where something is later than planned, else
    "quiet". `they` follows a name and `you` follows "You"; without them it is "is" or "are" and the text. `full` says
    all that is known of a reason, `full_they` says it after a name, and `details` beside the text in a row.
    """

    text: str
    tone: str = "quiet"
    they: str = ""
    you: str = ""
    full: str = ""
    full_they: str = ""
    details: str = ""
    is_well: bool = False

    @property
    def is_on_track(self) -> bool:
        return self is ON_TRACK

    @property
    def needs_help(self) -> bool:
        return self.tone == "help"

    def about(self, name: str) -> str:
        """ "Ana is 2 behind", "Bruno needs help", "Chidi has not signed in"."""
        return f"{name} {self.verb}"

    @property
    def verb(self) -> str:
        """ "is 2 behind", "needs help": what `about` says after a name."""
        return self.they or f"is {self.text}"

    @property
    def to_them(self) -> str:
        """ "You are 2 behind", "You asked for help"."""
        return f"You {self.you or f'are {self.text}'}"

    def full_about(self, name: str) -> str:
        """ "Ana is 2 milestones behind (Indexation, RAG)"."""
        return f"{name} {self.full_they or self.full}"


ON_TRACK = Words("on track", is_well=True)
NEEDS_HELP = Words("needs help", "help", they="needs help", you="asked for help")
_NOT_SIGNED_IN = Words("not signed in", they="has not signed in", you="have not signed in")


def words_of(reason: Reason) -> Words:
    """The table of the words of each reason. What is said of a group has only a text."""
    count, titles = reason.count, [title or "a milestone that is not in the plan" for title in reason.titles]
    match reason.code:
        case ReasonCode.NEEDS_HELP:
            details = f"{joined(titles)}, {help_age(reason.days, reason.late)}"
            return replace(NEEDS_HELP, full=f"needs help with {details}", details=details)
        case ReasonCode.HELP_ANSWERED:
            answered = f"answered {days_ago(reason.days)}, still marked as “need help”"
            full = f"asked for help with {joined(titles)}, {answered}"
            return Words("answered", they="has an answer", you="have an answer", full=full, details=full)
        case ReasonCode.BEHIND:
            days = f" for {counted(reason.days, 'day')}" if reason.days else ""
            full = f"{counted(count, 'milestone')} behind{days} ({', '.join(titles)})"
            return replace(_behind(count), full=full, full_they=f"is {full}", details=", ".join(titles))
        case ReasonCode.SPREAD:
            full = f"{counted(count, 'milestone')} behind the student furthest ahead"
            return Words(f"{count} behind the group", "late", full=full, full_they=f"is {full}")
        case ReasonCode.SILENT if reason.has_signed_in:
            full = f"no activity for {counted(reason.days, 'day')}"
            return Words("silent", "late", full=full, full_they=f"has shown {full}", details=full)
        case ReasonCode.SILENT:
            full = f"has not signed in yet, invited {days_ago(reason.days)}"
            return replace(_NOT_SIGNED_IN, tone="late", full=full, details=full)
        case ReasonCode.STUCK:
            full = _said_stuck(count)
            return Words("stuck", "late", full=full, details=full)
        case ReasonCode.STUCK_IN_A_ROW:
            full = _said_stuck(count)
            return Words(full, "late", they=full, you=full, full=full)
        case ReasonCode.ABSENT:
            text = f"missed {counted(count, 'check-in')}"
            full = f"{text}{' in a row' if count > 1 else ''} without an excuse"
            return Words(text, "late", they=text, you=text, full=full, details=full)
        case ReasonCode.NOBODY_THERE:
            day = _day_of_meeting(reason)
            full = f"no mentor at the meeting {day}"
            return Words(full, "late", they=f"has no mentor {day}", full=full)
        case ReasonCode.MENTOR_AWAY:
            when = _when_away(reason)
            full = f"the mentor is away {when} without a stand-in"
            return Words(full, "late", they=f"has no mentor {when}", full=full)
        case ReasonCode.NO_MENTOR:
            full = "the group has no mentor"
            return Words(full, "late", they="has no mentor", full=full)
        case _:
            full = _OF_GROUPS[reason.code](reason)
            return Words(full, "late", full=full)


def help_age(days: int, late: int | None) -> str:
    """ "since today", "for 8 days, the answer 4 days late": the age of a request for help, which nothing else has.

    Args:
        late: weekdays after the promise; None while there is time.
    """
    since = f"for {days} days" if days > 1 else "since yesterday" if days == 1 else "since today"
    return f"{since}, the answer {late_label(late)}" if late is not None else since


def in_full(reasons: Iterable[Reason]) -> str:
    """ "2 milestones behind (Indexation, RAG); no activity for 16 days"."""
    return "; ".join(words_of(reason).full for reason in reasons)


def short_reasons(reasons: Sequence[Reason]) -> Words:
    """Say the worst reason, which is the first, as it stands in a row: "needs help", "2 behind", "missed 2 check-ins".

    Who is far behind needs somebody because they are silent or stuck, too: "2 behind and silent".
    """
    worst, words = reasons[0], words_of(reasons[0])
    also = next((each for each in reasons if each.code in (ReasonCode.SILENT, ReasonCode.STUCK)), None)
    if also and worst.code is ReasonCode.BEHIND and worst.attention is Attention.ACT:
        return replace(words, text=f"{words.text} and {words_of(also).text}")
    return words


def away_label(facts: StudentFacts) -> str:
    """ "away until Friday", "away today"; empty for who is there."""
    until = away_until(facts.absences, facts.today)
    if until is None:
        return ""
    return "away today" if until == facts.today else f"away until {relative_day(until, facts.today)}"


def words_about(standing: Standing, facts: StudentFacts) -> Words:
    """Say the worst of a student: a reason of those that their reader sees, else how far behind or ahead they are.

    Until when they are away is said before any reason but a request for help. A snoozed student has no reason that
    stands, and nobody is behind in a closed cohort.
    """
    reasons = standing.reasons
    needs_help = bool(reasons) and reasons[0].code is ReasonCode.NEEDS_HELP and not standing.is_set_aside
    if not standing.is_active:
        return ON_TRACK
    if (away := away_label(facts)) and not needs_help:
        return Words(away)
    if standing.is_set_aside:
        return Words("snoozed")
    if reasons:
        return short_reasons(reasons)
    if standing.proposed_pace is StandingPace.BEHIND:
        return _behind(standing.behind_by)
    if not facts.has_signed_in:
        return _NOT_SIGNED_IN
    if standing.work.ahead_by:
        return Words(f"{standing.work.ahead_by} ahead", is_well=True)
    return ON_TRACK


def check_ins_label(late: int, missed: int) -> str:
    """ "1 check-in is late", "2 check-ins are late, 1 was missed", "3 check-ins were missed"."""
    if not late:
        return f"{counted(missed, 'check-in')} {'was' if missed == 1 else 'were'} missed"
    label = f"{counted(late, 'check-in')} {'is' if late == 1 else 'are'} late"
    return f"{label}, {missed} {'was' if missed == 1 else 'were'} missed" if missed else label


def questions_label(count: int) -> str:
    return "A question waits" if count == 1 else f"{count} questions wait"


def progress_label(work: Work) -> str:
    """ "2 milestones ahead", "On track: 1 of 2 due are done, 1 skipped", for who has nothing left that is due."""
    if work.ahead_by >= AHEAD_COUNT:
        return f"{counted(work.ahead_by, 'milestone')} ahead"
    if not work.due:
        return "Nothing is due yet"
    skipped = len(work.due) - len(work.done)
    verb = "is" if len(work.due) == 1 else "are"
    summary = f"On track: {len(work.done)} of {len(work.due)} due {verb} done"
    return f"{summary}, {skipped} skipped" if skipped else summary


def _behind(count: int) -> Words:
    return Words(f"{count} behind", "late")


def _said_stuck(count: int) -> str:
    return f"said “stuck” before {f'{count} meetings in a row' if count >= STUCK_IN_A_ROW else 'the meeting'}"


def _day_of_meeting(reason: Reason) -> str:
    """ "today", "tomorrow", "on Fri 18 September"."""
    assert reason.on is not None, "a meeting has a day"  # noqa: S101
    day = near_day(reason.on, reason.on - timedelta(days=reason.days))
    return day if reason.days <= 1 else f"on {day}"


def _when_away(reason: Reason) -> str:
    if reason.on is None:
        return "for the rest of the week"
    if reason.days == 0:
        return "now and all of next week"
    if reason.on == Week.of(reason.on).starts_on:
        return "next week"
    return f"from {day_label(reason.on, reason.on - timedelta(days=reason.days))} on and all of next week"


def _week_label(reason: Reason) -> str:
    assert reason.on is not None, "a check-in is of a week"  # noqa: S101
    return Week.of(reason.on).label


# What is said of a group.
_OF_GROUPS: dict[ReasonCode, Callable[[Reason], str]] = {
    ReasonCode.CHECK_IN_MISSED: lambda reason: (
        (
            "check-in missed"
            if reason.count == 1
            else f"{reason.count} check-ins missed in a row, most recently"
        )
        + f" in the week of {_week_label(reason)}"
    ),
    ReasonCode.CHECK_IN_LATE: lambda reason: f"check-in late for the week of {_week_label(reason)}",
    ReasonCode.QUESTIONS_OPEN: lambda reason: (
        f"{counted(reason.count, 'question')} open for over {counted(reason.days, 'weekday')}"
    ),
    ReasonCode.FEW_MINUTES: lambda reason: f"{reason.count} of {reason.of} minutes at the last check-in",
    ReasonCode.APART: lambda reason: f"students {counted(reason.count, 'milestone')} apart",
}
