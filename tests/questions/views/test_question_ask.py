import re
from html import unescape

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from courses.models import Cohort
from people.actions.limits import ASKS, spend
from questions.actions import ask
from questions.models import Ask, Question
from tests.conftest import NOW, TODAY, Cast, SignIn
from tests.factories.courses import MaterialFactory, MilestoneFactory
from tests.factories.questions import QuestionFactory

ALL = {
    "title": "Why divide by the root?",
    "detail": "See *12:30*.",
    "category": "concept",
    "visibility": "group",
}


def new(cast: Cast) -> str:
    return reverse("questions:question-new", args=[cast.clover.pk])


def test_question_new_asks_with_everything(cast: Cast, as_: SignIn) -> None:
    material = MaterialFactory.create(milestone=cast.milestones[1])
    done = as_("ana").post(new(cast), ALL | {"material": material.pk, "is_asker_hidden": "on"}, follow=True)
    question = Question.objects.get()
    assert done.redirect_chain == [(question.get_absolute_url(), 302)]
    assert (question.title, question.detail, question.milestone, question.material, question.category) == (
        "Why divide by the root?",
        "See *12:30*.",
        cast.milestones[1],
        material,
        "concept",
    )
    assert (question.visibility, question.is_asker_hidden, question.asked_by) == (
        "group",
        True,
        cast.person("ana"),
    )
    assert question.asks.get().enrolment == cast.enrolment("ana")
    assert "“Why divide by the root?” is asked." in done.content.decode()


def test_question_new_starts_with_what_the_address_says(cast: Cast, as_: SignIn) -> None:
    html = as_("ana").get(f"{new(cast)}?title=Why%3F&milestone={cast.milestones[2].pk}").content.decode()
    assert 'value="Why?"' in html
    assert f'<option value="{cast.milestones[2].pk}" selected>Indexation</option>' in html


def test_question_new_stops_once_at_what_was_almost_certainly_asked(cast: Cast, as_: SignIn) -> None:
    known = ask(group=cast.juniper, by=cast.person("dalia"), at=NOW, title="Why divide by the root, please?")
    ask(group=cast.juniper, by=cast.person("dalia"), at=NOW, title="Divide by the root?", visibility="group")
    browser = as_("ana")
    offered = browser.post(new(cast), ALL)
    html = unescape(offered.content.decode())
    assert "This was asked before" in html
    assert [row.question.title for row in offered.context["similar"]] == [known.title]
    assert f'action="/questions/{known.pk}/again/"' in html
    assert "See *12:30*." in html
    assert Question.objects.count() == 2
    assert f'name="seen" value="{known.pk}"' in html
    browser.post(new(cast), ALL | {"seen": str(known.pk)})
    assert set(Question.objects.filter(asked_by=cast.person("ana")).values_list("title", flat=True)) == {
        ALL["title"]
    }


def test_question_new_stops_again_at_another_one_that_it_was_changed_into(cast: Cast, as_: SignIn) -> None:
    dalia = cast.person("dalia")
    known = ask(group=cast.juniper, by=dalia, at=NOW, title="Why divide by the root, please?")
    other = ask(group=cast.juniper, by=dalia, at=NOW, title="Which chunk size should I use?")
    browser = as_("ana")
    browser.post(new(cast), ALL)
    again = browser.post(new(cast), ALL | {"title": other.title, "seen": str(known.pk)})
    assert [row.question.pk for row in again.context["similar"]] == [other.pk]
    assert f'name="seen" value="{known.pk} {other.pk}"' in again.text
    browser.post(new(cast), ALL | {"title": other.title, "seen": f"{known.pk} {other.pk}"})
    assert Question.objects.filter(asked_by=cast.person("ana")).get().title == other.title


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"title": "x" * 301},
        {"detail": "x" * 20_001},
        {"visibility": "everybody"},
        {"category": "fun"},
        {"milestone": "987654"},
        {"milestone": "foreign"},
        {"milestone": "basics", "material": "prompts"},
        {"title": "a\x00b"},
    ],
)
def test_question_new_keeps_what_was_typed_wrong(cast: Cast, as_: SignIn, wrong: dict[str, str]) -> None:
    ids = {
        "foreign": MilestoneFactory.create().pk,
        "basics": cast.milestones[0].pk,
        "prompts": MaterialFactory.create(milestone=cast.milestones[1]).pk,
    }
    done = as_("ana").post(new(cast), ALL | {key: ids.get(value, value) for key, value in wrong.items()})
    assert "Please correct the following" in done.content.decode()
    assert not Question.objects.exists()


