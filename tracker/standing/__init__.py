"""Standing and attention: one pure function for students, one for groups, used by every page, mail and export.

Plain values in, frozen dataclasses out; nothing here knows the database or Django. The rules are those of the
programme, and every number in them is a threshold that the course sets.
"""

from tracker.standing.attention import Attention, Reason, ReasonCode, Severity
from tracker.standing.check_ins import CheckInState, CheckInWeek, GroupStatus, group_status
from tracker.standing.facts import (
    Attendance,
    GroupFacts,
    LoggedCheckIn,
    Mentoring,
    MilestoneProgress,
    Outcome,
    Pace,
    PlannedMilestone,
    State,
    StudentFacts,
    Thresholds,
)
from tracker.standing.group import GroupStanding, Share, flagged_share, group_standings
from tracker.standing.student import Standing, StandingPace, student_standing

__all__ = [
    "Attendance",
    "Attention",
    "CheckInState",
    "CheckInWeek",
    "GroupFacts",
    "GroupStanding",
    "GroupStatus",
    "LoggedCheckIn",
    "Mentoring",
    "MilestoneProgress",
    "Outcome",
    "Pace",
    "PlannedMilestone",
    "Reason",
    "ReasonCode",
    "Severity",
    "Share",
    "Standing",
    "StandingPace",
    "State",
    "StudentFacts",
    "Thresholds",
    "flagged_share",
    "group_standings",
    "group_status",
    "student_standing",
]
