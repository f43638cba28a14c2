"""The page of trends: what the cast asked, in figures, each of which leads to just its questions."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from courses.models import Cohort
from questions.models import Question
from tests.conftest import NOW, Cast, SignIn
from tests.factories.courses import CohortFactory, MaterialFactory, PauseFactory
from tests.factories.groups import GroupFactory, MembershipFactory, MentorshipFactory
from tests.factories.questions import AskFactory, QuestionFactory, TopicFactory
from tests.trends.asked_story import AskedStory, at
from trends.access.trends import trends_access
from trends.actions.needs import note_need
from trends.counts import TrendCounts, trend_view
from trends.panels import PANELS, read_trends
from trends.panels.answers import answer_times
from trends.panels.categories import asks_by_category
from trends.panels.cohorts import cohort_comparison
from trends.panels.head import trend_head
from trends.panels.materials import materials
from trends.panels.milestones import milestone_rates
from trends.panels.panel import Number
from trends.panels.weeks import run_weeks

URL = "/courses/llm/trends/"


def text_of(html: str) -> str:
    return " ".join(unescape(re.sub(r"<svg.*?</svg>|<[^>]+>", " ", html, flags=re.DOTALL)).split())


def words(browser: Client, **address: Any) -> str:
    """The words of the page, one after the other."""
    return text_of(browser.get(URL, address).content.decode())


def panel(browser: Client, name: str, **address: Any) -> str:
    """The words of one panel, on its own page."""
    return text_of(re.findall(r"<main.*</main>", _panel_page(browser, name, address), re.DOTALL)[0])


def table(browser: Client, name: str, **address: Any) -> list[list[str]]:
    """The rows of the panel's table, cell by cell."""
    return [
        [text_of(cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)]
        for row in re.findall(r"<tr>.*?</tr>", _panel_page(browser, name, address), re.DOTALL)
    ]


def _panel_page(browser: Client, name: str, address: dict[str, Any]) -> str:
    return browser.get(f"{URL}{name}/", address).content.decode()


def test_table_of_the_chart_has_the_weeks_of_both_runs(story: AskedStory, as_: SignIn) -> None:
    assert table(as_("ines"), "weeks") == [
        ["Week", "Autumn 2026", "Spring 2026"],
        ["Week 1", "1", "0"],
        ["Week 2", "3", "2"],
        ["Week 3", "4", "0"],
    ]
    assert "Asked 8 times in Autumn 2026, 2 in Spring 2026. Week 3 is not over." in panel(
        as_("ines"), "weeks"
    )


def test_break_is_no_week_of_the_chart_as_on_the_board_and_my_week(
    cast: Cast, story: AskedStory, as_: SignIn
) -> None:
    PauseFactory.create(cohort=cast.cohort, starts_on=date(2026, 9, 7), ends_on=date(2026, 9, 13))
    # What was asked in the break counts in the week before it.
    assert table(as_("ines"), "weeks") == [
        ["Week", "Autumn 2026", "Spring 2026"],
        ["Week 1", "4", "0"],
        ["Week 2", "4", "2"],
    ]
    assert "Week 2 is not over." in panel(as_("ines"), "weeks")
    lines = csv.DictReader(as_("ines").get(f"{URL}asked.csv").getvalue().decode("utf-8-sig").splitlines())
    asked: Counter[str] = Counter()
    for line in lines:
        asked[line["Week of the run"]] += int(line["Times asked"]) * (line["Cohort"] == "Autumn 2026")
    assert asked == {"1": 4, "2": 4}
    board = as_("ines").get(reverse("tracker:board", args=[cast.cohort.pk])).content.decode()
    assert "week 2" in text_of(board)
    assert "Week 2 of 4" in text_of(as_("ana").get("/week/", follow=True).content.decode())
    with time_machine.travel(NOW - timedelta(days=6), tick=False):
        assert "is not over" not in panel(as_("ines"), "weeks")


@pytest.mark.parametrize("status", ["open", "follow_up"])
def test_oldest_question_has_one_age_on_trends_and_board(cast: Cast, as_: SignIn, status: str) -> None:
    """Asked late on Thursday in Lisbon, five and a half days ago: six days of the calendar."""
    asked_at = datetime(2026, 9, 10, 22, 30, tzinfo=UTC)
    QuestionFactory.create(membership=cast.ana, asked_at=asked_at, status=status, first_answered_at=asked_at)
    board, head = reverse("tracker:board", args=[cast.cohort.pk]), as_("ines").get(URL).content.decode()
    assert "1 open , the oldest 6 days." in text_of(head)
    assert "Open questions 1, oldest 6 days" in text_of(as_("ines").get(board).content.decode())
    row = text_of(as_("ines").get(board, {"show": "questions"}).content.decode())
    assert "No milestone 1 1 1 · 6 days" in row


