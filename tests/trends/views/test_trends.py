"""The page of trends: what the cast asked, in figures, each of which leads to just its questions."""

import re
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from pytest_django import DjangoAssertNumQueries

from groups.tabs import course_tabs
from questions.models import MaterialChange, Question
from tests.conftest import NOW, Cast
from tests.factories.courses import CohortFactory, MaterialFactory, MilestoneFactory
from tests.factories.groups import GroupFactory, MembershipFactory, MentorshipFactory
from tests.factories.questions import AskFactory, QuestionFactory, TopicFactory
from tests.trends.asked_story import AskedStory, at, tell_asked
from trends.access.trends import trends_access
from trends.actions.needs import note_need
from trends.counts import TrendCounts, trend_view
from trends.panels import read_trends
from trends.panels.answers import answer_times
from trends.panels.categories import asks_by_category
from trends.panels.cohorts import cohort_comparison
from trends.panels.head import trend_head
from trends.panels.links import Number
from trends.panels.materials import asks_by_material
from trends.panels.milestones import milestone_rates
from trends.panels.topics import topics_asked
from trends.panels.unanswerable import unanswerable
from trends.panels.waiting import age_buckets, open_questions
from trends.panels.weeks import asks_by_week

type SignIn = Callable[[str], Client]
URL = "/courses/llm/trends/"


@pytest.fixture
def story(cast: Cast) -> AskedStory:
    return tell_asked(cast)


def text_of(html: str) -> str:
    return " ".join(unescape(re.sub(r"<svg.*?</svg>|<[^>]+>", " ", html, flags=re.DOTALL)).split())


def words(browser: Client, **address: Any) -> str:
    """What is to be read on the page, one word after the other."""
    return text_of(browser.get(URL, address).content.decode())


def panel(browser: Client, name: str, **address: Any) -> str:
    """What is to be read in one panel."""
    html = browser.get(URL, address).content.decode()
    found = re.search(rf'<section class="card" id="{name}".*?</section>', html, re.DOTALL)
    return text_of(found[0]) if found else ""


def table(browser: Client, name: str, **address: Any) -> list[list[str]]:
    """The rows of the panel's table, cell by cell."""
    html = browser.get(URL, address).content.decode()
    section = re.search(rf'<section class="card" id="{name}".*?</section>', html, re.DOTALL)
    assert section
    return [
        [text_of(cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)]
        for row in re.findall(r"<tr>.*?</tr>", section[0], re.DOTALL)
    ]


def test_asks_a_week_stand_in_the_table_of_the_chart(story: AskedStory, as_: SignIn) -> None:
    rows = table(as_("ines"), "weeks", since="2026-08-31")
    assert rows == [
        ["Week of", "LLM basics", "Prompt engineering", "No milestone", "All"],
        ["Mon 31 August", "1", "0", "0", "1"],
        ["Mon 7 September", "1", "2", "0", "3"],
        ["Mon 14 September", "2", "1", "1", "4"],
        ["All weeks", "4", "3", "1", "8"],
    ]
    assert (
        "8 asks in 3 weeks, most of them in the week of Mon 14 September: 4. The last week is not over yet."
        in panel(as_("ines"), "weeks", since="2026-08-31")
    )


def test_weeks_without_asks_between_others_are_there(cast: Cast, story: AskedStory, as_: SignIn) -> None:
    QuestionFactory.create(membership=cast.ana, asked_at=at(8, 3))
    rows = table(as_("ines"), "weeks", since="2026-07-01")
    assert [row[0] for row in rows[1:4]] == ["Mon 3 August", "Mon 10 August", "Mon 17 August"]
    assert [row[-1] for row in rows[1:]] == ["1", "0", "0", "0", "1", "3", "4", "9"]


def test_a_long_time_shows_its_last_weeks_and_the_sum_of_all(story: AskedStory, as_: SignIn) -> None:
    rows = table(as_("ines"), "weeks")
    assert (rows[-2][0], rows[-1]) == ("Mon 14 September", ["All weeks", "6", "3", "1", "10"])
    assert sum(int(row[-1]) for row in rows[1:-1]) == 8
    assert "Earlier weeks are in the CSV." in panel(as_("ines"), "weeks")


def test_rates_name_who_stands_behind_them(story: AskedStory, as_: SignIn) -> None:
    assert table(as_("ines"), "milestones", since="2026-08-31") == [
        ["Milestone", "Asks per student"],
        ["LLM basics", "0.7 4 asks, 6 students"],
        ["Prompt engineering", "too few students (2) 3 asks, 2 students"],
    ]


def test_cohorts_stand_side_by_side(story: AskedStory, as_: SignIn) -> None:
    rows = table(as_("ines"), "cohorts")
    assert rows[0] == ["Milestone", "Spring 2026 weeks 1 to 3", "Autumn 2026 weeks 1 to 3"]
    assert rows[1] == ["LLM basics", "0.3 2 asks, 6 students", "0.7 4 asks, 6 students"]


