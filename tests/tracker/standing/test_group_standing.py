"""The members of a group beside each other, and the share of students who are flagged."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.tracker.standing.story import (
    AGENTS,
    BASICS,
    DEFAULTS,
    INDEXATION,
    PROMPTS,
    RAG,
    READING,
    days,
    sep,
    student,
)
from tracker.standing import (
    ProgressState,
    Standing,
    StudentFacts,
    group_standings,
    is_too_many,
    student_standing,
    words_of,
)

ALL = [BASICS, PROMPTS, INDEXATION, RAG]
FIRST = "{} behind the student furthest ahead"


def with_done(*counts: int, today: int = 12) -> list[StudentFacts]:
    """Members with so many of the four milestones done, on a day on which nothing is due."""
    return [student(today, done=ALL[:count]) for count in counts]


def spreads(standings: Sequence[Standing]) -> list[str | None]:
    """For each member what the spread is said to mean for them; a spread is watched and nothing else is flagged."""
    assert all(
        (reason.code, reason.attention) == ("spread", "watch")
        for standing in standings
        for reason in standing.reasons
    )
    assert all(standing.attention == ("watch" if standing.reasons else "none") for standing in standings)
    return [words_of(standing.reasons[0]).full if standing.reasons else None for standing in standings]


class TestSpread:
    @pytest.mark.parametrize(
        ("done", "least", "most", "words"),
        [
            ([0, 0, 0], 0, 0, [None, None, None]),
            ([0, 1, 1], 0, 1, [None, None, None]),
            ([2, 1, 0], 0, 2, [None, None, FIRST]),
            ([2, 0, 2], 0, 2, [None, FIRST, None]),
            ([1, 1, 3], 1, 3, [FIRST, FIRST, None]),
            ([0, 3], 0, 3, [FIRST, None]),
            ([3], 3, 3, [None]),
            ([], 0, 0, []),
        ],
    )
    def test_who_is_left_behind_by_2_is_watched(
        self, done: list[int], least: int, most: int, words: list[str | None]
    ) -> None:
        standings, spread = group_standings(with_done(*done), DEFAULTS)
        assert spread == most - least
        milestones = f"{most - least} milestones"
        assert spreads(standings) == [each and each.format(milestones) for each in words]

    @pytest.mark.parametrize(("away", "spread"), [(11, 2), (12, 0)])
    def test_who_is_away_leaves_no_spread(self, away: int, spread: int) -> None:
        first, last = with_done(2, 0)
        last = replace(last, absences=[days(10, away)])
        standings, apart = group_standings([first, last], DEFAULTS)
        assert apart == spread
        assert spreads(standings) == [None, FIRST.format("2 milestones") if spread else None]

    def test_a_spread_of_1_is_none(self) -> None:
        assert spreads(group_standings(with_done(0, 1), DEFAULTS)[0]) == [None, None]

    @pytest.mark.parametrize(
        "other",
        [
            pytest.param(student(12, skipped=ALL[:2]), id="skipped"),
            pytest.param(student(12, waived=ALL[:2]), id="waived"),
            pytest.param(student(12, done=[BASICS], skipped=[PROMPTS]), id="one of each"),
        ],
    )
    def test_what_is_skipped_or_waived_opens_no_spread(self, other: StudentFacts) -> None:
        standings, spread = group_standings([student(12, done=ALL[:2]), other], DEFAULTS)
        assert (spread, spreads(standings)) == (0, [None, None])

    def test_what_was_due_before_a_late_joiner_came_opens_no_spread(self) -> None:
        first, late = student(40, done=ALL), student(40, done=[RAG], joined=27)
        assert group_standings([first, late], DEFAULTS)[1] == 0
        assert group_standings([first, replace(late, joined_on=sep(19))], DEFAULTS)[1] == 2

    def test_only_the_plan_without_what_is_optional_makes_a_spread(self) -> None:
        members = [student(12), student(12, done=[READING, 98, 99]), student(12, done=[AGENTS])]
        _, spread = group_standings(members, DEFAULTS)
        assert spread == 1

    def test_members_who_ended_are_not_compared(self) -> None:
        dropped = replace(student(12), ended_on=sep(12))
        standings, spread = group_standings([dropped, *with_done(2, 3)], DEFAULTS)
        assert (spread, spreads(standings)) == (1, [None, None, None])
        leaving = replace(dropped, ended_on=sep(13))
        assert spreads(group_standings([leaving, *with_done(2, 3)], DEFAULTS)[0]) == [
            "3 milestones behind the student furthest ahead",
            None,
            None,
        ]

    def test_spread_of_a_member_who_ended_asks_for_nothing(self) -> None:
        dropped = replace(student(12), ended_on=sep(10))
        standings, _ = group_standings([dropped, *with_done(0, 2)], DEFAULTS)
        assert [standing.attention for standing in standings] == ["none", "watch", "none"]

    def test_spread_in_the_grace_after_joining_is_not_flagged(self) -> None:
        new = student(12, joined=11)
        standings, _ = group_standings([new, *with_done(2)], DEFAULTS)
        assert spreads(standings) == [None, None]

    def test_spread_in_a_closed_cohort_is_not_flagged(self) -> None:
        standings, spread = group_standings(
            [student(40, closed=40), student(40, done=ALL, closed=40)], DEFAULTS
        )
        assert (spread, spreads(standings)) == (0, [None, None])

    def test_spread_of_who_is_snoozed(self) -> None:
        aside = student(12, aside=13)
        standings, _ = group_standings([aside, *with_done(2)], DEFAULTS)
        assert [(each.attention, bool(each.reasons)) for each in standings] == [
            ("none", True),
            ("none", False),
        ]

    def test_standings_are_those_of_each_student_in_order(self) -> None:
        members = [student(20), student(20, done=[BASICS]), student(20, asked={BASICS: 1})]
        assert list(group_standings(members, DEFAULTS)[0]) == [
            student_standing(facts, DEFAULTS) for facts in members
        ]

    def test_spread_stands_beside_the_other_reasons(self) -> None:
        standings, _ = group_standings([student(20), student(20, done=ALL)], DEFAULTS)
        assert [[reason.code for reason in each.reasons] for each in standings] == [
            ["behind", "spread"],
            [],
        ]


@pytest.mark.parametrize(
    ("flagged", "fine", "too_many"),
    [
        (0, 0, False),
        (0, 5, False),
        pytest.param(1, 5, False, id="one in six"),
        pytest.param(1, 4, False, id="exactly one in five"),
        pytest.param(1, 3, True, id="one in four"),
        pytest.param(3, 12, False, id="three of fifteen"),
        pytest.param(5, 19, True, id="five of twenty-four, 20.8 %"),
        pytest.param(3, 11, True, id="three of fourteen"),
        pytest.param(1, 0, True, id="all"),
    ],
)
def test_flags_are_too_many_over_one_in_five(flagged: int, fine: int, too_many: bool) -> None:
    assert is_too_many(flagged, flagged + fine) is too_many


@pytest.mark.parametrize(
    ("state", "label"),
    [
        (ProgressState.NOT_STARTED, "Not started"),
        (ProgressState.WORKING, "Working on it"),
        (ProgressState.NEED_HELP, "Need help"),
        (ProgressState.DONE, "Done"),
        (ProgressState.SKIPPED, "Skipped"),
    ],
)
def test_states_have_labels_for_people(state: ProgressState, label: str) -> None:
    assert state.label == label
