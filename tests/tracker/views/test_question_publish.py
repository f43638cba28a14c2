from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from tests.conftest import NOW, Cast
from tests.factories.tracker import AnswerFactory, QuestionFactory
from tests.messages import told
from tracker.models import Question

type As = Callable[[str], Client]


def answered(cast: Cast, **fields: object) -> Question:
    about = {
        "visibility": "course", "milestone": cast.milestones[0], "title": "Why the root?", "status": "answered",
    }  # fmt: skip
    question = QuestionFactory.create(membership=cast.ana, first_answered_at=NOW, **{**about, **fields})
    AnswerFactory.create(question=question, answered_by=cast.marta)
    return question


def post(browser: Client, question: Question, deed: str) -> str:
    answer = browser.post(reverse(f"tracker:question-{deed}", args=[question.pk]))
    assert answer["Location"] == question.get_absolute_url()
    return told(answer)[-1]


def test_publish_and_unpublish_take_each_other_back(cast: Cast, as_: As) -> None:
    question, ines = answered(cast), as_("ines")
    words = post(ines, question, "publish")
    assert "“Why the root?” is a known question of LLM basics now." in words
    assert f'action="{reverse("tracker:question-unpublish", args=[question.pk])}"' in words
    question.refresh_from_db()
    assert (question.published_at, question.published_by) == (NOW, cast.ines)
    words = post(ines, question, "unpublish")
    assert f'action="{reverse("tracker:question-publish", args=[question.pk])}"' in words
    question.refresh_from_db()
    assert (question.published_at, question.published_by) == (None, None)


def test_what_cannot_be_published_says_why(cast: Cast, as_: As) -> None:
    for fields, why in (
        ({"visibility": "cohort"}, "Not everybody in the course may see it."),
        ({"milestone": None}, "Give it a milestone first"),
        ({"status": "follow_up"}, "Answer it first, or mark it as answered."),
        ({"status": "duplicate", "duplicate_of": answered(cast)}, "publish the question it points at"),
    ):
        question = answered(cast, **fields)
        assert f"cannot be published yet. {why}" in post(as_("ines"), question, "publish").replace(
            "It is a duplicate: ", ""
        )
        question.refresh_from_db()
        assert question.published_at is None


def test_the_page_of_a_question_offers_it_to_admins_only(cast: Cast, as_: As) -> None:
    question = answered(cast)
    publish = reverse("tracker:question-publish", args=[question.pk])
    unpublish = reverse("tracker:question-unpublish", args=[question.pk])
    offered = {
        who: publish in as_(who).get(question.get_absolute_url()).content.decode()
        for who in ("ines", "marta", "ana", "dalia")
    }
    assert offered == {"ines": True, "marta": False, "ana": False, "dalia": False}
    as_("ines").post(publish)
    html = as_("ines").get(question.get_absolute_url()).content.decode()
    assert unpublish in html
    assert publish not in html
    known = reverse("tracker:milestone-questions", args=[cast.milestones[0].pk])
    assert (
        f'<a href="{known}">shown to every cohort</a>'
        in as_("dalia").get(question.get_absolute_url()).content.decode()
    )


def test_the_page_of_a_question_says_to_admins_what_stands_in_the_way(cast: Cast, as_: As) -> None:
    question = answered(cast, visibility="cohort")
    said_to = {
        who: "Not yet. Not everybody in the course"
        in as_(who).get(question.get_absolute_url()).content.decode()
        for who in ("ines", "marta", "ana")
    }
    assert said_to == {"ines": True, "marta": False, "ana": False}
