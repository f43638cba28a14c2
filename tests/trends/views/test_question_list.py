"""The list of questions, led to by a figure of the trends."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from questions.models import Placement, Question, Topic
from tests.conftest import NOW, Cast, SignIn
from tests.factories.courses import CohortFactory
from tests.factories.groups import GroupFactory, MembershipFactory
from tests.factories.questions import AskFactory, QuestionFactory
from tests.trends.actions.topics.gathering import asked
from tests.trends.asked_story import AskedStory, at
from trends.actions.topics import add_to_topic
from trends.forms.filters import NO_CATEGORY, NOTHING, AskFilters

URL = "/courses/llm/questions/"
EVERYTHING = {"Why divide?": 4, "Chunk size?": 1, "Overlap?": 1, "Ours?": 1, "Hidden?": 1}
IN_SPRING = {"Spring basics?": 1, "Spring hidden?": 1}


def page(browser: Client, query: str) -> str:
    return " ".join(unescape(browser.get(f"{URL}?{query}").content.decode()).split())


def listed(browser: Client, query: str) -> dict[str, int | None]:
    """The questions of a figure, and how often each was asked in it, if it counts asks."""
    html = page(browser, query)
    counts_asks = bool(re.search(r"questions?, asked \d+ times? </h1>", html))
    rows = html.split('<ul class="lines by ruled">')[-1].split("<li>")[1:]
    found: dict[str, int | None] = {}
    for row in rows:
        title, asks = re.search(r"/\">(.*?)</a>", row), re.search(r"asked (\d+) times here", row)
        assert title
        found[title[1]] = (int(asks[1]) if asks else 1) if counts_asks else None
    return found


def test_asks_count_at_the_question_that_was_asked_first(story: AskedStory, as_: SignIn) -> None:
    assert listed(as_("ines"), "") == EVERYTHING | IN_SPRING
    html = page(as_("ines"), "")
    assert "<h1> 7 questions, asked 10 times </h1>" in html
    assert 'From the <a href="/courses/llm/trends/">trends for LLM specialisation</a>' in html


NARROWED: list[tuple[dict[str, Any], Mapping[str, int | None]]] = [
    ({"cohort": "spring"}, IN_SPRING),
    ({"since": date(2026, 9, 16)}, {"Why divide?": 2, "Ours?": 1, "Hidden?": 1}),
    (
        {"since": date(2026, 9, 9), "until": date(2026, 9, 9)},
        {"Why divide?": 1, "Chunk size?": 1, "Overlap?": 1},
    ),
    ({"until": date(2026, 9, 6), "cohort": "autumn"}, {"Why divide?": 1}),
    # A duplicate counts where its original stands, whatever it says of itself.
    ({"milestone": "basics"}, {"Why divide?": 4} | IN_SPRING),
    ({"milestone": "prompts"}, {"Chunk size?": 1, "Overlap?": 1, "Hidden?": 1}),
    ({"milestone": NOTHING}, {"Ours?": 1}),
    ({"material": "material"}, {"Chunk size?": 1}),
    ({"material": NOTHING, "milestone": "prompts"}, {"Overlap?": 1, "Hidden?": 1}),
    ({"category": "setup"}, {"Overlap?": 1}),
    ({"category": NO_CATEGORY}, {"Ours?": 1} | IN_SPRING),
    ({"group": "Juniper"}, {"Why divide?": 2, "Overlap?": 1, "Hidden?": 1}),
    ({"topic": "topic"}, {"Chunk size?": 1, "Overlap?": 1}),
    # Questions, each once, by when and where it was asked first.
    ({"first": True, "since": date(2026, 9, 14)}, {"Ours?": None, "Hidden?": None}),
    ({"first": True, "group": "Clover"}, dict.fromkeys(["Why divide?", "Chunk size?", "Ours?"])),
    ({"answer": "yes"}, dict.fromkeys(["Why divide?", "Overlap?", "Spring basics?"])),
    ({"status": "waiting", "cohort": "autumn"}, dict.fromkeys(["Chunk size?", "Ours?", "Hidden?"])),
    ({"answer": "no", "cohort": "autumn"}, dict.fromkeys(["Chunk size?", "Ours?", "Hidden?"])),
]


def test_figure_is_narrowed_by_the_address(cast: Cast, story: AskedStory, as_: SignIn) -> None:
    ids: dict[Any, int] = {
        "spring": story.spring.pk,
        "autumn": cast.cohort.pk,
        "basics": cast.milestones[0].pk,
        "prompts": cast.milestones[1].pk,
        "material": story.material.pk,
        "topic": story.topic.pk,
    }
    ines = as_("ines")
    for wanted, found in NARROWED:
        said = {name: ids.get(value, value) for name, value in wanted.items()}
        assert listed(ines, urlencode(said)) == found, wanted


def test_mentors_count_what_their_groups_asked(story: AskedStory, as_: SignIn) -> None:
    # Nobody tells Marta, who mentored Willow until April, that one of these few asked what Gil hides.
    assert listed(as_("marta"), "") == {
        "Why divide?": 2,
        "Chunk size?": 1,
        "Ours?": 1,
        "Spring basics?": 1,
    }
    assert listed(as_("tomas"), "") == {"Why divide?": 2, "Overlap?": 1, "Hidden?": 1}
    assert "Only what your own groups asked." in page(as_("marta"), "")
    assert "Only what your own groups asked." not in page(as_("ines"), "")


def test_mentors_find_nothing_of_other_groups_by_the_address(
    cast: Cast, story: AskedStory, as_: SignIn
) -> None:
    html = page(as_("marta"), "group=Juniper")
    assert "There is no group “Juniper”, so this filter was ignored." in html
    assert "Overlap?" not in html


def test_asks_of_questions_that_are_for_others_are_said_as_a_number(
    cast: Cast, story: AskedStory, as_: SignIn
) -> None:
    """Asked in two groups, then shown to the first alone: the second's mentor keeps the number."""
    shared = QuestionFactory.create(membership=cast.ana, title="Shared?", asked_at=at(9, 15))
    AskFactory.create(
        question=shared,
        group=cast.juniper,
        enrolment=cast.enrolment("emre"),
        asked_at=at(9, 15),
        logged_by=cast.tomas,
    )
    Question.objects.filter(pk=shared.pk).update(visibility="group")
    html = page(as_("tomas"), "")
    assert "Shared?" not in html
    assert "Asked 1 more time in questions that you can't see." in html
    assert "questions that only others may read" not in page(as_("marta"), "")


