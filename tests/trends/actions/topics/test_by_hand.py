from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from lib.refusals import Refused
from questions.actions import change_question, mark_duplicate, undo_duplicate
from questions.models import Placement, Question, Topic
from tests.conftest import NOW, Cast
from tests.factories.courses import CohortFactory, CourseFactory
from tests.factories.groups import GroupFactory, MembershipFactory
from tests.factories.questions import TopicFactory
from tests.trends.actions.topics.gathering import ALONE, DOCKER, TOKENS, asked, gathered, refreshed, titles
from trends.actions.needs import note_need
from trends.actions.topics import (
    add_to_topic,
    make_topic,
    merge_topics,
    pin_topic,
    refresh_topics,
    remove_from_topic,
    undo_move,
    undo_topic,
)
from trends.dashboards.topic_history import topic_history

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def topics(cast: Cast) -> tuple[Topic, Topic]:
    """One about Docker, one about tokens."""
    asked(cast.ana, *DOCKER, *TOKENS)
    refresh_topics(course=cast.course, at=NOW)
    docker, tokens = Topic.objects.order_by("pk")
    return docker, tokens


def of_title(title: str) -> Question:
    return Question.objects.get(title=title)


def state() -> list[tuple[object, ...]]:
    """The topic of every question, and by whose word; which topics are merged."""
    rows = Placement.objects.order_by("question").values_list("question", "topic", "is_by_hand")
    return [*rows, *Topic.objects.order_by("pk").values_list("pk", "merged_into", "representative")]


def test_merge_puts_all_questions_into_the_other(cast: Cast, topics: tuple[Topic, Topic]) -> None:
    docker, tokens = topics
    assert merge_topics(topic=tokens, into=docker, by=cast.ines, at=LATER) == docker
    assert gathered(cast.course) == [[*DOCKER, *TOKENS], []]
    tokens.refresh_from_db()
    assert tokens.merged_into == docker
    assert list(Topic.objects.standing()) == [docker]


def test_topics_merged_earlier_come_along(cast: Cast, topics: tuple[Topic, Topic]) -> None:
    docker, tokens = topics
    third = TopicFactory.create(course=cast.course, questions=asked(cast.ana, *ALONE))
    merge_topics(topic=tokens, into=docker, by=cast.ines, at=LATER)
    merge_topics(topic=docker, into=third, by=cast.ines, at=LATER)
    assert set(Topic.objects.filter(merged_into=third)) == {docker, tokens}
    assert titles(third) == [*DOCKER, *TOKENS, *ALONE]


def test_topic_merges_neither_with_itself_nor_with_another_courses(
    cast: Cast, topics: tuple[Topic, Topic]
) -> None:
    docker, tokens = topics
    with pytest.raises(Refused, match="into itself"):
        merge_topics(topic=docker, into=docker, by=cast.ines, at=LATER)
    with pytest.raises(Refused, match="another course"):
        merge_topics(
            topic=docker, into=TopicFactory.create(course=CourseFactory.create()), by=cast.ines, at=LATER
        )
    merge_topics(topic=tokens, into=docker, by=cast.ines, at=LATER)
    with pytest.raises(Refused, match="merged into"):
        merge_topics(topic=tokens, into=docker, by=cast.ines, at=LATER)


def test_question_removed_from_its_topic_is_in_none_and_can_be_restored(
    cast: Cast, topics: tuple[Topic, Topic]
) -> None:
    before = state()
    question = of_title(DOCKER[2])
    of: dict[str, Any] = {"question": question, "topic": topics[0], "by": cast.ines, "at": LATER}
    remove_from_topic(**of)
    assert gathered(cast.course) == [DOCKER[:2], TOKENS]
    assert Placement.objects.get(question=question).is_by_hand
    with pytest.raises(Refused, match="no longer in"):
        remove_from_topic(**of)
    undo_move(**of, is_removal=True)
    assert state() == before
    # One that was there by hand is not removed again by a second undo.
    add_to_topic(**of)
    before = state()
    remove_from_topic(**of)
    undo_move(**of, is_removal=True)
    with pytest.raises(Refused, match="moved since"):
        undo_move(**of, is_removal=True)
    assert state() == before


