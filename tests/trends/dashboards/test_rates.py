"""Asks per student at a milestone: of whom, in which weeks and groups, and who is left out."""

from datetime import date, timedelta

from groups.models import Membership
from questions.models import Ask
from tests.conftest import NOW, Cast
from tests.factories.courses import CohortFactory
from tests.factories.groups import GroupFactory, MembershipFactory, MentorshipFactory
from tests.factories.questions import AskFactory, QuestionFactory
from tests.factories.tracker import ProgressFactory
from tests.trends.dashboards.test_trends import counts_of
from trends.actions.summaries import sum_up
from trends.counts import TrendCounts
from trends.models import CourseSummary
from trends.panels import PANELS
from trends.panels.cohorts import cohort_comparison
from trends.panels.milestones import milestone_rates


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

    # A former student counts until the last day, and not after.
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
    assert (
        rate.note
        == "asked 11 of 23 times, 8 students; 5 students without dates asked 12 times: not counted here"
    )
    assert PANELS["milestones"].finding(counts_of(cast.ines)) == (
        "RAG is asked about most: 1.4 times per student; 5 students without dates asked 12 times: not counted here."
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
    assert (rate.students, rate.counted, rate.rate) == (8, 11, 1.375)
    assert (rate.undated, rate.undated_asks) == (5, 12)
    sum_up(cast.course, NOW)
    assert milestone_rates(counts_of(cast.ines))[rag.pk] == rate
    # A student who left before these weeks is neither below the line nor left out.
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
    # If another milestone has a rate, it is not said to be asked about most of all.
    for name in ("ana", "bruno", "chidi", "dalia", "emre"):
        ProgressFactory.create(enrolment=cast.enrolment(name), milestone=cast.milestones[0])
    QuestionFactory.create(membership=cast.ana, milestone=cast.milestones[0])
    assert PANELS["milestones"].finding(counts_of(cast.ines)) == (
        "Where there are dates, LLM basics is asked about most: 0.2 times per student."
    )


def test_milestones_say_that_dates_are_missing_where_nobody_with_dates_asked(cast: Cast) -> None:
    _, undated = moved_in(cast, 5, 4)
    QuestionFactory.create(membership=undated[0], milestone=cast.milestones[3])
    said = "Where there are dates, nobody asked about a milestone while they were at it."
    assert PANELS["milestones"].finding(counts_of(cast.ines)) == said


def test_milestones_say_that_asks_without_a_date_are_in_no_week(cast: Cast) -> None:
    question = QuestionFactory.create(membership=cast.ana, milestone=cast.milestones[0])
    AskFactory.create(
        question=question, group=cast.clover, enrolment=cast.bruno.enrolment, week_starts_on=None,
        asked_at=NOW, logged_by=cast.marta,
    )  # fmt: skip
    counts = counts_of(cast.ines, "since=2026-09-14")
    assert PANELS["milestones"].finding(counts) == "Dates are missing, so there is no rate."
    assert PANELS["milestones"].content(counts).footnote.endswith("1 imported without a date is left out.")
    for name in ("ana", "bruno", "chidi", "dalia", "emre"):
        ProgressFactory.create(
            enrolment=cast.enrolment(name), milestone=cast.milestones[0], started_on=date(2026, 9, 14)
        )
    assert PANELS["milestones"].finding(counts_of(cast.ines, "since=2026-09-14")) == (
        "Where there are dates, LLM basics is asked about most: 0.2 times per student."
    )
    assert PANELS["milestones"].finding(counts_of(cast.ines)) == (
        "LLM basics is asked about most: 0.4 times per student."
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
        assert [cell.of.students for cell in found.rows[0][1]] == students
