from datetime import date

from groups.dashboards.plan import plan_changes, plan_warnings
from lib.weeks import Period
from tests.conftest import TODAY, Cast

FIRST, SECOND, THIRD = date(2026, 9, 6), date(2026, 9, 13), date(2026, 9, 20)


def test_plan_warnings_are_none_for_a_plan_in_order(cast: Cast) -> None:
    basics, prompts, *_ = cast.milestones
    assert plan_warnings(cast.milestones, {basics.pk: FIRST, prompts.pk: FIRST}, [], TODAY) == ()


def test_plan_warnings_tell_what_contradicts_the_order(cast: Cast) -> None:
    basics, prompts, indexation, _ = cast.milestones
    plan = {basics.pk: THIRD, prompts.pk: FIRST, indexation.pk: SECOND}
    assert plan_warnings(cast.milestones, plan, [], TODAY) == (
        "“Prompt engineering” is due before “LLM basics”, which the course teaches first.",
        "“Indexation” is due before “LLM basics”, which the course teaches first.",
    )


def test_plan_warnings_tell_of_missing_dates_and_pauses(cast: Cast) -> None:
    basics, prompts, indexation, rag = cast.milestones
    plan = {basics.pk: SECOND, prompts.pk: None, rag.pk: None}
    pauses = [Period(date(2026, 9, 12), date(2026, 9, 13))]
    assert plan_warnings(cast.milestones, plan, pauses, TODAY) == (
        "“Prompt engineering”, “RAG” have no date, so no one can be behind on them.",
        "“LLM basics” is due on Sun 13 September, in a break of the cohort.",
    )
    assert indexation.pk not in plan


def test_plan_warnings_tell_of_an_empty_plan(cast: Cast) -> None:
    assert plan_warnings(cast.milestones, {}, [], TODAY) == ("The plan is empty, so nothing will be due.",)


def test_plan_changes_tell_what_would_be_different(cast: Cast) -> None:
    basics, prompts, indexation, rag = cast.milestones
    before = {basics.pk: FIRST, prompts.pk: SECOND, indexation.pk: None}
    after = {basics.pk: FIRST, indexation.pk: THIRD, rag.pk: date(2027, 1, 3)}
    assert plan_changes(cast.milestones, before, after, TODAY) == [
        "“Prompt engineering” is removed from the plan; students' progress on it is kept.",
        "“Indexation”: no date → Sun 20 September.",
        "“RAG” is added to the plan: Sun 3 January 2027.",
    ]
