"""The recipients of an answer and a material change: who asked, and may still see it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from groups.models import Enrolment
from lib.refusals import Refused
from people.actions.limits import MAILS, spend
from people.models import Event
from questions.actions import answer, ask, ask_again, mark_duplicate
from questions.actions.telling import recipients, recipients_of_change, tell_of_change
from questions.models import MaterialChange, Question
from tests.conftest import NOW, Cast
from tests.factories.groups import MembershipFactory
from tests.factories.people import UserFactory
from tests.factories.questions import AskFactory, QuestionFactory, TopicFactory
from tests.questions.known import stay_in_spring


@pytest.fixture
def question(cast: Cast) -> Question:
    """Asked by Ana, who hides it, and again by Bruno and Dalia."""
    made = ask(
        group=cast.clover, by=cast.person("ana"), at=NOW, title="Why the\nroot?", is_asker_hidden=True,
        milestone=cast.milestones[0],
    )  # fmt: skip
    for name, group in (("bruno", cast.clover), ("dalia", cast.juniper)):
        ask_again(question=made, group=group, by=cast.person(name), at=NOW)
    return made


def test_mails_that_a_person_causes_are_limited(cast: Cast, question: Question) -> None:
    spend(MAILS, by=cast.marta, at=NOW, number=498)
    with pytest.raises(Refused, match="caused 500 e-mails"):
        answer(question=question, by=cast.marta, at=NOW, body="Because.")
    assert not question.answers.exists()
    # Three who asked, of whom two are too many: a quarter of a minute at 500 an hour.
    answer(question=question, by=cast.marta, at=NOW + timedelta(minutes=1), body="Because.")


def change_of(cast: Cast, *, questions: tuple[Question, ...] = (), topic: bool = False) -> MaterialChange:
    change = MaterialChange.objects.create(
        course=cast.course, made_by=cast.ines, what="We explain the root first.", url="https://example.com/root",
        changed_on=NOW.date(), recorded_at=NOW,
    )  # fmt: skip
    if topic:
        change.topics.add(TopicFactory.create(course=cast.course, questions=list(questions)))
    else:
        change.questions.set(questions)
    return change


def test_who_tells_is_not_mailed_and_nobody_to_tell_is_said(cast: Cast) -> None:
    own = ask(group=cast.clover, by=cast.marta, at=NOW, title="Logged")
    change = change_of(cast, questions=(own,))
    with pytest.raises(Refused, match="nobody to notify"):
        tell_of_change(change=change, by=cast.marta, at=NOW)
    change.refresh_from_db()
    assert change.told_at is None
    assert not Event.objects.filter(kind="material_changed").exists()


def test_a_duplicate_among_the_questions_tells_those_of_its_original(cast: Cast, question: Question) -> None:
    copy = QuestionFactory.create(membership=cast.chidi, title="The same")
    mark_duplicate(question=copy, original=question, by=cast.marta, at=NOW)
    told = recipients_of_change(change_of(cast, questions=(copy,)), NOW, by=cast.ines)
    assert [one.name for one in told] == ["Ana Ruivo", "Bruno Sá", "Chidi Okafor", "Dalia Haddad"]


def test_each_is_told_of_what_they_asked_and_may_still_see(cast: Cast) -> None:
    spring = stay_in_spring(cast, "Olga Kask")
    then = datetime(2026, 3, 4, 10, tzinfo=UTC)
    of_course = QuestionFactory.create(membership=spring, visibility="course", asked_at=then)
    of_group = QuestionFactory.create(membership=cast.emre, visibility="group")
    AskFactory.create(
        question=of_group, group=cast.juniper, enrolment=cast.enrolment("fatima"), logged_by=cast.tomas
    )
    AskFactory.create(
        question=of_group, group=cast.clover, enrolment=cast.enrolment("ana"), logged_by=cast.marta
    )
    told = recipients_of_change(change_of(cast, questions=(of_course, of_group)), NOW, by=cast.ines)
    assert [one.name for one in told] == ["Emre Kaya", "Fátima Nunes", "Olga Kask"]


def test_telling_asks_as_often_for_four_as_for_one(cast: Cast) -> None:
    counts = set()
    for count in (1, 4):
        questions = []
        for n in range(count):
            stay = MembershipFactory.create(
                group=cast.clover,
                person=UserFactory.create(name=f"Person {n}", email=f"p{count}-{n}@example.com"),
            )
            questions.append(QuestionFactory.create(membership=stay))
            AskFactory.create(
                question=questions[0], group=cast.clover, enrolment=stay.enrolment, logged_by=cast.marta,
                asked_at=datetime(2026, 9, 15, 10, tzinfo=UTC),
            )  # fmt: skip
        change = change_of(cast, questions=tuple(questions))
        with CaptureQueriesContext(connection) as queries:
            assert len(recipients_of_change(change, NOW, by=cast.ines)) == count
        counts.add(len(queries))
    assert counts == {6}


def test_somebody_in_no_group_any_more_sees_nothing_and_is_not_told(cast: Cast, question: Question) -> None:
    Enrolment.objects.filter(pk=cast.ana.enrolment_id).update(
        cohort=stay_in_spring(cast, "Olga Kask").group.cohort
    )
    cast.ana.delete()
    told = recipients(Question.objects.filter(pk=question.pk), at=NOW)
    assert [one.name for one in told] == ["Bruno Sá", "Dalia Haddad"]


def test_a_topic_that_was_merged_since_tells_those_of_the_other_one(cast: Cast, question: Question) -> None:
    change = change_of(cast, topic=True)
    other = TopicFactory.create(course=cast.course, questions=[question])
    change.topics.update(merged_into=other)
    told = recipients_of_change(change, NOW, by=cast.ines)
    assert [one.name for one in told] == ["Ana Ruivo", "Bruno Sá", "Dalia Haddad"]
