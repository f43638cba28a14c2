"""A student's reasons, progress and pace in words, who stands first in a list, and laws that hold for all."""

from dataclasses import replace
from itertools import combinations, product

import pytest

from tests.tracker.standing.story import (
    BASICS,
    INDEXATION,
    PROMPTS,
    RAG,
    WITHOUT_HOURS,
    attended,
    by_milestone,
    days,
    mark,
    planned,
    said,
    standing_of,
    student,
)
from tracker.standing import (
    Attendance,
    Attention,
    AttentionReader,
    Going,
    ProgressState,
    StudentFacts,
    Thresholds,
    progress_label,
    words_of,
)

ABSENT = Attendance.ABSENT


class TestWords:
    @pytest.mark.parametrize(
        ("facts", "texts"),
        [
            (student(20), ["2 milestones behind (LLM basics, Prompt engineering)"]),
            (student(22, done=[PROMPTS]), ["1 milestone behind for 9 days (LLM basics)"]),
            (
                student(22, done=[PROMPTS], pauses=[days(14, 14)]),
                ["1 milestone behind for 8 days (LLM basics)"],
            ),
            (
                student(29, done=[BASICS], active=13),
                ["2 milestones behind (Prompt engineering, Indexation)", "no activity for 16 days"],
            ),
            (
                said(student(14), Going.STUCK),
                ["1 milestone behind (LLM basics)", "said “stuck” before the meeting"],
            ),
            (attended(student(8), ABSENT, ABSENT), ["missed 2 check-ins in a row without an excuse"]),
            (
                student(10, asked={PROMPTS: 2}),
                ["needs help with Prompt engineering, for 8 days, the answer 5 days late"],
            ),
            (
                student(10, asked={PROMPTS: 9, RAG: 8}),
                ["needs help with RAG and Prompt engineering, for 2 days, the answer 1 day late"],
            ),
            (
                student(10, asked={99: 10}),
                ["needs help with a milestone that is not in the plan, since today"],
            ),
            (
                student(10, asked={BASICS: 11}),
                ["needs help with LLM basics, since today"],
            ),
        ],
    )
    def test_reasons_in_words(self, facts: StudentFacts, texts: list[str]) -> None:
        assert [words_of(reason).full for reason in standing_of(facts).reasons] == texts

    def test_reasons_count_one_in_the_singular(self) -> None:
        thresholds = Thresholds(behind_days=0, silent_days=1, absences_in_a_row=1)
        facts = attended(student(14, active=13, plan=WITHOUT_HOURS), ABSENT)
        assert [words_of(reason).full for reason in standing_of(facts, thresholds).reasons] == [
            "missed 1 check-in without an excuse",
            "1 milestone behind for 1 day (LLM basics)",
            "no activity for 1 day",
        ]

    @pytest.mark.parametrize(
        ("facts", "label", "pace"),
        [
            (student(7), "Nothing is due yet", "on_track"),
            (student(7, done=[INDEXATION]), "Nothing is due yet", "ahead"),
            (student(13, done=[BASICS]), "On track: 1 of 1 due is done", "on_track"),
            (student(20, done=[BASICS, PROMPTS]), "On track: 2 of 2 due are done", "on_track"),
            (
                student(20, done=[BASICS], skipped=[PROMPTS]),
                "On track: 1 of 2 due are done, 1 skipped",
                "on_track",
            ),
            (
                student(13, done=[BASICS, INDEXATION]),
                "On track: 1 of 1 due is done",
                "ahead",
            ),
            (student(13, done=[BASICS, INDEXATION, RAG]), "2 milestones ahead", "ahead"),
            (student(13), None, "on_track"),
            (student(13, asked={BASICS: 12}), None, "on_track"),
            (student(14), None, "behind"),
            (student(14, asked={BASICS: 12}), None, "behind"),
            (student(20, done=[PROMPTS]), None, "behind"),
            (student(22, done=[PROMPTS]), None, "behind"),
            (
                student(22, done=[PROMPTS], asked={BASICS: 20}),
                None,
                "behind",
            ),
            (student(20), None, "behind"),
            (student(34), None, "behind"),
            (student(10, asked={PROMPTS: 9}), "Nothing is due yet", "on_track"),
            pytest.param(
                student(13, plan=[planned(1, "A", 13, None), planned(2, "B", 13, None)]),
                None,
                "behind",
                id="two due today are 2 milestones behind, as the rules say",
            ),
        ],
    )
    def test_progress_and_proposed_pace(self, facts: StudentFacts, label: str | None, pace: str) -> None:
        """Of who has something left that is due, the words in their row say how far behind they are."""
        standing = standing_of(facts)
        found = None if standing.behind_by else progress_label(standing.work)
        assert (found, standing.proposed_pace) == (label, pace)


class TestSeverity:
    def test_severity_sorts_the_worst_first(self) -> None:
        worst_first = [
            said(student(34, asked={BASICS: 1}), Going.STUCK),
            student(10, asked={BASICS: 1}),
            student(10, asked={BASICS: 2}),
            student(20, asked={BASICS: 18}),
            student(10, asked={BASICS: 9}),
            said(student(34), Going.STUCK),
            said(student(27), Going.STUCK),
            student(34),
            student(34, done=[BASICS]),
            student(20),
            student(22, done=[PROMPTS]),
            student(21, done=[PROMPTS]),
            student(34, aside=35),
            student(19),
            student(14),
            student(10),
        ]
        shuffled = worst_first[::2] + worst_first[1::2]
        assert sorted(shuffled, key=lambda facts: standing_of(facts).severity) == worst_first

    def test_who_asks_for_help_stands_first_for_course_admins_too(self) -> None:
        asked, stuck = student(10, asked={BASICS: 10}), said(student(34), Going.STUCK)
        first, second = (standing_of(facts, reader=AttentionReader.COURSE_ADMIN) for facts in (asked, stuck))
        assert (first.attention, second.attention) == ("watch", "act")
        assert first.severity < second.severity


RANKS = [Attention.NONE, Attention.WATCH, Attention.ACT]


def test_marking_a_milestone_done_never_makes_attention_worse() -> None:
    states = [ProgressState.NOT_STARTED, ProgressState.NEED_HELP, ProgressState.SKIPPED, ProgressState.DONE]
    needed_since = {BASICS: 8, PROMPTS: 26, INDEXATION: 14}
    checked = 0
    for chosen, today, going, active in product(
        product(states, repeat=3), (13, 20, 28, 40), ((), (Going.STUCK,)), (8, 26)
    ):
        progress = [
            mark(each, state, since)
            for (each, since), state in zip(needed_since.items(), chosen, strict=True)
        ]
        facts = said(replace(student(today, active=active), marks=by_milestone(*progress)), *going)
        before = standing_of(facts)
        for position, one in enumerate(progress):
            better = [*progress[:position], mark(one.milestone_id, "done"), *progress[position + 1 :]]
            after = standing_of(replace(facts, marks=by_milestone(*better)))
            assert RANKS.index(after.attention) <= RANKS.index(before.attention), facts
            assert after.behind_by <= before.behind_by, facts
            checked += 1
    assert checked == 3072


def test_a_pause_or_an_absence_accepted_never_makes_attention_worse() -> None:
    for first, last, today in combinations(range(8, 36, 3), 3):
        facts = student(today, done=[PROMPTS], active=9)
        attention = RANKS.index(standing_of(facts).attention)
        away = [days(first, last)]
        assert RANKS.index(standing_of(replace(facts, absences=away)).attention) <= attention
        assert RANKS.index(standing_of(replace(facts, pauses=away)).attention) <= attention
