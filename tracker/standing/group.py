"""The standings of a group's members compared, and the share of students who are flagged."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tracker.standing.attention import Attention, Reason, ReasonCode, counted
from tracker.standing.facts import FLAGGED_SHARE, SPREAD_COUNT, AttentionReader, StudentFacts, Thresholds
from tracker.standing.student import Standing, standing_for
from tracker.standing.work import is_active, work_of


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupStanding:
    """The members' standings in the order given; `spread` is how many milestones active members are apart.

    See `work` for what counts as done.
    """

    standings: tuple[Standing, ...]
    spread: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FlaggedShare:
    """How many of the active students are flagged; if too many are, the flags no longer mean anything."""

    flagged: int
    total: int
    is_too_many: bool


def group_standings(
    members: Sequence[StudentFacts],
    thresholds: Thresholds,
    reader: AttentionReader | None = AttentionReader.MENTOR,
) -> GroupStanding:
    """Work out the standings of a group's members; who is left behind in a wide spread is watched."""
    works = [work_of(facts) for facts in members]
    compared = [work.done_for_spread for work, facts in zip(works, members, strict=True) if is_active(facts)]
    least, most = min(compared, default=0), max(compared, default=0)
    is_wide = most - least >= SPREAD_COUNT
    text = f"{counted(most - least, 'milestone')} behind the student furthest ahead"
    behind = Reason(code=ReasonCode.SPREAD, attention=Attention.WATCH, text=text)
    return GroupStanding(
        standings=tuple(
            standing_for(
                facts,
                thresholds,
                work,
                reader,
                spread=behind if is_wide and work.done_for_spread == least else None,
            )
            for work, facts in zip(works, members, strict=True)
        ),
        spread=most - least,
    )


def flagged_share(standings: Iterable[Standing]) -> FlaggedShare:
    """Count the active students whose attention is act or watch; students put aside are in the total only."""
    active = [standing for standing in standings if standing.is_active]
    flagged = sum(standing.attention is not Attention.NONE for standing in active)
    return share_of(flagged, len(active))


def share_of(flagged: int, total: int) -> FlaggedShare:
    is_too_many = flagged * 100 > total * FLAGGED_SHARE
    return FlaggedShare(flagged=flagged, total=total, is_too_many=is_too_many)
