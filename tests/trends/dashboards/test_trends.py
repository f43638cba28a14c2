"""The figures of the trends against a count one by one, live and from summaries, under each filter."""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.http import QueryDict
from pytest_django import DjangoAssertNumQueries

from courses.models import Cohort
from groups.models import Membership
from people.models import User
from questions.actions import mark_duplicate
from questions.answer_times import LATER, STEPS
from questions.models import Ask, Question
from tests.conftest import NOW, Cast
from tests.factories.courses import CohortFactory
from tests.factories.groups import GroupFactory, MembershipFactory, MentorshipFactory
from tests.factories.questions import AskFactory, QuestionFactory, TopicFactory
from tests.factories.tracker import ProgressFactory
from tests.trends.actions.test_summaries import Story
from trends.access.trends import trends_access
from trends.actions.summaries import sum_up
from trends.actions.topics import refresh_topics
from trends.counts import TrendCounts, trend_view
from trends.models import CourseSummary
from trends.panels import PANELS, read_trends
from trends.panels.answers import answer_times
from trends.panels.categories import asks_by_category
from trends.panels.cohorts import cohort_comparison
from trends.panels.head import trend_head
from trends.panels.materials import materials
from trends.panels.milestones import milestone_rates
from trends.panels.topics import topics_asked
from trends.panels.waiting import open_questions


def counts_of(who: User, query: str = "") -> TrendCounts:
    # Whose relations are read anew.
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
    rows: Any = PANELS["weeks"].csv_rows(counts)
    for _, _, monday, title, asks in rows:
        if monday:
            weeks[monday, milestones[title]] += asks
    return {
        "weeks": weeks,
        "materials": Counter(
            {row.material and row.material.pk: row.asks.count for row in materials(counts).rows}
        ),
        "categories": Counter({row.category: row.asks.count for row in asks_by_category(counts)}),
    }


def cohort_named(title: str) -> Cohort:
    return Cohort.objects.get(title=title)


@pytest.mark.parametrize("seed", range(2))
def test_asks_are_those_of_a_count_one_by_one_under_each_filter(cast: Cast, seed: int) -> None:
    story = Story(cast, seed)
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
        assert trend_head(found).asks.count == expected["categories"].total()
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


def rows_of(counts: TrendCounts) -> dict[str, list[Any]]:
    return {name: list(panel.csv_rows(counts)) for name, panel in PANELS.items()}


def test_trends_of_a_large_course_are_as_of_its_summary(cast: Cast) -> None:
    QuestionFactory.create(membership=cast.ana)
    sum_up(cast.course, NOW)
    QuestionFactory.create(membership=cast.ana)
    assert trend_head(counts_of(cast.ines)).asks.count == 1
    assert trend_head(counts_of(cast.ines, "group=Clover")).asks.count == 2
    assert trend_head(counts_of(cast.marta)).asks.count == 2
    assert (read_trends(counts_of(cast.ines)).counted_at, read_trends(counts_of(cast.marta)).counted_at) == (
        NOW,
        None,
    )


def rates_of(counts: TrendCounts) -> dict[str, tuple[int, int, str]]:
    titles = counts.view.milestones
    return {
        titles[at]: (row.asks.count, row.students, row.label) for at, row in milestone_rates(counts).items()
    }