def test_chart_is_of_the_latest_cohort_that_has_asks(cast: Cast, story: AskedStory, as_: SignIn) -> None:
    CohortFactory.create(course=cast.course, title="Winter 2026", starts_on=date(2026, 9, 15))
    assert table(as_("ines"), "weeks")[0] == ["Week", "Autumn 2026", "Spring 2026"]
    # Autumn is in its third week; spring went on.
    QuestionFactory.create(membership=story.willow.memberships.first(), asked_at=at(3, 30))
    assert table(as_("ines"), "weeks")[-2:] == [["Week 4", "–", "0"], ["Week 5", "–", "1"]]
    # Nobody asked about it in autumn: the chart is of spring, and none was before.
    Question.objects.filter(pk=story.in_spring.pk).update(category="logistics")
    assert table(as_("ines"), "weeks", category="logistics")[0] == ["Week", "Spring 2026"]


def test_a_long_time_shows_its_last_weeks(cast: Cast, as_: SignIn) -> None:
    type(cast.cohort).objects.filter(pk=cast.cohort.pk).update(starts_on=date(2026, 1, 5))
    QuestionFactory.create(membership=cast.ana, asked_at=at(1, 6))
    QuestionFactory.create(membership=cast.ana, asked_at=at(9, 15))
    rows = table(as_("ines"), "weeks")
    assert (rows[1], rows[-1], len(rows)) == (["Week 12", "0"], ["Week 37", "1"], 1 + 26)
    assert "Earlier weeks are in the CSV." in panel(as_("ines"), "weeks")


def test_rates_name_who_stands_behind_them(story: AskedStory, as_: SignIn) -> None:
    assert table(as_("ines"), "milestones", since="2026-08-31") == [
        ["Milestone", "Times asked per student"],
        ["LLM basics", "0.7 asked 4 times, 6 students"],
        ["Prompt engineering", "too few students (2) asked 3 times, 2 students"],
    ]


def test_cohorts_stand_side_by_side(story: AskedStory, as_: SignIn) -> None:
    rows = table(as_("ines"), "cohorts")
    assert rows[0] == ["Milestone", "Spring 2026 weeks 1 to 3", "Autumn 2026 weeks 1 to 3"]
    assert rows[1] == ["LLM basics", "0.3 asked 2 times, 6 students", "0.7 asked 4 times, 6 students"]


def test_cohort_is_compared_with_the_latest_one_before_it_that_asked(
    cast: Cast, story: AskedStory, as_: SignIn
) -> None:
    # One that was called off.
    CohortFactory.create(course=cast.course, title="Summer 2026", starts_on=date(2026, 6, 1))
    assert table(as_("ines"), "cohorts")[0][1:] == ["Spring 2026 weeks 1 to 3", "Autumn 2026 weeks 1 to 3"]
    assert table(as_("ines"), "weeks")[0] == ["Week", "Autumn 2026", "Spring 2026"]
    # But who chooses it sees it.
    chosen = list(
        Cohort.objects.filter(title__in=["Summer 2026", "Autumn 2026"]).values_list("pk", flat=True)
    )
    assert table(as_("ines"), "weeks", cohort=chosen)[0] == ["Week", "Autumn 2026", "Summer 2026"]


def test_one_cohort_is_said_of_one_only(cast: Cast, as_: SignIn) -> None:
    QuestionFactory.create(membership=cast.ana, milestone=cast.milestones[0])
    assert "There is one cohort here Wait for the second one." in panel(as_("ines"), "cohorts")
    CohortFactory.create(course=cast.course, title="Summer 2026", starts_on=date(2026, 6, 1))
    assert "No two cohorts to compare No earlier cohort asked under these filters." in panel(
        as_("ines"), "cohorts"
    )
    before = panel(as_("ines"), "weeks", until="2025-01-05", milestone=cast.milestones[0].pk)
    assert "one cohort" not in before


