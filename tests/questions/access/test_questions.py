"""The sight of questions: every role against every visibility, and what each may do."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from courses.models import Cohort
from groups.relations import forget_relations
from people.models import User
from questions.access.answers import answer_to_edit, answer_to_remove, question_of_removed_answer
from questions.access.asking import group_to_ask_in, members_to_ask_for
from questions.access.questions import (
    ask_to_remove,
    question_to_answer,
    question_to_ask_again,
    question_to_edit,
    question_to_merge,
    question_to_read,
)
from questions.access.sight import questions_visible_to
from questions.actions import ask, remove_answer
from questions.models import Question
from tests.conftest import NOW, Cast
from tests.factories.courses import CohortFactory
from tests.factories.groups import GroupFactory, MembershipFactory, MentorshipFactory
from tests.factories.people import UserFactory
from tests.factories.questions import AnswerFactory, AskFactory, QuestionFactory


@pytest.fixture
def people(cast: Cast) -> dict[str, User]:
    """The cast, and those who had to do with the course before, beside or not yet."""
    spring: Cohort = CohortFactory.create(course=cast.course, title="Spring 2026", starts_on=date(2026, 3, 2))
    maple = GroupFactory.create(cohort=spring, name="Maple")
    stays = {
        # Left Clover on the 10th for Juniper.
        "moved": (cast.clover, date(2026, 8, 31), date(2026, 9, 10), "moved"),
        "dropped": (cast.clover, date(2026, 8, 31), date(2026, 9, 10), "dropped"),
        "spring": (maple, date(2026, 3, 2), date(2026, 4, 1), "finished"),
        "tomorrow": (cast.clover, date(2026, 9, 17), None, ""),
    }
    found = {name: UserFactory.create(name=name.title()) for name in stays}
    for name, (group, starts, ends, reason) in stays.items():
        stay = MembershipFactory.create(
            group=group, person=found[name], started_on=starts, ended_on=ends, end_reason=reason
        )
        if name == "moved":
            MembershipFactory.create(
                group=cast.juniper, enrolment=stay.enrolment, started_on=date(2026, 9, 10)
            )
    mentorships = {
        "was_mentor": (cast.clover, date(2026, 8, 31), date(2026, 9, 10)),
        "mentor_tomorrow": (cast.clover, date(2026, 9, 17), None),
        "spring_mentor": (maple, date(2026, 3, 2), date(2026, 4, 1)),
    }
    for name, (group, starts, ends) in mentorships.items():
        found[name] = UserFactory.create(name=name.title())
        MentorshipFactory.create(group=group, person=found[name], started_on=starts, ended_on=ends)
    found["nobody"] = UserFactory.create(name="Nobody")
    names = ["ana", "bruno", "dalia", "marta", "tomas", "ines", "zoe"]
    return found | {name: cast.person(name) for name in names}


@pytest.fixture
def questions(cast: Cast, people: dict[str, User]) -> dict[str, Question]:
    """Ana's questions in Clover, one of each visibility, and one that the person who moved asked there before."""
    found = {
        visibility: QuestionFactory.create(membership=cast.ana, visibility=visibility, title=visibility)
        for visibility in ("group", "cohort", "course")
    }
    found["moved"] = QuestionFactory.create(
        cohort=cast.cohort, group=cast.clover, asked_by=people["moved"], visibility="group", title="moved"
    )
    # Asked the evening before they left.
    found["before"] = QuestionFactory.create(
        membership=cast.ana,
        visibility="group",
        title="before",
        asked_at=datetime(2026, 9, 9, 22, 30, tzinfo=UTC),
    )
    return found


SEEN = {
    "ana": {"before", "group", "cohort", "course", "moved"},
    "bruno": {"before", "group", "cohort", "course", "moved"},
    "marta": {"before", "group", "cohort", "course", "moved"},
    "ines": {"before", "group", "cohort", "course", "moved"},
    "was_mentor": {"before", "cohort", "course"},
    "dalia": {"cohort", "course"},
    # Leads now who moved, whose question is open.
    "tomas": {"cohort", "course", "moved"},
    "moved": {"before", "cohort", "course", "moved"},
    "dropped": {"before", "cohort", "course"},
    "spring": {"course"},
    "spring_mentor": {"course"},
    # Their time in the course has not begun.
    "tomorrow": set(),
    "mentor_tomorrow": set(),
    "zoe": set(),
    "nobody": set(),
}