def test_rates_count_who_was_at_the_milestone_in_the_period(cast: Cast) -> None:
    basics, prompts = cast.milestones[:2]
    for name in ("ana", "bruno", "chidi", "dalia", "emre", "fatima"):
        ProgressFactory.create(
            enrolment=cast.enrolment(name), milestone=basics,
            started_on=date(2026, 8, 31), finished_on=date(2026, 9, 6),
        )  # fmt: skip
    ProgressFactory.create(
        enrolment=cast.enrolment("ana"), milestone=prompts, state="working", started_on=date(2026, 9, 8)
    )
    ProgressFactory.create(
        enrolment=cast.enrolment("bruno"), milestone=prompts, state="skipped", started_on=None
    )
    for _ in range(3):
        QuestionFactory.create(membership=cast.ana, milestone=basics)
    QuestionFactory.create(membership=cast.ana, milestone=prompts)

    assert rates_of(counts_of(cast.ines)) == {
        "LLM basics": (3, 6, "0.5"),
        "Prompt engineering": (1, 1, "too few students (1)"),
    }
    # This week nobody was at the first one any more.
    assert rates_of(counts_of(cast.ines, "since=2026-09-14")) == {
        "LLM basics": (3, 0, "nobody yet"),
        "Prompt engineering": (1, 1, "too few students (1)"),
    }
    assert rates_of(counts_of(cast.ines, "until=2026-09-06")) == {"LLM basics": (0, 6, "0.0")}
    # Three students say nothing, in their group as in their mentor's view.
    for found in (counts_of(cast.ines, "group=Clover"), counts_of(cast.marta)):
        assert rates_of(found)["LLM basics"] == (3, 3, "too few students (3)")
    assert trend_head(counts_of(cast.marta)).rate_label == "too few students (3)"

    # Who left is there until then, and not after.
    cast.enrolment("ana").__class__.objects.filter(pk=cast.ana.enrolment_id).update(
        ended_on=date(2026, 9, 10), end_reason="dropped"
    )
    assert rates_of(counts_of(cast.ines, "since=2026-09-14"))["Prompt engineering"] == (1, 0, "nobody yet")
    assert rates_of(counts_of(cast.ines, "since=2026-09-07"))["Prompt engineering"][1] == 1


def moved_in(cast: Cast, dated: int, undated: int) -> tuple[list[Membership], list[Membership]]:
    """Students of a team that moved in, of whom the first have dates at RAG, and the others do not."""
    group = GroupFactory.create(cohort=cast.cohort, name="Movers")
    stays = [MembershipFactory.create(group=group) for _ in range(dated + undated)]
    for n, stay in enumerate(stays):
        days = (
            {"started_on": date(2026, 9, 1), "finished_on": date(2026, 9, 6)}
            if n < dated
            else {"started_on": None, "finished_on": None, "state_since": None}
        )
        ProgressFactory.create(enrolment=stay.enrolment, milestone=cast.milestones[3], **days)
    return stays[:dated], stays[dated:]


def test_rate_after_a_move_in_is_of_those_with_dates_and_names_the_others(cast: Cast) -> None:
    dated, undated = moved_in(cast, 8, 5)
    rag = cast.milestones[3]
    question = QuestionFactory.create(membership=dated[0], milestone=rag, asked_at=NOW - timedelta(days=9))

    def asked_by(stay: Membership, times: int, *, somebody: bool = False) -> None:
        for _ in range(times):
            AskFactory.create(
                question=question, group=stay.group, enrolment=None if somebody else stay.enrolment,
                asked_at=NOW - timedelta(days=9, seconds=Ask.objects.count()), logged_by=cast.marta,
            )  # fmt: skip

    asked_by(dated[1], 10)
    asked_by(undated[0], 12)
    rate = milestone_rates(counts_of(cast.ines))[rag.pk]
    assert (rate.label, rate.asks.count) == ("1.4", 23)
    assert rate.note == "11 of 23 asks, 8 students; 5 students without dates asked 12 times: not counted here"
    assert PANELS["milestones"].finding(counts_of(cast.ines)) == (
        "RAG is asked about most: 1.4 asks per student; 5 students without dates asked 12 times: not counted here."
    )
    # Ana never began it; and whoever of the group it was may be one without dates.
    asked_by(cast.ana, 2)
    asked_by(dated[0], 1, somebody=True)
    found = counts_of(cast.ines)
    rate = milestone_rates(found)[rag.pk]
    assert (rate.label, rate.asks.count) == ("1.4", 26)
    assert rate.left_out == (
        "5 students without dates asked 12 times, others asked 3 times: not counted here"
    )
    comparison = [list(PANELS["milestones"].csv_rows(found))[-1]]
    assert comparison == [("RAG", 26, 8, 11, 1.375, 5, 12)]
    sum_up(cast.course, NOW)
    assert list(PANELS["milestones"].csv_rows(counts_of(cast.ines)))[-1] == comparison[0]
    # Who left before the weeks that are looked at is neither below the line nor left out.
    CourseSummary.objects.all().delete()
    for stay in undated:
        stay.enrolment.ended_on, stay.enrolment.end_reason = date(2026, 9, 5), "dropped"
        stay.enrolment.save()
    rate = milestone_rates(counts_of(cast.ines, "since=2026-09-07"))[rag.pk]
    assert (rate.students, rate.undated, rate.undated_asks) == (0, 0, 0)


