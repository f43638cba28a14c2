from collections.abc import Callable
from email.message import Message
from itertools import pairwise

import pytest
from django.test import Client
from django.urls import reverse
from markdown_it import MarkdownIt
from pytest_django import DjangoAssertNumQueries

from tests.conftest import Cast
from tests.factories.courses import MaterialFactory
from tests.factories.questions import AnswerFactory
from tests.questions.known import IN_SPRING, known_question, spring, stay_in_spring
from tests.questions.views.test_milestone_questions import furnish

type As = Callable[[str], Client]

# As whatever reads the repository may have it: with HTML.
READER = MarkdownIt("commonmark", {"html": True}).enable("table")


def file_of(browser: Client, name: str, arg: object) -> tuple[str, str]:
    """The name of the file, and what it holds."""
    response = browser.get(reverse(f"questions:{name}-questions-md", args=[arg]))
    assert response["Content-Type"] == "text/markdown; charset=utf-8"
    disposition = Message()
    disposition["Content-Disposition"] = response["Content-Disposition"]
    assert disposition.get_content_disposition() == "attachment"
    return disposition.get_filename() or "", response.content.decode()


def headings(text: str) -> list[tuple[int, str]]:
    """The headings that a reader finds, with their levels."""
    tokens = READER.parse(text)
    return [
        (int(token.tag[1]), "".join(child.content for child in following.children or ()))
        for token, following in pairwise(tokens)
        if token.type == "heading_open"
    ]


def test_the_file_of_a_milestone_holds_its_known_questions_as_they_were_asked(cast: Cast, as_: As) -> None:
    furnish(cast)
    name, text = file_of(as_("ines"), "milestone", cast.milestones[0].pk)
    assert name == "llm-llm-basics-questions.md"
    assert text.startswith(
        "# LLM basics: known questions\n\n"
        "LLM specialisation. Exported from Trefoil on 16 September 2026; without names.\n\n"
        "## Why the root?\n\nAsked once, about “The paper”.\n\nAt **12:30**.\n\n### Answer\n\nBecause.\n\n"
    )
    assert [words for level, words in headings(text) if level == 2] == [
        "Why the root?", "What is a token?", "Which colour?", "How long?",
    ]  # fmt: skip


def test_no_file_names_anybody_or_holds_what_is_not_known(cast: Cast, as_: As) -> None:
    furnish(cast)
    for name, arg in (("milestone", cast.milestones[0].pk), ("course", cast.course.slug)):
        _, text = file_of(as_("ines"), name, arg)
        for words in (
            "Olga", "Pavel", "Nuno", "Rosebay", "Spring", "Not published", "Of the", "Open again", "Never", "another",
        ):  # fmt: skip
            assert words not in text, words


def test_the_file_of_a_course_goes_by_milestones(cast: Cast, as_: As) -> None:
    furnish(cast)
    olga = spring(cast).memberships.get(enrolment__person__name="Olga Kask")
    known_question(olga, cast.marta, title="In none")
    name, text = file_of(as_("ines"), "course", "llm")
    assert name == "llm-questions.md"
    assert [words for level, words in headings(text) if level < 3] == [
        "LLM specialisation: known questions", "LLM basics", "Prompt engineering", "In no milestone",
    ]  # fmt: skip
    assert [words for level, words in headings(text) if level == 3][-2:] == ["Of prompts", "In none"]
    assert {level for level, words in headings(text) if words == "Answer"} == {4}


def test_what_people_wrote_stays_below_its_question_and_does_no_harm(cast: Cast, as_: As) -> None:
    stay = stay_in_spring(cast, "Olga Kask")
    paper = MaterialFactory.create(milestone=cast.milestones[0], title="*The* <paper>")
    nasty = "# First\n\n<script>alert(1)</script>\n\nSecond\n===\n\n![x](https://example.com/x.png) [y](javascript:z)"
    question = known_question(
        stay, cast.marta, title="Why <b># this</b>\n[x](y)?", milestone=cast.milestones[0], material=paper,
        detail=nasty, answer=nasty, category="concept",
    )  # fmt: skip
    AnswerFactory.create(question=question, answered_by=cast.tomas, body="```\n# no heading\n```")
    _, text = file_of(as_("ines"), "milestone", cast.milestones[0].pk)
    assert headings(text) == [
        (1, "LLM basics: known questions"),
        (2, "Why <b># this</b> [x](y)?"),
        (3, "First"), (3, "Second"),
        (3, "Answer 1"), (4, "First"), (4, "Second"),
        (3, "Answer 2"),
    ]  # fmt: skip
    assert "Asked once, about “\\*The\\* &lt;paper>” (concept)." in text
    tokens = READER.parse(text)
    kinds = {token.type for token in tokens} | {
        child.type for token in tokens for child in token.children or ()
    }
    assert not kinds & {"html_block", "html_inline", "image"}
    assert 'href="javascript' not in READER.render(text)


def test_without_known_questions_the_file_says_so(cast: Cast, as_: As) -> None:
    _, text = file_of(as_("ines"), "course", "llm")
    assert text.endswith("without names.\n\nNone is published yet.\n")


@pytest.mark.parametrize("count", [1, 3, 30])
def test_the_file_of_a_course_takes_as_many_queries_for_thirty_as_for_one(
    cast: Cast, as_: As, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(count):
        stay = stay_in_spring(cast, f"Student{n} Kask")
        known_question(
            stay, cast.marta, title=f"Known {n}", milestone=cast.milestones[n % 4], asked_at=IN_SPRING
        )
    browser = as_("ines")
    # Session, person, course, relations, questions, answers.
    with django_assert_num_queries(8):
        _, text = file_of(browser, "course", "llm")
    assert sum(words.startswith("Known ") for _, words in headings(text)) == count
