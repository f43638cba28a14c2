import re
from typing import Any

import pytest
from django.urls import reverse

from courses.models import Milestone
from questions.models import Question
from tests.conftest import NOW, Cast, SignIn
from tests.factories.questions import QuestionFactory
from tests.messages import said
from tracker.actions.progress import mark
from tracker.models import Progress


def url(cast: Cast, name: str = "bruno") -> str:
    return reverse("tracker:help-answer", args=[cast.enrolment(name).pk])


@pytest.fixture
def need(cast: Cast) -> Milestone:
    milestone = cast.milestones[1]
    mark(
        enrolment=cast.enrolment("bruno"),
        milestone=milestone,
        state="need_help",
        by=cast.person("bruno"),
        at=NOW,
    )
    return milestone


def test_answer_becomes_that_of_a_question_of_the_group(cast: Cast, as_: SignIn, need: Milestone) -> None:
    page = as_("marta").get(url(cast)).content.decode()
    assert "<h1>Answer Bruno</h1>" in page
    assert ("Needs help with Prompt engineering, since today · Clover") in " ".join(
        re.sub("<[^>]*>", "", page).split()
    )
    answer = as_("marta").post(url(cast), {"milestone": need.pk, "body": "Use the **other** key."})
    assert said(answer) == "Your answer is sent to Bruno."
    question = Question.objects.get()
    assert answer["Location"] == question.get_absolute_url()
    assert (question.title, question.visibility, question.milestone) == (
        "Help with Prompt engineering", "group", need,
    )  # fmt: skip
    assert (question.asked_by, question.status) == (cast.person("bruno"), "answered")
    assert question.answers.get().answered_by == cast.marta


def test_answer_without_words_is_refused(cast: Cast, as_: SignIn, need: Milestone) -> None:
    answer = as_("marta").post(url(cast), {"milestone": need.pk, "body": " "})
    assert answer.status_code == 422
    assert answer.context["form"].errors == {"body": ["Write an answer first."]}
    assert not Question.objects.exists()


def test_what_was_asked_there_is_answered_at_the_question(cast: Cast, as_: SignIn, need: Milestone) -> None:
    QuestionFactory.create(membership=cast.bruno, milestone=cast.milestones[2], asked_at=NOW)
    assert as_("marta").get(url(cast)).status_code == 200
    asked = QuestionFactory.create(membership=cast.bruno, milestone=need, asked_at=NOW)
    assert as_("marta").get(url(cast)).status_code == 200
    Progress.objects.update(question=asked)
    for query in ("", f"?milestone={need.pk}"):
        assert as_("marta").get(url(cast) + query)["Location"] == f"/questions/{asked.pk}/#id_body"
    # The red line and the cell of the sheet lead there, too.
    sheet = as_("marta").get("/groups/").text
    assert len(re.findall(f'(?:href|data-answer)="{url(cast)}[?]milestone={need.pk}"', sheet)) == 2


def test_with_several_needs_one_is_chosen(cast: Cast, as_: SignIn, need: Milestone) -> None:
    other = cast.milestones[2]
    mark(
        enrolment=cast.enrolment("bruno"), milestone=other, state="need_help", by=cast.person("bruno"), at=NOW
    )
    page = as_("marta").get(url(cast)).content.decode()
    waits = "Needs help with Prompt engineering, since today · Indexation, since today · Clover"
    assert waits in " ".join(re.sub("<[^>]*>", "", page).split())
    answer = as_("marta").post(url(cast), {"milestone": cast.milestones[0].pk, "body": "So."})
    assert set(answer.context["form"].errors) == {"milestone"}
    as_("marta").post(url(cast), {"milestone": other.pk, "body": "So."})
    assert Question.objects.get().milestone == other


def test_who_needs_none_right_now_is_not_answered(cast: Cast, as_: SignIn) -> None:
    answer = as_("marta").get(url(cast))
    assert said(answer) == "Bruno does not need help right now."
    assert answer["Location"] == reverse("tracker:student-detail", args=[cast.bruno.enrolment_id])


def test_a_refusal_of_questions_is_said(cast: Cast, as_: SignIn, need: Milestone, monkeypatch: Any) -> None:
    cast.cohort.closed_on = NOW.date()
    cast.cohort.save()
    answer = as_("marta").post(url(cast), {"milestone": need.pk, "body": "So."})
    assert "is closed" in str(answer.context["form"].non_field_errors())
