"""What is published belongs to the course: archiving the cohort in which it was asked takes it from nobody."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import reverse

from courses.actions.archiving import archive
from courses.models import Cohort
from groups.relations import relations_of
from people.models import User
from questions.access.answers import answer_to_edit, answer_to_remove
from questions.access.known_questions import question_to_publish
from questions.access.needs import need_subject
from questions.access.questions import (
    ask_to_remove,
    question_to_answer,
    question_to_ask_again,
    question_to_edit,
    question_to_merge,
    question_to_read,
)
from questions.access.sight import questions_visible_to, sight_of
from questions.actions import ask_again, undo_publish
from questions.dashboards.question_suggestions import suggestions
from questions.models import Question
from questions.similar import Text
from tests.conftest import NOW, Cast, SignIn
from tests.factories.groups import MembershipFactory
from tests.factories.questions import AnswerFactory, QuestionFactory
from tests.questions.known import IN_SPRING, known_question, spring, stay_in_spring


@pytest.fixture
def asked(cast: Cast) -> dict[str, Question]:
    """Of the archived spring: a published question, and all that must not be seen any longer."""
    olga, basics = stay_in_spring(cast, "Olga Kask"), cast.milestones[0]
    nuno = spring(cast).mentorships.get().person
    about = {"milestone": basics, "title": "Why divide by the root?"}
    found = {
        "known": known_question(olga, nuno, **about),
        # Waits for more: it is shown again when it is answered again.
        "waiting": known_question(olga, nuno, status="follow_up", **about),
        "unpublished": known_question(olga, nuno, published_at=None, published_by=None, **about),
        "open": QuestionFactory.create(membership=olga, visibility="course", **about),
        "cohort": QuestionFactory.create(membership=olga, visibility="cohort", **about),
        "group": QuestionFactory.create(membership=olga, visibility="group", **about),
    }
    archive(thing=spring(cast).cohort, by=cast.ines, at=NOW)
    return found


def seen_by(user: User, asked: dict[str, Question]) -> set[str]:
    """What is seen in lists and on the question's page, which must be the same but for course admins."""
    listed = set(questions_visible_to(user, NOW))
    sight = sight_of(user, relations_of(user, NOW))
    for question in Question.objects.select_related("cohort"):
        assert sight.covers(question) == (question in listed)
    return {name for name, question in asked.items() if question in listed}


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("ana", {"known"}),
        ("marta", {"known"}),
        ("ines", {"known"}),
        # Of other courses, and of the spring alone.
        ("zoe", set()),
        ("olga", set()),
        ("nuno", set()),
    ],
)
def test_later_cohorts_see_what_is_published_of_an_archived_one(
    asked: dict[str, Question], who: str, sees: set[str]
) -> None:
    user = User.objects.get(email=f"{who}@example.com")
    assert seen_by(user, asked) == sees
    for name, question in asked.items():
        if name in sees:
            assert question_to_read(user, question.pk, NOW).question == question
        else:
            with pytest.raises((Http404, PermissionDenied)):
                question_to_read(user, question.pk, NOW)


def test_who_was_there_and_is_here_keeps_what_is_published_and_their_own_no_longer(
    cast: Cast, asked: dict[str, Question]
) -> None:
    olga = User.objects.get(email="olga@example.com")
    MembershipFactory.create(group=cast.juniper, person=olga)
    assert seen_by(olga, asked) == {"known"}


def test_nothing_of_an_archived_course_is_seen(cast: Cast, asked: dict[str, Question]) -> None:
    archive(thing=cast.course, by=cast.ines, at=NOW)
    assert {name: seen_by(cast.person(name), asked) for name in ("ana", "marta", "ines")} == {
        "ana": set(),
        "marta": set(),
        "ines": set(),
    }


def may(fetch: Callable[..., object], *arguments: object) -> bool:
    try:
        fetch(*arguments)
    except (Http404, PermissionDenied):
        return False
    return True