def test_figure_is_said_in_words(cast: Cast, story: AskedStory, as_: SignIn) -> None:
    filters = AskFilters(
        cohort=(cast.cohort.pk, story.spring.pk),
        since=date(2026, 9, 9),
        until=date(2026, 9, 16),
        milestone=cast.milestones[1].pk,
        material=NOTHING,
        category="setup",
        group="Juniper",
        topic=story.topic.pk,
    )
    words = (
        "Autumn 2026 · Spring 2026 · Prompt engineering · No material · setup · group Juniper"
        " · Mon 7 to Sun 20 September · Chunk size?"
    )
    assert f"<p>{words}</p>" in page(as_("ines"), urlencode(filters.params(), doseq=True))


SAID: list[tuple[dict[str, Any], str]] = [
    ({"since": date(2026, 9, 9)}, "since Mon 7 September"),
    ({"until": date(2026, 9, 9)}, "until Sun 13 September"),
    ({"category": NO_CATEGORY}, "no category"),
    ({"answer": "yes"}, "answered"),
    ({"answer": "no"}, "without an answer"),
    ({"topic": 99_999}, "another topic"),
    ({"undated": "yes"}, "asked without a date"),
]


@pytest.mark.parametrize("query", ["status=waiting", "answer=no", ""])
def test_mentor_reads_how_often_their_own_groups_asked(cast: Cast, as_: SignIn, query: str) -> None:
    shared = QuestionFactory.create(membership=cast.ana, title="Shared?", visibility="cohort")
    for student in (cast.bruno, cast.dalia, cast.emre):
        enrolment = student.enrolment
        AskFactory.create(
            question=shared, group=student.group, enrolment=enrolment, logged_by=enrolment.person
        )
    told = {who: re.findall(r"asked \d+ times here", page(as_(who), query)) for who in ("marta", "ines")}
    assert told == {"marta": ["asked 2 times here"], "ines": ["asked 4 times here"]}
    assert "asked 4 times ·" not in page(as_("marta"), query)
    # The list of all questions and the page of one are no trends.
    assert "asked 4 times ·" in as_("marta").get("/questions/").text


