from datetime import timedelta
from typing import Any

import pytest

from lib.refusals import Refused
from questions.actions import remove_question
from questions.models import MaterialChange, MaterialNeed, Question, Topic
from tests.conftest import NOW, TODAY, Cast
from tests.factories.courses import CohortFactory, MaterialFactory, MilestoneFactory
from tests.factories.groups import MembershipFactory
from tests.factories.questions import QuestionFactory
from trends.actions.changes import remove_change, save_change
from trends.actions.needs import note_need, set_state

LATER = NOW + timedelta(days=1)


@pytest.fixture
def question(cast: Cast) -> Question:
    return QuestionFactory.create(membership=cast.ana)


def topic(cast: Cast, **fields: Any) -> Topic:
    return Topic.objects.create(**{"course": cast.course, "title": "Roots", "found_at": NOW, **fields})


def record(cast: Cast, *questions: Question, **fields: Any) -> MaterialChange:
    need, topics = fields.pop("need", None), fields.pop("topics", [])
    return save_change(
        change=MaterialChange(course=cast.course, **{"what": "A drawing", "changed_on": TODAY, **fields}),
        questions=questions,
        topics=topics,
        by=cast.ines,
        at=NOW,
        need=need,
    )


def test_save_change_keeps_what_it_answers_and_who_made_it(cast: Cast, question: Question) -> None:
    roots = topic(cast)
    made = record(cast, question, topics=[roots], milestone=cast.milestones[1])
    assert (made.made_by, made.recorded_at) == (cast.ines, NOW)
    assert (set(made.questions.all()), set(made.topics.all())) == ({question}, {roots})
    line = made.history.get()
    assert (line.history_user, line.history_date) == (cast.ines, NOW)
    assert record(cast, made_by=cast.marta).made_by == cast.marta


def test_save_change_changes_the_need_in_one_step(cast: Cast, question: Question, need: MaterialNeed) -> None:
    made = record(cast, question, need=need)
    need.refresh_from_db()
    assert (need.state, need.change, need.state_since) == ("changed", made, NOW)


def test_save_change_writes_nothing_where_the_need_is_gone(
    cast: Cast, question: Question, need: MaterialNeed
) -> None:
    MaterialNeed.objects.filter(pk=need.pk).delete()
    with pytest.raises(Refused, match="Someone removed this from the list"):
        record(cast, question, need=need)
    assert not MaterialChange.objects.exists()


def test_change_answers_originals_and_topics_that_stand(cast: Cast, question: Question) -> None:
    twin = QuestionFactory.create(membership=cast.bruno, duplicate_of=question, status="duplicate")
    roots = topic(cast)
    merged = topic(cast, merged_into=roots)
    made = record(cast, twin, question, topics=[merged, roots])
    assert list(made.questions.all()) == [question]
    assert list(made.topics.all()) == [roots]


def test_material_brings_its_milestone(cast: Cast) -> None:
    material = MaterialFactory.create(milestone=cast.milestones[2])
    assert record(cast, material=material).milestone == cast.milestones[2]
    with pytest.raises(Refused, match="This material belongs to"):
        record(cast, material=material, milestone=cast.milestones[0])


def test_change_takes_nothing_of_another_course(cast: Cast) -> None:
    statistics = cast.zoe.course_adminships.get().course
    stay = MembershipFactory.create(group__cohort=CohortFactory.create(course=statistics))
    foreign = MilestoneFactory.create(course=statistics)
    with pytest.raises(Refused, match="only choose questions from this course"):
        record(cast, QuestionFactory.create(membership=stay))
    with pytest.raises(Refused, match="only choose topics from this course"):
        record(cast, topics=[topic(cast, course=statistics)])
    with pytest.raises(Refused, match="milestone of another course"):
        record(cast, milestone=foreign)
    with pytest.raises(Refused, match="milestone of another course"):
        record(cast, material=MaterialFactory.create(milestone=foreign))
    assert not MaterialChange.objects.exists()


def test_save_change_counts_a_version_and_answers_anew(cast: Cast, question: Question) -> None:
    made = record(cast, question)
    other = QuestionFactory.create(membership=cast.bruno)
    made.what = "Two drawings"
    save_change(change=made, questions=[other], topics=[], by=cast.marta, at=LATER)
    made.refresh_from_db()
    assert (made.what, made.version, made.changed_by, made.made_by) == (
        "Two drawings",
        2,
        cast.marta,
        cast.ines,
    )
    assert set(made.questions.all()) == {other}


def test_remove_change_lets_its_needs_wait_again(cast: Cast, question: Question, need: MaterialNeed) -> None:
    made = record(cast, question, need=need)
    assert remove_change(change=made, by=cast.ines, at=LATER) == [need]
    assert not MaterialChange.objects.exists()
    need.refresh_from_db()
    assert (need.state, need.change, need.state_since) == ("to_do", None, LATER)
    gone = MaterialChange.history.latest()
    assert (gone.history_type, gone.history_user) == ("-", cast.ines)
    with pytest.raises(Refused, match="Someone removed this change"):
        remove_change(change=MaterialChange(pk=gone.id), by=cast.ines, at=LATER)


def test_remove_change_stays_once_it_was_told(cast: Cast, question: Question, need: MaterialNeed) -> None:
    made = record(cast, question, need=need, told_at=NOW, told_by=cast.ines)
    with pytest.raises(Refused, match="were notified"):
        remove_change(change=made, by=cast.ines, at=LATER)
    need.refresh_from_db()
    assert need.change == made


def test_remove_change_stays_where_its_need_was_noted_anew(
    cast: Cast, question: Question, need: MaterialNeed
) -> None:
    made = record(cast, question, need=need)
    note_need(course=cast.course, thing=question, why="Still asked", by=cast.marta, at=LATER)
    with pytest.raises(Refused, match="added again"):
        remove_change(change=made, by=cast.ines, at=LATER)
    assert MaterialChange.objects.get() == made


def test_question_of_a_need_or_a_change_cannot_be_removed(
    cast: Cast, question: Question, need: MaterialNeed
) -> None:
    with pytest.raises(Refused, match="noted as needing material"):
        remove_question(question=question, by=cast.person("ana"), at=NOW)
    # Settled, it points at the question all the same.
    set_state(need=need, state="wont_change", reason="Too special", by=cast.ines, at=NOW)
    with pytest.raises(Refused, match="needing material"):
        remove_question(question=question, by=cast.person("ana"), at=NOW)
    need.delete()
    made = record(cast, question)
    with pytest.raises(Refused, match="A material change answers"):
        remove_question(question=question, by=cast.person("ana"), at=NOW)
    remove_change(change=made, by=cast.ines, at=NOW)
    remove_question(question=question, by=cast.person("ana"), at=NOW)
    assert not Question.objects.exists()
