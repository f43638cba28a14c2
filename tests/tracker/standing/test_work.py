"""Milestones that are due, left, and done early, and the pace that follows."""

from dataclasses import replace
from decimal import Decimal

import pytest

from lib.weeks import Period
from tests.tracker.standing.story import (
    AGENTS,
    BASICS,
    DEFAULTS,
    INDEXATION,
    PLAN,
    PROMPTS,
    RAG,
    READING,
    by_milestone,
    days,
    mark,
    planned,
    sep,
    student,
)
from tracker.standing import (
    ProgressState,
    StudentFacts,
    Thresholds,
    progress_label,
    student_standing,
    words_about,
)
from tracker.standing.student import pace_of
from tracker.standing.work import hours_of, work_of


def due(facts: StudentFacts) -> tuple[int, ...]:
    return tuple(each.id for each in work_of(facts).due)


def left(facts: StudentFacts) -> tuple[int, ...]:
    return tuple(each.id for each in work_of(facts).left)


class TestDue:
    @pytest.mark.parametrize(
        ("today", "expected"),
        [
            (6, ()),
            (7, ()),
            (12, ()),
            (13, (BASICS,)),
            (19, (BASICS,)),
            (20, (BASICS, PROMPTS)),
            (34, (BASICS, PROMPTS, INDEXATION, RAG)),
            (300, (BASICS, PROMPTS, INDEXATION, RAG)),
        ],
    )
    def test_due_from_the_due_day_on(self, today: int, expected: tuple[int, ...]) -> None:
        assert due(student(today)) == expected

    @pytest.mark.parametrize(
        ("pause", "today", "expected"),
        [
            (days(13, 13), 13, ()),
            (days(13, 13), 14, (BASICS,)),
            (days(12, 19), 19, ()),
            (days(12, 19), 20, (BASICS, PROMPTS)),
            (days(14, 19), 13, (BASICS,)),
            (days(13, None), 300, ()),
        ],
    )
    def test_due_day_in_a_pause_counts_from_after_it(
        self, pause: Period, today: int, expected: tuple[int, ...]
    ) -> None:
        assert due(student(today, pauses=[pause])) == expected

    @pytest.mark.parametrize(
        ("joined", "expected"),
        [
            (12, (BASICS, PROMPTS)),
            (13, (PROMPTS,)),
            (14, (PROMPTS,)),
            (19, (PROMPTS,)),
            (20, ()),
        ],
    )
    def test_late_joiner_owes_only_what_is_due_after_the_day_of_joining(
        self, joined: int, expected: tuple[int, ...]
    ) -> None:
        assert due(student(20, joined=joined)) == expected

    def test_late_joiner_in_a_pause_owes_what_counts_after_it(self) -> None:
        assert due(student(20, joined=15, pauses=[days(12, 16)])) == (BASICS, PROMPTS)

    def test_waived_and_optional_milestones_are_not_due(self) -> None:
        assert due(student(20, waived=[BASICS])) == (PROMPTS,)
        assert due(student(20, done=[READING], asked={BASICS: 19})) == (BASICS, PROMPTS)

    def test_done_but_waived_milestone_is_neither_due_nor_ahead(self) -> None:
        facts = student(13, plan=PLAN)
        waived = [mark(each, ProgressState.DONE, is_waived=True) for each in (BASICS, RAG)]
        standing = student_standing(
            StudentFacts(
                plan=facts.plan,
                marks=by_milestone(*waived),
                zone=facts.zone,
                today=facts.today,
                cohort_starts_on=facts.cohort_starts_on,
                joined_on=facts.joined_on,
            ),
            DEFAULTS,
        )
        assert (standing.work.due, standing.work.ahead_by) == ((), 0)

    def test_milestone_outside_the_plan_is_never_due(self) -> None:
        assert due(student(300, plan=PLAN[2:], done=[BASICS])) == (INDEXATION, RAG)

    def test_plan_without_milestones(self) -> None:
        standing = student_standing(student(300, plan=()), DEFAULTS)
        assert (standing.work.due, standing.next_milestone_id, progress_label(standing.work)) == (
            (),
            None,
            "Nothing is due yet",
        )

    def test_due_milestones_stand_by_day_then_position(self) -> None:
        plan = [planned(3, "C", 13, None), planned(2, "B", 13, None), planned(1, "A", 20, None)]
        assert due(student(20, plan=plan)) == (2, 3, 1)

    @pytest.mark.parametrize(("starts", "expected"), [(14, ()), (13, (BASICS,))])
    def test_nothing_is_due_before_the_cohort_begins(self, starts: int, expected: tuple[int, ...]) -> None:
        assert due(student(13, starts=starts)) == expected

    @pytest.mark.parametrize(("over", "expected"), [(19, (BASICS,)), (20, (BASICS, PROMPTS))])
    def test_what_is_due_stays_when_the_enrolment_ended_or_the_cohort_closed(
        self, over: int, expected: tuple[int, ...]
    ) -> None:
        assert due(student(300, ended=over)) == expected
        assert due(student(300, closed=over)) == expected