def test_question_put_in_leaves_the_other_topic(cast: Cast, topics: tuple[Topic, Topic]) -> None:
    question = of_title(DOCKER[2])
    add_to_topic(question=question, topic=topics[1], by=cast.ines, at=LATER)
    assert gathered(cast.course) == [DOCKER[:2], [DOCKER[2], *TOKENS]]
    undo_move(question=question, topic=topics[1], by=cast.ines, at=LATER)
    assert gathered(cast.course) == [DOCKER, TOKENS]


def test_undo_of_a_second_move_is_done_once(cast: Cast, topics: tuple[Topic, Topic]) -> None:
    docker, tokens = topics
    (question,) = asked(cast.dalia, ALONE[0])
    for topic in topics:
        add_to_topic(question=question, topic=topic, by=cast.ines, at=LATER)
    undo_move(question=question, topic=tokens, by=cast.ines, at=LATER)
    with pytest.raises(Refused, match="moved since"):
        undo_move(question=question, topic=tokens, by=cast.ines, at=LATER)
    assert titles(docker) == [*DOCKER, ALONE[0]]


def test_what_is_added_twice_is_taken_out_by_one_undo(cast: Cast, topics: tuple[Topic, Topic]) -> None:
    (question,) = asked(cast.dalia, ALONE[0])
    before = state()
    for _ in range(2):
        add_to_topic(question=question, topic=topics[1], by=cast.ines, at=LATER)
    undo_move(question=question, topic=topics[1], by=cast.ines, at=LATER)
    assert state() == before


@pytest.mark.parametrize("is_refreshed", [False, True])
def test_what_was_undone_does_not_come_back_after_being_a_duplicate(
    cast: Cast, topics: tuple[Topic, Topic], is_refreshed: bool
) -> None:
    question, original = asked(cast.dalia, *ALONE)
    add_to_topic(question=question, topic=topics[1], by=cast.ines, at=NOW)
    undo_move(question=question, topic=topics[1], by=cast.ines, at=LATER)
    mark_duplicate(question=question, original=original, by=cast.ines, at=LATER)
    if is_refreshed:
        refresh_topics(course=cast.course, at=LATER)
    undo_duplicate(question=question, by=cast.ines, at=LATER + timedelta(hours=1))
    assert not Placement.objects.filter(question=question).exists()
    assert refreshed(cast) == [DOCKER, TOKENS]


def test_question_that_waits_can_be_put_in(cast: Cast, topics: tuple[Topic, Topic]) -> None:
    (question,) = asked(cast.dalia, ALONE[0])
    add_to_topic(question=question, topic=topics[1], by=cast.ines, at=LATER)
    assert refreshed(cast) == [DOCKER, [*TOKENS, ALONE[0]]]
    undo_move(question=question, topic=topics[1], by=cast.ines, at=LATER)
    assert gathered(cast.course) == [DOCKER, TOKENS]
    assert refreshed(cast) == [DOCKER, TOKENS]
    with pytest.raises(Refused, match="was moved since"):
        undo_move(question=question, topic=topics[1], by=cast.ines, at=LATER)


def test_undo_of_a_first_move_is_credited(cast: Cast, topics: tuple[Topic, Topic]) -> None:
    (question,) = asked(cast.dalia, ALONE[0])
    add_to_topic(question=question, topic=topics[1], by=cast.ines, at=LATER)
    undo_move(question=question, topic=topics[1], by=cast.marta, at=LATER + timedelta(minutes=1))
    deleted = Placement.history.get(question=question, history_type="-")
    assert (deleted.history_user, deleted.history_date) == (cast.marta, LATER + timedelta(minutes=1))
    assert [(line.by, line.before) for line in topic_history(topics[1])][:1] == [(cast.marta, ALONE[0])]


def test_only_questions_of_the_course_that_are_no_duplicates_are_put_in(
    cast: Cast, topics: tuple[Topic, Topic]
) -> None:
    group = GroupFactory.create(cohort=CohortFactory.create(course=CourseFactory.create()))
    (stranger,) = asked(MembershipFactory.create(group=group), DOCKER[0])
    with pytest.raises(Refused, match="another course"):
        add_to_topic(question=stranger, topic=topics[0], by=cast.ines, at=LATER)
    (twin,) = asked(cast.dalia, ALONE[0])
    mark_duplicate(question=twin, original=of_title(DOCKER[1]), by=cast.ines, at=LATER)
    twin.refresh_from_db()
    with pytest.raises(Refused, match="is a duplicate"):
        add_to_topic(question=twin, topic=topics[0], by=cast.ines, at=LATER)


