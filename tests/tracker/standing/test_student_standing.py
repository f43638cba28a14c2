"""Attention for a student and its reasons: each rule on the day before, on and after its boundary."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.tracker.standing.story import (
    BASICS,
    INDEXATION,
    PLAN,
    PROMPTS,
    RAG,
    WITHOUT_HOURS,
    attended,
    by_milestone,
    days,
    mark,
    never_active,
    planned,
    reasons_of,
    said,
    sep,
    student,
)
from tracker.standing import (
    Attendance,
    AttentionReader,
    Going,
    PlannedMilestone,
    ProgressState,
    StudentFacts,
    Thresholds,
)

PRESENT, EXCUSED, ABSENT = Attendance.PRESENT, Attendance.EXCUSED, Attendance.ABSENT


class TestBehind:
    """Behind alone is watched."""

    @pytest.mark.parametrize(
        ("facts", "reasons"),
        [
            (student(20, done=[PROMPTS]), []),
            (student(21, done=[PROMPTS]), ["watch behind"]),
            (student(19), []),
            (student(20), ["watch behind"]),
            (student(34), ["watch behind"]),
            pytest.param(student(20, skipped=[BASICS, PROMPTS]), [], id="skipped"),
            pytest.param(student(20, waived=[BASICS, PROMPTS]), [], id="waived"),
        ],
    )
    def test_pace_behind_is_watched(self, facts: StudentFacts, reasons: list[str]) -> None:
        assert reasons_of(facts) == reasons

    def test_pace_ahead_is_not_flagged(self) -> None:
        assert reasons_of(student(13, done=[BASICS, PROMPTS, INDEXATION, RAG])) == []


def one_left(hours: str | None, *, plan: Sequence[PlannedMilestone] = PLAN) -> StudentFacts:
    """On the day on which RAG, with these hours, is due and left over of all four; 9 hours are done."""
    plan = [milestone for milestone in plan if milestone.id != RAG] + [planned(RAG, "RAG", 34, hours)]
    return student(34, done=[BASICS, PROMPTS, INDEXATION], plan=plan)


class TestBadlyBehind:
    """Badly behind, and silent or stuck: act."""

    def test_behind_and_in_need_of_help(self) -> None:
        facts = student(20, asked={PROMPTS: 12})
        assert reasons_of(facts) == ["act needs_help", "watch behind"]

    @pytest.mark.parametrize(
        ("facts", "reasons"),
        [
            (student(27, done=[BASICS], active=14), ["watch behind"]),
            (student(27, done=[BASICS], active=13), ["act behind", "act silent"]),
            (student(27, done=[BASICS], active=12), ["act behind", "act silent"]),
            pytest.param(
                student(26, done=[BASICS], active=12, plan=WITHOUT_HOURS),
                ["watch silent"],
                id="1 milestone behind",
            ),
            pytest.param(student(26, done=[BASICS], active=12), ["act behind", "act silent"], id="by hours"),
            pytest.param(
                student(26, done=[BASICS, PROMPTS], active=12), [], id="silent, but nothing left to do"
            ),
        ],
    )
    def test_behind_and_silent(self, facts: StudentFacts, reasons: list[str]) -> None:
        assert reasons_of(facts) == reasons

    @pytest.mark.parametrize(
        ("facts", "reasons"),
        [
            (said(student(20), Going.STUCK), ["act behind", "act stuck"]),
            (said(student(20), Going.SO_SO), ["watch behind"]),
            (said(student(20), Going.WELL), ["watch behind"]),
            (said(student(13), Going.STUCK), ["act behind", "act stuck"]),
            pytest.param(said(student(20, done=[BASICS, PROMPTS]), Going.STUCK), [], id="stuck, not behind"),
            pytest.param(
                said(student(21, done=[PROMPTS], plan=WITHOUT_HOURS), Going.STUCK),
                ["watch behind"],
                id="stuck, behind, not badly",
            ),
        ],
    )
    def test_behind_and_stuck(self, facts: StudentFacts, reasons: list[str]) -> None:
        assert reasons_of(facts) == reasons

    @pytest.mark.parametrize(
        ("hours", "reasons"),
        [
            pytest.param("2.99", [], id="2.99 of 11.99 hours is under a quarter"),
            pytest.param("3", ["act behind", "act stuck"], id="3 of 12 hours is a quarter"),
            pytest.param("3.01", ["act behind", "act stuck"], id="3.01 of 12.01 hours is over a quarter"),
            pytest.param("0", [], id="no hours"),
            pytest.param(None, [], id="hours not given"),
        ],
    )
    def test_badly_behind_from_a_quarter_of_the_planned_hours_due(
        self, hours: str | None, reasons: list[str]
    ) -> None:
        assert reasons_of(said(one_left(hours), Going.STUCK)) == reasons

    def test_hours_of_milestones_that_are_not_due_do_not_count(self) -> None:
        optional = planned(7, "More reading", 13, "90", is_optional=True)
        later = planned(8, "Later", 41, "90")
        facts = one_left("3", plan=[*PLAN, optional, later])
        assert reasons_of(said(facts, Going.STUCK)) == ["act behind", "act stuck"]

    @pytest.mark.parametrize(
        ("thresholds", "reasons"),
        [
            (Thresholds(), []),
            (Thresholds(behind_count=1), ["act behind", "act stuck"]),
        ],
    )
    def test_badly_behind_goes_by_the_thresholds_of_the_course(
        self, thresholds: Thresholds, reasons: list[str]
    ) -> None:
        assert reasons_of(said(one_left("2"), Going.STUCK), thresholds) == reasons

    def test_everything_at_once_is_told_worst_first(self) -> None:
        facts = attended(said(student(34, asked={BASICS: 33}, active=9), Going.STUCK), ABSENT, ABSENT, ABSENT)
        assert reasons_of(facts) == [
            "act needs_help",
            "act behind",
            "act silent",
            "act stuck",
            "act absent",
        ]
        assert reasons_of(facts, reader=AttentionReader.COURSE_ADMIN)[0] == "watch needs_help"


class TestSilence:
    """With a single milestone without hours left, so that silence alone decides."""

    @pytest.mark.parametrize(
        ("facts", "reasons"),
        [
            (student(20, active=7), []),
            (student(20, active=6, starts=6), ["watch silent"]),
            (student(21, active=7), ["watch behind", "watch silent"]),
            pytest.param(student(20, active=1), [], id="silence begins with the cohort"),
            pytest.param(never_active(student(20)), [], id="never active, 13 days"),
            pytest.param(
                never_active(student(21)), ["watch behind", "watch silent"], id="never active, 14 days"
            ),
            pytest.param(student(20, active=6, starts=6, pauses=[days(7, 7)]), [], id="a pause explains"),
            pytest.param(
                student(20, active=6, starts=6, absences=[days(7, 7)]), [], id="an accepted absence explains"
            ),
            pytest.param(
                student(20, active=5, starts=5, absences=[days(7, 7)]),
                ["watch silent"],
                id="only its own days",
            ),
            pytest.param(
                student(20, active=6, starts=6, absences=[days(6, 6)]), ["watch silent"], id="the active day"
            ),
        ],
    )
    def test_silent_for_14_days_with_due_work_left(self, facts: StudentFacts, reasons: list[str]) -> None:
        plan = [replace(milestone, due_on=sep(13)) for milestone in WITHOUT_HOURS[:1]]
        assert reasons_of(replace(facts, plan=plan)) == reasons

    def test_silence_of_a_late_joiner_begins_with_joining(self) -> None:
        facts = never_active(student(34, joined=20, done=[INDEXATION], plan=WITHOUT_HOURS))
        assert reasons_of(facts) == ["watch silent"]
        assert reasons_of(replace(facts, joined_on=sep(21)), Thresholds(grace_days=0)) == []

    @pytest.mark.parametrize(
        ("invited", "reasons"), [(None, []), (21, []), (20, ["watch silent"]), (1, ["watch silent"])]
    )
    def test_who_never_signed_in_is_silent_since_the_invitation(
        self, invited: int | None, reasons: list[str]
    ) -> None:
        facts = never_active(student(34, plan=[planned(PROMPTS, "Prompts", 34, None)]))
        facts = replace(facts, has_signed_in=False)
        assert reasons_of(replace(facts, invited_on=None if invited is None else sep(invited))) == reasons

    def test_silence_begins_when_the_student_is_recorded(self) -> None:
        facts = never_active(student(20, plan=WITHOUT_HOURS[:1], starts=1))
        assert "watch silent" in reasons_of(replace(facts, recorded_on=sep(6)))
        assert "watch silent" not in reasons_of(replace(facts, recorded_on=sep(7)))

    def test_a_list_of_people_flags_nobody_for_what_it_could_not_know(self) -> None:
        facts = never_active(student(20, plan=WITHOUT_HOURS[:2], starts=1))
        assert "act behind" in reasons_of(replace(facts, recorded_on=sep(1)))
        told = replace(facts, recorded_on=sep(20))
        assert reasons_of(told) == []
        assert reasons_of(replace(told, today=sep(33))) == []
        assert "act behind" in reasons_of(replace(told, today=sep(34)))
        # A later sheet's rows are known, and count at once.
        known = [mark(BASICS, ProgressState.WORKING)]
        assert "watch behind" in reasons_of(replace(told, marks=by_milestone(*known)))
        assert "watch behind" in reasons_of(replace(told, attendances=[PRESENT]))
        # If it says that a student has begun nothing, it says that they were silent.
        unticked = [mark(BASICS, ProgressState.NOT_STARTED)]
        assert "act silent" in reasons_of(replace(told, marks=by_milestone(*unticked)))

    @pytest.mark.parametrize(("silent_days", "reasons"), [(4, []), (3, ["watch silent"])])
    def test_silence_goes_by_the_threshold_of_the_course(self, silent_days: int, reasons: list[str]) -> None:
        facts = student(13, active=10, plan=WITHOUT_HOURS)
        assert reasons_of(facts, Thresholds(silent_days=silent_days)) == reasons


class TestAbsence:
    @pytest.mark.parametrize(
        ("latest_first", "reasons"),
        [
            ([], []),
            ([ABSENT], []),
            ([ABSENT, ABSENT], ["act absent"]),
            ([ABSENT, ABSENT, ABSENT], ["act absent"]),
            ([ABSENT, ABSENT, PRESENT], ["act absent"]),
            ([PRESENT, ABSENT, ABSENT], []),
            ([ABSENT, PRESENT, ABSENT], []),
            ([ABSENT, EXCUSED, ABSENT], []),
            ([EXCUSED, EXCUSED], []),
        ],
    )
    def test_absent_without_excuse_at_the_last_two_check_ins(
        self, latest_first: list[Attendance], reasons: list[str]
    ) -> None:
        assert reasons_of(attended(student(12), *latest_first)) == reasons

    @pytest.mark.parametrize(
        ("latest_first", "reasons"),
        [
            ("stuck stuck", []),
            ("stuck stuck stuck", ["watch stuck_in_a_row"]),
            ("stuck stuck so_so stuck", []),
            ("stuck stuck well stuck", []),
        ],
    )
    def test_stuck_at_the_last_meetings_running(self, latest_first: str, reasons: list[str]) -> None:
        assert reasons_of(said(student(12), *map(Going, latest_first.split()))) == reasons

    def test_stuck_is_told_once_where_it_calls_for_action(self) -> None:
        assert reasons_of(said(student(20), *[Going.STUCK] * 3)) == ["act behind", "act stuck"]

    @pytest.mark.parametrize(
        ("days_ago", "reasons"),
        [
            pytest.param(-1, ["watch behind"], id="tomorrow"),
            pytest.param(0, ["watch behind"], id="today"),
            (1, ["act behind", "act stuck"]),
            (14, ["act behind", "act stuck"]),
            (15, ["watch behind"]),
        ],
    )
    def test_stuck_counts_for_two_weeks_after_the_day_of_its_meeting(
        self, days_ago: int, reasons: list[str]
    ) -> None:
        assert reasons_of(said(student(20), Going.STUCK, days_ago=days_ago)) == reasons

    @pytest.mark.parametrize(
        ("latest_first", "is_stuck"),
        [("so_so stuck", True), ("well stuck", False), ("so_so well stuck", False), ("stuck well", True)],
    )
    def test_well_before_a_later_meeting_ends_stuck(self, latest_first: str, is_stuck: bool) -> None:
        # The last meeting is tomorrow.
        facts = said(student(20), *map(Going, latest_first.split()), days_ago=-1)
        is_ahead = latest_first.startswith("stuck")
        assert ("act stuck" in reasons_of(facts)) is (is_stuck and not is_ahead)

    def test_done_in_its_check_in_ends_stuck(self) -> None:
        assert reasons_of(said(student(20), Going.STUCK, is_done=True)) == ["watch behind"]
        assert reasons_of(said(student(12), *[Going.STUCK] * 4, is_done=True)) == []

    def test_stuck_before_a_meeting_ahead_is_none_of_the_three_running(self) -> None:
        stuck = [Going.STUCK] * 3
        assert reasons_of(said(student(12), *stuck, days_ago=0)) == []
        assert reasons_of(said(student(12), *stuck, Going.STUCK, days_ago=0)) == ["watch stuck_in_a_row"]

    @pytest.mark.parametrize(("in_a_row", "reasons"), [(1, ["act absent"]), (3, [])])
    def test_absence_goes_by_the_threshold_of_the_course(self, in_a_row: int, reasons: list[str]) -> None:
        facts = attended(student(12), *[ABSENT] * (2 if in_a_row == 3 else 1))
        assert reasons_of(facts, Thresholds(absences_in_a_row=in_a_row)) == reasons