def test_materials_and_categories_are_ranked(story: AskedStory, as_: SignIn) -> None:
    browser = as_("ines")
    assert table(browser, "materials", since="2026-08-31") == [
        ["Material", "Confusing or too long", "Times asked"],
        ["Chunking strategies Prompt engineering", "too few said", "1"],
        ["No material named", "", "7"],
    ]
    assert table(browser, "materials", group="Clover")[0] == ["Material", "Times asked"]
    assert table(browser, "categories", since="2026-08-31") == [
        ["Category", "Times asked"],
        ["concept", "4 50%"],
        ["setup", "1 13%"],
        ["unclear material", "1 13%"],
        ["wrong material", "1 13%"],
        ["No category said", "1 13%"],
    ]


def test_times_to_the_first_answer_and_what_is_open(cast: Cast, story: AskedStory, as_: SignIn) -> None:
    browser = as_("ines")
    assert table(browser, "answers", since="2026-08-31") == [
        ["Milestone", "Half answered within", "90% answered within", "Answered", "Not answered"],
        ["LLM basics", "7 hours", "7 hours", "1", "0"],
        ["Prompt engineering", "2 days", "2 days", "1", "2"],
        ["No milestone", "–", "–", "0", "1"],
        ["All questions", "7 hours", "2 days", "2", "3"],
    ]
    assert "3 open , the oldest 8 days." in words(browser, cohort=cast.cohort.pk)


def test_a_milestone_is_chosen_by_its_bar(cast: Cast, story: AskedStory, as_: SignIn) -> None:
    browser, (first, second, *_) = as_("ines"), cast.milestones
    html = browser.get(URL).text
    # The one asked about most, until one chooses.
    assert "Students ask most about LLM basics" in text_of(html)
    chosen = re.findall(r'<a href="([^"]*)" aria-current="true">\s*<span>(.*?)</span>', html)
    assert chosen == [(f"{URL}?milestone={first.pk}", "LLM basics")]
    other = browser.get(URL, {"milestone": second.pk}).text
    assert "Students ask most about LLM basics" in text_of(other)
    # It has no bar: too few were at it for a rate.
    without = other.partition("no-rate")[2].partition("</p>")[0]
    assert re.findall(r'aria-current="true">([^<]*)</a>', without) == ["Prompt engineering"]
    assert re.findall(r'<h2 id="milestone-title">(.*?)</h2>', other) == ["Prompt engineering"]
    for page in (html, other):
        bars = page[page.index('<ul class="plain chosen">') :].partition("</section>")[0]
        assert re.findall(r'<a href="[^"]*milestone=(\d+)"', bars)[:2] == [str(first.pk), str(second.pk)]


def test_milestone_shows_its_topics_and_its_questions_in_none(
    cast: Cast, story: AskedStory, as_: SignIn
) -> None:
    milestone = cast.milestones[2]
    asked = [
        QuestionFactory.create(membership=cast.ana, milestone=milestone, title=f"Question {number}")
        for number in range(8)
    ]
    topic = TopicFactory.create(course=cast.course, questions=asked[:2])
    AskFactory.create_batch(2, question=asked[7], group=cast.clover, logged_by=cast.marta)
    page = as_("ines").get(URL, {"milestone": milestone.pk})
    about = page.context["about"]
    assert [row.id for row in about["topics"]] == [topic.pk]
    assert [row.question.title for row in about["alone"]][:2] == ["Question 7", "Question 6"]
    assert about["alone_count"] == 6
    (url,) = re.findall(r'<a href="([^"]*)">All 6</a>', page.text)
    listed = as_("ines").get(unescape(url))
    assert {line.access.question for line in listed.context["listed"]["lines"]} == set(asked[2:])
    assert "in no topic" in listed.text
    assert f"/courses/llm/material/new/?topic={topic.pk}" in page.text
    need = note_need(course=cast.course, thing=topic, why="Often", by=cast.ines, at=NOW).need
    settled = as_("ines").get(URL, {"milestone": milestone.pk}).text
    assert f"/courses/llm/material/new/?topic={topic.pk}" not in settled
    assert need.get_absolute_url() in settled
    mentors = as_("marta").get(URL, {"milestone": milestone.pk}).text
    assert "Improve" not in mentors


def linked_panels(html: str) -> list[str]:
    return re.findall(rf'<li><a href="{URL}([\w-]+)/[^"]*">', html)


