import pytest
from django.test import Client
from django.urls import reverse

from lib.refusals import Refused
from people.models import User
from questions.models import Question
from tests.conftest import NOW, Cast, SignIn
from tests.factories.questions import AnswerFactory, QuestionFactory
from tests.messages import told
from tests.questions.known import known_question, spring, stay_in_spring


def answered(cast: Cast, **fields: object) -> Question:
    about = {
        "visibility": "course", "milestone": cast.milestones[0], "title": "Why the root?", "status": "answered",
    }  # fmt: skip
    question = QuestionFactory.create(membership=cast.ana, first_answered_at=NOW, **{**about, **fields})
    AnswerFactory.create(question=question, answered_by=cast.marta)
    return question


def post(browser: Client, question: Question, deed: str) -> str:
    answer = browser.post(reverse(f"questions:question-{deed}", args=[question.pk]))
    assert answer["Location"] == question.get_absolute_url()
    return told(answer)[-1]


def test_publish_and_its_undo_undo_each_other(cast: Cast, as_: SignIn) -> None:
    question, ines = answered(cast), as_("ines")
    words = post(ines, question, "publish")
    assert "“Why the root?” is published as a frequent question of LLM basics." in words
    assert f'action="{reverse("questions:question-publish-undo", args=[question.pk])}"' in words
    question.refresh_from_db()
    assert (question.published_at, question.published_by) == (NOW, cast.ines)
    words = post(ines, question, "publish-undo")
    assert f'action="{reverse("questions:question-publish", args=[question.pk])}"' in words
    question.refresh_from_db()
    assert (question.published_at, question.published_by) == (None, None)


def test_a_question_that_was_just_removed_is_not_unpublished(
    cast: Cast, as_: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def removed(question: Question) -> Question:
        raise Refused(f"“{question}” has been removed.")

    monkeypatch.setattr("questions.actions.publishing.locked", removed)
    assert post(as_("ines"), answered(cast), "publish-undo") == "“Why the root?” has been removed."


def test_what_cannot_be_published_says_why(cast: Cast, as_: SignIn) -> None:
    for fields, why in (
        ({"visibility": "cohort"}, "Not everyone in the course may see it."),
        ({"milestone": None}, "Choose a milestone first"),
        ({"status": "follow_up"}, "Answer it first, or mark it as answered."),
        ({"status": "duplicate", "duplicate_of": answered(cast)}, "publish the original instead"),
    ):
        question = answered(cast, **fields)
        assert f"cannot be published yet. {why}" in post(as_("ines"), question, "publish").replace(
            "It is a duplicate: ", ""
        )
        question.refresh_from_db()
        assert question.published_at is None


def test_the_page_of_a_question_offers_it_to_admins_only(cast: Cast, as_: SignIn) -> None:
    question = answered(cast)
    publish = reverse("questions:question-publish", args=[question.pk])
    unpublish = reverse("questions:question-publish-undo", args=[question.pk])
    offered = {
        who: publish in as_(who).get(question.get_absolute_url()).content.decode()
        for who in ("ines", "marta", "ana", "dalia")
    }
    assert offered == {"ines": True, "marta": False, "ana": False, "dalia": False}
    as_("ines").post(publish)
    html = as_("ines").get(question.get_absolute_url()).content.decode()
    assert unpublish in html
    assert f'action="{publish}"' not in html
    known = reverse("questions:milestone-questions", args=[cast.milestones[0].pk])
    assert (
        f'<a href="{known}">shown to every cohort</a>'
        in as_("dalia").get(question.get_absolute_url()).content.decode()
    )


def test_the_page_of_a_question_says_to_admins_what_stands_in_the_way(cast: Cast, as_: SignIn) -> None:
    question = answered(cast, visibility="cohort")
    said_to = {
        who: "Not yet. Not everyone in the course"
        in as_(who).get(question.get_absolute_url()).content.decode()
        for who in ("ines", "marta", "ana")
    }
    assert said_to == {"ines": True, "marta": False, "ana": False}


def test_the_next_cohort_is_told_the_name_of_no_student(cast: Cast, as_: SignIn) -> None:
    olga, pavel = (stay_in_spring(cast, name) for name in ("Olga Kask", "Pavel Novák"))
    question = known_question(
        olga, pavel.enrolment.person, milestone=cast.milestones[0], title="Which colour?"
    )
    AnswerFactory.create(question=question, answered_by=olga.enrolment.person, body="Green, I think.")
    AnswerFactory.create(question=question, answered_by=spring(cast).mentorships.get().person, body="Green.")
    lists = reverse("questions:question-list")
    both = ["Kask", "Novák"]
    for who, names in (("ana", []), ("marta", []), ("ines", both), ("olga", both), ("pavel", both)):
        browser = Client()
        browser.force_login(User.objects.get(email=f"{who}@example.com"))
        html = browser.get(question.get_absolute_url()).content.decode()
        main = html.partition("<main")[2]
        assert [name for name in both if name in main] == names
        assert "Nuno Vale" in main
        if not names:
            assert "asked once" in main
            assert "by somebody in the course" in main
            assert main.count("A student") == 1
            assert main.count("The asker") == 1
            listed = browser.get(lists).content.decode()
            assert "Which colour?" in listed
            assert "Kask" not in listed


def test_who_logged_a_question_is_named_to_the_next_cohort(cast: Cast, as_: SignIn) -> None:
    nuno = spring(cast).mentorships.get().person
    stay = stay_in_spring(cast, "Olga Kask")
    question = known_question(stay, nuno, milestone=cast.milestones[0], asked_by=nuno)
    main = as_("ana").get(question.get_absolute_url()).content.decode().partition("<main")[2]
    assert "somebody in a group, logged by Nuno Vale" in main
    assert "The asker" not in main


def test_what_unpublishes_a_question_says_so(cast: Cast, as_: SignIn) -> None:
    known = {"published_at": NOW, "published_by": cast.ines}
    gone = "It is no longer published."
    edited, merged, emptied, kept = (answered(cast, **known) for _ in range(4))
    form = {"title": "Why?", "visibility": "cohort", "version": 1}
    assert gone in told(as_("ana").post(reverse("questions:question-edit", args=[edited.pk]), form))[-1]
    fields = {**form, "visibility": "course", "milestone": cast.milestones[1].pk}
    assert gone not in told(as_("ines").post(reverse("questions:question-edit", args=[kept.pk]), fields))[-1]
    merge = reverse("questions:question-duplicate", args=[merged.pk])
    assert gone in told(as_("ines").post(merge, {"original": kept.pk}))[-1]
    remove = reverse("questions:answer-remove", args=[emptied.answers.get().pk])
    assert gone in told(as_("ines").post(remove))[-1]
    assert list(Question.objects.exclude(published_at=None)) == [kept]
