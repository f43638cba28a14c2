"""Questions that may belong to a topic, or to an answered question, until a course admin decides."""

from datetime import timedelta

import pytest

from lib.refusals import Refused
from people.models import User
from questions.actions import answer, change_question
from questions.models import Placement, Topic
from questions.models.topic import topics_to_improve
from tests.conftest import NOW, Cast
from tests.trends.actions.topics.gathering import ALONE, DOCKER, TOKENS, asked, refreshed, titles
from trends.access.topics import topics_to_read
from trends.access.trends import trends_access
from trends.actions.topics import add_to_topic, keep_out, merge_topics, refresh_topics, undo_move

MAC = "How do I install Docker on a Mac?"


def test_question_that_fits_a_topic_almost_may_belong_there_until_somebody_decides(cast: Cast) -> None:
    asked(cast.ana, *DOCKER)
    (mac,) = asked(cast.dalia, "How do I install Docker on a Mac?")
    assert refreshed(cast) == [DOCKER]
    topic = Topic.objects.get()

    def placed() -> tuple[Topic | None, Topic | None, bool]:
        row = Placement.objects.get(question=mac)
        return row.topic, row.may_belong_to, row.is_by_hand

    assert placed() == (None, topic, False)
    add_to_topic(question=mac, topic=topic, by=cast.ines, at=NOW)
    assert placed() == (topic, None, True)
    undo_move(question=mac, topic=topic, by=cast.ines, at=NOW)
    assert placed() == (None, topic, False)
    for _ in range(2):
        keep_out(question=mac, topic=topic, by=cast.ines, at=NOW)
    assert placed() == (None, None, False)
    # Remembered, even where it would be placed.
    mac.title = DOCKER[0]
    change_question(question=mac, by=cast.person("dalia"), at=NOW + timedelta(minutes=1))
    refresh_topics(course=cast.course, at=NOW + timedelta(minutes=2))
    assert placed() == (None, None, False)
    add_to_topic(question=mac, topic=topic, by=cast.ines, at=NOW)
    assert placed() == (topic, None, True)
    with pytest.raises(Refused, match="since"):
        keep_out(question=mac, topic=topic, by=cast.ines, at=NOW)


@pytest.mark.parametrize("is_first", [True, False])
def test_question_that_waits_may_belong_to_one_that_is_answered(cast: Cast, is_first: bool) -> None:
    windows, mac, other = asked(cast.ana, *([DOCKER[0], MAC] if is_first else [MAC, DOCKER[0]]), ALONE[0])
    if not is_first:
        windows, mac = mac, windows
    # While neither is answered, they are no topic, and nothing is offered.
    assert refreshed(cast) == []
    answered_at = NOW + timedelta(seconds=30)
    answer(question=windows, by=cast.marta, at=answered_at, body="With the installer of the course page.")
    refresh_topics(course=cast.course, at=NOW + timedelta(minutes=1))
    topic = Topic.objects.get()
    assert titles(topic) == [windows.title]
    assert list(topic.possible_placements.values_list("question", flat=True)) == [mac.pk]
    # Asked later, one may belong there, too.
    (linux,) = asked(cast.dalia, "How do I install Docker on Linux?")
    refresh_topics(course=cast.course, at=NOW + timedelta(minutes=2))
    assert set(topic.possible_placements.values_list("question", flat=True)) == {mac.pk, linux.pk}
    keep_out(question=mac, topic=topic, by=cast.ines, at=NOW + timedelta(minutes=3))
    add_to_topic(question=linux, topic=topic, by=cast.ines, at=NOW + timedelta(minutes=3))
    assert refreshed(cast, is_all=True) == [[windows.title, linux.title]]
    assert Placement.objects.get(question=mac).may_belong_to is None
    assert Placement.objects.get(question=other).topic is None


def test_new_question_may_belong_to_one_that_was_answered_before(cast: Cast) -> None:
    (windows,) = asked(cast.ana, DOCKER[0])
    answer(question=windows, by=cast.marta, at=NOW - timedelta(minutes=2), body="With the installer.")
    refresh_topics(course=cast.course, at=NOW - timedelta(minutes=1))
    (mac,) = asked(cast.dalia, MAC)
    assert refreshed(cast) == [[DOCKER[0]]]
    assert Placement.objects.get(question=mac).may_belong_to == Topic.objects.get()
    # A topic of one question is told to those who decide, and counted nowhere.
    found = {
        name: topics_to_read(trends_access(User.objects.get(pk=cast.person(name).pk), "llm", NOW)).count()
        for name in ("ines", "marta", "tomas")
    }
    assert found == {"ines": 1, "marta": 0, "tomas": 0}
    assert topics_to_improve(cast.course, NOW) == []


def test_question_may_belong_where_its_topic_was_merged(cast: Cast) -> None:
    asked(cast.ana, *DOCKER, *TOKENS)
    (mac,) = asked(cast.dalia, "How do I install Docker on a Mac?")
    refresh_topics(course=cast.course, at=NOW)
    docker, tokens = Topic.objects.order_by("pk")
    merge_topics(topic=docker, into=tokens, by=cast.ines, at=NOW)
    keep_out(question=mac, topic=tokens, by=cast.ines, at=NOW)
    assert Placement.objects.get(question=mac).may_belong_to is None
    refresh_topics(course=cast.course, at=NOW, is_all=True)
    assert Placement.objects.get(question=mac).may_belong_to is None