def test_move_of_the_last_question_of_a_topic_is_undone(cast: Cast, topics: tuple[Topic, Topic]) -> None:
    before = state()
    for title in TOKENS:
        add_to_topic(question=of_title(title), topic=topics[0], by=cast.ines, at=LATER)
    assert refreshed(cast) == [[*DOCKER, *TOKENS], []]
    for title in TOKENS:
        undo_move(question=of_title(title), topic=topics[0], by=cast.ines, at=LATER)
    assert state() == before


def test_move_is_not_undone_into_a_topic_that_is_gone(cast: Cast, topics: tuple[Topic, Topic]) -> None:
    first, second = (of_title(title) for title in TOKENS)
    add_to_topic(question=first, topic=topics[0], by=cast.ines, at=LATER)
    second.title = DOCKER[0]
    change_question(question=second, by=cast.person("ana"), at=LATER)
    refresh_topics(course=cast.course, at=LATER + timedelta(hours=1))
    assert list(Topic.objects.all()) == [topics[0]]
    with pytest.raises(Refused, match="no longer exists"):
        undo_move(question=first, topic=topics[0], by=cast.ines, at=LATER)


def test_what_is_gone_cannot_be_changed(cast: Cast, topics: tuple[Topic, Topic]) -> None:
    Topic.objects.filter(pk=topics[0].pk).delete()
    with pytest.raises(Refused, match="is gone"):
        pin_topic(topic=topics[0], by=cast.ines, at=LATER)


def test_pin_says_who_and_when_until_unpinned(cast: Cast, topics: tuple[Topic, Topic]) -> None:
    topic = pin_topic(topic=topics[0], by=cast.ines, at=LATER)
    assert (topic.pinned_by, topic.pinned_at) == (cast.ines, LATER)
    again = pin_topic(topic=topic, by=cast.marta, at=LATER)
    assert again.pinned_by == cast.ines
    assert pin_topic(topic=topic, is_pinned=False, by=cast.ines, at=LATER).pinned_at is None
    assert pin_topic(topic=topic, is_pinned=False, by=cast.ines, at=LATER).pinned_by is None
    assert Topic.history.filter(id=topic.pk, history_user=cast.ines).count() == 2


def test_pinned_topic_stays_when_it_is_empty(cast: Cast, topics: tuple[Topic, Topic]) -> None:
    pin_topic(topic=topics[1], by=cast.ines, at=LATER)
    for title in TOKENS:
        question = of_title(title)
        question.title = DOCKER[0]
        change_question(question=question, by=cast.person("ana"), at=LATER)
    refresh_topics(course=cast.course, at=LATER + timedelta(hours=1))
    assert topics[1] in Topic.objects.all()


def test_merged_topics_keep_the_name_that_somebody_gave(cast: Cast, topics: tuple[Topic, Topic]) -> None:
    def names() -> list[str]:
        return list(Topic.objects.order_by("pk").values_list("title", flat=True))

    docker, tokens = topics
    Topic.objects.filter(pk=docker.pk).update(title="Setting up Docker")
    merge_topics(topic=docker, into=tokens, by=cast.ines, at=LATER)
    assert names() == ["Setting up Docker"] * 2
    third = TopicFactory.create(course=cast.course, title="Containers")
    merge_topics(topic=third, into=tokens, by=cast.ines, at=LATER + timedelta(minutes=1))
    assert names() == ["Setting up Docker", "Setting up Docker", "Containers"]