def test_missing_dates_are_not_told_as_too_few_students(cast: Cast) -> None:
    dated, undated = moved_in(cast, 3, 9)
    rag = cast.milestones[3]
    for stay in (dated[0], undated[0]):
        QuestionFactory.create(membership=stay, milestone=rag)
    counts = counts_of(cast.ines)
    assert milestone_rates(counts)[rag.pk].label == "no dates for 9 of 12"
    assert PANELS["milestones"].finding(counts) == "Dates are missing, so there is no rate."
    # Where another milestone has a rate, it is not said to be asked about most of all.
    for name in ("ana", "bruno", "chidi", "dalia", "emre"):
        ProgressFactory.create(enrolment=cast.enrolment(name), milestone=cast.milestones[0])
    QuestionFactory.create(membership=cast.ana, milestone=cast.milestones[0])
    assert PANELS["milestones"].finding(counts_of(cast.ines)) == (
        "Where there are dates, LLM basics is asked about most: 0.2 asks per student."
    )


def test_who_moved_between_groups_counts_in_a_group_with_what_they_did_there(cast: Cast) -> None:
    basics = cast.milestones[0]
    group = GroupFactory.create(cohort=cast.cohort, name="Large")
    MentorshipFactory.create(group=group, person=cast.marta)
    for _ in range(5):
        stay = MembershipFactory.create(group=group)
        ProgressFactory.create(
            enrolment=stay.enrolment,
            milestone=basics,
            started_on=date(2026, 9, 1),
            finished_on=date(2026, 9, 8),
        )
    # Dalia was done with it when she came, and asked in both groups; Emre joined late and began it here.
    for name, begun, done in (("dalia", 1, 6), ("emre", 14, 15)):
        cast.juniper.memberships.filter(enrolment=cast.enrolment(name)).update(
            ended_on=date(2026, 9, 9), end_reason="moved"
        )
        MembershipFactory.create(group=group, enrolment=cast.enrolment(name), started_on=date(2026, 9, 9))
        ProgressFactory.create(
            enrolment=cast.enrolment(name), milestone=basics,
            started_on=date(2026, 9, begun), finished_on=date(2026, 9, done),
        )  # fmt: skip
    question = QuestionFactory.create(
        membership=cast.dalia, milestone=basics, asked_at=NOW - timedelta(days=14)
    )
    for name in ("dalia", "emre"):
        AskFactory.create(
            question=question, group=group, enrolment=cast.enrolment(name), logged_by=cast.marta,
            asked_at=NOW - timedelta(hours=3),
        )  # fmt: skip

    def parts(query: str) -> tuple[int, int, int]:
        rate = milestone_rates(counts_of(cast.ines, query))[basics.pk]
        return rate.asks.count, rate.counted, rate.students

    assert parts("") == (3, 3, 7)
    assert parts("group=Large") == (2, 1, 6)
    assert parts("group=Juniper") == (1, 1, 1)
    assert parts("since=2026-09-14") == (2, 1, 1)
    # Somebody of the group is one of those who were at it.
    AskFactory.create(question=question, group=group, enrolment=None, logged_by=cast.marta, asked_at=NOW)
    assert parts("group=Large") == (3, 2, 6)
    assert parts("since=2026-09-14") == (3, 2, 1)