class TestBehind:
    def test_behind_by_what_is_due_and_neither_done_nor_skipped(self) -> None:
        facts = student(34, done=[BASICS], skipped=[PROMPTS], asked={RAG: 30})
        assert left(facts) == (INDEXATION, RAG)
        assert student_standing(facts, DEFAULTS).behind_by == 2

    def test_behind_by_none(self) -> None:
        assert student_standing(student(20, done=[BASICS, PROMPTS]), DEFAULTS).behind_by == 0

    def test_milestone_without_hours_adds_none(self) -> None:
        plan = [planned(1, "A", 13, None), planned(2, "B", 13, "1.5")]
        assert hours_of(work_of(student(13, plan=plan)).left) == Decimal("1.5")

    def test_behind_since_the_day_after_a_pause(self) -> None:
        assert work_of(student(20, done=[PROMPTS], pauses=[days(12, 16)])).left_since == sep(17)

    @pytest.mark.parametrize(
        "state", [ProgressState.NOT_STARTED, ProgressState.WORKING, ProgressState.NEED_HELP]
    )
    def test_milestone_that_is_only_begun_is_behind(self, state: ProgressState) -> None:
        progress = [mark(BASICS, state)]
        facts = student(13)
        late = StudentFacts(
            plan=facts.plan,
            marks=by_milestone(*progress),
            zone=facts.zone,
            today=facts.today,
            cohort_starts_on=facts.cohort_starts_on,
            joined_on=facts.joined_on,
        )
        assert left(late) == (BASICS,)


class TestAhead:
    @pytest.mark.parametrize(
        ("today", "ahead_by"),
        [
            pytest.param(18, 2, id="due in 9 and 16 days"),
            pytest.param(19, 2, id="due in 8 and 15 days"),
            pytest.param(20, 1, id="due in 7 and 14 days"),
            pytest.param(26, 1, id="due in 1 and 8 days"),
            pytest.param(27, 0, id="due today and in 7 days"),
        ],
    )
    def test_ahead_by_what_is_done_and_due_in_over_7_days(self, today: int, ahead_by: int) -> None:
        facts = student(today, done=[BASICS, PROMPTS, INDEXATION, RAG])
        assert student_standing(facts, DEFAULTS).work.ahead_by == ahead_by

    def test_days_of_a_pause_do_not_put_anybody_ahead(self) -> None:
        facts = student(18, done=[BASICS, PROMPTS, INDEXATION], pauses=[days(21, 22)])
        assert student_standing(facts, DEFAULTS).work.ahead_by == 0

    def test_optional_skipped_and_dateless_milestones_put_nobody_ahead(self) -> None:
        plan = [*PLAN, planned(7, "More reading", 34, None, is_optional=True)]
        facts = student(13, plan=plan, done=[BASICS, AGENTS, 7], skipped=[RAG])
        assert student_standing(facts, DEFAULTS).work.ahead_by == 0