@pytest.mark.parametrize("who", SEEN)
def test_questions_visible_to(
    people: dict[str, User],
    questions: dict[str, Question],
    who: str,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    # Relations, and the questions.
    with django_assert_max_num_queries(4):
        seen = {question.title for question in questions_visible_to(people[who], timezone.now())}
    assert seen == SEEN[who]


@pytest.mark.parametrize("who", SEEN)
def test_question_to_read_refuses_the_others(
    people: dict[str, User], questions: dict[str, Question], who: str
) -> None:
    is_stranger = who in ("zoe", "nobody")
    for title, question in questions.items():
        if title in SEEN[who]:
            assert question_to_read(people[who], question.pk, NOW).question == question
        else:
            with pytest.raises(Http404 if is_stranger else PermissionDenied):
                question_to_read(people[who], question.pk, NOW)


def test_question_to_read_knows_none_that_is_not_there(cast: Cast) -> None:
    with pytest.raises(Http404):
        question_to_read(cast.marta, 987_654, NOW)


def may(fetch: object, *arguments: object) -> bool:
    """Whether a fetcher hands out what is asked for."""
    try:
        fetch(*arguments)  # type: ignore[operator]
    except (Http404, PermissionDenied):
        return False
    return True


MOVE_BUTTONS = {
    # A person and their rights: answer, edit, merge, ask again.
    "ana": (True, True, False, True),
    "bruno": (True, False, False, True),
    "dalia": (True, False, False, True),
    "marta": (True, True, True, False),
    "tomas": (True, False, False, False),
    "ines": (True, True, True, False),
    "was_mentor": (False, False, False, False),
    "moved": (True, False, False, True),
    "dropped": (False, False, False, False),
    "spring": (False, False, False, False),
    "zoe": (False, False, False, False),
    "nobody": (False, False, False, False),
}


@pytest.mark.parametrize("who", MOVE_BUTTONS)
def test_deeds_with_a_question_of_the_course(
    people: dict[str, User], questions: dict[str, Question], who: str
) -> None:
    pk = questions["course"].pk
    user = people[who]
    assert (
        may(question_to_answer, user, pk, NOW),
        may(question_to_edit, user, pk, NOW),
        may(question_to_merge, user, pk, NOW),
        may(question_to_ask_again, user, pk, None, NOW),
    ) == MOVE_BUTTONS[who]


@pytest.mark.parametrize(
    ("who", "groups"),
    [
        ("marta", {"clover"}),
        ("tomas", {"juniper"}),
        ("ines", {"clover", "juniper"}),
        ("ana", {"clover"}),
        ("was_mentor", set()),
        ("zoe", set()),
    ],
)
def test_question_to_ask_again_in_a_group_is_for_who_leads_it_or_studies_there(
    cast: Cast, people: dict[str, User], questions: dict[str, Question], who: str, groups: set[str]
) -> None:
    pk = questions["course"].pk
    found = {
        name
        for name in ("clover", "juniper")
        if may(question_to_ask_again, people[who], pk, getattr(cast, name).pk, NOW)
    }
    assert found == groups


def test_question_to_ask_again_takes_the_students_own_group(
    people: dict[str, User], cast: Cast, questions: dict[str, Question]
) -> None:
    assert question_to_ask_again(people["moved"], questions["course"].pk, None, NOW)[1] == cast.juniper


def test_group_of_another_course_or_an_archived_cohort_is_no_place_to_ask_again(
    cast: Cast, questions: dict[str, Question]
) -> None:
    elsewhere = MentorshipFactory.create(person=cast.marta)
    assert not may(question_to_ask_again, cast.marta, questions["course"].pk, elsewhere.group_id, NOW)
    assert may(question_to_ask_again, cast.ines, questions["course"].pk, cast.juniper.pk, NOW)
    Cohort.objects.filter(pk=cast.cohort.pk).update(archived_at=NOW, archived_by=cast.ines)
    assert not may(question_to_ask_again, cast.ines, questions["course"].pk, cast.juniper.pk, NOW)


def test_who_leads_changes_who_sees_it_only_where_no_student_asked(cast: Cast) -> None:
    of_student = ask(group=cast.clover, by=cast.person("ana"), at=NOW, title="Mine?")
    of_mentor = ask(group=cast.clover, by=cast.marta, at=NOW, title="Theirs?")
    chosen = {
        (name, question.title): question_to_read(cast.person(name), question.pk, NOW).may_choose_readers
        for name in ("ana", "marta", "ines", "bruno")
        for question in (of_student, of_mentor)
    }
    assert {pair for pair, may_choose in chosen.items() if may_choose} == {
        ("ana", "Mine?"),
        ("marta", "Theirs?"),
        ("ines", "Theirs?"),
    }


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("ana", True),
        ("marta", True),
        ("ines", True),
        ("bruno", False),
        ("tomas", False),
        ("was_mentor", False),
    ],
)
def test_hidden_asker_is_known_to(people: dict[str, User], cast: Cast, who: str, sees: bool) -> None:
    question = QuestionFactory.create(membership=cast.ana, is_asker_hidden=True)
    access = question_to_read(people[who], question.pk, NOW)
    assert access.reader.sees_asker(access.question) is sees


