from datetime import timedelta
from itertools import count

import pytest
from pytest_django import DjangoAssertNumQueries

from questions.actions import (
    answer,
    change_question,
    mark_duplicate,
    remove_question,
    undo_duplicate,
)
from questions.models import MaterialNeed, NotTheSame, Placement, Topic
from tests.conftest import NOW, Cast
from tests.factories.courses import CohortFactory, CourseFactory
from tests.factories.groups import GroupFactory, MembershipFactory
from tests.factories.questions import AskFactory
from tests.trends.actions.topics.gathering import ALONE, DOCKER, TOKENS, asked, gathered, refreshed, titles
from trends.actions.topics import (
    add_to_topic,
    refresh_topics,
    refreshing,
    remove_from_topic,
    waiting_questions,
)
from trends.actions.topics.candidates import Candidates


def test_like_questions_are_gathered_and_nobody_is_a_topic_alone(cast: Cast) -> None:
    asked(cast.ana, DOCKER[0], ALONE[0], TOKENS[0])
    asked(cast.dalia, TOKENS[1], DOCKER[1], ALONE[1], DOCKER[2])
    assert refreshed(cast) == [TOKENS, DOCKER]
    alone = Placement.objects.filter(topic=None).order_by("question")
    assert list(alone.values_list("question__title", flat=True)) == ALONE


def test_topics_gather_over_the_cohorts_of_a_course_and_not_over_courses(cast: Cast) -> None:
    asked(cast.ana, DOCKER[0])
    spring = CohortFactory.create(course=cast.course)
    asked(MembershipFactory.create(group=GroupFactory.create(cohort=spring)), DOCKER[1])
    elsewhere = CohortFactory.create(course=CourseFactory.create())
    asked(MembershipFactory.create(group=GroupFactory.create(cohort=elsewhere)), DOCKER[2])
    assert refreshed(cast) == [DOCKER[:2]]
    refresh_topics(course=elsewhere.course, at=NOW)
    assert gathered(elsewhere.course) == []


def test_topic_stays_itself_when_a_question_joins(cast: Cast) -> None:
    asked(cast.ana, *DOCKER[:2])
    refresh_topics(course=cast.course, at=NOW)
    topic = Topic.objects.get()
    asked(cast.dalia, TOKENS[0], DOCKER[2])
    done = refresh_topics(course=cast.course, at=NOW + timedelta(hours=1))
    assert (done.looked_at, done.placed, done.found) == (2, 1, 0)
    assert Topic.objects.get() == topic
    assert titles(topic) == DOCKER


def test_refreshing_twice_changes_nothing(cast: Cast) -> None:
    asked(cast.ana, *DOCKER, *TOKENS, *ALONE)
    refresh_topics(course=cast.course, at=NOW)
    before = list(Placement.history.values_list("history_id"))
    done = refresh_topics(course=cast.course, at=NOW + timedelta(hours=1))
    assert (done.looked_at, done.placed, done.found) == (0, 0, 0)
    assert list(Placement.history.values_list("history_id")) == before


@pytest.mark.parametrize("batch", [1, 2, 3, 100])
def test_batches_of_any_size_gather_the_same(cast: Cast, batch: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refreshing, "BATCH", batch)
    asked(cast.ana, DOCKER[0], TOKENS[0], ALONE[0], DOCKER[1], TOKENS[1], ALONE[1], DOCKER[2])
    assert refreshed(cast) == [DOCKER, TOKENS]


def test_one_a_day_gathers_the_same_as_all_at_once(cast: Cast) -> None:
    for title in (DOCKER[0], TOKENS[0], ALONE[0], DOCKER[1], TOKENS[1], ALONE[1], DOCKER[2]):
        asked(cast.ana, title)
        refresh_topics(course=cast.course, at=NOW)
    assert gathered(cast.course) == [DOCKER, TOKENS]


def test_edited_question_moves_where_it_belongs(cast: Cast) -> None:
    first, *_ = asked(cast.ana, *DOCKER, *TOKENS)
    refresh_topics(course=cast.course, at=NOW - timedelta(minutes=1))
    first.title = "Are tokens not words? Why?"
    change_question(question=first, by=cast.person("ana"), at=NOW)
    assert waiting_questions(cast.course).count() == 1
    assert refreshed(cast) == [DOCKER[1:], [first.title, *TOKENS]]


def test_edited_question_that_still_fits_stays(cast: Cast) -> None:
    first, *_ = asked(cast.ana, *DOCKER)
    refresh_topics(course=cast.course, at=NOW - timedelta(minutes=1))
    first.title = "How do I install Docker on Windows 11?"
    change_question(question=first, by=cast.person("ana"), at=NOW)
    assert refreshed(cast) == [[first.title, *DOCKER[1:]]]


