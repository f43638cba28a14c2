from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from tracker.standing.facts import Word

# Sorts the worst first: who asks for help, the longest wait first; then attention, number of reasons, milestones behind
# (check-ins missed for a group), days.
type Severity = tuple[int, int, int, int]


class Attention(Word):
    """The urgency of a student or group, the most urgent first."""

    ACT = "act"
    WATCH = "watch"
    NONE = "none"


class ReasonCode(Word):
    """Reasons for attention; those of the same urgency are listed in this order."""

    NEEDS_HELP = "needs_help"
    BEHIND = "behind"
    SILENT = "silent"
    STUCK = "stuck"
    ABSENT = "absent"
    NOBODY_THERE = "nobody_there"
    MENTOR_AWAY = "mentor_away"
    NO_MENTOR = "no_mentor"
    CHECK_IN_MISSED = "check_in_missed"
    CHECK_IN_LATE = "check_in_late"
    QUESTIONS_OPEN = "questions_open"
    FEW_MINUTES = "few_minutes"
    STUCK_IN_A_ROW = "stuck_in_a_row"
    SPREAD = "spread"
    APART = "apart"
    HELP_ANSWERED = "help_answered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One reason for attention: the attention it calls for by itself, and the values that `words_of` says it with.

    `count` counts milestones, check-ins, meetings, questions or minutes, the latter of so many planned (`of`). `days`
    are those since it began, those promised for a question, or those until a meeting or until a mentor is away; `late`
    are weekdays after a promise, None while there is time. `on` is the day of the meeting, the first day, or the Monday
    of the week. The title of a milestone that is not in the plan is empty.
    """

    code: ReasonCode
    attention: Attention
    titles: tuple[str, ...] = ()
    count: int = 0
    of: int = 0
    days: int = 0
    late: int | None = None
    on: date | None = None
    has_signed_in: bool = True


_MINUTES_A_DAY = 24 * 60
_LEVELS = tuple(Attention)
_CODES = tuple(ReasonCode)


def late_and_missed(reasons: Iterable[Reason]) -> tuple[int, int]:
    """The numbers of a group's check-ins that are late, and that were missed since the last one was logged."""
    counts = [(reason.code, reason.count) for reason in reasons]
    late = sum(code is ReasonCode.CHECK_IN_LATE for code, _ in counts)
    return late, sum(count for code, count in counts if code is ReasonCode.CHECK_IN_MISSED)


def worst_first(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """The reasons in order; need for help stands first, whatever its attention."""
    return tuple(
        sorted(
            reasons,
            key=lambda reason: (
                reason.code is not ReasonCode.NEEDS_HELP,
                _LEVELS.index(reason.attention),
                _CODES.index(reason.code),
            ),
        )
    )


def worst(reasons: Iterable[Reason]) -> Attention:
    return min((reason.attention for reason in reasons), key=_LEVELS.index, default=Attention.NONE)


def severity(
    attention: Attention,
    reasons: tuple[Reason, ...],
    count: int,
    days: int,
    *,
    asked_at: datetime | None = None,
) -> Severity:
    """Return the severity; `asked_at` is when the oldest request for help was made, where the student lives."""
    level = _LEVELS.index(attention)
    needed = next((reason for reason in reasons if reason.code is ReasonCode.NEEDS_HELP), None)
    if needed is None or asked_at is None or attention is Attention.NONE:
        return (level + 2, -len(reasons), -count, -days)
    minutes_left = asked_at.hour * 60 + asked_at.minute - _MINUTES_A_DAY
    return (level, -needed.days, minutes_left, -len(reasons))