def test_each_filter_is_said(story: AskedStory, as_: SignIn) -> None:
    ines = as_("ines")
    for said, words in SAID:
        assert f"<p>{words}</p>" in page(ines, urlencode(said)), words


def test_what_narrows_a_figure_stays_while_its_filters_change(
    cast: Cast, story: AskedStory, as_: SignIn
) -> None:
    html = page(as_("ines"), f"topic={story.topic.pk}&milestone={cast.milestones[1].pk}")
    assert f'<input type="hidden" name="topic" value="{story.topic.pk}"' in html
    assert f'<option value="{cast.milestones[1].pk}" selected>' in html
    assert 'name="change"' not in html


def test_ticking_goes_on_when_a_filter_changes_or_is_cleared(
    cast: Cast, story: AskedStory, as_: SignIn
) -> None:
    html = page(as_("ines"), f"topic=0&choose=1&category=setup&cohort={cast.cohort.pk}")
    form = html.split("question-filters")[1].split("</form>")[0]
    assert re.findall(r'<input type="hidden" name="(\w+)" value="(\w+)"', form) == [
        ("topic", "0"),
        ("choose", "1"),
    ]
    assert '<a class="btn btn-link" href="?topic=0&choose=1">Clear</a>' in html
    assert 'name="question"' in page(as_("ines"), "topic=0&choose=1")
    assert '<a class="btn btn-link" href="?">Clear</a>' in page(as_("ines"), "category=setup")


def test_links_to_the_former_page_lead_to_the_list(as_: SignIn, story: AskedStory) -> None:
    answer = as_("ines").get("/courses/llm/trends/asked/", {"topic": "3", "cohort": ["1", "2"]})
    assert answer.headers["Location"] == f"{URL}?topic=3&cohort=1&cohort=2"


def undo_of(topic: Topic) -> str:
    return reverse("trends:topic-undo", args=[topic.course.slug, topic.pk])


def test_admin_makes_a_topic_of_questions_in_none(cast: Cast, story: AskedStory, as_: SignIn) -> None:
    ines, alone = as_("ines"), {"topic": NOTHING, "cohort": cast.cohort.pk}
    assert "choose=1" in ines.get(URL, alone).text
    html = ines.get(URL, {**alone, "choose": "1"}).text
    chosen = [Question.objects.get(title=title).pk for title in ("Why divide?", "Ours?")]
    assert re.findall(r'name="question" form="new-topic" value="(\d+)"', html)[-1:] == [str(chosen[0])]
    made = ines.post("/courses/llm/topics/new/", {"question": chosen}, follow=True)
    topic = made.context["access"].topic
    assert set(topic.placements.values_list("question", flat=True)) == set(chosen)
    assert f"“{topic}” is a topic of 2 questions." in unescape(made.text)
    undone = ines.post(undo_of(topic), follow=True)
    assert f"“{topic}” is no longer a topic." in unescape(undone.text)
    assert not Topic.objects.filter(pk=topic.pk).exists()
    assert not Placement.objects.filter(question__in=chosen, topic__isnull=False).exists()
    again = ines.post(undo_of(topic), follow=True)
    assert again.redirect_chain == [("/courses/llm/trends/", 302)]
    assert "That is no longer a topic." in again.text


def test_undo_of_a_topic_with_a_third_question_says_that_it_stays(
    cast: Cast, story: AskedStory, as_: SignIn
) -> None:
    ines = as_("ines")
    chosen = [Question.objects.get(title=title).pk for title in ("Why divide?", "Ours?")]
    topic = ines.post("/courses/llm/topics/new/", {"question": chosen}, follow=True).context["access"].topic
    add_to_topic(question=story.hidden, topic=topic, by=cast.ines, at=NOW + timedelta(minutes=1))
    answer = ines.post(undo_of(topic), follow=True)
    assert "stays: since it was made, it got another question" in answer.text
    assert answer.context["access"].topic == topic
    assert topic.placements.count() == 3