def test_what_was_done_by_hand_outlives_being_a_duplicate(cast: Cast, topics: tuple[Topic, Topic]) -> None:
    docker, tokens = topics
    for topic in topics:
        pin_topic(topic=topic, by=cast.ines, at=NOW)
    alone, original = asked(cast.dalia, *ALONE)
    moved, taken = of_title(DOCKER[0]), of_title(DOCKER[2])
    add_to_topic(question=alone, topic=docker, by=cast.ines, at=NOW)
    add_to_topic(question=moved, topic=tokens, by=cast.ines, at=NOW)
    remove_from_topic(question=taken, topic=docker, by=cast.ines, at=NOW)
    questions = [alone, moved, taken]
    for question in questions:
        mark_duplicate(question=question, original=original, by=cast.ines, at=LATER)
    refresh_topics(course=cast.course, at=LATER)
    assert not Placement.objects.filter(question__in=questions).exists()
    for question in questions:
        undo_duplicate(question=question, by=cast.ines, at=LATER)
    for is_all in (False, True):
        refresh_topics(course=cast.course, at=LATER, is_all=is_all)
        placed = {row.question: (row.topic, row.is_by_hand) for row in Placement.objects.all()}
        assert [placed[question] for question in questions] == [(docker, True), (tokens, True), (None, True)]
    # Its topic was merged meanwhile, or is gone: it stands in the other, or waits.
    mark_duplicate(question=alone, original=original, by=cast.ines, at=LATER)
    mark_duplicate(question=moved, original=original, by=cast.ines, at=LATER)
    refresh_topics(course=cast.course, at=LATER)
    merge_topics(topic=docker, into=tokens, by=cast.ines, at=LATER)
    undo_duplicate(question=alone, by=cast.ines, at=LATER)
    assert Placement.objects.get(question=alone).topic == tokens
    Topic.objects.filter(pk=docker.pk).delete()
    Topic.objects.filter(pk=tokens.pk).delete()
    undo_duplicate(question=moved, by=cast.ines, at=LATER)
    assert not Placement.objects.filter(question=moved).exists()


def test_a_move_that_was_taken_back_does_not_come_again_after_being_a_duplicate(
    cast: Cast, topics: tuple[Topic, Topic]
) -> None:
    docker, _ = topics
    alone, original = asked(cast.dalia, *ALONE)
    add_to_topic(question=alone, topic=docker, by=cast.ines, at=NOW)
    undo_move(question=alone, topic=docker, by=cast.ines, at=NOW)
    mark_duplicate(question=alone, original=original, by=cast.ines, at=LATER)
    undo_duplicate(question=alone, by=cast.ines, at=LATER)
    assert not Placement.objects.filter(question=alone, topic=docker).exists()


@pytest.mark.parametrize("count", [2, 9])
def test_topic_of_many_takes_as_many_queries_as_one_of_two(
    cast: Cast, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    # Half of them were compared before, and are in none; the others wait.
    asked(cast.ana, *(f"{n} {'and ' * n}{n}?" for n in range(count // 2)))
    refresh_topics(course=cast.course, at=NOW)
    asked(cast.dalia, *(f"Waits {n}?" for n in range(count - count // 2)))
    questions = list(Question.objects.select_related("cohort").order_by("pk"))
    assert Placement.objects.filter(topic=None).count() == count // 2
    before = state()
    with django_assert_num_queries(17):
        topic = make_topic(questions=questions, by=cast.ines, at=LATER)
    assert titles(topic) == [question.title for question in questions]
    with django_assert_num_queries(22):
        undo_topic(topic=topic, by=cast.ines, at=LATER)
    assert state() == before


def add_third(topic: Topic, cast: Cast) -> None:
    add_to_topic(question=of_title(DOCKER[0]), topic=topic, by=cast.ines, at=LATER)


def name(topic: Topic, cast: Cast) -> None:
    Topic.objects.filter(pk=topic.pk).update(title="Sessions")


def pin(topic: Topic, cast: Cast) -> None:
    pin_topic(topic=topic, by=cast.ines, at=LATER)


def need(topic: Topic, cast: Cast) -> None:
    note_need(course=cast.course, thing=topic, why="Nowhere said", by=cast.ines, at=LATER)


@pytest.mark.parametrize("change", [add_third, name, pin, need])
def test_topic_with_which_something_was_done_since_is_not_unmade(
    cast: Cast, topics: tuple[Topic, Topic], change: Callable[[Topic, Cast], None]
) -> None:
    topic = make_topic(questions=asked(cast.dalia, *ALONE), by=cast.ines, at=NOW)
    change(topic, cast)
    before = state()
    with pytest.raises(Refused, match="stays: since it was made, it got"):
        undo_topic(topic=topic, by=cast.ines, at=LATER)
    assert state() == before
