import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from questions.actions import mark_duplicate
from questions.actions.topics.keeping import save
from questions.models import Answer, MaterialChange, MaterialNeed, Question, Topic
from tests.conftest import NOW, Cast, SignIn
from tests.factories.courses import CohortFactory
from tests.factories.groups import GroupFactory
from tests.factories.questions import AnswerFactory, AskFactory, QuestionFactory, TopicFactory
from tests.trends.actions.topics.gathering import DOCKER, TOKENS, asked
from trends.actions.topics import add_to_topic, merge_topics, remove_from_topic


@pytest.fixture
def topic(cast: Cast) -> Topic:
    """A question of Ana's, and one of Dalia's."""
    questions = asked(cast.ana, TOKENS[0]) + asked(cast.dalia, TOKENS[1])
    return TopicFactory.create(course=cast.course, questions=questions)


def words(browser: Client, topic: Topic) -> str:
    html = browser.get(topic.get_absolute_url(), follow=True).content.decode()
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def shown(browser: Client, topic: Topic) -> list[str]:
    """The titles of the questions on the page, in order."""
    html = browser.get(topic.get_absolute_url()).content.decode()
    return titles_in(html)


def titles_in(html: str) -> list[str]:
    (questions,) = re.findall(
        r'<section class="part" aria-labelledby="questions">.*?</section>', html, re.DOTALL
    )
    return [unescape(title) for title in re.findall(r'<a href="/questions/\d+/">(.*?)</a>', questions)]


def test_topic_shows_its_questions_and_groups(cast: Cast, as_: SignIn, topic: Topic) -> None:
    second = Question.objects.get(title=TOKENS[1])
    for weeks in (2, 6):
        AskFactory.create(
            question=second, group=cast.juniper, logged_by=cast.tomas, asked_at=NOW - timedelta(weeks=weeks)
        )
    assert shown(as_("ines"), topic) == [TOKENS[1], TOKENS[0]]
    page = words(as_("ines"), topic)
    assert "2 this week, 1 in the 4 weeks before" in page
    assert "Juniper Autumn 2026 3 Clover Autumn 2026 1" in page


def test_every_number_leads_to_its_questions(cast: Cast, as_: SignIn, topic: Topic) -> None:
    html = as_("ines").get(topic.get_absolute_url()).content.decode()
    links = set(re.findall(r'href="(/courses/llm/questions/\?[^"]*)"', html))
    own = f"/courses/llm/questions/?topic={topic.pk}"
    groups = {f"{own}&amp;cohort={cast.cohort.pk}&amp;group={name}" for name in ("Clover", "Juniper")}
    assert links == {own, *groups}
    for link in links:
        assert as_("ines").get(unescape(link)).status_code == 200


def test_merged_topic_leads_to_the_other(cast: Cast, as_: SignIn, topic: Topic) -> None:
    other = TopicFactory.create(course=cast.course, questions=asked(cast.ana, *DOCKER[:2]))
    merge_topics(topic=topic, into=other, by=cast.ines, at=NOW)
    for name in ("ines", "marta"):
        response = as_(name).get(topic.get_absolute_url())
        assert (response.status_code, response["Location"]) == (302, other.get_absolute_url())
    # Asked in Juniper too now.
    assert as_("tomas").get(topic.get_absolute_url(), follow=True).redirect_chain == [
        (other.get_absolute_url(), 302)
    ]


def test_topic_with_one_question_left_says_so(cast: Cast, as_: SignIn, topic: Topic) -> None:
    first, second = topic.placements.order_by("question")
    first.delete()
    assert "Only one question is left" in words(as_("ines"), topic)
    assert as_("tomas").get(topic.get_absolute_url()).status_code == 403
    second.delete()
    assert "No questions are left" in words(as_("ines"), topic)


def test_what_becomes_of_it_is_for_course_admins(cast: Cast, as_: SignIn, topic: Topic) -> None:
    assert (
        f"/courses/llm/material/new/?topic={topic.pk}"
        in as_("ines").get(topic.get_absolute_url()).content.decode()
    )
    MaterialNeed.objects.create(
        course=cast.course, topic=topic, why="Asked again", noted_at=NOW, noted_by=cast.ines, state_since=NOW
    )
    change = MaterialChange.objects.create(
        course=cast.course, what="A drawing", changed_on=NOW.date(), made_by=cast.ines, recorded_at=NOW
    )
    change.topics.add(topic)
    page = as_("ines").get(topic.get_absolute_url()).content.decode()
    assert "To improve" in page
    assert f'href="/changes/{change.pk}/"' in page
    assert "Did it help?" in page
    assert "16 Sep 2026: " in " ".join(page.split())
    assert "/material/new/" not in page
    mentors = as_("marta").get(topic.get_absolute_url()).content.decode()
    assert [word for word in ("To improve", "A drawing", "Rename", "What was done") if word in mentors] == []


def test_topic_does_not_leak_to_a_mentor(cast: Cast, as_: SignIn, topic: Topic) -> None:
    before = words(as_("tomas"), topic)
    (secret,) = asked(cast.bruno, "Clover's secret", visibility="group", is_asker_hidden=True)
    topic.placements.create(question=secret, placed_at=NOW)
    AskFactory.create(question=secret, group=cast.clover, logged_by=cast.marta)
    spring = GroupFactory.create(name="Spring group", cohort=CohortFactory.create(course=cast.course))
    AskFactory.create(question=Question.objects.get(title=TOKENS[1]), group=spring, logged_by=cast.ines)
    Topic.objects.filter(pk=topic.pk).update(title="Bruno's secret", representative=secret)
    page = words(as_("tomas"), topic)
    assert [word for word in ("secret", "Bruno", "Spring group", "Clover") if word in page] == []
    # Only how often a question that he may see was asked at all, which its own page says too.
    assert page.replace("asked 2 times, first", "asked") == before.replace(TOKENS[0], TOKENS[0])
    assert "Clover's secret" in words(as_("marta"), topic)
    assert "Bruno's secret" in words(as_("ines"), topic)


