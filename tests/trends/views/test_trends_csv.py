import csv
import io
from collections import Counter
from typing import Any

import pytest
from django.http import StreamingHttpResponse
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from courses.models import Material
from tests.conftest import Cast, SignIn
from tests.factories.questions import QuestionFactory
from tests.trends.asked_story import AskedStory, at

URL = "/courses/llm/trends/"
AUTUMN = {"since": "2026-08-31"}


def sent(browser: Client, **address: Any) -> tuple[str, bytes]:
    """The name of the file, and what it holds."""
    answer = browser.get(f"{URL}asked.csv", address)
    assert isinstance(answer, StreamingHttpResponse)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    return answer["Content-Disposition"], answer.getvalue()


def rows(browser: Client, **address: Any) -> list[list[str]]:
    content = sent(browser, **address)[1].decode("utf-8-sig")
    return list(csv.reader(io.StringIO(content, newline="")))


def test_each_week_is_sent_by_milestone_material_and_category(
    cast: Cast, story: AskedStory, as_: SignIn
) -> None:
    sent_rows = rows(as_("ines"), **AUTUMN)
    assert sent_rows[0] == [
        *("Cohort", "Week of the run", "Week of", "Milestone", "Material", "Category"),
        *("Times asked", "Answered before it was asked"),
    ]
    asked: Counter[Any] = Counter()
    for *cell, _, category, number, _ in sent_rows[1:]:
        asked[tuple(cell)] += int(number)
        asked[category] += int(number)
    assert asked == {
        ("Autumn 2026", "1", "2026-08-31", "LLM basics"): 1,
        ("Autumn 2026", "2", "2026-09-07", "LLM basics"): 1,
        ("Autumn 2026", "2", "2026-09-07", "Prompt engineering"): 2,
        ("Autumn 2026", "3", "2026-09-14", "LLM basics"): 2,
        ("Autumn 2026", "3", "2026-09-14", "Prompt engineering"): 1,
        ("Autumn 2026", "3", "2026-09-14", "No milestone"): 1,
        "concept": 4,
        "setup": 1,
        "unclear material": 1,
        "wrong material": 1,
        "": 1,
    }
    assert [row[4:] for row in sent_rows if row[4] == "Chunking strategies"] == [
        ["Chunking strategies", "unclear material", "1", "0"]
    ]
    assert story.chunk.asks.update(is_answered_already=True) == 1
    assert sum(int(row[-1]) for row in rows(as_("ines"))[1:]) == 1


def test_file_is_named_by_course_and_filters_and_marked_as_utf_8(story: AskedStory, as_: SignIn) -> None:
    name, content = sent(as_("ines"), **AUTUMN, group="Clover", category="none")
    assert name == (
        'attachment; filename="LLM specialisation no category group Clover since Mon 31 August.csv"'
    )
    assert content.startswith(b"\xef\xbb\xbfCohort,")


def test_no_cell_is_taken_for_a_formula(cast: Cast, story: AskedStory, as_: SignIn) -> None:
    formula = '=HYPERLINK("http://example.org")'
    cast.course.milestones.update(title=formula)
    Material.objects.update(title=formula)
    type(story.spring).objects.filter(pk=story.spring.pk).update(title="+1")
    found = [cell for row in rows(as_("ines")) for cell in row]
    assert [cell for cell in found if cell[:1] in ("=", "+", "-", "@")] == []
    assert f"'{formula}" in found


def test_mentors_weeks_count_their_own_groups(story: AskedStory, as_: SignIn) -> None:
    asks = [int(row[6]) for row in rows(as_("tomas"), **AUTUMN)[1:]]
    assert sum(asks) == 4


def test_weeks_are_all_sent_however_long_ago(cast: Cast, as_: SignIn) -> None:
    QuestionFactory.create(membership=cast.ana, asked_at=at(9, 15))
    QuestionFactory.create(membership=cast.ana, asked_at=at(9, 15).replace(year=2024))
    assert [row[1:3] for row in rows(as_("ines"))[1:]] == [
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
        assert len(rows(browser)) == 1 + count


@pytest.mark.parametrize("wrong", [{"since": "last week"}, {"group": "Nobody's"}, {"cohort": "987654"}])
def test_wrong_filter_leads_to_the_page_that_says_so(
    story: AskedStory, as_: SignIn, wrong: dict[str, str]
) -> None:
    answer = as_("ines").get(f"{URL}asked.csv", wrong)
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, URL)
    page = as_("ines").get(answer["Location"])
    assert page.context["trends"]["form"].errors