def test_materials_and_categories_are_ranked(story: AskedStory, as_: SignIn) -> None:
    browser = as_("ines")
    assert table(browser, "materials", since="2026-08-31") == [
        ["Material", "Asks"],
        ["Chunking strategies Prompt engineering", "1"],
        ["No material named", "7"],
    ]
    assert table(browser, "categories", since="2026-08-31") == [
        ["Category", "Asks"],
        ["concept", "4 50%"],
        ["setup", "1 12%"],
        ["unclear material", "1 12%"],
        ["wrong material", "1 12%"],
        ["No category said", "1 12%"],
    ]


def test_times_to_the_first_answer_and_what_is_open(cast: Cast, story: AskedStory, as_: SignIn) -> None:
    browser = as_("ines")
    assert table(browser, "answers", since="2026-08-31") == [
        ["Milestone", "Half answered within", "90 % answered within", "Answered", "Not answered"],
        ["LLM basics", "8 hours", "8 hours", "1", "0"],
        ["Prompt engineering", "2 days", "2 days", "1", "2"],
        ["No milestone", "–", "–", "0", "1"],
        ["All questions", "8 hours", "2 days", "2", "3"],
    ]
    assert "Waiting longest Chunk size? 8 days" in panel(browser, "waiting", cohort=cast.cohort.pk)


def test_unanswerable_says_why(story: AskedStory, as_: SignIn) -> None:
    rows = table(as_("ines"), "unanswerable", since="2026-08-31")
    assert rows == [
        ["Milestone", "Questions", "Unclear", "Wrong", "Still waiting"],
        ["Prompt engineering", "2", "1", "1", "1"],
        ["All", "2", "", "", ""],
    ]


def test_topic_leads_to_its_page_and_to_a_need(cast: Cast, story: AskedStory, as_: SignIn) -> None:
    change = MaterialChange.objects.create(
        course=cast.course, what="Drawn", changed_on=date(2026, 9, 14), made_by=cast.ines, recorded_at=NOW
    )
    change.topics.add(story.topic)
    html = as_("ines").get(URL).content.decode()
    assert f'<h3><a href="/topics/{story.topic.pk}/">Chunk size?</a></h3>' in html
    assert f'href="/courses/llm/material/new/?topic={story.topic.pk}"' in html
    assert (
        f'id="change-{story.topic.pk}-{change.pk}" href="/changes/{change.pk}/" > changed 14 September 2026'
        in " ".join(html.split())
    )
    assert f'hx-get="/courses/llm/trends/effects/?change={story.topic.pk}-{change.pk}"' in html
    assert "2 questions, 1 of 2 answered" in panel(as_("ines"), "topics")
    said = "Topics asked about in this view. Figures are for all time"
    assert said not in panel(as_("ines"), "topics")
    assert f"{said} and all cohorts." in panel(as_("ines"), "topics", milestone=cast.milestones[1].pk)
    assert f"{said}." in panel(as_("tomas"), "topics", milestone=cast.milestones[1].pk)


def numbers(found: object) -> Iterator[tuple[int, str, bool]]:
    """Every figure of the page that says where it leads: its number, its list, and whether it counts asks."""
    if isinstance(found, Number):
        yield found.count, found.url, "first=yes" not in found.url
    if isinstance(found, tuple | list):
        for part in found:
            yield from numbers(part)
    elif is_dataclass(found) and not isinstance(found, Number | type):
        for field in fields(found):
            yield from numbers(getattr(found, field.name))


def counts_of(cast: Cast, who: str, **address: Any) -> TrendCounts:
    asked = QueryDict(mutable=True)
    for name, value in address.items():
        asked.setlist(name, value if isinstance(value, list) else [value])
    access = trends_access(cast.person(who), "llm", NOW)
    return TrendCounts(trend_view(access, asked))


ADDRESSES: list[dict[str, Any]] = [
    {},
    {"since": "2026-09-07", "until": "2026-09-13"},
    {"cohort": "autumn"},
    {"milestone": "prompts"},
    {"milestone": 0},
    {"material": "material"},
    {"material": 0},
    {"category": "setup"},
    {"category": "none"},
    {"group": "Clover"},
    {"cohort": "autumn", "category": "concept", "since": "2026-09-10", "group": "Juniper"},
]


