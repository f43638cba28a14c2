"""The standings of a group's members compared, and the share of students who are flagged."""

from collections.abc import Sequence

from tracker.standing.attention import Attention, Reason, ReasonCode, counted
from tracker.standing.facts import FLAGGED_SHARE, SPREAD_COUNT, AttentionReader, StudentFacts, Thresholds
from tracker.standing.student import Standing, standing_for
from tracker.standing.work import is_active, work_of


def group_standings(
    members: Sequence[StudentFacts],
    thresholds: Thresholds,
    reader: AttentionReader | None = AttentionReader.MENTOR,
) -> tuple[tuple[Standing, ...], int]:
    """Work out the standings of a group's members, in the order given; who is left behind in a wide spread is watched.

    Returns:
        The standings, and the spread: how many milestones active members are apart. See `work` for what counts as done.
    """
    works = [work_of(facts) for facts in members]
    compared = [work.done_for_spread for work, facts in zip(works, members, strict=True) if is_active(facts)]
    least, most = min(compared, default=0), max(compared, default=0)
    is_wide = most - least >= SPREAD_COUNT
    text = f"{counted(most - least, 'milestone')} behind the student furthest ahead"
    behind = Reason(code=ReasonCode.SPREAD, attention=Attention.WATCH, text=text)
    standings = tuple(
        standing_for(
            facts,
            thresholds,
            work,
            reader,
            spread=behind if is_wide and work.done_for_spread == least else None,
        )
        for work, facts in zip(works, members, strict=True)
    )
    return standings, most - least


def is_too_many(flagged: int, active: int) -> bool:
    """Whether the flags no longer mean anything."""
    return flagged * 100 > active * FLAGGED_SHARE