def test_nobody_of_a_closed_cohort_is_at_a_milestone_after_it(cast: Cast) -> None:
    basics = cast.milestones[0]
    spring = CohortFactory.create(
        course=cast.course, title="Spring 2026", starts_on=date(2026, 3, 2), closed_on=date(2026, 7, 1)
    )
    willow = GroupFactory.create(cohort=spring, name="Willow")
    MentorshipFactory.create(group=willow, person=cast.marta, started_on=date(2026, 3, 2))
    stays = [MembershipFactory.create(group=willow, started_on=date(2026, 3, 2)) for _ in range(5)]
    for stay in stays:
        ProgressFactory.create(
            enrolment=stay.enrolment, milestone=basics, state="working", started_on=date(2026, 3, 4)
        )
    ProgressFactory.create(
        enrolment=cast.enrolment("ana"), milestone=basics, state="working", started_on=date(2026, 9, 1)
    )
    QuestionFactory.create(membership=cast.ana, milestone=basics)

    title = basics.title
    for who in (cast.ines, cast.marta):
        assert rates_of(counts_of(who))[title] == (1, 6, "0.2")
        # 29 June begins its last week.
        assert rates_of(counts_of(who, "since=2026-06-29"))[title] == (1, 6, "0.2")
        assert rates_of(counts_of(who, "since=2026-07-06"))[title] == (1, 1, "too few students (1)")
    # Side by side, in the third week of both: spring closed in its second.
    type(spring).objects.filter(pk=spring.pk).update(closed_on=date(2026, 3, 10))
    both = f"cohort={spring.pk}&cohort={cast.cohort.pk}"
    for since, students in (("2026-09-07", [5, 1]), ("2026-09-14", [0, 1])):
        found = cohort_comparison(counts_of(cast.ines, f"{both}&since={since}"))
        assert found
        assert [cell.of.students for cell in found.rows[0].cells] == students


def test_head_counts_weeks_of_students_and_says_the_cohort_before(cast: Cast) -> None:
    spring = CohortFactory.create(course=cast.course, title="Spring 2026", starts_on=date(2026, 3, 2))
    willow = GroupFactory.create(cohort=spring, name="Willow")
    stays = [MembershipFactory.create(group=willow, started_on=date(2026, 3, 2)) for _ in range(5)]
    # In the third week, and in the fourth, which this cohort has not come to.
    for day in (16, 16, 16, 23):
        QuestionFactory.create(membership=stays[0], asked_at=NOW.replace(month=3, day=day))
    QuestionFactory.create(membership=cast.ana)
    found = trend_head(counts_of(cast.ines, f"cohort={cast.cohort.pk}"))
    # Six students in three weeks.
    assert (found.student_weeks, found.rate_label) == (18, "0.06")
    assert found.before_label == "0.2 in Spring 2026 over the same weeks"
    assert trend_head(counts_of(cast.ines)).before_label == (
        "0.06 in Autumn 2026, 0.2 in Spring 2026 over the same weeks"
    )
    # One that somebody asked in spring, in a week that nobody knows, is in none of these weeks.
    Ask.objects.filter(group=willow, week_starts_on=date(2026, 3, 23)).update(week_starts_on=None)
    assert trend_head(counts_of(cast.ines, f"cohort={cast.cohort.pk}")).before_label == (
        "0.2 in Spring 2026 over the same weeks (1 ask without a date left out)"
    )


def test_cohorts_are_laid_side_by_side_over_weeks_that_they_had(cast: Cast) -> None:
    for title, starts_on, closed_on in (
        ("Autumn 2024", date(2024, 9, 2), date(2024, 12, 20)),
        ("Spring 2025", date(2025, 3, 3), date(2025, 7, 1)),
    ):
        cohort = CohortFactory.create(
            course=cast.course, title=title, starts_on=starts_on, closed_on=closed_on
        )
        stay = MembershipFactory.create(group=GroupFactory.create(cohort=cohort), started_on=starts_on)
        ProgressFactory.create(
            enrolment=stay.enrolment, milestone=cast.milestones[0], started_on=starts_on,
            finished_on=starts_on + timedelta(days=9),
        )  # fmt: skip

    def compared(query: str) -> tuple[list[tuple[str, str]], str]:
        found = cohort_comparison(counts_of(cast.ines, query))
        return (
            ([(column.title, column.weeks_label) for column in found.columns], found.note)
            if found
            else ([], "")
        )

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


@pytest.mark.parametrize(
    ("waited", "step"),
    [
        (timedelta(0), 5),
        (timedelta(minutes=5), 5),
        (timedelta(minutes=5, microseconds=999_999), 5),
        (timedelta(minutes=5, seconds=1), 10),
        (timedelta(hours=36), 2_160),
        (timedelta(days=2, seconds=1), 4_320),
        (timedelta(days=28), STEPS[-1]),
        (timedelta(days=28, seconds=1), LATER),
        (timedelta(days=2_000), LATER),
    ],
)
def test_database_works_out_within_which_step_was_answered(cast: Cast, waited: timedelta, step: int) -> None:
    question = QuestionFactory.create(membership=cast.ana)
    assert Question.objects.get().answered_within is None
    Question.objects.update(first_answered_at=question.asked_at + waited)
    assert Question.objects.get().answered_within == step