@pytest.mark.parametrize("who", ["ines", "marta", "tomas"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_every_figure_leads_to_just_as_many(
    cast: Cast, story: AskedStory, as_: SignIn, who: str, address: dict[str, Any]
) -> None:
    ids = {"autumn": cast.cohort.pk, "prompts": cast.milestones[1].pk, "material": story.material.pk}
    asked = {name: ids.get(value, value) for name, value in address.items()}
    counts = counts_of(cast, who, **asked)
    head = trend_head(counts)
    browser = as_(who)
    shown_figures = (
        head,
        asks_by_week(counts),
        milestone_rates(counts),
        cohort_comparison(counts),
        asks_by_material(counts),
        asks_by_category(counts),
        age_buckets(counts),
        answer_times(counts),
        unanswerable(counts),
    )
    wanted = set(numbers(shown_figures))
    assert open_questions(counts).count == head.open.count
    assert all((number == 0) == (url == "") for number, url, _ in wanted)
    for number, url, counts_asks in wanted:
        if not url:
            continue
        answer = browser.get(url)
        listed = answer.context["listed"]
        shown = listed.figure.ask_count if counts_asks else listed.count
        assert (url, shown + listed.figure.unseen_count) == (url, number)


def test_every_address_on_the_page_is_one(story: AskedStory, as_: SignIn) -> None:
    for who in ("ines", "marta"):
        browser = as_(who)
        html = browser.get(URL).content.decode()
        hrefs = {unescape(url) for url in re.findall(r' href="(/[^"]*)"', html) if "/static/" not in url}
        assert len(hrefs) > 30
        assert {url for url in hrefs if browser.get(url).status_code not in (200, 302)} == set()


def test_topic_asks_are_as_many_as_their_list_has(story: AskedStory, cast: Cast, as_: SignIn) -> None:
    for who in ("ines", "tomas", "marta"):
        for row in topics_asked(counts_of(cast, who)).rows:
            listed = as_(who).get("/trends/asked/", {"course": "llm", "topic": row.id}).context["listed"]
            assert listed.figure.ask_count == row.tally.asks


def test_mentors_see_their_own_groups_and_are_told_so(story: AskedStory, as_: SignIn) -> None:
    html = words(as_("marta"))
    assert "You only see questions from your own groups." in html
    assert "LLM specialisation · what Clover and Willow asked · all time" in html
    assert table(as_("marta"), "weeks", since="2026-08-31")[-1] == ["All weeks", "2", "1", "1", "4"]
    assert 'aria-label="Pages of this course"' not in as_("marta").get(URL).content.decode()
    assert "Needs material" not in html
    assert "need material" not in html


def test_mentors_see_three_panels_and_course_admins_all(story: AskedStory, as_: SignIn) -> None:
    for who, names in (
        ("marta", ["topics", "waiting", "weeks"]),
        ("ines", ["weeks", "milestones", "topics"]),
    ):
        html = as_(who).get(URL).content.decode()
        found = re.findall(r'<section class="card" id="(\w+)"', html)
        assert found[:3] == names
        assert (len(found) == 3) == (who == "marta")
        assert ('href="#answers"' in html) == (who == "ines")


def test_nothing_of_other_groups_is_on_a_mentors_page(cast: Cast, story: AskedStory, as_: SignIn) -> None:
    """What could leak: a question for Clover alone, hidden askers, names, and titles of other groups."""
    Question.objects.filter(pk=story.hidden.pk).update(visibility="group")
    html = words(as_("marta")) + words(as_("marta"), group="Juniper")
    for secret in ("Hidden?", "Juniper asked", "Spring hidden?", "Dalia", "Gil"):
        assert secret not in html
    html = words(as_("tomas"))
    for secret in ("Ours?", "Spring", "Willow", "Chidi", "Ana"):
        assert secret not in html
    assert "There is no group “Clover”" in words(as_("tomas"), group="Clover")


@pytest.mark.parametrize("who", ["ines", "marta", "tomas"])
def test_no_asker_is_named_to_anybody(cast: Cast, story: AskedStory, as_: SignIn, who: str) -> None:
    shown = words(as_(who)).replace(cast.person(who).name, "")
    names = ["Ana", "Bruno", "Chidi", "Dalia", "Emre", "Fátima", "Gil", "Marta", "Tomás"]
    assert [name for name in names if name in shown] == []


def test_what_waits_for_material_is_as_much_as_its_list_has(
    cast: Cast, story: AskedStory, as_: SignIn
) -> None:
    before = as_("ines").get(URL).context["trends"].head.needs_waiting
    material, _ = cast.milestones[3].materials.get_or_create(title="Chunks")
    question = Question.objects.originals().filter(material_needs=None).first()
    for thing in (question, material):
        note_need(course=cast.course, thing=thing, why="Asked every week", by=cast.ines, at=NOW)
    listed = as_("ines").get("/courses/llm/material/").context["listed"]
    assert as_("ines").get(URL).context["trends"].head.needs_waiting == listed.waiting_count == before + 2


def test_course_without_a_question_says_what_will_be_here(cast: Cast, as_: SignIn) -> None:
    assert "Nothing was asked yet" in words(as_("ines"))
    assert "No questions from your groups yet" in words(as_("marta"))
    assert 'id="weeks"' not in as_("ines").get(URL).content.decode()


def test_filter_that_leaves_nothing_offers_the_way_back(story: AskedStory, as_: SignIn) -> None:
    html = as_("ines").get(URL, {"category": "logistics"}).content.decode()
    assert "No questions match" in html
    assert f'<a class="btn" href="{URL}">Show all questions</a>' in html


def test_filters_are_said_for_paper(cast: Cast, story: AskedStory, as_: SignIn) -> None:
    address = {
        "cohort": cast.cohort.pk,
        "milestone": cast.milestones[1].pk,
        "material": story.material.pk,
        "category": "unclear_material",
        "group": "Clover",
    }
    words_of = words(as_("ines"), **address)
    assert (
        "Only Autumn 2026 · Prompt engineering · Chunking strategies · unclear material · group Clover"
        in words_of
    )
    assert "trends-said" not in as_("ines").get(URL).content.decode()


def test_filters_behind_the_summary_are_open_when_one_is_set(story: AskedStory, as_: SignIn) -> None:
    closed, opened = '<details class="more">', '<details class="more" open>'
    assert opened not in as_("ines").get(URL, {"milestone": 0}).content.decode()
    for said in ({"category": "setup"}, {"since": "2026-13-01"}, {"group": "Nowhere"}):
        html = as_("ines").get(URL, said).content.decode()
        assert opened in html
    assert closed in html


def test_one_week_huge_numbers_and_long_titles_are_shown(cast: Cast, as_: SignIn) -> None:
    title = "Whatever one says about attention " * 8
    material = MaterialFactory.create(milestone=cast.milestones[0], title=title.strip())
    question = QuestionFactory.create(membership=cast.ana, material=material, milestone=cast.milestones[0])
    for n in range(1_200):
        AskFactory.create(
            question=question, group=cast.juniper, asked_at=at(9, 15, n % 24), logged_by=cast.tomas
        )
    html = words(as_("ines"))
    assert "1,201 asks in 1 week. The last week is not over yet." in html
    assert title.strip() in html


def test_small_milestones_are_others_in_the_chart_and_themselves_in_the_table(
    cast: Cast, as_: SignIn
) -> None:
    for n in range(5, 16):
        MilestoneFactory.create(course=cast.course, position=n, title=f"Part {n}")
    for n, milestone in enumerate(cast.course.milestones.order_by("position"), start=1):
        question = QuestionFactory.create(membership=cast.ana, milestone=milestone)
        for hour in range(n):
            AskFactory.create(
                question=question, group=cast.juniper, asked_at=at(9, 15, hour), logged_by=cast.tomas
            )
    html = as_("ines").get(URL).content.decode()
    keys = re.search(r'<ul class="chart-keys">.*?</ul>', html, re.DOTALL)
    assert keys
    assert text_of(keys[0]) == ("others 54 Part 15 16 Part 14 15 Part 13 14 Part 12 13 Part 11 12 Part 10 11")
    assert len(table(as_("ines"), "weeks")[0]) == 17


@pytest.mark.parametrize("count", [1, 3, 30])
@pytest.mark.parametrize(("who", "queries"), [("ines", 25), ("marta", 21)])
def test_trends_take_as_many_queries_for_thirty_as_for_one(
    cast: Cast,
    as_: SignIn,
    who: str,
    queries: int,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for n in range(count):
        cohort = CohortFactory.create(course=cast.course, title=f"Run {n}", starts_on=date(2026, 1, 5))
        group = GroupFactory.create(cohort=cohort, name=f"Group {n}")
        MentorshipFactory.create(group=group, person=cast.marta)
        material = MaterialFactory.create(milestone=cast.milestones[n % 4], title=f"Material {n}")
        asked = [
            QuestionFactory.create(
                membership=MembershipFactory.create(group=group),
                material=material,
                milestone=cast.milestones[n % 4],
                title=f"Question {n}",
            )
            for _ in range(2)
        ]
        TopicFactory.create(course=cast.course, questions=asked)
    browser = as_(who)
    for address in ({}, {"since": "2026-09-07", "category": "", "milestone": cast.milestones[0].pk}):
        with django_assert_num_queries(queries):
            html = browser.get(URL, address).content.decode()
        assert "Nothing was asked" not in html


@pytest.mark.parametrize("who", ["ines", "marta"])
def test_template_of_trends_asks_the_database_nothing(
    cast: Cast,
    story: AskedStory,
    who: str,
    rf: RequestFactory,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    found = read_trends(counts_of(cast, who))
    request = rf.get(URL)
    request.user = AnonymousUser()
    context = {
        "trends": found,
        "tabs": course_tabs(cast.course, "Trends"),
    }
    with django_assert_num_queries(0):
        html = render_to_string("trends/trends.html", context, request=request)
    assert "Chunking strategies" in html