def test_each_panel_is_a_page_with_its_finding(cast: Cast, story: AskedStory, as_: SignIn) -> None:
    browser = as_("ines")
    html = browser.get(URL, {"since": "2026-08-31"}).content.decode()
    for name, finding in {
        "cohorts": "LLM basics differs most: 0.3 times per student in Spring 2026, 0.7 in Autumn 2026.",
        "materials": "Chunking strategies is asked about most: 1 time.",
        "categories": "Concept leads with 50%; 25% say that material is unclear or wrong.",
        "answers": "Half within 7 hours; Prompt engineering takes longest, 2 days.",
    }.items():
        url = f"{URL}{name}/?since=2026-08-31"
        assert f'<a href="{url}">' in html
        assert finding in text_of(browser.get(url).content.decode())
    assert browser.get(f"{URL}nothing/").status_code == 404
    assert browser.get(f"{URL}milestones/", {"since": "x"}).headers["Location"] == f"{URL}?since=x"


def test_asks_by_week_of_the_run_stand_beside_the_cohort_before(
    cast: Cast, story: AskedStory, as_: SignIn
) -> None:
    chart = run_weeks(counts_of(cast, "ines"))
    assert chart is not None
    assert [[one.value for one in name.columns] for name in chart.columns.names] == [
        [1, 0],
        [3, 2],
        [4, 0],
    ]
    assert chart.summary == "Asked 8 times in Autumn 2026, 2 in Spring 2026. Week 3 is not over."
    this_week = run_weeks(counts_of(cast, "ines", since="2026-09-14"))
    assert this_week is not None
    assert [name.name for name in this_week.columns.names][:2] == ["Week 3"]
    # Each column leads to just its questions.
    url = chart.columns.names[1].columns[1].url
    assert as_("ines").get(url).context["figure"]["ask_count"] == 2


def numbers(found: object) -> Iterator[tuple[int, str, bool]]:
    """Every figure of the page that says where it leads: its number, its list, and whether it counts asks."""
    if isinstance(found, Number):
        yield found.count, found.url, "first=yes" not in found.url
    if isinstance(found, dict):
        yield from numbers(list(found.values()))
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


# The filters are the same for every reader; what they may see is narrowed by them too.
@pytest.mark.parametrize(
    ("who", "address"),
    [
        *[("ines", address) for address in ADDRESSES],
        *[("marta", address) for address in ({}, {"group": "Clover"}, ADDRESSES[-1])],
        ("tomas", {}),
    ],
)
def test_every_figure_leads_to_just_as_many(
    cast: Cast, story: AskedStory, as_: SignIn, who: str, address: dict[str, Any]
) -> None:
    ids = {"autumn": cast.cohort.pk, "prompts": cast.milestones[1].pk, "material": story.material.pk}
    asked = {name: ids.get(value, value) for name, value in address.items()}
    counts = counts_of(cast, who, **asked)
    browser = as_(who)
    shown_figures = (
        trend_head(counts),
        run_weeks(counts),
        list(milestone_rates(counts).values()),
        cohort_comparison(counts),
        materials(counts),
        asks_by_category(counts),
        answer_times(counts),
    )
    wanted = set(numbers(shown_figures))
    assert all((number == 0) == (url == "") for number, url, _ in wanted)
    for number, url, counts_asks in wanted:
        if not url:
            continue
        answer = browser.get(url)
        figure, listed = answer.context["figure"], answer.context["listed"]
        shown = figure["ask_count"] if counts_asks else listed["counts"]["all"]
        assert (url, shown + figure["unseen_count"]) == (url, number)


def test_every_address_on_the_page_is_one(story: AskedStory, as_: SignIn) -> None:
    for who in ("ines", "marta"):
        browser = as_(who)
        html = browser.get(URL).content.decode()
        hrefs = {unescape(url) for url in re.findall(r' href="(/[^"]*)"', html) if "/static/" not in url}
        assert len(hrefs) >= 20
        assert {url for url in hrefs if browser.get(url).status_code not in (200, 302)} == set()


def test_mentors_see_their_own_groups_and_are_told_so(story: AskedStory, as_: SignIn) -> None:
    html = words(as_("marta"))
    assert "LLM specialisation · Clover and Willow Your groups ask most about LLM basics" in html
    assert [row[1] for row in table(as_("marta"), "weeks", since="2026-08-31")[1:]] == ["1", "1", "2"]
    assert "Needs material" not in html
    assert "need material" not in html


