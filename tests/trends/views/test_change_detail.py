from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from groups.models import Group
from questions.access.questions import reader
from questions.models import MaterialChange, Placement, Question, Topic
from tests.conftest import NOW, Cast, SignIn
from tests.factories.courses import CohortFactory
from tests.factories.groups import GroupFactory, MembershipFactory
from tests.factories.questions import AskFactory, QuestionFactory
from tests.factories.tracker import ProgressFactory
from trends.access.changes import change_to_administer
from trends.actions.changes import save_change
from trends.actions.needs import note_need
from trends.dashboards.change_detail import change_detail

SPRING = datetime(2026, 3, 4, 12, tzinfo=UTC)
AUTUMN = datetime(2026, 9, 8, 12, tzinfo=UTC)


@pytest.fixture
def maple(cast: Cast) -> Group:
    """A group of an earlier cohort: five students, each two weeks at the first milestone."""
    spring = CohortFactory.create(
        course=cast.course, title="Spring 2026", starts_on=date(2026, 3, 2), closed_on=date(2026, 4, 6)
    )
    group: Group = GroupFactory.create(cohort=spring, name="Maple")
    for n in range(5):
        stay = MembershipFactory.create(group=group, started_on=date(2026, 3, 2), person__name=f"Spring {n}")
        at_it(cast, stay.enrolment, date(2026, 3, 2), date(2026, 3, 15))
    return group


@pytest.fixture
def question(cast: Cast, maple: Group) -> Question:
    question = QuestionFactory.create(
        membership=maple.memberships.order_by("pk").first(), title="Why a root?", asked_at=SPRING
    )
    ask(question, maple, SPRING, 11)
    return question


def at_it(cast: Cast, enrolment: Any, started_on: date, finished_on: date) -> None:
    ProgressFactory.create(
        enrolment=enrolment,
        milestone=cast.milestones[0],
        started_on=started_on,
        finished_on=finished_on,
    )


def ask(question: Question, group: Group, at: datetime, count: int) -> None:
    for n in range(1, count + 1):
        AskFactory.create(
            question=question, group=group, logged_by=question.asked_by, asked_at=at + timedelta(minutes=n)
        )


def change(
    cast: Cast, *questions: Question, topics: Any = (), need: Any = None, **fields: Any
) -> MaterialChange:
    own = {
        "what": "A drawing\nIn two colours",
        "changed_on": date(2026, 8, 20),
        "milestone": cast.milestones[0],
    }
    return save_change(
        change=MaterialChange(course=cast.course, **{**own, **fields}),
        questions=questions,
        topics=topics,
        by=cast.ines,
        at=NOW,
        need=need,
    )


def everybody_at_it(cast: Cast) -> None:
    for name in ("ana", "bruno", "chidi", "dalia", "emre"):
        at_it(cast, cast.enrolment(name), date(2026, 8, 31), date(2026, 9, 13))


def test_change_shows_what_became_of_the_asks(cast: Cast, as_: SignIn, question: Question) -> None:
    everybody_at_it(cast)
    ask(question, cast.clover, AUTUMN, 5)
    made = change(cast, question)
    page = as_("ines").get(made.get_absolute_url())
    assert page.context["effect"].summary == "fell by about half, asked 12 → 5 times; could be chance"
    (row,) = page.context["comparisons"]
    assert (row["name"], row["about"]) == (
        "Earlier and later cohorts", "Spring 2026 before, Autumn 2026 after"
    )  # fmt: skip
    (_, before, _), (_, after, _) = row["sides"]
    assert (before.asks, before.weeks, before.students, before.rate) == (12, 10, 5, 1.2)
    assert (after.asks, after.weeks, after.students, after.rate) == (5, 10, 5, 0.5)
    assert (row["ratio"], row["interval"]) == ("0.42", "0.11 to 1.3")
    assert [
        (one["name"], one["about"], *(side.asks for _, side, _ in one["sides"]))
        for one in page.context["cohorts"]
    ] == [
        ("Spring 2026", "before the change only", 12, 0),
        ("Autumn 2026", "began after the change", 0, 5),
    ]
    html = page.content.decode()
    assert '<p class="effect-words">Fell by about half, asked 12 → 5 times; could be chance.</p>' in html
    # Neither its table nor what was changed repeats what stands above.
    assert html.count("Fell by about half, asked 12 → 5 times; could be chance") == 1
    assert reverse("trends:did-it-help") in html
    assert [(name, asks, round(share)) for name, asks, share in page.context["judged"].bars] == [
        ("before", 12, 100),
        ("since", 5, 42),
    ]
    assert "1.20 per student-week" in " ".join(html.split())


