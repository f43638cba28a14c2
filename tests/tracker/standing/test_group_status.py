"""A group's reasons: check-ins, mentors, minutes, questions, spread."""

from dataclasses import replace

import pytest

from tests.tracker.standing.group_story import MARTA, Mentor, group, held, logged_on, reasons_of, status_of
from tests.tracker.standing.story import days, sep
from tracker.models import CheckIn
from tracker.standing import (
    GroupFacts,
    Outcome,
    Thresholds,
    words_of,
)


class TestCheckInReasons:
    @pytest.mark.parametrize(
        ("today", "logged", "reasons"),
        [
            (13, [], []),
            (14, [], ["watch check_in_late"]),
            (20, [], ["watch check_in_late"]),
            (21, [], ["act check_in_missed", "watch check_in_late"]),
            pytest.param(21, [14], [], id="held since"),
            pytest.param(21, [21], ["watch check_in_late"], id="held this week"),
            pytest.param(21, [7, 14], [], id="all held"),
            pytest.param(28, [7], ["act check_in_missed", "watch check_in_late"], id="the last missed"),
        ],
    )
    def test_check_in_late_is_watched_and_missed_acted_on_until_one_is_logged(
        self, today: int, logged: list[int], reasons: list[str]
    ) -> None:
        assert reasons_of(group(today, logged=logged)) == reasons

    @pytest.mark.parametrize("outcome", [Outcome.CANCELLED, Outcome.MOVED, Outcome.GROUP_ABSENT])
    def test_check_in_logged_with_any_outcome_is_not_missed(self, outcome: Outcome) -> None:
        check_in = logged_on(14, outcome)
        assert reasons_of(group(21, check_ins=[check_in])) == []

    @pytest.mark.parametrize(
        ("today", "texts"),
        [
            (14, ["check-in late for the week of Mon 7 to Sun 13 September"]),
            (
                21,
                [
                    "check-in missed in the week of Mon 7 to Sun 13 September",
                    "check-in late for the week of Mon 14 to Sun 20 September",
                ],
            ),
            (
                35,
                [
                    "3 check-ins missed in a row, most recently in the week of Mon 21 to Sun 27 September",
                    "check-in late for the week of Mon 28 September to Sun 4 October",
                ],
            ),
        ],
    )
    def test_check_in_reasons_in_words(self, today: int, texts: list[str]) -> None:
        assert [words_of(reason).full for reason in status_of(group(today)).reasons] == texts


class TestMinutes:
    @pytest.mark.parametrize(
        ("check_ins", "reasons"),
        [
            ([held(7, 29)], ["watch few_minutes"]),
            ([held(7, 30)], []),
            ([held(7, 31)], []),
            ([held(7, 0)], ["watch few_minutes"]),
            pytest.param([held(7, None)], [], id="not noted"),
            pytest.param([held(7, 20), held(14, 30)], [], id="the last one counts"),
            pytest.param([held(14, 20), held(7, 30)], ["watch few_minutes"], id="in any order"),
            pytest.param(
                [held(7, 20), logged_on(14, Outcome.CANCELLED, 0)],
                ["watch few_minutes"],
                id="only one that was held counts",
            ),
            pytest.param(
                [logged_on(7, Outcome.GROUP_ABSENT, 5)],
                [],
                id="none held",
            ),
        ],
    )
    def test_minutes_under_the_budget_at_the_last_check_in_held(
        self, check_ins: list[CheckIn], reasons: list[str]
    ) -> None:
        assert [code for code in reasons_of(group(14, check_ins=check_ins)) if "late" not in code] == reasons

    def test_minutes_go_by_the_budget_of_the_course(self) -> None:
        facts = group(14, logged=[7])
        assert reasons_of(facts, Thresholds(weekly_minutes=30)) == []
        (reason,) = status_of(facts, Thresholds(weekly_minutes=45)).reasons
        assert words_of(reason).full == "30 of 45 minutes at the last check-in"


class TestQuestions:
    @pytest.mark.parametrize(
        ("asked", "texts"),
        [
            ([], []),
            ([10], []),
            # It is Thursday: the first was asked on Tuesday.
            ([8], []),
            ([7], ["1 question open for over 3 weekdays"]),
            ([4, 7, 9], ["2 questions open for over 3 weekdays"]),
        ],
    )
    def test_questions_open_for_longer_than_promised_are_watched(
        self, asked: list[int], texts: list[str]
    ) -> None:
        status = status_of(group(10, asked=asked))
        assert [words_of(reason).full for reason in status.reasons] == texts
        assert status.attention == ("watch" if texts else "none")

    @pytest.mark.parametrize(("promised", "texts"), [(2, ["1 question open for over 2 weekdays"]), (3, [])])
    def test_questions_go_by_the_promise_of_the_course(self, promised: int, texts: list[str]) -> None:
        reasons = status_of(group(10, asked=[8], question_days=promised)).reasons
        assert [words_of(reason).full for reason in reasons] == texts

    def test_questions_wait_neither_in_a_pause_nor_over_a_weekend(self) -> None:
        assert reasons_of(group(20, asked=[16], pauses=[days(7, 20)])) == []
        assert reasons_of(group(15, logged=[7], asked=[11])) == []
        assert reasons_of(group(17, logged=[7], asked=[11])) == ["watch questions_open"]


