"""Standing and attention: the rules that every page, e-mail and export uses.

Rows and plain values in, frozen dataclasses out, without the database or Django. `facts` defines the input, `student`
judges one student and compares the members of a group, `check_ins` judges the group and its mentors, `words` has the
words for all of it. Every number in the rules is a threshold that the course sets.
"""

from tracker.standing.attention import Attention, Reason, ReasonCode, Severity, late_and_missed
from tracker.standing.check_ins import CheckInState, GroupStatus, group_status
from tracker.standing.facts import (
    Attendance,
    AttentionReader,
    Going,
    GroupFacts,
    Mark,
    Outcome,
    PlannedMilestone,
    ProgressState,
    SaidBefore,
    StudentFacts,
    Thresholds,
    usual_silent_days,
)
from tracker.standing.student import (
    Standing,
    group_standings,
    is_too_many,
    student_standing,
)
from tracker.standing.words import (
    NEEDS_HELP,
    Words,
    away_label,
    check_ins_label,
    help_age,
    in_full,
    progress_label,
    questions_label,
    short_reasons,
    words_about,
    words_of,
)
from tracker.standing.work import Work, away_until, hours_of, is_away, own_day, work_of

__all__ = [
    "NEEDS_HELP",
    "Attendance",
    "Attention",
    "AttentionReader",
    "CheckInState",
    "Going",
    "GroupFacts",
    "GroupStatus",
    "Mark",
    "Outcome",
    "PlannedMilestone",
    "ProgressState",
    "Reason",
    "ReasonCode",
    "SaidBefore",
    "Severity",
    "Standing",
    "StudentFacts",
    "Thresholds",
    "Words",
    "Work",
    "away_label",
    "away_until",
    "check_ins_label",
    "group_standings",
    "group_status",
    "help_age",
    "hours_of",
    "in_full",
    "is_away",
    "is_too_many",
    "late_and_missed",
    "own_day",
    "progress_label",
    "questions_label",
    "short_reasons",
    "student_standing",
    "usual_silent_days",
    "words_about",
    "words_of",
    "work_of",
]