def test_change_says_who_is_left_out_with_their_asks(cast: Cast, as_: SignIn, question: Question) -> None:
    everybody_at_it(cast)
    ask(question, cast.clover, AUTUMN, 4)
    maple = question.group
    for stay in maple.memberships.order_by("pk")[2:]:
        stay.enrolment.progress.update(started_on=None, finished_on=None, state_since=None)
        AskFactory.create(
            question=question, group=maple, enrolment=stay.enrolment, logged_by=cast.ines, asked_at=SPRING
        )
    made = change(cast, question)
    page = as_("ines").get(made.get_absolute_url())
    (row,) = page.context["comparisons"]
    (_, before, url), (_, after, _) = row["sides"]
    assert (before.label, before.asks, before.no_dates) == ("asked 1 of 15 times", 1, "no dates for 3 of 5")
    assert (after.label, after.asks) == ("asked 4 times", 4)
    # All asks are behind the number, also those that are left out.
    assert as_("ines").get(url).context["figure"]["ask_count"] == 15
    html = page.content.decode()
    assert "No dates for 3 of 5 students before the change, so there is nothing to compare." in html
    left_out = "3 students without dates asked 3 times, others asked 11 times: not counted here."
    assert left_out in html
    assert left_out in as_("ines").get("/courses/llm/trends/effects/").text


def test_change_without_a_rate_on_both_sides_has_no_drawing(
    cast: Cast, as_: SignIn, question: Question
) -> None:
    for name in ("ana", "bruno"):
        at_it(cast, cast.enrolment(name), date(2026, 8, 31), date(2026, 9, 13))
    ask(question, cast.clover, AUTUMN, 5)
    page = as_("ines").get(change(cast, question).get_absolute_url())
    # No scale with nothing on it, nor the summary twice.
    html = page.content.decode()
    assert "effect-number" not in html
    assert html.count(page.context["effect"].summary[1:]) == 1


def test_every_count_leads_to_its_questions(cast: Cast, as_: SignIn, question: Question) -> None:
    everybody_at_it(cast)
    twin = QuestionFactory.create(
        membership=cast.dalia, title="Root twin", duplicate_of=question, status="duplicate", asked_at=AUTUMN
    )
    other = QuestionFactory.create(membership=cast.emre, title="Other root", asked_at=AUTUMN)
    # In the week of the change, and of a question that it does not answer: neither is counted.
    ask(question, cast.clover, datetime(2026, 8, 19, tzinfo=UTC), 4)
    QuestionFactory.create(membership=cast.ana, title="Not this", asked_at=AUTUMN)
    row = Topic.objects.create(course=cast.course, title="Roots", found_at=NOW)
    Placement.objects.create(question=other, topic=row, placed_at=NOW)
    made = change(cast, question, topics=[row])
    browser = as_("ines")
    page = browser.get(made.get_absolute_url())
    for shown in (*page.context["comparisons"], *page.context["cohorts"]):
        for _, side, url in shown["sides"]:
            if url:
                listed = browser.get(url).context
                asks = [line.access.question.asks_here for line in listed["listed"]["lines"]]
                assert listed["figure"]["ask_count"] == side.asks == sum(asks)
            else:
                assert side.asks == 0
    (_, _, before_url), (_, _, after_url) = page.context["comparisons"][0]["sides"]
    listed = browser.get(after_url).context
    questions = [line.access.question for line in listed["listed"]["lines"]]
    assert {(question.title, question.asks_here) for question in questions} == {
        ("Why a root?", 1),
        ("Other root", 1),
    }
    assert listed["figure"]["labels"] == ("Autumn 2026", "since Mon 24 August", f"answered by “{made}”")
    # A mentor does not learn what a change answers.
    assert as_("marta").get(after_url).context["listed"]["counts"]["all"] == 0
    assert twin.title not in browser.get(before_url).content.decode()