def test_question_new_lets_a_mentor_ask_for_a_member(cast: Cast, as_: SignIn) -> None:
    browser = as_("marta")
    html = browser.get(new(cast)).content.decode()
    offered = [name for name in ("Ana Ruivo", "Bruno Sá", "Chidi Okafor", "Dalia Haddad") if name in html]
    assert offered == ["Ana Ruivo", "Bruno Sá", "Chidi Okafor"]
    assert "is_asker_hidden" not in html
    browser.post(new(cast), ALL | {"asked_for": cast.enrolment("bruno").pk})
    browser.post(new(cast), ALL | {"title": "Somebody asks this"})
    browser.post(new(cast), ALL | {"title": "Wrong person", "asked_for": cast.enrolment("dalia").pk})
    assert set(Ask.objects.values_list("question__title", "question__asked_by", "enrolment")) == {
        (ALL["title"], cast.person("bruno").pk, cast.enrolment("bruno").pk),
        ("Somebody asks this", cast.marta.pk, None),
    }


def test_question_new_lets_no_student_ask_for_another(cast: Cast, as_: SignIn) -> None:
    as_("ana").post(new(cast), ALL | {"asked_for": cast.enrolment("bruno").pk})
    assert Question.objects.get().asked_by == cast.person("ana")


def test_question_new_offers_at_once_what_was_asked_like_what_came_along(cast: Cast, as_: SignIn) -> None:
    known = ask(group=cast.juniper, by=cast.person("dalia"), at=NOW, title="Why divide by the square root?")
    page = as_("ana").get(new(cast), {"title": "Which size has the square?", "milestone": ""})
    assert [row.question for row in page.context["offered"]] == [known]
    assert f"I have this too: {known}" in page.text
    assert f'name="seen" value="{known.pk} "' in page.text
    assert not as_("ana").get(new(cast), {"milestone": ""}).context["offered"]


@pytest.mark.parametrize("count", [1, 4])
def test_question_new_takes_as_many_queries_for_four_as_for_one(
    cast: Cast, as_: SignIn, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(count):
        QuestionFactory.create(membership=cast.dalia, title=f"Why divide by the root {n}?")
    browser = as_("ana")
    browser.get("/questions/")
    with django_assert_num_queries(13):
        assert browser.post(new(cast), ALL).context["similar"]
    seen = " ".join(str(question.pk) for question in Question.objects.all())
    with django_assert_num_queries(20):
        browser.post(new(cast), ALL | {"seen": seen})
    assert Question.objects.filter(title=ALL["title"]).exists()


def test_too_many_asks_are_refused_beside_what_was_typed(cast: Cast, as_: SignIn) -> None:
    spend(ASKS, by=cast.person("ana"), at=NOW, number=60)
    done = as_("ana").post(new(cast), {**ALL, "detail": "As I typed it."})
    assert done.status_code == 422
    assert "You asked 60 questions within an hour" in done.text
    assert 'value="Why divide by the root?"' in done.text
    assert "As I typed it." in done.text
    assert not Question.objects.exists()


def test_question_new_keeps_what_was_typed_when_the_cohort_is_closed(cast: Cast, as_: SignIn) -> None:
    Cohort.objects.update(closed_on=TODAY)
    done = as_("ana").post(new(cast), ALL)
    assert done.status_code == 422
    assert "Autumn 2026 is closed. You can read its questions" in done.text
    assert 'value="Why divide by the root?"' in done.text
    assert not Question.objects.exists()


def test_question_new_offers_the_materials_of_the_milestone_only(cast: Cast, as_: SignIn) -> None:
    first, second, *_ = cast.milestones
    for milestone in (first, second):
        MaterialFactory.create(milestone=milestone, title=f"About {milestone}")

    def offered(html: str) -> list[str]:
        return re.findall("<option [^>]*>(About [^<]+)</option>", html)

    browser = as_("ana")
    assert offered(browser.get(new(cast)).text) == []
    assert offered(browser.get(f"{new(cast)}?milestone={first.pk}").text) == ["About LLM basics"]
    assert offered(browser.post(new(cast), {"title": "", "milestone": second.pk}).text) == [
        "About Prompt engineering"
    ]
    own = ask(group=cast.clover, by=cast.person("ana"), at=NOW, title="Why?", milestone=first)
    edit = reverse("questions:question-edit", args=[own.pk])
    assert offered(browser.get(edit).text) == ["About LLM basics"]
    # Another one chosen loads its own.
    assert f'hx-get="{edit}"' in browser.get(edit).text
    assert offered(browser.get(f"{edit}?milestone={second.pk}").text) == ["About Prompt engineering"]


def test_question_new_says_who_reads_it_and_folds_the_rest(cast: Cast, as_: SignIn) -> None:
    browser = as_("ana")
    assert "Students and mentors in Autumn 2026 read this" in browser.get(new(cast), follow=True).text
    wrong = browser.post(new(cast), ALL | {"title": ""}).text
    assert "Students of Clover read this" in wrong
    assert '<details class="more">' in wrong
    assert '<details class="more" open>' in browser.post(new(cast), ALL | {"category": "fun"}).text