class TestAway:
    """An accepted absence moves the student's own days, never what is expected of them."""

    @pytest.mark.parametrize(
        ("absences", "pauses", "own_day"),
        [
            ([days(12, 12)], [], 13),
            ([days(13, 13)], [], 14),
            ([days(9, 16)], [], 17),
            ([days(14, 16)], [], 13),
            pytest.param([days(12, 16)], [days(17, 18)], 19, id="then a break"),
            pytest.param([days(15, 18)], [days(12, 14)], 19, id="after a break"),
            pytest.param([days(12, 14), days(15, 16)], [], 17, id="two absences"),
        ],
    )
    def test_own_day_is_the_first_in_neither_a_break_nor_an_absence(
        self, absences: list[Period], pauses: list[Period], own_day: int
    ) -> None:
        for today, expected in ((own_day - 1, ()), (own_day, (BASICS,))):
            facts = student(today, absences=absences, pauses=pauses)
            assert (due(facts), work_of(facts).days[BASICS]) == (expected, sep(own_day))

    def test_two_due_days_in_an_absence_are_due_on_the_day_of_return(self) -> None:
        away = student(27, absences=[days(10, 27)], done=[])
        assert (due(away), student_standing(away, DEFAULTS).behind_by) == ((), 0)
        assert due(replace(away, today=sep(28))) == (BASICS, PROMPTS, INDEXATION)
        assert work_of(replace(away, today=sep(28))).late_days == 0

    @pytest.mark.parametrize(("joined", "expected"), [(12, (BASICS,)), (13, ())])
    def test_what_is_expected_goes_by_the_day_of_the_plan(
        self, joined: int, expected: tuple[int, ...]
    ) -> None:
        facts = student(17, joined=joined, absences=[days(12, 16)])
        assert due(facts) == expected
        assert (BASICS in work_of(facts).days) is bool(expected)

    @pytest.mark.parametrize(
        ("today", "behind", "late_days"),
        [(17, (BASICS,), 4), (18, (), 0), (19, (), 0), (20, (BASICS, PROMPTS), 5)],
    )
    def test_what_was_late_before_a_break_counts_again_after_it(
        self, today: int, behind: tuple[int, ...], late_days: int
    ) -> None:
        facts = student(today, pauses=[days(18, 19)])
        assert left(facts) == behind
        assert work_of(facts).late_days == late_days

    @pytest.mark.parametrize(
        ("today", "behind", "late_days"),
        [(17, (BASICS,), 4), (18, (BASICS,), 4), (20, (BASICS,), 4), (21, (BASICS, PROMPTS), 5)],
    )
    def test_what_was_late_before_an_absence_stays_late_and_nothing_becomes_late(
        self, today: int, behind: tuple[int, ...], late_days: int
    ) -> None:
        facts = student(today, absences=[days(18, 20)])
        assert left(facts) == behind
        assert work_of(facts).late_days == late_days

    def test_what_is_done_keeps_its_day_and_puts_nobody_ahead(self) -> None:
        facts = student(14, done=[BASICS, PROMPTS], absences=[days(13, 30)])
        assert work_of(facts).days[PROMPTS] == sep(31)
        assert student_standing(facts, DEFAULTS).work.ahead_by == 0

    def test_optional_milestones_have_an_own_day_and_are_not_expected(self) -> None:
        work = work_of(student(12, waived=[PROMPTS], absences=[days(13, 15)]))
        assert (work.days[READING], work.days[PROMPTS]) == (sep(16), sep(20))
        assert [(each.id, each.due_on) for each in work.expected] == [
            (BASICS, sep(16)), (INDEXATION, sep(27)), (RAG, sep(34)), (AGENTS, None),
        ]  # fmt: skip


class TestPace:
    @pytest.mark.parametrize(
        ("facts", "pace"),
        [
            pytest.param(student(12), "on_track", id="nothing due"),
            pytest.param(student(13), "on_track", id="1 milestone behind for 0 days"),
            pytest.param(student(19), "on_track", id="1 milestone behind for 6 days"),
            pytest.param(student(20, done=[PROMPTS]), "on_track", id="1 milestone behind for 7 days"),
            pytest.param(student(21, done=[PROMPTS]), "behind", id="1 milestone behind for 8 days"),
            pytest.param(student(20), "behind", id="2 milestones behind"),
            pytest.param(student(20, skipped=[BASICS]), "on_track", id="of 2 one skipped"),
            pytest.param(student(20, waived=[BASICS]), "on_track", id="of 2 one waived"),
            pytest.param(student(13, done=[BASICS, INDEXATION]), "on_track", id="1 milestone ahead"),
            pytest.param(student(13, done=[BASICS, INDEXATION, RAG]), "ahead", id="2 milestones ahead"),
            pytest.param(
                student(13, done=[INDEXATION, RAG]), "on_track", id="2 milestones ahead, 1 milestone behind"
            ),
            pytest.param(
                student(6, done=[BASICS, PROMPTS, INDEXATION]), "ahead", id="ahead before it begins"
            ),
        ],
    )
    def test_pace(self, facts: StudentFacts, pace: str) -> None:
        assert pace_of(work_of(facts), DEFAULTS) == pace

    @pytest.mark.parametrize(
        ("today", "pauses", "absences", "pace"),
        [
            (23, [days(14, 15)], [], "behind"),
            (23, [days(14, 16)], [], "on_track"),
            (23, [], [days(14, 15)], "behind"),
            (23, [], [days(14, 16)], "on_track"),
            pytest.param(23, [days(14, 15)], [days(15, 16)], "on_track", id="a day in both counts once"),
            pytest.param(21, [], [days(11, 13)], "on_track", id="7 days after the day of return"),
            pytest.param(22, [], [days(11, 13)], "behind", id="8 days after the day of return"),
        ],
    )
    def test_pauses_and_accepted_absences_are_removed_from_the_days_behind(
        self, today: int, pauses: list[Period], absences: list[Period], pace: str
    ) -> None:
        facts = student(today, done=[PROMPTS], pauses=pauses, absences=absences)
        assert pace_of(work_of(facts), DEFAULTS) == pace

    @pytest.mark.parametrize(
        ("thresholds", "facts", "pace"),
        [
            (Thresholds(behind_count=1), student(13), "behind"),
            (Thresholds(behind_count=3), student(20), "on_track"),
            (Thresholds(behind_days=2), student(15), "on_track"),
            (Thresholds(behind_days=2), student(16), "behind"),
        ],
    )
    def test_pace_goes_by_the_thresholds_of_the_course(
        self, thresholds: Thresholds, facts: StudentFacts, pace: str
    ) -> None:
        assert pace_of(work_of(facts), thresholds) == pace