class TestSpread:
    @pytest.mark.parametrize(("spread", "reasons"), [(1, []), (2, ["watch apart"]), (3, ["watch apart"])])
    def test_spread_of_2_is_watched(self, spread: int, reasons: list[str]) -> None:
        facts = group(10, spread=spread)
        assert reasons_of(facts) == reasons
        assert [words_of(reason).full for reason in status_of(facts).reasons] == (
            [f"students {spread} milestones apart"] if reasons else []
        )


def away(first: int, last: int | None, *, started: int = 1, ended: int | None = None) -> Mentor:
    return Mentor(
        started_on=sep(started), ended_on=None if ended is None else sep(ended), away=[days(first, last)]
    )


class TestMentors:
    """On Wednesday the 9th; the week ends on Sunday the 13th."""

    @pytest.mark.parametrize(
        ("mentors", "reasons"),
        [
            pytest.param([MARTA], [], id="there"),
            pytest.param([away(7, 13)], ["act mentor_away"], id="away all week"),
            pytest.param([away(9, 13)], ["act mentor_away"], id="away for the rest of it"),
            pytest.param([away(7, None)], ["act mentor_away"], id="away without an end"),
            pytest.param([away(10, 13)], [], id="there today"),
            pytest.param([away(7, 12)], [], id="back on Sunday"),
            pytest.param([away(14, 20)], ["watch mentor_away"], id="away next week"),
            pytest.param([away(14, 17)], [], id="there on Friday of next week"),
            pytest.param([away(15, 20)], [], id="there on Monday of next week"),
            pytest.param([away(14, 18), MARTA], [], id="covered next week"),
            pytest.param([away(7, 13), MARTA], [], id="a co-mentor or cover is there"),
            pytest.param([away(7, 13), away(7, 13)], ["act mentor_away"], id="both away"),
            pytest.param([away(7, 11), away(12, 13)], [], id="they take turns"),
            pytest.param(
                [away(7, 13), Mentor(started_on=sep(14))],
                ["act mentor_away"],
                id="the cover comes too late",
            ),
            pytest.param(
                [away(7, 13), Mentor(started_on=sep(1), ended_on=sep(9))],
                ["act mentor_away"],
                id="the cover ended today",
            ),
            pytest.param(
                [away(7, 13), Mentor(started_on=sep(1), ended_on=sep(10))],
                [],
                id="the cover ends tomorrow",
            ),
            pytest.param([], ["act no_mentor"], id="nobody"),
            pytest.param(
                [Mentor(started_on=sep(1), ended_on=sep(9))],
                ["act no_mentor"],
                id="the mentor ended today",
            ),
            pytest.param([Mentor(started_on=sep(13))], [], id="the first mentor comes on Sunday"),
            pytest.param(
                [Mentor(started_on=sep(14))], ["act no_mentor"], id="the first mentor comes next week"
            ),
        ],
    )
    def test_mentor_away_without_cover_while_a_check_in_is_due(
        self, mentors: list[Mentor], reasons: list[str]
    ) -> None:
        assert reasons_of(group(9, mentors=mentors)) == reasons

    @pytest.mark.parametrize(
        ("facts", "reasons"),
        [
            pytest.param(
                group(9, logged=[7]), ["watch mentor_away"], id="logged already, and away next week"
            ),
            pytest.param(group(15, logged=[7]), ["act mentor_away"], id="due"),
            pytest.param(group(15, logged=[14]), ["act mentor_away", "watch check_in_late"], id="late"),
            pytest.param(group(15, logged=[7], pauses=[days(14, 20)]), [], id="a paused week"),
        ],
    )
    def test_mentor_away_matters_only_while_a_check_in_is_open(
        self, facts: GroupFacts, reasons: list[str]
    ) -> None:
        assert reasons_of(replace(facts, mentors=[away(1, 20)])) == reasons

    @pytest.mark.parametrize(
        ("meets", "mentors", "reasons"),
        [
            pytest.param([9], [away(9, 9)], ["act nobody_there"], id="away today"),
            pytest.param([9], [away(8, 8)], [], id="back today"),
            pytest.param([9], [away(9, 9), MARTA], [], id="a stand-in is there"),
            pytest.param([9], [away(9, 9), away(9, 9)], ["act nobody_there"], id="both away"),
            pytest.param([11], [away(10, 11)], ["act nobody_there"], id="in two days"),
            pytest.param([12], [away(10, 12)], ["watch nobody_there"], id="in three days"),
            pytest.param([11], [away(9, 10)], [], id="away until the day before"),
            pytest.param([11], [Mentor(sep(1), ended_on=sep(11))], ["act nobody_there"], id="ended by then"),
            pytest.param([11], [Mentor(sep(11))], [], id="the first mentor comes that day"),
            pytest.param([9, 16], [away(16, 16)], ["watch nobody_there"], id="at the meeting after the next"),
            pytest.param([9], [], ["act no_mentor"], id="no mentor at all"),
            pytest.param([9], [away(10, 20)], [], id="away on other days"),
            pytest.param([], [away(9, 20)], [], id="no meeting until a break is over"),
        ],
    )
    def test_group_meets_without_a_mentor_who_is_there(
        self, meets: list[int], mentors: list[Mentor], reasons: list[str]
    ) -> None:
        facts = replace(group(9, mentors=mentors), meets_on=[sep(day) for day in meets])
        assert reasons_of(facts) == reasons

    @pytest.mark.parametrize(
        ("day", "told"),
        [(9, "today"), (10, "tomorrow"), (11, "on Fri 11 September"), (16, "on Wed 16 September")],
    )
    def test_meeting_without_a_mentor_in_words(self, day: int, told: str) -> None:
        (reason,) = status_of(replace(group(9, mentors=[away(9, 16)]), meets_on=[sep(day)])).reasons
        words = words_of(reason)
        assert (words.full, words.about("Clover")) == (
            f"no mentor at the meeting {told}",
            f"Clover has no mentor {told}",
        )

    def test_mentor_who_is_there_only_in_a_break_of_next_week_is_away(self) -> None:
        facts = group(9, logged=[7], mentors=[away(15, 20)], pauses=[days(14, 14)])
        assert reasons_of(facts) == ["watch mentor_away"]

    def test_group_without_a_mentor_is_acted_on_even_when_the_check_in_is_logged(self) -> None:
        assert reasons_of(group(9, logged=[7], mentors=[])) == ["act no_mentor"]

    def test_mentor_reasons_in_words(self) -> None:
        (reason,) = status_of(group(9, mentors=[away(7, 13)])).reasons
        assert words_of(reason).full == "the mentor is away for the rest of the week without a stand-in"
        (reason,) = status_of(group(9, mentors=[])).reasons
        assert words_of(reason).full == "the group has no mentor"

    @pytest.mark.parametrize(
        ("first", "since"),
        [
            (10, "from Thu 10 September on and all of "),
            (11, "from Fri 11 September on and all of "),
            (12, ""),
            (14, ""),
        ],
    )
    def test_days_away_that_begin_before_next_week_are_named_from_their_first_day(
        self, first: int, since: str
    ) -> None:
        (reason,) = status_of(group(9, mentors=[away(first, 20)])).reasons
        assert words_of(reason).full == f"the mentor is away {since}next week without a stand-in"

    def test_mentor_who_is_away_already_is_away_now(self) -> None:
        (reason,) = status_of(group(9, logged=[7], mentors=[away(7, 20)])).reasons
        assert words_of(reason).full == "the mentor is away now and all of next week without a stand-in"


