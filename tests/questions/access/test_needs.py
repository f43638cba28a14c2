"""Noting, seeing and settling what needs material."""

from datetime import date
from typing import Any

import pytest

from courses.models import Course, Material
from groups.models import Mentorship
from questions.access.needs import (
    need_subject,
    need_to_read,
    need_to_remove,
    need_to_settle,
    note_to_remove,
)
from questions.models import MaterialChange, MaterialNeed, Topic
from tests.conftest import NOW, Cast
from tests.factories.courses import CourseFactory, MaterialFactory
from tests.factories.groups import GroupFactory, MentorshipFactory
from tests.factories.people import UserFactory
from tests.factories.questions import QuestionFactory
from tests.refusals import outcome
from trends.access.changes import change_to_administer, need_to_meet
from trends.actions.needs import note_need

EVERYBODY = ("ana", "bruno", "dalia", "marta", "tomas", "ines", "zoe")


def answers(cast: Cast, fetch: Any, *values: Any, **fields: Any) -> dict[str, str]:
    return {
        name: outcome(lambda user: fetch(user, *values, NOW, **fields), cast.person(name))
        for name in EVERYBODY
    }


def told(**others: str) -> dict[str, str]:
    """403 to everybody of the course, 404 to the stranger, but for those named."""
    return {**dict.fromkeys(EVERYBODY, "403"), "zoe": "404", **others}


def need_of(cast: Cast, thing: Any) -> MaterialNeed:
    return note_need(course=cast.course, thing=thing, why="Short", by=cast.marta, at=NOW).need


def topic(cast: Cast) -> Topic:
    return Topic.objects.create(course=cast.course, title="Roots", found_at=NOW)


def material(cast: Cast) -> Material:
    return MaterialFactory.create(milestone=cast.milestones[0])


@pytest.mark.parametrize("visibility", ["group", "cohort", "course"])
def test_question_is_noted_by_who_leads_its_group(cast: Cast, visibility: str) -> None:
    question = QuestionFactory.create(membership=cast.ana, visibility=visibility)
    assert answers(cast, need_subject, "llm", question=question.pk) == told(marta="yes", ines="yes")


def test_nothing_is_noted_in_an_archived_course(cast: Cast) -> None:
    shown = {"topic": topic(cast).pk, "material": material(cast).pk}
    Course.objects.update(archived_at=NOW, archived_by=cast.ines)
    for name, pk in shown.items():
        assert answers(cast, need_subject, "llm", **{name: pk})["ines"] == "403"


def test_topic_and_material_are_noted_by_course_admins(cast: Cast) -> None:
    things = ({"topic": topic(cast).pk}, {"material": material(cast).pk})
    for thing in things:
        assert answers(cast, need_subject, "llm", **thing) == told(ines="yes")


def test_nothing_to_note_is_404_to_who_could_have_noted_it(cast: Cast) -> None:
    assert answers(cast, need_subject, "llm") == told(ines="404")
    for name in ("question", "topic", "material"):
        assert set(answers(cast, need_subject, "llm", **{name: 987}).values()) == {"404"}


def test_thing_of_another_course_is_404(cast: Cast) -> None:
    CourseFactory.create(slug="other").admins.create(person=cast.ines)
    question = QuestionFactory.create(membership=cast.ana)
    for thing in ({"question": question.pk}, {"topic": topic(cast).pk}, {"material": material(cast).pk}):
        assert outcome(lambda thing: need_subject(cast.ines, "other", NOW, **thing), thing) == "404"


def test_need_of_a_merged_topic_is_noted_at_the_other(cast: Cast) -> None:
    roots = topic(cast)
    merged = Topic.objects.create(course=cast.course, found_at=NOW, merged_into=roots)
    assert need_subject(cast.ines, "llm", NOW, topic=merged.pk) == (cast.course, roots)


@pytest.mark.parametrize(("visibility", "others"), [("group", "403"), ("cohort", "yes"), ("course", "yes")])
def test_mentors_see_needs_of_questions_they_may_see(cast: Cast, visibility: str, others: str) -> None:
    """Students see none, of their own questions neither."""
    question = QuestionFactory.create(membership=cast.ana, visibility=visibility)
    found = answers(cast, need_to_read, need_of(cast, question).pk)
    assert found == told(marta="yes", tomas=others, ines="yes")


def test_former_mentors_see_no_needs(cast: Cast) -> None:
    need = need_of(cast, QuestionFactory.create(membership=cast.ana))
    Mentorship.objects.filter(person=cast.marta).update(ended_on=date(2026, 9, 10))
    assert outcome(need_to_read, cast.marta, need.pk, NOW) == "403"


def test_mentor_who_studies_elsewhere_is_a_stranger_there(cast: Cast) -> None:
    need = need_of(cast, QuestionFactory.create(membership=cast.ana, visibility="course"))
    stranger = UserFactory.create()
    MentorshipFactory.create(person=stranger, group=GroupFactory.create())
    assert outcome(need_to_read, stranger, need.pk, NOW) == "404"


def test_needs_of_topics_and_materials_are_seen_by_course_admins(cast: Cast) -> None:
    for thing in (topic(cast), material(cast)):
        assert answers(cast, need_to_read, need_of(cast, thing).pk) == told(ines="yes")


def test_needs_are_settled_by_course_admins(cast: Cast) -> None:
    need = need_of(cast, QuestionFactory.create(membership=cast.ana, visibility="course"))
    assert answers(cast, need_to_settle, need.pk) == told(ines="yes")


def test_need_is_removed_by_who_noted_it_and_course_admins(cast: Cast) -> None:
    question = QuestionFactory.create(membership=cast.ana, visibility="course")
    need = need_of(cast, question)
    assert answers(cast, need_to_remove, need.pk) == told(marta="yes", ines="yes")
    note_need(course=cast.course, thing=question, why="Too", by=cast.tomas, at=NOW)
    note = need.notes.get()
    assert answers(cast, note_to_remove, note.pk) == told(tomas="yes", ines="yes")


def test_what_is_not_there_is_404(cast: Cast) -> None:
    for fetch in (need_to_read, need_to_settle, need_to_remove, note_to_remove, change_to_administer):
        assert set(answers(cast, fetch, 987).values()) == {"404"}


def test_changes_are_for_course_admins(cast: Cast) -> None:
    change = MaterialChange.objects.create(
        course=cast.course, what="A drawing", changed_on=NOW.date(), made_by=cast.ines, recorded_at=NOW
    )
    assert answers(cast, change_to_administer, change.pk) == told(ines="yes")
    assert change_to_administer(cast.ines, change.pk, NOW, is_locked=True) == change


def test_need_to_meet_is_of_the_course(cast: Cast) -> None:
    need = need_of(cast, material(cast))
    assert need_to_meet(cast.course, str(need.pk)) == need
    assert need_to_meet(cast.course, None) is None
    assert need_to_meet(cast.course, "") is None
    other = CourseFactory.create()
    for value, course in (
        (str(need.pk), other),
        ("987", cast.course),
        ("x", cast.course),
        ("²", cast.course),
    ):
        assert outcome(need_to_meet, course, value) == "404"
