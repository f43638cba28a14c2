"""Students who are not flagged: in the grace after joining, before the cohort begins, once it is over, put aside."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.tracker.standing.story import (
    BASICS,
    PROMPTS,
    attended,
    days,
    in_trouble,
    reasons_of,
    said,
    sep,
    snooze,
    standing_of,
    student,
)
from tracker.standing import (
    Attendance,
    Going,
    Thresholds,
    words_of,
)

ABSENT = Attendance.ABSENT


class TestGrace:
    @pytest.mark.parametrize(
        ("joined", "reasons"),
        [
            pytest.param(5, ["watch behind"], id="15 days ago"),
            pytest.param(6, ["watch behind"], id="14 days ago"),
            pytest.param(7, [], id="13 days ago"),
        ],
    )
    def test_nothing_is_flagged_for_14_days_after_joining(self, joined: int, reasons: list[str]) -> None:
        assert reasons_of(student(20, joined=joined)) == reasons

    @pytest.mark.parametrize(("grace_days", "reasons"), [(8, ["watch behind"]), (9, [])])
    def test_grace_goes_by_the_threshold_of_the_course(self, grace_days: int, reasons: list[str]) -> None:
        assert reasons_of(student(20, joined=12), Thresholds(grace_days=grace_days)) == reasons

    def test_grace_hides_all_but_need_for_help(self) -> None:
        facts = attended(
            said(student(20, joined=7, active=7, asked={BASICS: 19}), Going.STUCK), ABSENT, ABSENT
        )
        assert reasons_of(facts) == ["act needs_help"]
        assert standing_of(facts).behind_by == 2


class TestAway:
    ALL = ("act needs_help", "act behind", "act silent", "act stuck", "act absent")

    @pytest.mark.parametrize(
        ("away", "reasons"),
        [
            ((26, 27), ALL),
            ((26, 28), ("act needs_help",)),
            ((28, 30), ("act needs_help",)),
            ((29, 30), ALL),
        ],
    )
    def test_an_accepted_absence_hides_all_but_need_for_help(
        self, away: tuple[int, int], reasons: tuple[str, ...]
    ) -> None:
        assert reasons_of(replace(in_trouble(28), absences=[days(*away)])) == [*reasons]


class TestOver:
    @pytest.mark.parametrize(("over", "is_over"), [(27, True), (28, True), (29, False)])
    def test_people_who_ended_and_cohorts_that_closed_ask_for_nothing(self, over: int, is_over: bool) -> None:
        for facts in (in_trouble(28, ended=over), in_trouble(28, closed=over)):
            standing = standing_of(facts)
            assert standing.is_active is not is_over
            assert standing.attention == ("none" if is_over else "act")
            assert bool(standing.reasons) is not is_over

    def test_before_the_cohort_begins_only_need_for_help_counts(self) -> None:
        assert reasons_of(in_trouble(20, starts=21)) == ["act needs_help"]
        assert reasons_of(in_trouble(21, starts=21)) == [
            "act needs_help",
            "act behind",
            "act stuck",
            "act absent",
        ]


class TestPutAside:
    @pytest.mark.parametrize(
        ("until", "is_set_aside", "attention"), [(27, False, "act"), (28, False, "act"), (29, True, "none")]
    )
    def test_snooze_comes_back_on_its_date(self, until: int, is_set_aside: bool, attention: str) -> None:
        standing = standing_of(in_trouble(28, aside=until))
        assert (standing.is_set_aside, standing.attention) == (is_set_aside, attention)
        assert standing.reasons == standing_of(in_trouble(28)).reasons

    @pytest.mark.parametrize(
        ("codes", "until", "reasons"),
        [
            pytest.param(["behind", "silent"], 29, [], id="all that stand"),
            pytest.param(["behind"], 29, ["act silent"], id="another one"),
            pytest.param(["stuck"], 29, ["act behind", "act silent"], id="none of them"),
            pytest.param([], 29, [], id="set on none"),
            pytest.param(["behind"], 28, ["act behind", "act silent"], id="it is over"),
        ],
    )
    def test_snooze_hides_the_reasons_that_it_was_set_on(
        self, codes: list[str], until: int, reasons: list[str]
    ) -> None:
        facts = replace(student(28, active=1), snooze=snooze(until, codes))
        standing = standing_of(facts)
        assert standing.is_set_aside is not bool(reasons)
        assert standing.attention == ("act" if reasons else "none")
        told = [f"{each.attention} {each.code}" for each in standing.reasons]
        # Who is snoozed altogether keeps their reasons, which the page tells with the snooze.
        assert told == (reasons or ["act behind", "act silent"])
        assert standing.codes == {"behind", "silent"}

    def test_a_worse_degree_of_a_snoozed_reason_stays_hidden(self) -> None:
        facts = replace(student(21, done=[PROMPTS]), snooze=snooze(40, ["behind"]))
        assert [words_of(each).full for each in standing_of(facts).reasons] == [
            "1 milestone behind for 8 days (LLM basics)"
        ]
        worse = standing_of(replace(facts, today=sep(34)))
        assert (worse.attention, worse.is_set_aside, worse.behind_by) == ("none", True, 3)

    @pytest.mark.parametrize(("is_newer", "reasons"), [(False, []), (True, ["act needs_help"])])
    @pytest.mark.parametrize("codes", [[], ["behind"], ["behind", "needs_help"]])
    def test_only_a_newer_request_for_help_is_shown(
        self, codes: list[str], is_newer: bool, reasons: list[str]
    ) -> None:
        aside = snooze(29, codes)
        asked_at = aside.put_aside_at + timedelta(minutes=is_newer)
        facts = replace(student(28, asked={BASICS: 27}), snooze=aside, help_asked_at=asked_at)
        standing = standing_of(facts)
        shown = (
            [] if standing.is_set_aside else [f"{each.attention} {each.code}" for each in standing.reasons]
        )
        assert shown == reasons