def test_first_answer_is_looked_at_and_later_ones_and_asks_are_not(cast: Cast) -> None:
    first, second, *_ = asked(cast.ana, *DOCKER)
    server, pictures = asked(
        cast.dalia, "Wombat server refuses my password", "Password for the wombats' pictures?"
    )
    refresh_topics(course=cast.course, at=NOW - timedelta(minutes=1))
    assert gathered(cast.course) == [DOCKER]
    body = "Renew the ticket of the wombat server: the keeper in the office of the zoo does it on Tuesday."
    for question in (first, server, pictures):
        answer(question=question, by=cast.marta, at=NOW, body=body)
    assert waiting_questions(cast.course).count() == 3
    refresh_topics(course=cast.course, at=NOW + timedelta(minutes=1))
    assert gathered(cast.course) == [DOCKER, [server.title, pictures.title]]
    answer(question=first, by=cast.marta, at=NOW + timedelta(minutes=2), body="Or so.")
    AskFactory.create(question=second, group=cast.juniper, logged_by=cast.tomas)
    assert waiting_questions(cast.course).count() == 0


def test_topic_of_one_is_hidden_and_itself_again_when_one_joins(cast: Cast) -> None:
    first, _ = asked(cast.ana, *DOCKER[:2])
    refresh_topics(course=cast.course, at=NOW - timedelta(minutes=1))
    topic = Topic.objects.get()
    first.title = ALONE[0]
    change_question(question=first, by=cast.person("ana"), at=NOW)
    assert refreshed(cast) == [[DOCKER[1]]]
    asked(cast.dalia, DOCKER[2])
    assert refreshed(cast) == [DOCKER[1:]]
    assert Topic.objects.get() == topic


def test_duplicate_leaves_and_comes_back_when_it_is_none(cast: Cast) -> None:
    first, _, third = asked(cast.ana, *DOCKER)
    refresh_topics(course=cast.course, at=NOW)
    mark_duplicate(question=third, original=first, by=cast.marta, at=NOW)
    assert waiting_questions(cast.course).count() == 0
    assert refreshed(cast) == [DOCKER[:2]]
    assert not Placement.objects.filter(question=third).exists()
    undo_duplicate(question=third, by=cast.marta, at=NOW)
    assert refreshed(cast) == [DOCKER]


def test_empty_topic_goes_unless_something_points_at_it(cast: Cast) -> None:
    docker, tokens = asked(cast.ana, *DOCKER[:2]), asked(cast.ana, *TOKENS)
    refresh_topics(course=cast.course, at=NOW)
    needed = docker[0].placement.topic
    MaterialNeed.objects.create(
        course=cast.course, topic=needed, why="Asked again", noted_at=NOW, noted_by=cast.ines, state_since=NOW
    )
    (other,) = asked(cast.dalia, ALONE[0])
    for question in (*docker, *tokens):
        mark_duplicate(question=question, original=other, by=cast.ines, at=NOW)
    assert refreshed(cast) == [[]]
    assert Topic.objects.get() == needed
    assert Topic.history.filter(history_type="-").count() == 1


def test_question_removed_leaves_its_topic(cast: Cast) -> None:
    questions = asked(cast.ana, *DOCKER)
    refresh_topics(course=cast.course, at=NOW)
    remove_question(question=questions[0], by=cast.person("ana"), at=NOW)
    assert refreshed(cast) == [DOCKER[1:]]
    asked(cast.dalia, "Install Docker on Windows, how?")
    assert refreshed(cast) == [[*DOCKER[1:], "Install Docker on Windows, how?"]]


def test_not_the_same_is_never_gathered(cast: Cast) -> None:
    first, second = asked(cast.ana, *DOCKER[:2])
    NotTheSame.objects.create(question=first, other=second, said_by=cast.marta, said_at=NOW)
    assert refreshed(cast) == []
    asked(cast.dalia, DOCKER[2])
    assert refreshed(cast) == [[DOCKER[0], DOCKER[2]]]


def test_not_the_same_said_of_a_duplicate_counts_for_its_original(cast: Cast) -> None:
    first, second, third = asked(cast.ana, *DOCKER)
    mark_duplicate(question=third, original=second, by=cast.marta, at=NOW)
    NotTheSame.objects.create(question=first, other=third, said_by=cast.marta, said_at=NOW)
    assert refreshed(cast) == []


