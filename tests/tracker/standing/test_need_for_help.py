"""Attention for a student who needs help: each rule on the day before, on and after its boundary."""

from dataclasses import replace

import pytest

from tests.tracker.standing.story import (
    AGENTS,
    BASICS,
    PROMPTS,
    RAG,
    READING,
    by_milestone,
    days,
    mark,
    reasons_of,
    said,
    standing_of,
    student,
    wait_of,
)
from tracker.models import Progress
from tracker.standing import (
    Attendance,
    AttentionReader,
    Going,
    ProgressState,
    StudentFacts,
    words_of,
)

PRESENT, EXCUSED, ABSENT = Attendance.PRESENT, Attendance.EXCUSED, Attendance.ABSENT


class TestNeedHelp:
    @pytest.mark.parametrize("reader", AttentionReader)
    def test_help_that_was_answered_is_only_watched_however_old(self, reader: AttentionReader) -> None:
        def facts(answered: dict[int, int]) -> StudentFacts:
            cries = [
                mark(milestone, ProgressState.NEED_HELP, 2, answered=answered.get(milestone))
                for milestone in (BASICS, RAG)
            ]
            return replace(
                student(10, active=10), marks=by_milestone(*cries), help_wait=wait_of(2, 10, (), 1)
            )

        answered = standing_of(facts({BASICS: 3, RAG: 9}), reader=reader)
        assert [(each.attention, words_of(each).full) for each in answered.reasons] == [
            (
                "watch",
                "asked for help with LLM basics and RAG, answered yesterday, still marked as “need help”",
            )
        ]
        # Of who is away only a request for help is said.
        assert (
            standing_of(replace(facts({BASICS: 3, RAG: 9}), absences=[days(10, 12)]), reader=reader).reasons
            == ()
        )
        # One that nobody answered is owed as before, and named alone.
        one = standing_of(facts({RAG: 9}), reader=reader)
        assert [(each.attention, words_of(each).full.partition(", ")[0]) for each in one.reasons] == [
            ("act", "needs help with LLM basics"),
            ("watch", "asked for help with RAG"),
        ]
        # A student who waits for an answer sorts before everybody else; one who has an answer does not.
        stuck = standing_of(said(student(34), Going.STUCK), reader=reader)
        assert one.severity < stuck.severity < answered.severity

    @pytest.mark.parametrize(
        ("facts", "reasons"),
        [
            (student(10), []),
            (student(10, asked={BASICS: 10}), ["act needs_help"]),
            (student(10, asked={BASICS: 2}), ["act needs_help"]),
            pytest.param(
                student(10, asked={BASICS: 10}, joined=10), ["act needs_help"], id="no grace for it"
            ),
            pytest.param(student(6, asked={BASICS: 6}), ["act needs_help"], id="before the cohort begins"),
        ],
    )
    def test_need_help_is_acted_on_by_mentors_from_the_first_minute(
        self, facts: StudentFacts, reasons: list[str]
    ) -> None:
        assert reasons_of(facts) == reasons

    @pytest.mark.parametrize(
        ("facts", "reasons"),
        [
            (student(10), []),
            (student(10, asked={BASICS: 10}), ["watch needs_help"]),
            (student(10, asked={BASICS: 9}), ["watch needs_help"]),
            (student(10, asked={BASICS: 8}), ["act needs_help"]),
            (student(10, asked={BASICS: 7}), ["act needs_help"]),
            pytest.param(student(14, asked={BASICS: 11}), ["watch needs_help"], id="a weekend"),
            pytest.param(student(15, asked={BASICS: 11}), ["act needs_help"], id="after it"),
            pytest.param(
                student(10, asked={BASICS: 9, PROMPTS: 2}), ["act needs_help"], id="the longest of two"
            ),
            pytest.param(student(10, asked={READING: 2}), ["act needs_help"], id="optional"),
            pytest.param(student(10, asked={AGENTS: 2}), ["act needs_help"], id="without a due day"),
            pytest.param(student(10, asked={99: 2}), ["act needs_help"], id="outside the plan"),
            pytest.param(student(10, asked={BASICS: 2}, joined=10), ["act needs_help"], id="no grace for it"),
            pytest.param(
                student(10, asked={BASICS: 2}, pauses=[days(1, 30)]), ["watch needs_help"], id="in a pause"
            ),
            pytest.param(
                student(10, asked={BASICS: 2}, absences=[days(1, 30)]), ["act needs_help"], id="in an absence"
            ),
            pytest.param(student(6, asked={BASICS: -2}), ["act needs_help"], id="before the cohort begins"),
        ],
    )
    def test_need_help_is_watched_by_course_admins_until_twice_the_promise(
        self, facts: StudentFacts, reasons: list[str]
    ) -> None:
        assert reasons_of(facts, reader=AttentionReader.COURSE_ADMIN) == reasons

    @pytest.mark.parametrize(("help_days", "reasons"), [(2, ["watch needs_help"]), (1, ["act needs_help"])])
    def test_need_help_goes_by_the_promise_of_the_course(self, help_days: int, reasons: list[str]) -> None:
        facts = student(10, asked={BASICS: 7}, help_days=help_days)
        assert reasons_of(facts, reader=AttentionReader.COURSE_ADMIN) == reasons

    @pytest.mark.parametrize(
        ("progress", "words"),
        [
            (mark(BASICS, ProgressState.NEED_HELP, changed=10), "since today"),
            (mark(BASICS, ProgressState.NEED_HELP, changed=9), "since yesterday"),
            (mark(BASICS, ProgressState.NEED_HELP, 2, changed=9), "for 8 days"),
        ],
    )
    def test_need_help_since_the_best_day_known(self, progress: Progress, words: str) -> None:
        (reason,) = standing_of(replace(student(10), marks=by_milestone(progress))).reasons
        assert words_of(reason).full == f"needs help with LLM basics, {words}"

    def test_help_once_needed_counts_no_more(self) -> None:
        progress = [
            mark(BASICS, ProgressState.WORKING, 1),
            mark(PROMPTS, ProgressState.DONE, 1),
        ]
        assert reasons_of(replace(student(12), marks=by_milestone(*progress))) == []