@pytest.mark.parametrize(
    ("who", "deeds"),
    [("olga", {"again"}), ("ana", {"again"}), ("nuno", set()), ("ines", {"publish"}), ("zoe", set())],
)
def test_it_is_asked_again_and_unpublished_and_nothing_else(
    cast: Cast, asked: dict[str, Question], who: str, deeds: set[str]
) -> None:
    user = User.objects.get(email=f"{who}@example.com")
    if who == "olga":
        MembershipFactory.create(group=cast.juniper, person=user)
    known = asked["known"]
    own = AnswerFactory.create(question=known, answered_by=user, answered_at=IN_SPRING)
    of_then = known.asks.get()
    found = {
        "answer": may(question_to_answer, user, known.pk, NOW),
        "edit": may(question_to_edit, user, known.pk, NOW),
        "merge": may(question_to_merge, user, known.pk, NOW),
        "need": may(lambda: need_subject(user, cast.course.slug, NOW, question=known.pk)),
        "edit answer": may(answer_to_edit, user, own.pk, NOW),
        "remove answer": may(answer_to_remove, user, own.pk, NOW),
        "remove ask": may(ask_to_remove, user, of_then.pk, NOW),
        "again": may(question_to_ask_again, user, known.pk, None, NOW),
        "publish": may(question_to_publish, user, known.pk, NOW),
    }
    assert {name for name, allowed in found.items() if allowed} == deeds


def test_asking_it_again_happens_in_ones_own_cohort_and_is_undone_there(
    cast: Cast, asked: dict[str, Question], as_: SignIn
) -> None:
    url = asked["known"].get_absolute_url()
    assert "I have this too" in as_("ana").get(url).text
    as_("ana").post(f"{url}again/")
    ask = asked["known"].asks.get(group=cast.clover)
    page = as_("ana").get(url).text
    assert "You asked this too." in page
    assert "is archived" not in page
    as_("ana").post(reverse("questions:ask-remove", args=[ask.pk]))
    assert not asked["known"].asks.filter(group=cast.clover).exists()


def test_it_is_offered_while_it_is_typed_and_found_in_lists(
    cast: Cast, asked: dict[str, Question], as_: SignIn
) -> None:
    reader = question_to_read(cast.person("ana"), asked["known"].pk, NOW).reader
    offered = suggestions(
        reader=reader, asked=Text(0, "Why divide by the root?", "", None, None), course_id=cast.course.pk
    )
    assert [row.question for row in offered] == [asked["known"]]
    name = asked["known"].title
    links = {
        where: as_("ana").get(where).text.count(asked["known"].get_absolute_url())
        for where in (
            "/questions/",
            "/search/?q=divide",
            reverse("questions:milestone-questions", args=[cast.milestones[0].pk]),
        )
    }
    assert all(links.values())
    assert as_("ana").get("/questions/").text.count(name) == 1
    # Nobody who asked is named.
    assert "Olga" not in as_("ana").get(asked["known"].get_absolute_url()).text


def test_course_admins_unpublish_it_and_undo_that(
    cast: Cast, asked: dict[str, Question], as_: SignIn
) -> None:
    question, ines = asked["known"], as_("ines")
    page = ines.get(question.get_absolute_url()).text
    assert "Remove from frequent questions" in page
    assert [
        words for words in (">Edit<", "Reopen", "Mark as duplicate", "Needs better") if words in page
    ] == []
    unpublished = ines.post(reverse("questions:question-publish-undo", args=[question.pk]), follow=True)
    assert "Spring 2026 is archived" in unpublished.text
    assert seen_by(cast.person("ana"), asked) == set()
    ines.post(reverse("questions:question-publish", args=[question.pk]))
    assert seen_by(cast.person("ana"), asked) == {"known"}


def test_unpublished_question_that_was_asked_again_leaves_the_askers_own_words(
    cast: Cast, asked: dict[str, Question]
) -> None:
    known, ana = asked["known"], cast.person("ana")
    at = NOW + timedelta(minutes=1)
    typed = {"title": "Which root?", "visibility": "cohort"}
    ask_again(question=known, group=cast.clover, by=ana, at=NOW, typed=typed, is_answered=True)
    undo_publish(question=known, by=cast.ines, at=at)
    assert [question.title for question in questions_visible_to(ana, at)] == ["Which root?"]


def test_of_an_archived_cohort_nothing_new_waits_to_be_published(
    cast: Cast, asked: dict[str, Question], as_: SignIn
) -> None:
    page = as_("ines").get(reverse("questions:milestone-questions", args=[cast.milestones[0].pk])).text
    assert "Ready to publish" not in page
    Cohort.objects.update(archived_at=None, archived_by=None)
    page = as_("ines").get(reverse("questions:milestone-questions", args=[cast.milestones[0].pk])).text
    assert "Ready to publish" in page
