"""Where a student is against the group's plan today, and whether somebody should act."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tracker.standing.attention import Attention, Reason, Severity
from tracker.standing.facts import StudentFacts, Thresholds, Word


class StandingPace(Word):
    """A student's pace as worked out from the plan, not as the mentor sees it."""

    AHEAD = "ahead"
    ON_TRACK = "on_track"
    BEHIND = "behind"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A student's standing: ids of milestones, counts, hours, and words for people.

    ``done_due`` are those of ``due`` that are done. ``behind_since`` is the oldest due day among the milestones behind.
    ``attention`` is what lists go by; ``attention_underneath`` what it would be if nobody had put it aside.
    Sort by ``severity`` for the worst first. ``headline`` is a sentence for the student, ``chip`` a few words for a grid.
    """

    due: tuple[int, ...]
    done_due: tuple[int, ...]
    behind: tuple[int, ...]
    behind_by: int
    behind_hours: Decimal
    behind_since: date | None
    ahead_by: int
    pace: StandingPace
    attention: Attention
    attention_underneath: Attention
    reasons: tuple[Reason, ...]
    headline: str
    chip: str
    is_active: bool
    is_set_aside: bool
    next_milestone_id: int | None
    severity: Severity


def student_standing(facts: StudentFacts, thresholds: Thresholds) -> Standing:
    """Work out one student's standing without the group's spread; ``group_standings`` adds that."""
    raise NotImplementedError
