"""An anonymised person in questions and answers."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from people.actions.anonymise import anonymise
from questions.actions import answer, change_answer, remove_answer
from questions.models import Answer, Question
from questions.search import matching
from tests.conftest import NOW, Cast
from tests.factories.people import UserFactory
from tests.factories.questions import AskFactory, QuestionFactory


def words_of(*models: Any) -> str:
    """All text that is kept of questions and answers, and what is searched."""
    rows = [row for model in models for kept in (model.objects, model.history) for row in kept.values()]
    return " ".join(str(value) for row in rows for value in row.values())


@pytest.fixture
def asked(cast: Cast) -> Question:
    """A question and answers with the name and address of Bruno, and histories that have them too."""
    question: Question = QuestionFactory.create(
        membership=cast.bruno, title="Bruno Sá asks why", detail="Write to bruno@example.com. I live in Faro."
    )
    said = answer(question=question, by=cast.marta, at=NOW, body="Dear BRUNO SÁ, so.")
    said.body = "Dear Bruno Sá, thus."
    change_answer(answer=said, by=cast.marta, at=NOW)
    own = answer(question=question, by=cast.person("bruno"), at=NOW, body="Yours, Bruno Sá, of Faro")
    remove_answer(answer=own, by=cast.person("bruno"), at=NOW)
    return question


def test_anonymising_takes_the_name_out_of_questions_answers_search_and_histories(
    cast: Cast, asked: Question
) -> None:
    bruno = cast.person("bruno")
    assert matching(Question.objects.all(), "bruno").exists()
    anonymise(person=bruno, at=NOW)
    assert not re.search(r"bruno|sá\b", words_of(Question, Answer), re.IGNORECASE)
    asked.refresh_from_db()
    assert asked.title == f"Former person {bruno.pk} asks why"
    assert not matching(Question.objects.all(), "bruno").exists()
    assert matching(Question.objects.all(), "former faro thus").get() == asked


def test_operator_is_offered_what_the_person_asked_and_answered_and_removes_it_everywhere(
    cast: Cast, asked: Question
) -> None:
    olga = UserFactory.create(name="Olga Reis", is_staff=True, is_superuser=True)
    logged = QuestionFactory.create(membership=cast.bruno, asked_by=cast.marta, title="He of Faro asks")
    logged.asks.update(enrolment=cast.enrolment("bruno"))
    again = QuestionFactory.create(membership=cast.ana, title="What Ana of Faro asks")
    AskFactory.create(
        question=again,
        enrolment=cast.enrolment("bruno"),
        group=cast.clover,
        logged_by=cast.marta,
        asked_at=NOW + timedelta(days=1),
    )
    kept = answer(question=again, by=cast.person("bruno"), at=NOW, body="What stays")
    removed = Answer.history.get(history_type="-").id
    operator = Client()
    operator.force_login(olga)
    url = reverse("admin:people_user_changelist")
    chosen = {"action": "anonymise_people", "_selected_action": [cast.person("bruno").pk]}
    page = operator.post(url, chosen)
    offered = {passage.key for _, found in page.context["passages"] for passage in found}
    assert offered == {
        f"question {asked.pk} title",
        f"question {asked.pk} detail",
        f"question {logged.pk} title",
        f"answer {removed} body",
        f"answer {kept.pk} body",
    }
    assert LogEntry.objects.latest("pk").get_change_message() == "Read what was written by and about them."
    keys = [key for key in offered if key != f"answer {kept.pk} body"]
    operator.post(
        url,
        chosen | {"confirmed": "1", "passages": [*keys, f"question {again.pk} title"], "reason": "Asked to"},
    )
    asked.refresh_from_db()
    assert (asked.title, asked.detail, asked.version) == ("[removed]", "[removed]", 3)
    found = matching(Question.objects.all(), "faro")
    assert [question.title for question in found] == ["What Ana of Faro asks"]
    texts = words_of(Question, Answer)
    gone = ("live in Faro", "He of Faro", "Yours")
    assert [words for words in (*gone, "Ana of Faro", "What stays") if words in texts] == [
        "Ana of Faro",
        "What stays",
    ]