class TestNextMilestone:
    @pytest.mark.parametrize(
        ("facts", "milestone"),
        [
            pytest.param(student(6), BASICS, id="before it begins"),
            pytest.param(student(20), BASICS, id="what is behind comes first"),
            pytest.param(student(13, done=[BASICS]), PROMPTS, id="then what is not due yet"),
            pytest.param(student(13, skipped=[BASICS], waived=[PROMPTS]), INDEXATION, id="skipped, waived"),
            pytest.param(student(13, asked={BASICS: 9}), BASICS, id="begun, needs help"),
            pytest.param(
                student(40, done=[BASICS, PROMPTS, INDEXATION, RAG]), AGENTS, id="then without a day"
            ),
            pytest.param(student(40, done=[BASICS, PROMPTS, INDEXATION, RAG, AGENTS]), None, id="all done"),
            pytest.param(student(20, joined=12), BASICS, id="joined the day before it was due"),
            pytest.param(student(20, joined=13), PROMPTS, id="joined on the day on which one was due"),
            pytest.param(
                student(20, joined=13, done=[PROMPTS], skipped=[RAG], waived=[INDEXATION]),
                AGENTS,
                id="what is expected comes before what was due earlier",
            ),
            pytest.param(
                student(40, joined=13, done=[PROMPTS, INDEXATION, RAG, AGENTS]),
                BASICS,
                id="else what is not expected",
            ),
            pytest.param(
                student(20, joined=14, pauses=[days(13, 14)]),
                BASICS,
                id="due in a break in which they joined",
            ),
        ],
    )
    def test_next_milestone_is_the_first_open_one_that_is_expected_else_the_first_open_one(
        self, facts: StudentFacts, milestone: int | None
    ) -> None:
        assert student_standing(facts, DEFAULTS).next_milestone_id == milestone

    def test_next_milestone_of_the_same_day_goes_by_position(self) -> None:
        plan = [planned(2, "B", 13, None), planned(1, "A", 13, None), planned(3, "C", 12, None)]
        assert student_standing(student(7, plan=plan, done=[3]), DEFAULTS).next_milestone_id == 1


class TestCourseOfOneMilestone:
    PLAN = (planned(1, "The only one", 13, "2"),)

    @pytest.mark.parametrize(
        ("today", "done", "words", "pace"),
        [
            (12, (), "on track", "on_track"),
            (12, (1,), "on track", "on_track"),
            (13, (), "on track", "on_track"),
            (14, (), "1 behind", "on_track"),
            (21, (), "1 behind", "behind"),
            (21, (1,), "on track", "on_track"),
        ],
    )
    def test_standing_in_a_course_of_one_milestone(
        self, today: int, done: tuple[int, ...], words: str, pace: str
    ) -> None:
        facts = student(today, plan=self.PLAN, done=done)
        assert words_about(student_standing(facts, DEFAULTS), facts).text == words
        assert pace_of(work_of(facts), DEFAULTS) == pace
