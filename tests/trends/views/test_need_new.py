from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from questions.models import MaterialNeed, NeedNote, Question, Topic
from tests.conftest import NOW, Cast, SignIn
from tests.factories.courses import MaterialFactory
from tests.factories.questions import QuestionFactory
from tests.messages import said
from trends.actions.needs import note_need, set_state


@pytest.fixture
def question(cast: Cast) -> Question:
    return QuestionFactory.create(membership=cast.ana, title="Why a root?")


def note(browser: Client, **fields: Any) -> Any:
    return browser.post(reverse("trends:need-new", args=["llm"]), fields)


def test_question_is_noted_in_one_line_and_removed(cast: Cast, as_: SignIn, question: Question) -> None:
    browser = as_("marta")
    answer: Any = note(browser, question=question.pk, why="No drawing")
    assert answer.url == question.get_absolute_url()
    assert said(answer).startswith("Noted: “Why a root?” needs material.")
    need = MaterialNeed.objects.get()
    assert (need.question, need.why, need.noted_by) == (question, "No drawing", cast.marta)
    html = browser.get(question.get_absolute_url()).content.decode()
    assert "Needs better material</a>: No drawing" in html
    undo = reverse("trends:need-remove", args=[need.pk])
    assert undo in html
    answer = browser.post(undo)
    assert answer.url == question.get_absolute_url()
    assert said(answer) == "Removed “Why a root?” from the list."
    assert not MaterialNeed.objects.exists()


def test_second_note_says_that_it_joined(cast: Cast, as_: SignIn, question: Question) -> None:
    note(as_("marta"), question=question.pk, why="No drawing")
    answer = note(as_("ines"), question=question.pk, why="Asked weekly")
    assert said(answer).startswith("“Why a root?” was already on the list. Your note was added.")
    joined = NeedNote.objects.get()
    assert (joined.why, joined.noted_by) == ("Asked weekly", cast.ines)
    answer = as_("ines").post(reverse("trends:need-note-remove", args=[joined.pk]))
    assert said(answer) == "Removed your note."
    assert not NeedNote.objects.exists()
    assert MaterialNeed.objects.count() == 1


def test_note_of_another_is_removed_by_a_course_admin(cast: Cast, as_: SignIn, question: Question) -> None:
    note(as_("ines"), question=question.pk, why="Asked weekly")
    note(as_("marta"), question=question.pk, why="No drawing")
    joined = NeedNote.objects.get()
    answer = as_("ines").post(reverse("trends:need-note-remove", args=[joined.pk]))
    assert said(answer) == "Removed the note by Marta Pires."
    assert not NeedNote.objects.exists()


def test_topic_and_material_are_noted_from_their_pages(cast: Cast, as_: SignIn) -> None:
    browser = as_("ines")
    topic = Topic.objects.create(course=cast.course, title="Roots", found_at=NOW)
    material = MaterialFactory.create(milestone=cast.milestones[0], title="Tokens")
    page = browser.get(reverse("trends:need-new", args=["llm"]), {"topic": topic.pk}).content.decode()
    assert f'<input type="hidden" name="topic" value="{topic.pk}">' in page
    assert note(browser, topic=topic.pk, why="Scattered").url == topic.get_absolute_url()
    way = reverse("groups:milestone-detail", args=[cast.milestones[0].pk])
    link = f"{reverse('trends:need-new', args=['llm'])}?material={material.pk}"
    assert link in browser.get(way).content.decode()
    assert "It needs work" in browser.get(link).content.decode()
    answer: Any = note(browser, material=material.pk, why="Dead link")
    assert answer.url == way
    assert said(answer).startswith("Noted: “Tokens” needs work.")
    assert {(need.topic, need.material) for need in MaterialNeed.objects.all()} == {
        (topic, None),
        (None, material),
    }
    need = MaterialNeed.objects.get(material=material)
    answer = as_("ines").post(reverse("trends:need-remove", args=[need.pk]))
    assert answer.url == reverse("trends:need-list", args=["llm"])


def test_note_without_a_word_is_asked_for_one(cast: Cast, as_: SignIn, question: Question) -> None:
    answer = note(as_("marta"), question=question.pk, why=" ")
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "Say in one line why it needs better material." in html
    assert f'name="question" value="{question.pk}"' in html
    assert not MaterialNeed.objects.exists()


def test_duplicate_is_noted_at_its_original(cast: Cast, as_: SignIn, question: Question) -> None:
    twin = QuestionFactory.create(membership=cast.bruno, duplicate_of=question, status="duplicate")
    answer = note(as_("marta"), question=twin.pk, why="No drawing")
    assert answer.status_code == 422
    assert "is a duplicate. Add this to the original question" in answer.content.decode()
    html = as_("marta").get(twin.get_absolute_url()).content.decode()
    assert "<summary>Needs better material" not in html


def test_need_that_is_settled_is_not_removed(cast: Cast, as_: SignIn, question: Question) -> None:
    need = note_need(course=cast.course, thing=question, why="No drawing", by=cast.marta, at=NOW).need
    set_state(need=need, state="wont_change", reason="Too special", by=cast.ines, at=NOW)
    answer: Any = as_("marta").post(reverse("trends:need-remove", args=[need.pk]))
    assert said(answer) == "It is settled, so it can't be removed."
    assert answer.url == need.get_absolute_url()


def test_question_page_tells_leaders_and_mentors_and_nobody_else(cast: Cast, as_: SignIn) -> None:
    question = QuestionFactory.create(membership=cast.ana, visibility="course")
    note_need(course=cast.course, thing=question, why="No drawing", by=cast.marta, at=NOW)
    told, may_note = set(), set()
    for name in ("ana", "bruno", "dalia", "marta", "tomas", "ines"):
        html = as_(name).get(question.get_absolute_url()).content.decode()
        told |= {name} if "No drawing" in html else set()
        may_note |= {name} if reverse("trends:need-new", args=["llm"]) in html else set()
    assert told == {"marta", "tomas", "ines"}
    assert may_note == {"marta", "ines"}


def test_asker_reads_why_a_question_of_a_need_stays(cast: Cast, as_: SignIn, question: Question) -> None:
    note_need(course=cast.course, thing=question, why="No drawing", by=cast.marta, at=NOW)
    answer: Any = as_("ana").post(reverse("questions:question-remove", args=[question.pk]))
    assert said(answer) == ("“Why a root?” is noted as needing material. Remove that note first.")
    assert Question.objects.get() == question