def test_not_the_same_said_later_parts_them(cast: Cast) -> None:
    first, _, third = asked(cast.ana, *DOCKER)
    refresh_topics(course=cast.course, at=NOW - timedelta(minutes=1))
    NotTheSame.objects.create(question=first, other=third, said_by=cast.marta, said_at=NOW)
    assert refreshed(cast) == [DOCKER[:2]]
    assert waiting_questions(cast.course).count() == 0


def test_placement_by_hand_stays(cast: Cast) -> None:
    first, second, third = asked(cast.ana, *DOCKER[:2], ALONE[0])
    tokens = asked(cast.ana, *TOKENS)
    refresh_topics(course=cast.course, at=NOW - timedelta(minutes=2))
    topic, other = second.placement.topic, tokens[0].placement.topic
    remove_from_topic(question=first, topic=topic, by=cast.ines, at=NOW - timedelta(minutes=1))
    add_to_topic(question=third, topic=other, by=cast.ines, at=NOW - timedelta(minutes=1))
    for question in (first, third):
        question.detail = "I use Windows 11."
        change_question(question=question, by=cast.person("ana"), at=NOW)
    assert refreshed(cast) == [[DOCKER[1]], [ALONE[0], *TOKENS]]
    assert refreshed(cast, is_all=True) == [[DOCKER[1]], [ALONE[0], *TOKENS]]
    # A question that was taken out draws no other to it.
    asked(cast.dalia, "Docker on Windows: how do I install it?")
    assert refreshed(cast)[0] == [DOCKER[1], "Docker on Windows: how do I install it?"]


def test_looking_at_all_again_keeps_the_topics(cast: Cast) -> None:
    asked(cast.ana, *DOCKER, *TOKENS, *ALONE)
    refresh_topics(course=cast.course, at=NOW)
    before = list(Topic.objects.values_list("pk"))
    done = refresh_topics(course=cast.course, at=NOW, is_all=True)
    assert (done.looked_at, done.placed, done.found) == (7, 5, 0)
    assert gathered(cast.course) == [DOCKER, TOKENS]
    assert list(Topic.objects.values_list("pk")) == before


def test_most_asked_question_stands_for_the_others_then_an_answered_one(cast: Cast) -> None:
    first, second, third = asked(cast.ana, *DOCKER)
    refresh_topics(course=cast.course, at=NOW)
    assert Topic.objects.get().representative in (first, second, third)
    answer(question=second, by=cast.marta, at=NOW, body="Like so.")
    refresh_topics(course=cast.course, at=NOW, is_all=True)
    assert Topic.objects.get().representative == second
    AskFactory.create(question=third, group=cast.juniper, logged_by=cast.tomas)
    refresh_topics(course=cast.course, at=NOW, is_all=True)
    assert Topic.objects.get().representative == third
    assert titles(Topic.objects.get()) == DOCKER


def test_another_question_stands_for_the_others_once_it_is_removed(cast: Cast) -> None:
    first, second, third = asked(cast.ana, *DOCKER)
    refresh_topics(course=cast.course, at=NOW)
    Topic.objects.update(representative=first)
    remove_question(question=first, by=cast.person("ana"), at=NOW)
    assert Topic.objects.get().representative == second
    # However it is deleted, at the next refresh.
    second.delete()
    assert str(Topic.objects.get()) == "Topic without a name"
    refresh_topics(course=cast.course, at=NOW)
    assert Topic.objects.get().representative == third
    third.delete()
    refresh_topics(course=cast.course, at=NOW)
    assert Topic.objects.get().representative is None


@pytest.mark.parametrize("times", [1, 4])
def test_number_of_queries_grows_with_batches_not_questions(
    cast: Cast,
    times: int,
    django_assert_num_queries: DjangoAssertNumQueries,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(refreshing, "BATCH", 1_000)
    number = count()
    for _ in range(times):
        asked(cast.ana, *(f"{title} {next(number) // 7}" for title in (*DOCKER, *TOKENS, *ALONE)))
    with django_assert_num_queries(24):
        done = refresh_topics(course=cast.course, at=NOW)
    assert done.looked_at == 7 * times
    assert done.found > 0


def test_fifty_questions_are_compared_with_each_that_waits(cast: Cast) -> None:
    last = asked(cast.ana, *["Which chunk size is best?"] * 60)[-1]
    assert len(Candidates(cast.course, [last.pk]).of(last.pk)) == 50


def test_title_with_common_words_only_is_placed(cast: Cast) -> None:
    asked(cast.ana, "How do I do this?", "How do I do this?", "???", "???")
    assert refreshed(cast) == [["How do I do this?"] * 2]


def test_course_without_questions_has_no_topics(cast: Cast) -> None:
    done = refresh_topics(course=cast.course, at=NOW)
    assert (done.looked_at, done.found) == (0, 0)