def test_change_in_a_running_cohort_is_seen_in_three_ways(
    cast: Cast, as_: SignIn, question: Question
) -> None:
    everybody_at_it(cast)
    ask(question, cast.juniper, datetime(2026, 9, 1, tzinfo=UTC), 2)
    winter = CohortFactory.create(course=cast.course, title="Winter", starts_on=date(2026, 9, 14))
    group = GroupFactory.create(cohort=winter)
    for _ in range(5):
        stay = MembershipFactory.create(group=group, started_on=date(2026, 9, 14))
        ProgressFactory.create(enrolment=stay.enrolment, milestone=cast.milestones[0], state="working")
    made = change(cast, question, changed_on=date(2026, 9, 9))
    # Of three cohorts: what went on before, in all of them; the week itself is left out.
    comparisons = {
        row["name"]: (row["sides"][0][1].asks, row["sides"][0][1].weeks, row["sides"][1][1].weeks)
        for row in as_("ines").get(made.get_absolute_url()).context["comparisons"]
    }
    assert comparisons == {"Earlier and later cohorts": (14, 15, 5)}
    at_it(cast, cast.enrolment("fatima"), date(2026, 9, 1), date(2026, 9, 16))
    comparisons = {
        row["name"]: (row["sides"][0][1].asks, row["sides"][0][1].weeks, row["sides"][1][1].weeks)
        for row in as_("ines").get(made.get_absolute_url()).context["comparisons"]
    }
    assert comparisons == {
        "All together": (14, 16, 6),
        "The same cohort": (2, 6, 1),
        "Earlier and later cohorts": (14, 16, 5),
    }


def test_change_that_answers_nothing_says_what_to_do(cast: Cast, as_: SignIn, maple: Group) -> None:
    made = change(cast)
    html = as_("ines").get(made.get_absolute_url()).content.decode()
    assert "No questions or topics selected, so there is nothing to compare." in html
    assert reverse("trends:change-edit", args=[made.pk]) in html


def test_change_shows_what_it_met_and_its_history(cast: Cast, as_: SignIn, question: Question) -> None:
    need = note_need(course=cast.course, thing=question, why="No drawing", by=cast.ines, at=NOW).need
    made = change(cast, question, need=need, url="https://example.com/a")
    made.what = "Two drawings"
    save_change(change=made, questions=[question], topics=[], by=cast.ines, at=NOW + timedelta(hours=1))
    page = as_("ines").get(made.get_absolute_url())
    assert page.context["needs"] == [need]
    assert [(line.field, line.before, line.after) for line in page.context["history"]] == [
        ("what was changed", "A drawing\nIn two colours", "Two drawings")
    ]
    assert 'href="https://example.com/a"' in page.content.decode()


def test_long_lists_of_what_is_answered_are_folded(cast: Cast, as_: SignIn) -> None:
    made = change(cast, *(QuestionFactory.create(membership=cast.ana) for _ in range(11)))
    html = as_("ines").get(made.get_absolute_url()).content.decode()
    assert "<summary>3 more</summary>" in html