def test_topic_of_another_course_or_group_is_refused(cast: Cast, as_: SignIn, topic: Topic) -> None:
    own = TopicFactory.create(course=cast.course, questions=asked(cast.ana, *DOCKER[:2], visibility="group"))
    found = {
        name: as_(name).get(own.get_absolute_url()).status_code
        for name in ("zoe", "ana", "tomas", "marta", "ines")
    }
    assert found == {"zoe": 404, "ana": 403, "tomas": 403, "marta": 200, "ines": 200}
    assert as_("ines").get("/topics/999999/").status_code == 404


def test_hidden_asker_stays_hidden_from_other_mentors(cast: Cast, as_: SignIn, topic: Topic) -> None:
    first = Question.objects.get(title=TOKENS[0])
    Question.objects.filter(pk=first.pk).update(is_asker_hidden=True)
    # A mark says the name.
    assert 'aria-label="Ana Ruivo"' in as_("marta").get(topic.get_absolute_url()).text
    page = as_("tomas").get(topic.get_absolute_url()).text
    assert TOKENS[0] in page
    assert [word for word in ("Ana Ruivo", "Clover") if word in page] == []


def test_topic_tells_what_was_done_with_it(cast: Cast, as_: SignIn, topic: Topic) -> None:
    other = TopicFactory.create(course=cast.course, title="Windows", questions=asked(cast.ana, *DOCKER[:2]))
    (third,) = asked(cast.bruno, "Tokens?")
    at = [NOW + timedelta(minutes=n) for n in range(6)]
    as_("ines").post(f"/topics/{topic.pk}/rename/", {"title": "Tokens", "version": 1})
    as_("ines").post(f"/topics/{topic.pk}/pin/")
    add_to_topic(question=third, topic=topic, by=cast.ines, at=at[1])
    remove_from_topic(question=third, topic=topic, by=cast.ines, at=at[2])
    merge_topics(topic=other, into=topic, by=cast.ines, at=at[3])
    # Merges made and undone before merges were for good.
    other.refresh_from_db()
    other.merged_into = None
    save(other, by=cast.ines, at=at[4])
    shown = as_("ines").get(topic.get_absolute_url()).context["history"]
    assert [(line.field, line.before, line.after) for line in shown] == [
        ("merged topic", "Windows", "—"),
        ("merged topic", "—", "Windows"),
        ("question", "Tokens?", "—"),
        ("question", "—", "Tokens?"),
        ("pinned at", "—", str(NOW)),
        ("name", "—", "Tokens"),
    ]
    assert {line.by for line in shown} == {cast.ines}


def test_the_answer_that_helped_stands_below_the_questions(cast: Cast, as_: SignIn, topic: Topic) -> None:
    first, second = (row.question for row in topic.placements.order_by("question"))
    for question, by, body in (
        (second, cast.person("emre"), "They are *pieces* of words."),
        (first, cast.marta, "See the page."),
        (second, cast.tomas, "See the video."),
    ):
        AnswerFactory.create(question=question, answered_by=by, body=body)
    assert "Answer T Tomás Reis: See the video. 2 more" in words(as_("ines"), topic)
    Answer.objects.filter(body__startswith="They").update(helped_at=NOW)
    assert "Emre Kaya: They are pieces of words. helped somebody 2 more" in words(as_("ines"), topic)


def test_questions_are_taken_out_where_one_asks_for_it(cast: Cast, as_: SignIn, topic: Topic) -> None:
    browser, address = as_("ines"), topic.get_absolute_url()
    assert 'href="?remove=1#questions"' in browser.get(address).text
    assert "Take out" not in browser.get(address).text.replace("Take questions out", "")
    assert f'aria-label="Take out: {TOKENS[0]}"' in browser.get(address, {"remove": "1"}).text
    assert "Take out" not in as_("marta").get(address, {"remove": "1"}).text


@pytest.mark.parametrize("times", [1, 4])
def test_number_of_queries_does_not_grow(
    cast: Cast, as_: SignIn, topic: Topic, times: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(times):
        question = QuestionFactory.create(membership=cast.ana, title=f"Tokens {n}")
        topic.placements.create(question=question, placed_at=NOW, is_by_hand=True)
        twin = QuestionFactory.create(membership=cast.bruno)
        mark_duplicate(question=twin, original=question, by=cast.ines, at=NOW)
        AskFactory.create(question=question, group=cast.juniper, logged_by=cast.tomas)
    for name, queries in (("ines", 18), ("marta", 16)):
        browser = as_(name)
        with django_assert_num_queries(queries):
            assert browser.get(topic.get_absolute_url()).status_code == 200


def test_long_topic_has_pages(cast: Cast, as_: SignIn, topic: Topic) -> None:
    for n in range(30):
        topic.placements.create(
            question=QuestionFactory.create(membership=cast.ana, title=f"Tokens {n}"), placed_at=NOW
        )
    assert len(shown(as_("ines"), topic)) == 25
    second = as_("ines").get(topic.get_absolute_url(), {"page": "2"}).content.decode()
    assert len(titles_in(second)) == 7
