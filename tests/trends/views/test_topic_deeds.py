"""A course admin's work with topics, page by page: rename, pin, merge, take out, put in; and back again."""

import re
from html import unescape

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from questions.models import Question, Topic
from tests.conftest import Cast, SignIn
from tests.factories.courses import CohortFactory, CourseFactory
from tests.factories.groups import GroupFactory, MembershipFactory
from tests.factories.questions import TopicFactory
from tests.trends.actions.topics.gathering import ALONE, DOCKER, TOKENS, asked, titles


@pytest.fixture
def docker(cast: Cast) -> Topic:
    return TopicFactory.create(course=cast.course, questions=asked(cast.ana, *DOCKER))


@pytest.fixture
def tokens(cast: Cast) -> Topic:
    return TopicFactory.create(course=cast.course, questions=asked(cast.dalia, *TOKENS))


def post(browser: Client, topic: Topic, deed: str, **fields: object) -> str:
    """Post, follow, and return the text of the page."""
    response = browser.post(f"/topics/{topic.pk}/{deed}/", fields, follow=True)
    return text(response.content.decode())


def text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def undo(browser: Client, topic: Topic, deed: str, **fields: object) -> str:
    """Post, and press the button in the message that tells of it."""
    html = browser.post(f"/topics/{topic.pk}/{deed}/", fields, follow=True).content.decode()
    form = html[: html.index(">Undo<")].rpartition("<form")[2]
    found = re.search(r'action="(/topics/[^"]*)"', form)
    assert found
    chosen = re.search(r'name="chosen" value="(\d+)"', form)
    response = browser.post(found[1], {"chosen": chosen[1]} if chosen else {}, follow=True)
    return text(response.content.decode())


def test_topic_is_renamed_and_named_by_its_question_again(cast: Cast, as_: SignIn, docker: Topic) -> None:
    assert "Renamed to “Windows”." in post(as_("ines"), docker, "rename", title=" Windows ", version=1)
    docker.refresh_from_db()
    assert (str(docker), docker.changed_by) == ("Windows", cast.ines)
    assert "Topic name removed" in post(as_("ines"), docker, "rename", title="", version=2)
    docker.refresh_from_db()
    assert str(docker) == DOCKER[0]


def test_renaming_is_undone(as_: SignIn, docker: Topic) -> None:
    post(as_("ines"), docker, "rename", title="Docker", version=1)
    url = f"/topics/{docker.pk}/rename/"
    answer = as_("ines").post(url, {"title": "Windows", "version": 2}, follow=True)
    (message,) = answer.context["messages"]
    assert f'action="{url}"' in str(message)
    assert 'name="title" value="Docker"' in str(message)
    # The button sends what it was called, and no version.
    as_("ines").post(url, {"title": "Docker"})
    docker.refresh_from_db()
    assert docker.title == "Docker"


def test_second_to_rename_sees_both_names(as_: SignIn, docker: Topic) -> None:
    post(as_("ines"), docker, "rename", title="Windows", version=1)
    response = as_("ines").post(f"/topics/{docker.pk}/rename/", {"title": "Docker", "version": 1})
    assert response.status_code == 409
    assert "Windows" in response.content.decode()
    docker.refresh_from_db()
    assert docker.title == "Windows"


def test_topic_is_pinned_and_unpinned(as_: SignIn, docker: Topic) -> None:
    assert "Pinned “" in post(as_("ines"), docker, "pin")
    docker.refresh_from_db()
    assert docker.pinned_at
    assert "Unpinned “" in post(as_("ines"), docker, "unpin")
    assert "Unpinned “" in undo(as_("ines"), docker, "pin")
    docker.refresh_from_db()
    assert docker.pinned_at is None


def test_topic_to_merge_with_is_found_by_search(
    cast: Cast, as_: SignIn, docker: Topic, tokens: Topic
) -> None:
    Topic.objects.filter(pk=tokens.pk).update(title="Pieces")
    elsewhere = CohortFactory.create(course=CourseFactory.create())
    stay = MembershipFactory.create(group=GroupFactory.create(cohort=elsewhere))
    TopicFactory.create(course=elsewhere.course, questions=asked(stay, *TOKENS))
    url = f"/topics/{docker.pk}/merge/"

    def found(**address: object) -> list[str]:
        html = as_("ines").get(url, address).content.decode()
        return re.findall(r'href="\?chosen=(\d+)"', html)

    assert found() == []
    assert found(q="tokens") == [str(tokens.pk)]
    assert found(q="pieces") == [str(tokens.pk)]
    assert found(q="docker") == []
    assert "No other topic matches" in as_("ines").get(url, {"q": "docker"}).content.decode()
    page = text(as_("ines").get(url, {"chosen": tokens.pk}).content.decode())
    assert (
        f"This topic {DOCKER[0]} (3 questions, asked 3 times) Merge into Pieces (2 questions, asked 2 times)"
        in page
    )
    assert found(chosen=999_999, q="x") == []