def test_pinned_topics_come_first_then_the_most_asked(cast: Cast) -> None:
    def topic(title: str, days_ago: int, asks: int, **given: Any) -> None:
        questions = [
            QuestionFactory.create(membership=cast.ana, title=title, asked_at=NOW - timedelta(days=days_ago))
            for _ in range(2)
        ]
        for n in range(asks - 2):
            AskFactory.create(
                question=questions[0], group=cast.juniper, logged_by=cast.tomas,
                asked_at=NOW - timedelta(days=days_ago, seconds=n + 1),
            )  # fmt: skip
        TopicFactory.create(course=cast.course, questions=questions, title=title, **given)

    topic("Old and much asked", 10, 6)
    topic("Pinned", 9, 2, pinned_at=NOW, pinned_by=cast.ines)
    topic("New", 1, 3)
    topic("Old", 8, 4)
    for query in ("", "since=2026-08-01", f"cohort={cast.cohort.pk}"):
        found = topics_asked(counts_of(cast.ines, query))
        assert [row.title for row in found.rows] == ["Pinned", "Old and much asked", "Old", "New"], query
        assert found.count == 4
    # Juniper asked these again, but may see them: whoever of Clover asked is for the cohort.
    assert [row.title for row in topics_asked(counts_of(cast.tomas)).rows] == [
        "Old and much asked",
        "Old",
        "New",
    ]


def test_no_topic_of_one_question_is_shown_or_counted(cast: Cast) -> None:
    one, same, first, second = (QuestionFactory.create(membership=cast.ana, title=title) for title in "ABCD")
    TopicFactory.create(course=cast.course, questions=[one, same], title="Of one")
    TopicFactory.create(course=cast.course, questions=[first, second], title="Of two")
    mark_duplicate(question=same, original=one, by=cast.ines, at=NOW)

    for query in ("", "since=2026-08-01", "group=Clover"):
        assert [row.title for row in topics_asked(counts_of(cast.ines, query)).rows] == ["Of two"], query
    refresh_topics(course=cast.course, at=NOW)
    for query in ("", "since=2026-08-01", "group=Clover"):
        found = topics_asked(counts_of(cast.ines, query))
        assert ([row.title for row in found.rows], found.count) == (["Of two"], 1), query


def test_topics_of_a_mentor_are_of_questions_that_they_may_see(cast: Cast) -> None:
    ours = [
        QuestionFactory.create(membership=cast.ana, title=f"Clover's {n}", visibility="group")
        for n in range(2)
    ]
    TopicFactory.create(course=cast.course, questions=ours, title="Of Clover")
    AskFactory.create(question=ours[0], group=cast.juniper, logged_by=cast.ines)
    assert [row.title for row in topics_asked(counts_of(cast.marta)).rows] == ["Of Clover"]
    assert topics_asked(counts_of(cast.tomas)).rows == ()
    # The ask of Juniper is Juniper's, whatever it was about.
    assert trend_head(counts_of(cast.tomas)).asks.count == 1


def test_nothing_of_a_hidden_asker_is_counted_for_who_left_the_group(cast: Cast) -> None:
    QuestionFactory.create(
        membership=cast.ana, is_asker_hidden=True, milestone=cast.milestones[0], category="setup"
    )
    cast.clover.mentorships.update(ended_on=date(2026, 9, 16))
    found = counts_of(cast.marta)
    assert trend_head(found).asks.count == 0
    assert read_trends(found).own_groups is None
    assert (
        open_questions(found).count,
        answer_times(found).all.unanswered.count,
        milestone_rates(found),
    ) == (
        0,
        0,
        {},
    )
    assert trend_head(counts_of(cast.ines, "group=Clover")).asks.count == 1


@pytest.mark.parametrize("count", [1, 30])
@pytest.mark.parametrize(
    ("who", "query", "queries"), [("ines", "", 25), ("ines", "group=Oak 0", 23), ("marta", "", 20)]
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
    assert found.head.asks.count == (2 if query else 2 * count)
