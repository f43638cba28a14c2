"""The figures of the trends against a count one by one, live and from summaries, under each filter."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.http import QueryDict
from pytest_django import DjangoAssertNumQueries

from courses.models import Cohort
from people.models import User
from questions.models import Ask, Question
from tests.conftest import NOW, Cast
from tests.factories.courses import CohortFactory
from tests.factories.groups import GroupFactory, MembershipFactory, MentorshipFactory
from tests.factories.questions import QuestionFactory, TopicFactory
from tests.factories.tracker import ProgressFactory
from tests.trends.actions.test_summaries import Story
from trends.access.trends import trends_access
from trends.actions.summaries import sum_up
from trends.counts import TrendCounts, trend_view
from trends.dashboards.ask_lines import ask_lines
from trends.panels import PANELS, read_trends
from trends.panels.answers import answer_times
from trends.panels.categories import asks_by_category
from trends.panels.cohorts import cohort_comparison
from trends.panels.head import trend_head
from trends.panels.materials import materials
from trends.panels.milestones import milestone_rates


def counts_of(who: User, query: str = "") -> TrendCounts:
    # Their relations are read anew.
    person, address = User.objects.get(pk=who.pk), QueryDict(query)
    access = trends_access(person, "llm", NOW)
    return TrendCounts(trend_view(access, address))


def asked(is_counted: Callable[[Ask, Question], bool]) -> dict[str, Counter[Any]]:
    """Asks by Monday and milestone, by material, by category, one by one."""
    found: dict[str, Counter[Any]] = {"weeks": Counter(), "materials": Counter(), "categories": Counter()}
    for ask in Ask.objects.select_related("group", "question__duplicate_of"):
        at = ask.question.duplicate_of or ask.question
        if is_counted(ask, at):
            if ask.week_starts_on:
                found["weeks"][ask.week_starts_on, at.milestone_id] += 1
            found["materials"][at.material_id] += 1
            found["categories"][at.category] += 1
    return found


def shown(counts: TrendCounts) -> dict[str, Counter[Any]]:
    milestones = {title: pk for pk, title in counts.view.milestones.items()} | {"No milestone": None}
    weeks: Counter[Any] = Counter()
    rows: Any = ask_lines(counts)
    for _, _, monday, title, _, _, asks, _ in rows:
        if monday:
            weeks[monday, milestones[title]] += asks
    return {
        "weeks": weeks,
        "materials": Counter({row.material and row.material.pk: row.asks.count for row in materials(counts)}),
        "categories": Counter({row.category: row.asks.count for row in asks_by_category(counts)}),
    }


def cohort_named(title: str) -> Cohort:
    return Cohort.objects.get(title=title)


def test_asks_are_those_of_a_count_one_by_one_under_each_filter(cast: Cast) -> None:
    story = Story(cast, 0)
    QuestionFactory.create(membership=cast.ana)
    for _ in range(70):
        story.step()
    spring, milestone, material = cohort_named("Spring 2027"), cast.milestones[1], story.materials[0]
    since = date(2026, 9, 28)
    views: dict[str, Callable[[Ask, Question], bool]] = {
        "": lambda ask, at: True,
        f"cohort={spring.pk}": lambda ask, at: ask.group.cohort_id == spring.pk,
        f"since={since}": lambda ask, at: bool(ask.week_starts_on and ask.week_starts_on >= since),
        f"until={since}": lambda ask, at: bool(ask.week_starts_on and ask.week_starts_on <= since),
        f"milestone={milestone.pk}": lambda ask, at: at.milestone_id == milestone.pk,
        "milestone=0": lambda ask, at: at.milestone_id is None,
        f"material={material.pk}": lambda ask, at: at.material_id == material.pk,
        "category=setup": lambda ask, at: at.category == "setup",
        "category=none": lambda ask, at: at.category == "",
        "group=clover": lambda ask, at: ask.group_id == cast.clover.pk,
        f"group=juniper&category=setup&since={since}": lambda ask, at: (
            ask.group_id == cast.juniper.pk
            and at.category == "setup"
            and bool(ask.week_starts_on and ask.week_starts_on >= since)
        ),
    }
    for query, is_counted in views.items():
        found, expected = counts_of(cast.ines, query), asked(is_counted)
        assert shown(found) == expected, query
        assert trend_head(found)["asks"].count == expected["categories"].total()
    own = asked(lambda ask, at: ask.group_id == cast.clover.pk)
    assert shown(counts_of(cast.marta)) == own
    assert shown(counts_of(cast.marta, "group=Juniper")) == own

    live = {query: rows_of(counts_of(cast.ines, query)) for query in views}
    sum_up(cast.course, NOW)
    for query in views:
        found = counts_of(cast.ines, query)
        assert (found.summary is not None) is not query.startswith("group")
        assert rows_of(found) == live[query], query
    assert counts_of(cast.marta).summary is None


def rows_of(counts: TrendCounts) -> dict[str, Any]:
    shown: dict[str, Any] = {
        name: (panel.finding(counts), panel.content(counts)) for name, panel in PANELS.items()
    }
    return {**shown, "lines": list(ask_lines(counts))}


def test_trends_of_a_large_course_are_as_of_its_summary(cast: Cast) -> None:
    QuestionFactory.create(membership=cast.ana)
    sum_up(cast.course, NOW)
    QuestionFactory.create(membership=cast.ana)
    assert trend_head(counts_of(cast.ines))["asks"].count == 1
    assert trend_head(counts_of(cast.ines, "group=Clover"))["asks"].count == 2
    assert trend_head(counts_of(cast.marta))["asks"].count == 2
    assert (
        read_trends(counts_of(cast.ines))["counted_at"],
        read_trends(counts_of(cast.marta))["counted_at"],
    ) == (
        NOW,
        None,
    )


def test_cohorts_are_laid_side_by_side_over_weeks_that_they_had(cast: Cast) -> None:
    QuestionFactory.create(membership=cast.ana)
    for title, starts_on, closed_on in (
        ("Autumn 2024", date(2024, 9, 2), date(2024, 12, 20)),
        ("Spring 2025", date(2025, 3, 3), date(2025, 7, 1)),
    ):
        cohort = CohortFactory.create(
            course=cast.course, title=title, starts_on=starts_on, closed_on=closed_on
        )
        stay = MembershipFactory.create(group=GroupFactory.create(cohort=cohort), started_on=starts_on)
        QuestionFactory.create(membership=stay, asked_at=datetime.combine(starts_on, time(12), tzinfo=UTC))
        ProgressFactory.create(
            enrolment=stay.enrolment, milestone=cast.milestones[0], started_on=starts_on,
            finished_on=starts_on + timedelta(days=9),
        )  # fmt: skip

    def compared(query: str) -> tuple[list[tuple[str, str]], str]:
        found = cohort_comparison(counts_of(cast.ines, query))
        return (list(found.columns), found.note) if found else ([], "")

    # The cohort of today began later.
    assert compared("since=2025-03-03&until=2025-03-16") == (
        [("Autumn 2024", "weeks 1 to 2"), ("Spring 2025", "weeks 1 to 2")],
        "Each over weeks 1 to 2 of its own run.",
    )
    assert compared("")[0] == [("Spring 2025", "weeks 1 to 3"), (cast.cohort.title, "weeks 1 to 3")]
    # Nobody had begun, or nobody was there any more.
    for query in (
        "until=2024-08-01",
        "since=2024-12-30&until=2025-02-02",
        "since=2025-08-04&until=2025-08-10",
    ):
        assert compared(query) == ([], ""), query


def test_nothing_of_a_hidden_asker_is_counted_for_who_left_the_group(cast: Cast) -> None:
    QuestionFactory.create(
        membership=cast.ana, is_asker_hidden=True, milestone=cast.milestones[0], category="setup"
    )
    cast.clover.mentorships.update(ended_on=date(2026, 9, 16))
    found = counts_of(cast.marta)
    assert trend_head(found)["asks"].count == 0
    assert read_trends(found)["overview"] is None
    assert (
        found.waits.open_count,
        answer_times(found).all.unanswered.count,
        milestone_rates(found),
    ) == (
        0,
        0,
        {},
    )
    assert trend_head(counts_of(cast.ines, "group=Clover"))["asks"].count == 1


@pytest.mark.parametrize("count", [1, 4])
@pytest.mark.parametrize(
    ("who", "query", "queries"), [("ines", "", 15), ("ines", "group=Oak 0", 15), ("marta", "", 13)]
)
def test_trends_take_the_same_queries_however_much_there_is(
    cast: Cast,
    who: str,
    query: str,
    queries: int,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for n in range(count):
        cohort = CohortFactory.create(course=cast.course, title=f"Run {n}", starts_on=date(2026, 1, 5))
        group = GroupFactory.create(cohort=cohort, name=f"Oak {n}")
        MentorshipFactory.create(group=group, person=cast.marta)
        stay = MembershipFactory.create(group=group)
        both = [
            QuestionFactory.create(
                membership=stay, milestone=cast.milestones[n % 4], asked_at=NOW - timedelta(days=n)
            )
            for _ in range(2)
        ]
        TopicFactory.create(course=cast.course, questions=both)
    person, address = User.objects.get(pk=cast.person(who).pk), QueryDict(query)
    with django_assert_num_queries(queries):
        access = trends_access(person, "llm", NOW)
        found = read_trends(TrendCounts(trend_view(access, address)))
    assert found["head"]["asks"].count == (2 if query else 2 * count)