def test_change_list_stands_newest_first_with_its_effect(cast: Cast, as_: SignIn, question: Question) -> None:
    everybody_at_it(cast)
    ask(question, cast.clover, AUTUMN, 5)
    change(cast, question, what="Earlier", changed_on=date(2026, 8, 20))
    change(cast, question, what="Later", changed_on=date(2026, 9, 15), told_at=NOW, told_by=cast.ines)
    statistics = cast.zoe.course_adminships.get().course
    save_change(
        change=MaterialChange(course=statistics, what="Foreign", changed_on=NOW.date()),
        questions=[],
        topics=[],
        by=cast.zoe,
        at=NOW,
    )
    page = as_("ines").get(reverse("trends:change-list", args=["llm"]))
    assert [(row.what, effect, row.told_at is not None) for row, effect in page.context["rows"]] == [
        ("Later", "too early to say, asked 17 → 0 times so far", True),
        ("Earlier", "fell by about half, asked 12 → 5 times; could be chance", False),
    ]
    html = as_("ines").get(reverse("trends:change-list", args=["llm"])).content.decode()
    assert "people who asked were notified" in html


def test_change_list_that_is_empty_says_what_to_do(cast: Cast, as_: SignIn) -> None:
    html = as_("ines").get(reverse("trends:change-list", args=["llm"])).content.decode()
    assert "No change recorded yet" in html
    assert reverse("trends:change-new", args=["llm"]) in html


def test_pages_of_changes_never_name_a_hidden_asker(cast: Cast, as_: SignIn, question: Question) -> None:
    """A course admin may know who asked; a page that is projected in a meeting names nobody."""
    Question.objects.update(is_asker_hidden=True)
    made = change(cast, question, changed_on=date(2026, 8, 20))
    for url in (made.get_absolute_url(), reverse("trends:change-list", args=["llm"])):
        assert question.asked_by.name not in as_("ines").get(url).content.decode()


def test_method_is_read_by_everybody_signed_in(as_: SignIn) -> None:
    html = as_("ana").get(reverse("trends:did-it-help")).content.decode()
    assert "Przyborowski" in html
    assert (html.count("<h1>"), "<h3>What it can't tell you</h3>" in html) == (1, True)


@pytest.mark.parametrize("count", [1, 4])
def test_pages_of_changes_take_as_many_queries_for_four_as_for_one(
    cast: Cast, as_: SignIn, question: Question, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    everybody_at_it(cast)
    for n in range(count):
        asked = QuestionFactory.create(membership=cast.ana, title=f"Root {n}", asked_at=AUTUMN)
        row = Topic.objects.create(course=cast.course, found_at=NOW, representative=asked)
        Placement.objects.create(question=asked, topic=row, placed_at=NOW)
        need = note_need(course=cast.course, thing=row, why="Short", by=cast.ines, at=NOW).need
        change(cast, question, asked, topics=[row], need=need, milestone=cast.milestones[n % 2])
    made = change(cast, *Question.objects.all(), topics=Topic.objects.all())
    for need in cast.course.material_needs.all():
        need.change = made
        need.save()
    browser = as_("ines")
    # Session, person, relations, course; changes and their number; effects in seven, none of a whole course.
    with django_assert_num_queries(14):
        page = browser.get(reverse("trends:change-list", args=["llm"]))
    assert len(page.context["rows"]) == min(count + 1, 20)
    # Session, person, change, relations; what it answers in four, needs, seven for the effect, history.
    with django_assert_num_queries(19):
        page = browser.get(made.get_absolute_url())
    assert len(page.context["answers"]) == 2 * count + 1


def test_change_detail_template_asks_the_database_nothing(
    cast: Cast, question: Question, django_assert_num_queries: DjangoAssertNumQueries, rf: RequestFactory
) -> None:
    everybody_at_it(cast)
    made = change_to_administer(cast.ines, change(cast, question).pk, NOW)
    context = change_detail(made, reader=reader(cast.ines, NOW))
    request = rf.get("/")
    request.user = AnonymousUser()
    with django_assert_num_queries(0):
        render_to_string("trends/change_detail.html", context, request=request)