@pytest.mark.parametrize(
    ("who", "edits", "removes"),
    [("bruno", True, True), ("ana", False, False), ("marta", False, True), ("ines", False, True)],
)
def test_answers_are_changed_by_who_wrote_them(cast: Cast, who: str, edits: bool, removes: bool) -> None:
    question = QuestionFactory.create(membership=cast.ana)
    answer = AnswerFactory.create(question=question, answered_by=cast.person("bruno"))
    user, pk = cast.person(who), answer.pk
    assert may(answer_to_edit, user, pk, NOW) is edits
    assert may(answer_to_remove, user, pk, NOW) is removes
    remove_answer(answer=answer, by=cast.person("bruno"), at=NOW)
    assert may(question_of_removed_answer, user, question.pk, pk, NOW) is removes
    assert not may(answer_to_edit, user, pk, NOW)


def test_answer_of_an_unseen_question_is_not_to_be_had(cast: Cast) -> None:
    question = QuestionFactory.create(membership=cast.ana, visibility="group")
    answer = AnswerFactory.create(question=question, answered_by=cast.person("dalia"))
    with pytest.raises(PermissionDenied):
        answer_to_edit(cast.person("dalia"), answer.pk, NOW)
    with pytest.raises(Http404):
        answer_to_edit(cast.zoe, answer.pk, NOW)


def test_ask_is_removed_by_who_made_it(cast: Cast) -> None:
    question = QuestionFactory.create(membership=cast.ana)
    own = AskFactory.create(
        question=question, group=cast.clover, enrolment=cast.enrolment("bruno"), logged_by=cast.marta
    )
    found = {
        name
        for name in ("ana", "bruno", "marta", "ines", "zoe")
        if may(ask_to_remove, cast.person(name), own.pk, NOW)
    }
    assert found == {"bruno", "marta"}
    assert not may(ask_to_remove, cast.person("bruno"), 987_654, NOW)


@pytest.mark.parametrize(
    ("who", "asks"),
    [("ana", True), ("marta", True), ("ines", True), ("dalia", False), ("was_mentor", False), ("zoe", False)],
)
def test_group_to_ask_in(cast: Cast, people: dict[str, User], who: str, asks: bool) -> None:
    assert may(group_to_ask_in, people[who], cast.clover.pk, NOW) is asks


def test_members_to_ask_for_are_those_of_today(cast: Cast, people: dict[str, User]) -> None:
    members = members_to_ask_for(group_to_ask_in(cast.marta, cast.clover.pk, NOW))
    assert members == [cast.enrolment("ana"), cast.enrolment("bruno"), cast.enrolment("chidi")]
    assert members_to_ask_for(group_to_ask_in(cast.person("ana"), cast.clover.pk, NOW)) is None


def test_former_course_admin_keeps_nothing(cast: Cast) -> None:
    question = ask(group=cast.clover, by=cast.ines, at=NOW, title="Logged by Inês?")
    cast.course.admins.all().delete()
    forget_relations(cast.ines)
    assert not questions_visible_to(cast.ines, NOW).exists()
    with pytest.raises(Http404):
        question_to_read(cast.ines, question.pk, NOW)


@pytest.mark.parametrize("visibility", Question.Visibility.values)
@pytest.mark.parametrize("of_original", Question.Visibility.values)
@pytest.mark.parametrize("group", ["clover", "juniper"])
def test_reaches_says_that_all_who_see_the_one_see_the_other(
    cast: Cast, people: dict[str, User], visibility: str, of_original: str, group: str
) -> None:
    question = QuestionFactory.create(membership=cast.ana, visibility=visibility)
    stay = cast.bruno if group == "clover" else cast.dalia
    original = QuestionFactory.create(membership=stay, visibility=of_original)

    def seen_by(wanted: Question) -> set[str]:
        return {
            name
            for name, user in people.items()
            # The asker sees their own, whoever else does.
            if user != wanted.asked_by and questions_visible_to(user, NOW).filter(pk=wanted.pk).exists()
        }

    askers = {"ana", "bruno", "dalia"}
    assert original.reaches(question) is (seen_by(question) - askers <= seen_by(original) - askers)