def test_mentors_and_course_admins_see_a_line_for_each_panel(
    cast: Cast, story: AskedStory, as_: SignIn
) -> None:
    html = as_("marta").get(URL).content.decode()
    assert linked_panels(html) == ["cohorts", "categories", "materials", "weeks"]
    assert f'<a href="{URL}answers/">Half are answered within' in html
    shown = text_of(html)
    assert "Your groups ask most about LLM basics" in shown
    assert "2 open , the oldest 8 days." in shown
    # Only course admins decide what is rewritten.
    assert "To improve" not in shown
    assert "Did it help?" not in shown
    html = as_("ines").get(URL).content.decode()
    assert linked_panels(html) == [name for name in PANELS if name not in ("milestones", "answers")]


def test_nothing_of_other_groups_is_on_a_mentors_page(cast: Cast, story: AskedStory, as_: SignIn) -> None:
    """Data that could leak: a question for Clover alone, hidden askers, names, and titles of other groups."""
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
    before = as_("ines").get(URL).context["trends"]["head"]["needs_open"]
    material, _ = cast.milestones[3].materials.get_or_create(title="Chunks")
    question = Question.objects.originals().filter(material_needs=None).first()
    for thing in (question, material):
        note_need(course=cast.course, thing=thing, why="Asked every week", by=cast.ines, at=NOW)
    waiting, *_ = as_("ines").get("/courses/llm/material/").context["tabs"]
    head = as_("ines").get(URL).context["trends"]["head"]
    assert head["needs_open"] == waiting["count"] == before + 2


def test_course_without_a_question_says_what_will_be_here(cast: Cast, as_: SignIn) -> None:
    assert "Nothing was asked yet" in words(as_("ines"))
    assert "No questions from your groups yet" in words(as_("marta"))
    assert 'id="weeks"' not in as_("ines").get(URL).content.decode()


def test_filter_that_leaves_nothing_offers_the_way_back(story: AskedStory, as_: SignIn) -> None:
    html = as_("ines").get(URL, {"category": "logistics"}).content.decode()
    assert "No questions match" in html
    assert f'<a class="btn" href="{URL}">Show all questions</a>' in html


def test_filters_are_said_in_the_head(cast: Cast, story: AskedStory, as_: SignIn) -> None:
    address = {
        "cohort": cast.cohort.pk,
        "material": story.material.pk,
        "category": "unclear_material",
        "group": "Clover",
    }
    words_of = words(as_("ines"), **address)
    assert "only Autumn 2026 · Chunking strategies · unclear material · group Clover" in words_of
    assert ", only" not in words(as_("ines"))


def test_filters_behind_the_summary_are_open_when_one_is_set(story: AskedStory, as_: SignIn) -> None:
    opened = '<details class="more trends-filters" open>'
    # The periods beside it are no filters.
    periods: list[dict[str, Any]] = [{}, {"since": "2026-09-14"}]
    for said in periods:
        assert opened not in as_("ines").get(URL, said).content.decode()
    for said in ({"category": "setup"}, {"material": 0}, {"since": "2026-13-01"}, {"group": "Nowhere"}):
        assert opened in as_("ines").get(URL, said).content.decode()


def test_one_week_huge_numbers_and_long_titles_are_shown(cast: Cast, as_: SignIn) -> None:
    title = "Whatever one says about attention " * 8
    material = MaterialFactory.create(milestone=cast.milestones[0], title=title.strip())
    question = QuestionFactory.create(membership=cast.ana, material=material, milestone=cast.milestones[0])
    for n in range(1_200):
        AskFactory.create(
            question=question, group=cast.juniper, asked_at=at(9, 15, n % 24), logged_by=cast.tomas
        )
    assert "Asked 1,201 times in Autumn 2026. Week 3 is not over." in panel(as_("ines"), "weeks")
    assert f"{title.strip()} is asked about most: 1,201 times." in panel(as_("ines"), "materials")


@pytest.mark.parametrize("count", [1, 4])
@pytest.mark.parametrize(("who", "queries"), [("ines", 27), ("marta", 26)])
def test_trends_take_as_many_queries_for_four_as_for_one(
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
    filtered = {"since": "2026-09-07", "category": "", "milestone": cast.milestones[0].pk}
    for address in ({}, filtered):
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
        "user": cast.person(who),
    }
    with django_assert_num_queries(0):
        html = render_to_string("trends/trends.html", context, request=request)
    assert "LLM basics" in html
