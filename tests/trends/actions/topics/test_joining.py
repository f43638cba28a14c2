"""Of a question in no topic people say whether it asks the same as the one that it is likest."""

from datetime import timedelta

import pytest

from lib.refusals import Refused
from questions.actions import answer, change_question, mark_duplicate, mark_not_the_same
from questions.models import Placement, Question, Topic
from tests.conftest import NOW, Cast
from tests.trends.actions.topics.gathering import ALONE, DOCKER, asked, refreshed, titles
from trends.actions.topics import add_to_topic, join_topics, refresh_topics, undo_join
from trends.actions.topics.waiting import waiting_questions

MAC = "How do I install Docker on a Mac?"


def likest(question: Question) -> Question | None:
    return Placement.objects.get(question=question).likest


def test_question_in_no_topic_keeps_the_earlier_one_that_it_is_likest(cast: Cast) -> None:
    windows, other = asked(cast.ana, DOCKER[0], ALONE[0])
    (mac,) = asked(cast.dalia, MAC)
    assert refreshed(cast) == []
    assert [likest(each) for each in (windows, other, mac)] == [None, None, windows]
    assert Placement.objects.get(question=mac).likeness > 0.18
    # In a topic it needs nobody's answer.
    answer(question=windows, by=cast.marta, at=NOW + timedelta(seconds=1), body="With the installer.")
    answer(question=mac, by=cast.marta, at=NOW + timedelta(seconds=1), body="With the installer.")
    refresh_topics(course=cast.course, at=NOW + timedelta(minutes=1))
    assert [titles(topic) for topic in Topic.objects.all()] == [[windows.title, mac.title]]
    assert likest(mac) is None


def test_two_in_no_topic_found_one_and_part_again(cast: Cast) -> None:
    (windows,) = asked(cast.ana, DOCKER[0])
    (mac,) = asked(cast.dalia, MAC)
    refresh_topics(course=cast.course, at=NOW)
    topic = join_topics(question=mac, other=windows, by=cast.marta, at=NOW)
    assert titles(topic) == [windows.title, mac.title]
    assert topic.history.earliest().history_user == cast.marta
    assert refreshed(cast, is_all=True) == [[windows.title, mac.title]]
    undo_join(question=mac, other=windows, by=cast.marta, at=NOW + timedelta(minutes=1))
    assert not Topic.objects.exists()
    assert (likest(mac), likest(windows)) == (windows, None)
    with pytest.raises(Refused, match="moved since"):
        undo_join(question=mac, other=windows, by=cast.marta, at=NOW + timedelta(minutes=1))


def test_two_stay_together_once_a_third_joined_the_topic_that_they_founded(cast: Cast) -> None:
    windows, alone = asked(cast.ana, DOCKER[0], ALONE[0])
    (mac,) = asked(cast.dalia, MAC)
    topic = join_topics(question=mac, other=windows, by=cast.marta, at=NOW)
    add_to_topic(question=alone, topic=topic, by=cast.ines, at=NOW + timedelta(minutes=1))
    with pytest.raises(Refused, match="stays: since it was made, it got another question"):
        undo_join(question=mac, other=windows, by=cast.marta, at=NOW + timedelta(minutes=2))
    assert titles(topic) == [windows.title, alone.title, mac.title]


def test_question_joins_the_topic_of_the_other_and_leaves_it_again(cast: Cast) -> None:
    windows, *_ = asked(cast.ana, *DOCKER)
    (mac,) = asked(cast.dalia, MAC)
    assert refreshed(cast) == [DOCKER]
    near = likest(mac)
    assert near is not None
    assert near.title in DOCKER
    topic = join_topics(question=mac, other=near, by=cast.ines, at=NOW)
    assert titles(topic) == [*DOCKER, MAC]
    with pytest.raises(Refused, match="has been put into a topic"):
        join_topics(question=mac, other=windows, by=cast.ines, at=NOW)
    undo_join(question=mac, other=near, by=cast.ines, at=NOW)
    assert titles(topic) == DOCKER
    assert likest(mac) == near
    # What was added by hand from elsewhere stays when this is undone.
    join_topics(question=mac, other=near, by=cast.ines, at=NOW)
    add_to_topic(question=windows, topic=topic, by=cast.ines, at=NOW + timedelta(minutes=1))
    undo_join(question=mac, other=near, by=cast.ines, at=NOW + timedelta(minutes=2))
    assert titles(topic) == DOCKER


def test_question_that_was_said_to_differ_from_one_of_a_topic_never_joins_it(cast: Cast) -> None:
    asked(cast.ana, *DOCKER)
    (mac,) = asked(cast.dalia, MAC)
    refresh_topics(course=cast.course, at=NOW)
    near = likest(mac)
    assert near is not None
    mark_not_the_same(question=mac, other=near, by=cast.ines, at=NOW)
    mac.title = DOCKER[0]
    change_question(question=mac, by=cast.person("dalia"), at=NOW + timedelta(minutes=1))
    refresh_topics(course=cast.course, at=NOW + timedelta(minutes=2))
    assert Placement.objects.get(question=mac).topic is None
    assert likest(mac) not in (None, near)


def test_question_is_compared_again_once_its_likest_one_is_a_duplicate(cast: Cast) -> None:
    windows, linux = asked(cast.ana, DOCKER[0], "How do I start the database?")
    (mac,) = asked(cast.dalia, MAC)
    refresh_topics(course=cast.course, at=NOW)
    mark_duplicate(question=windows, original=linux, by=cast.marta, at=NOW)
    assert list(waiting_questions(cast.course)) == [mac]
    refresh_topics(course=cast.course, at=NOW)
    assert likest(mac) != windows
    assert not waiting_questions(cast.course).exists()