def test_topic_that_is_sent_twice_is_made_once(story: AskedStory, as_: SignIn) -> None:
    ines, before = as_("ines"), Topic.objects.count()
    key = re.search(r'name="form_key" value="(\w+)"', ines.get(URL, {"topic": NOTHING, "choose": "1"}).text)
    assert key
    chosen = [Question.objects.get(title=title).pk for title in ("Why divide?", "Ours?")]
    for said in ("is a topic of 2 questions.", "This was sent twice. It is saved once."):
        sent = {"form_key": key[1], "question": chosen}
        answer = ines.post("/courses/llm/topics/new/", sent, follow=True)
        assert said in unescape(answer.text)
        assert answer.redirect_chain[-1][0] == Topic.objects.latest("pk").get_absolute_url()
    assert Topic.objects.count() == before + 1
    # Undone, the same form makes it again.
    ines.post(undo_of(Topic.objects.latest("pk")))
    again = ines.post("/courses/llm/topics/new/", sent, follow=True)
    assert "is a topic of 2 questions." in unescape(again.text)
    assert Topic.objects.count() == before + 1


def test_topic_is_made_of_no_questions_of_an_archived_cohort(
    cast: Cast, story: AskedStory, as_: SignIn
) -> None:
    old = CohortFactory.create(course=cast.course, archived_at=NOW, archived_by=cast.ines)
    stay = MembershipFactory.create(group=GroupFactory.create(cohort=old), enrolment__cohort=old)
    chosen = [question.pk for question in asked(stay, "Old A?", "Old B?")]
    before = Topic.objects.count()
    answer = as_("ines").post("/courses/llm/topics/new/", {"question": chosen}, follow=True)
    assert "Choose at least two questions" in answer.text
    added = as_("ines").post(f"/topics/{story.topic.pk}/questions/add/", {"chosen": chosen[0]})
    assert added.status_code == 404
    assert Topic.objects.count() == before
    assert not Placement.objects.filter(question__in=chosen).exists()


@pytest.mark.parametrize(
    ("titles", "said"),
    [
        (["Ours?"], "Choose at least two questions"),
        ([], "Choose at least two questions"),
        (["Ours?", "Chunk size?"], "“Chunk size?” has been put into a topic."),
    ],
)
def test_topic_that_cannot_be_made_is_refused(
    story: AskedStory, as_: SignIn, titles: list[str], said: str
) -> None:
    chosen = [Question.objects.get(title=title).pk for title in titles]
    before = Topic.objects.count()
    answer = as_("ines").post("/courses/llm/topics/new/", {"question": [*chosen, "x"]}, follow=True)
    assert said in unescape(answer.text)
    assert Topic.objects.count() == before


def test_mentors_make_no_topics(story: AskedStory, as_: SignIn) -> None:
    assert 'name="question"' not in as_("marta").get(URL, {"topic": NOTHING, "choose": "1"}).text


def test_figure_without_a_question_says_so(story: AskedStory, as_: SignIn) -> None:
    html = page(as_("ines"), "category=logistics")
    assert "No question here" in html
    assert f'href="{URL}">Show all questions</a>' in html
    assert "<h1> 0 questions, asked 0 times </h1>" in html


@pytest.mark.parametrize("count", [1, 4])
@pytest.mark.parametrize(("who", "queries"), [("ines", 14), ("marta", 16)])
def test_questions_of_a_figure_take_as_many_queries_for_four_as_for_one(
    cast: Cast,
    story: AskedStory,
    as_: SignIn,
    who: str,
    queries: int,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for n in range(count):
        question = QuestionFactory.create(membership=cast.ana, title=f"More {n}")
        QuestionFactory.create(membership=cast.bruno, duplicate_of=question, status="duplicate")
    browser = as_(who)
    # Session, person, relations, course, what the filters choose from, counts, rows, words, who answered, asks; for a
    # mentor, asks of what they may not see.
    with django_assert_num_queries(queries):
        answer = browser.get(URL, {"cohort": cast.cohort.pk})
    assert answer.content.count(b"asked 2 times here") >= min(25, count)
