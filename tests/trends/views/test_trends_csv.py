import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.http import StreamingHttpResponse
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from courses.models import Material
from tests.conftest import Cast
from tests.factories.questions import QuestionFactory
from tests.trends.asked_story import AskedStory, at, tell_asked
from trends.panels import PANELS

type SignIn = Callable[[str], Client]
URL = "/courses/llm/trends/"
AUTUMN = {"since": "2026-08-31"}


@pytest.fixture
def story(cast: Cast) -> AskedStory:
    return tell_asked(cast)


def sent(browser: Client, panel: str, **address: Any) -> tuple[str, bytes]:
    """The name of the file, and what it holds."""
    answer = browser.get(f"{URL}{panel}.csv", address)
    assert isinstance(answer, StreamingHttpResponse)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    return answer["Content-Disposition"], answer.getvalue()


def rows(browser: Client, panel: str, **address: Any) -> list[list[str]]:
    content = sent(browser, panel, **address)[1].decode("utf-8-sig")
    return list(csv.reader(io.StringIO(content, newline="")))


@pytest.mark.parametrize(
    ("panel", "expected"),
    [
        (
            "weeks",
            [
                ["Cohort", "Week of the run", "Week of", "Milestone", "Asks"],
                ["Autumn 2026", "1", "2026-08-31", "LLM basics", "1"],
                ["Autumn 2026", "2", "2026-09-07", "LLM basics", "1"],
                ["Autumn 2026", "2", "2026-09-07", "Prompt engineering", "2"],
                ["Autumn 2026", "3", "2026-09-14", "LLM basics", "2"],
                ["Autumn 2026", "3", "2026-09-14", "Prompt engineering", "1"],
                ["Autumn 2026", "3", "2026-09-14", "No milestone", "1"],
            ],
        ),
        (
            "milestones",
            [
                [
                    *("Milestone", "Asks", "Active students", "Their asks", "Asks per active student"),
                    *("Students without a date", "Asks of students without a date"),
                ],
                ["LLM basics", "4", "6", "4", "0.6667", "0", "0"],
                ["Prompt engineering", "3", "2", "1", "", "0", "0"],
            ],
        ),
        (
            "materials",
            [
                [
                    *("Material", "Milestone", "Asks", "Share of all asks"),
                    *("People", "Confusing", "Too long", "Useful", "Confusing or too long"),
                ],
                ["Chunking strategies", "Prompt engineering", "1", "0.125", *[""] * 5],
                ["No material named", "", "7", "0.875", *[""] * 5],
            ],
        ),
        (
            "categories",
            [
                ["Category", "Asks", "Share of all asks"],
                ["concept", "4", "0.5"],
                ["setup", "1", "0.125"],
                ["unclear material", "1", "0.125"],
                ["wrong material", "1", "0.125"],
                ["No category said", "1", "0.125"],
            ],
        ),
    ],
)
def test_panel_is_sent_as_it_is_shown(
    story: AskedStory, as_: SignIn, panel: str, expected: list[list[str]]
) -> None:
    assert rows(as_("ines"), panel, **AUTUMN) == expected


def test_other_panels_have_their_rows(story: AskedStory, as_: SignIn) -> None:
    browser = as_("ines")
    assert rows(browser, "cohorts")[1:3] == [
        ["LLM basics", "Spring 2026", "weeks 1 to 3", "2", "6", "2", "0.3333", "0", "0"],
        ["LLM basics", "Autumn 2026", "weeks 1 to 3", "4", "6", "4", "0.6667", "0", "0"],
    ]
    assert rows(browser, "answers", **AUTUMN)[-1] == ["All questions", "2", "3", "480", "2880", "0"]


def test_file_is_named_by_course_panel_and_filters_and_marked_as_utf_8(
    story: AskedStory, as_: SignIn
) -> None:
    name, content = sent(as_("ines"), "weeks", **AUTUMN, group="Clover", category="none")
    assert name == (
        'attachment; filename="LLM specialisation weeks no category group Clover since Mon 31 August.csv"'
    )
    assert content.startswith(b"\xef\xbb\xbfCohort,")


@pytest.mark.parametrize("panel", PANELS)
def test_no_cell_is_taken_for_a_formula(cast: Cast, story: AskedStory, as_: SignIn, panel: str) -> None:
    formula = '=HYPERLINK("http://example.org")'
    cast.course.milestones.update(title=formula)
    Material.objects.update(title=formula)
    type(story.spring).objects.filter(pk=story.spring.pk).update(title="+1")
    for question in (story.chunk, story.overlap):
        type(question).objects.filter(pk=question.pk).update(title="@SUM(A1)")
    found = [cell for row in rows(as_("ines"), panel) for cell in row]
    assert [cell for cell in found if cell[:1] in ("=", "+", "-", "@")] == []
    if panel in ("weeks", "milestones", "materials", "cohorts", "answers"):
        assert f"'{formula}" in found


@pytest.mark.parametrize("panel", PANELS)
def test_mentors_are_sent_their_own_groups_only(
    cast: Cast, story: AskedStory, as_: SignIn, panel: str
) -> None:
    QuestionFactory.create(membership=cast.dalia, title="Secret?", visibility="group")
    found = str(rows(as_("marta"), panel))
    for secret in ("Secret?", "Hidden?", "Overlap?", "Juniper"):
        assert secret not in found


def test_mentors_weeks_count_their_own_groups(story: AskedStory, as_: SignIn) -> None:
    asks = [int(row[4]) for row in rows(as_("tomas"), "weeks", **AUTUMN)[1:]]
    assert sum(asks) == 4


def test_panel_that_there_is_not_is_not_found(story: AskedStory, as_: SignIn) -> None:
    assert as_("ines").get(f"{URL}nothing.csv").status_code == 404


def test_weeks_are_all_sent_however_long_ago(cast: Cast, as_: SignIn) -> None:
    QuestionFactory.create(membership=cast.ana, asked_at=at(9, 15))
    QuestionFactory.create(membership=cast.ana, asked_at=at(9, 15).replace(year=2024))
    assert [row[1:3] for row in rows(as_("ines"), "weeks")[1:]] == [
        ["-102", "2024-09-09"],
        ["3", "2026-09-14"],
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_csv_takes_as_many_queries_for_three_as_for_one(
    cast: Cast, as_: SignIn, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for milestone in cast.milestones[:count]:
        QuestionFactory.create(membership=cast.ana, milestone=milestone)
    browser = as_("ines")
    # Signed in, the course and the relations; cohorts, milestones, materials, and the asks.
    with django_assert_num_queries(12):
        assert len(rows(browser, "weeks")) == 1 + count


@pytest.mark.parametrize("wrong", [{"since": "last week"}, {"group": "Nobody's"}, {"cohort": "987654"}])
def test_wrong_filter_leads_to_the_page_that_says_so(
    story: AskedStory, as_: SignIn, wrong: dict[str, str]
) -> None:
    answer = as_("ines").get(f"{URL}weeks.csv", wrong)
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, URL)
    page = as_("ines").get(answer["Location"])
    assert page.context["trends"]["form"].errors