def test_topics_are_merged_for_good(as_: SignIn, docker: Topic, tokens: Topic) -> None:
    assert f"Merged “{DOCKER[0]}” into “{TOKENS[0]}”." in post(as_("ines"), docker, "merge", chosen=tokens.pk)
    assert titles(tokens) == sorted(
        [*DOCKER, *TOKENS], key=lambda title: Question.objects.get(title=title).pk
    )
    assert "was merged into" in post(as_("ines"), docker, "pin")
    assert "was merged into" in post(as_("ines"), docker, "merge", chosen=tokens.pk)
    assert "cannot be merged into itself" in post(as_("ines"), tokens, "merge", chosen=tokens.pk)


def test_topic_of_another_course_is_none_to_merge_with(as_: SignIn, docker: Topic) -> None:
    other = TopicFactory.create(course=CourseFactory.create())
    response = as_("ines").post(f"/topics/{docker.pk}/merge/", {"chosen": other.pk})
    assert response.status_code == 404
    assert as_("ines").post(f"/topics/{docker.pk}/merge/", {"chosen": "x"}).status_code == 404
    assert titles(docker) == DOCKER


def test_question_is_removed_from_a_topic_and_restored(as_: SignIn, docker: Topic) -> None:
    question = Question.objects.get(title=DOCKER[1])
    assert "It won't be added to one automatically." in post(
        as_("ines"), docker, "questions/remove", chosen=question.pk
    )
    assert titles(docker) == [DOCKER[0], DOCKER[2]]
    assert "is no longer in" in post(as_("ines"), docker, "questions/remove", chosen=question.pk)
    assert "” back." in post(as_("ines"), docker, "questions/remove/undo", chosen=question.pk)
    assert titles(docker) == DOCKER
    assert "was moved since" in post(as_("ines"), docker, "questions/remove/undo", chosen=question.pk)


def test_undo_of_the_message_puts_back(as_: SignIn, docker: Topic) -> None:
    question = Question.objects.get(title=DOCKER[1])
    assert "” back." in undo(as_("ines"), docker, "questions/remove", chosen=question.pk)
    assert titles(docker) == DOCKER


def test_last_question_of_a_topic_is_removed_and_restored(cast: Cast, as_: SignIn) -> None:
    (question,) = asked(cast.ana, ALONE[0])
    topic = TopicFactory.create(course=cast.course, questions=[question])
    page = post(as_("ines"), topic, "questions/remove", chosen=question.pk)
    assert "It won't be added to one automatically." in page
    assert "No questions are left" in page
    post(as_("ines"), topic, "questions/remove/undo", chosen=question.pk)
    assert "” back." in undo(as_("ines"), topic, "questions/remove", chosen=question.pk)
    assert titles(topic) == [ALONE[0]]


def test_last_question_of_a_topic_is_put_into_another_and_back(
    cast: Cast, as_: SignIn, docker: Topic
) -> None:
    (question,) = asked(cast.ana, ALONE[0])
    topic = TopicFactory.create(course=cast.course, questions=[question])
    assert "” back." in undo(as_("ines"), docker, "questions/add", chosen=question.pk)
    assert (titles(docker), titles(topic)) == (DOCKER, [ALONE[0]])


def test_question_is_found_and_put_in(cast: Cast, as_: SignIn, docker: Topic) -> None:
    (question,) = asked(cast.dalia, ALONE[0])
    url = f"/topics/{docker.pk}/questions/add/"
    assert "Add" not in text(as_("ines").get(url).content.decode()).replace("Add a question", "").replace(
        "Add which question?", ""
    )
    assert "No other question matches" in as_("ines").get(url, {"q": "Docker"}).content.decode()
    assert ALONE[0] in text(as_("ines").get(url, {"q": "live session"}).content.decode())
    assert "” to the topic." in post(as_("ines"), docker, "questions/add", chosen=question.pk)
    assert titles(docker) == [*DOCKER, ALONE[0]]


def test_question_of_another_course_is_none_to_put_in(as_: SignIn, docker: Topic) -> None:
    elsewhere = GroupFactory.create(cohort=CohortFactory.create(course=CourseFactory.create()))
    (question,) = asked(MembershipFactory.create(group=elsewhere), ALONE[0])
    for deed in ("questions/add", "questions/add/undo", "questions/remove", "questions/remove/undo"):
        response = as_("ines").post(f"/topics/{docker.pk}/{deed}/", {"chosen": question.pk})
        assert response.status_code == 404
    assert titles(docker) == DOCKER


@pytest.mark.parametrize("times", [1, 4])
def test_number_of_queries_of_a_search_does_not_grow(
    cast: Cast, as_: SignIn, docker: Topic, times: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(times):
        TopicFactory.create(course=cast.course, questions=asked(cast.dalia, f"Tokens {n}", f"Tokens, {n}"))
    browser = as_("ines")
    with django_assert_num_queries(12):
        assert browser.get(f"/topics/{docker.pk}/merge/", {"q": "tokens"}).status_code == 200
    with django_assert_num_queries(8):
        assert browser.get(f"/topics/{docker.pk}/questions/add/", {"q": "tokens"}).status_code == 200