class TestRunning:
    """Nothing is asked for of a group whose cohort does not run or that has no members."""

    @pytest.mark.parametrize(
        ("today", "starts", "closed", "members", "is_running"),
        [
            (20, 21, None, [(1, None)], False),
            (21, 21, None, [(1, None)], True),
            (24, 7, 25, [(1, None)], True),
            (24, 7, 24, [(1, None)], False),
            (24, 7, None, [], False),
            (24, 7, None, [(25, None)], False),
            (24, 7, None, [(24, None)], True),
            (24, 7, None, [(1, 25)], True),
            (24, 7, None, [(1, 24)], False),
            (24, 7, None, [(1, 24), (28, None)], False),
        ],
    )
    def test_group_that_does_not_run_asks_for_nothing(
        self,
        today: int,
        starts: int,
        closed: int | None,
        members: list[tuple[int, int | None]],
        is_running: bool,
    ) -> None:
        status = status_of(
            group(today, starts=starts, closed=closed, members=members, mentors=[], asked=[1], spread=4)
        )
        assert status.attention == ("act" if is_running else "none")
        assert bool(status.reasons) is is_running


def test_all_reasons_are_told_worst_first() -> None:
    facts = group(28, check_ins=[held(7, 10)], mentors=[away(28, 40)], asked=[1], spread=2)
    assert reasons_of(facts) == [
        "act mentor_away",
        "act check_in_missed",
        "watch check_in_late",
        "watch questions_open",
        "watch few_minutes",
        "watch apart",
    ]


def test_severity_sorts_the_worst_group_first() -> None:
    worst_first = [
        group(21, asked=[1], spread=2),
        group(28),
        group(21),
        group(9, mentors=[]),
        group(9, asked=[1], spread=2),
        group(9, asked=[8, 1]),
        group(9, asked=[8, 3]),
        group(9, asked=[7]),
        group(9),
    ]
    shuffled = worst_first[1::2] + worst_first[::2]
    assert sorted(shuffled, key=lambda facts: status_of(facts).severity) == worst_first
