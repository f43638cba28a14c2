from html import unescape

import pytest
from django.urls import reverse

from lib.refusals import Refused
from questions.actions import answer, ask, mark_duplicate
from questions.models import Answer, Question
from tests.conftest import NOW, Cast, SignIn
from tests.factories.courses import MaterialFactory
from tests.messages import told


@pytest.fixture
def question(cast: Cast) -> Question:
    return ask(group=cast.clover, by=cast.person("ana"), at=NOW, title="Why?", visibility="group")


@pytest.fixture
def given(cast: Cast, question: Question) -> Answer:
    return answer(question=question, by=cast.person("bruno"), at=NOW, body="So.")


def edit(question: Question) -> str:
    return reverse("questions:question-edit", args=[question.pk])


def test_question_edit_saves_all_for_its_asker(cast: Cast, as_: SignIn, question: Question) -> None:
    posted = {
        "title": "What for?", "detail": "Now.", "milestone": cast.milestones[1].pk, "category": "setup",
        "visibility": "course", "is_asker_hidden": "on", "version": 1,
    }  # fmt: skip
    done = as_("ana").post(edit(question), posted, follow=True)
    question.refresh_from_db()
    assert (question.title, question.detail, question.milestone, question.category) == (
        "What for?",
        "Now.",
        cast.milestones[1],
        "setup",
    )
    assert (question.visibility, question.is_asker_hidden, question.version, question.changed_by) == (
        "course",
        True,
        2,
        cast.person("ana"),
    )
    assert "“What for?” is saved." in unescape(done.content.decode())
    assert question.search_text == "what for \n now"


def test_question_edit_says_at_the_material_to_which_milestone_it_belongs(
    cast: Cast, as_: SignIn, question: Question
) -> None:
    first, second = cast.milestones[:2]
    material = MaterialFactory.create(milestone=first)
    posted = {
        "title": "Why?",
        "milestone": second.pk,
        "material": material.pk,
        "visibility": "group",
        "version": 1,
    }
    refused = as_("ana").post(edit(question), posted)
    said = f"This material belongs to {first}. Choose one of {second}, or none."
    assert (refused.status_code, refused.context["form"].errors) == (422, {"material": [said]})
    question.refresh_from_db()
    assert question.milestone is None


def test_question_edit_leaves_who_sees_it_to_the_asker(cast: Cast, as_: SignIn, question: Question) -> None:
    browser = as_("marta")
    html = browser.get(edit(question)).content.decode()
    assert "visibility" not in html
    browser.post(
        edit(question), {"title": "What?", "visibility": "course", "is_asker_hidden": "on", "version": 1}
    )
    question.refresh_from_db()
    assert (question.title, question.visibility, question.is_asker_hidden) == ("What?", "group", False)


def test_question_edit_shows_both_versions_and_loses_nothing(
    cast: Cast, as_: SignIn, question: Question
) -> None:
    as_("marta").post(edit(question), {"title": "Marta’s words?", "category": "setup", "version": 1})
    browser = as_("ana")
    posted = {"title": "Ana’s words?", "visibility": "group", "version": 1}
    html = unescape(browser.post(edit(question), posted).content.decode())
    question.refresh_from_db()
    assert question.title == "Marta’s words?"
    assert "Someone else saved this while you were editing" in html
    assert "Marta Pires saved it" in html
    assert 'value="Ana’s words?"' in html
    assert '<td data-label="Theirs">Marta’s words?</td>' in html
    assert 'name="version" value="2"' in html
    browser.post(edit(question), posted | {"version": 2, "category": "setup"})
    question.refresh_from_db()
    assert (question.title, question.category, question.version) == ("Ana’s words?", "setup", 3)


def test_question_edit_says_why_duplicates_keep_it_open(cast: Cast, as_: SignIn) -> None:
    original = ask(group=cast.clover, by=cast.person("ana"), at=NOW, title="Why?")
    twin = ask(group=cast.juniper, by=cast.person("dalia"), at=NOW, title="Why so?")
    mark_duplicate(question=twin, original=original, by=cast.tomas, at=NOW)
    html = (
        as_("ana")
        .post(edit(original), {"title": "Why?", "visibility": "group", "version": 1})
        .content.decode()
    )
    assert "It has duplicates whose readers could no longer see it." in html
    original.refresh_from_db()
    assert (original.visibility, original.version) == ("cohort", 1)


def test_answer_edit_saves_ones_own(cast: Cast, as_: SignIn, question: Question, given: Answer) -> None:
    url = reverse("questions:answer-edit", args=[given.pk])
    assert "So." in as_("bruno").get(url).content.decode()
    done = as_("bruno").post(url, {"body": "So it is.", "version": 1}, follow=True)
    assert done.redirect_chain == [(f"/questions/{question.pk}/#answer-{given.pk}", 302)]
    given.refresh_from_db()
    assert (given.body, given.version) == ("So it is.", 2)
    assert "· edited" in done.content.decode()


def test_answer_edit_keeps_the_length_of_an_answer_that_is_longer(
    as_: SignIn, question: Question, given: Answer
) -> None:
    Answer.objects.filter(pk=given.pk).update(body="long\n" * 1_999 + "ended")
    url = reverse("questions:answer-edit", args=[given.pk])

    def save(body: str) -> int:
        given.refresh_from_db()
        return as_("bruno").post(url, {"body": body, "version": given.version}).status_code

    assert save("long\r\n" * 1_999 + "ended!") == 422
    assert save("long\r\n" * 1_999 + "Ended") == 302
    assert save("long\r\n" * 1_799 + "ended") == 302
    given.refresh_from_db()
    assert len(given.body) == 9_000
    assert save("long\r\n" * 1_999 + "ended") == 422


def test_answer_edit_shows_both_versions(cast: Cast, as_: SignIn, given: Answer) -> None:
    url = reverse("questions:answer-edit", args=[given.pk])
    as_("bruno").post(url, {"body": "From the phone.", "version": 1})
    html = as_("bruno").post(url, {"body": "From the desk.", "version": 1}).content.decode()
    given.refresh_from_db()
    assert given.body == "From the phone."
    assert "From the phone." in html
    assert "From the desk." in html


def test_answer_remove_reopens_and_is_undone(as_: SignIn, question: Question, given: Answer) -> None:
    browser = as_("bruno")
    html = unescape(
        browser.post(reverse("questions:answer-remove", args=[given.pk]), follow=True).content.decode()
    )
    question.refresh_from_db()
    assert question.status == "open"
    assert "is removed. The question is open again." in html
    undo = f"/questions/{question.pk}/answers/{given.pk}/restore/"
    assert f'action="{undo}"' in html
    assert as_("ana").post(undo).status_code == 403
    html = unescape(browser.post(undo, follow=True).content.decode())
    question.refresh_from_db()
    assert question.status == "answered"
    assert Answer.objects.get().body == "So."
    assert "The answer to “Why?” is restored." in html
    assert "was not removed" in unescape(browser.post(undo, follow=True).content.decode())


def test_answer_of_a_question_that_was_just_removed_says_so(
    as_: SignIn, question: Question, given: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def removed(_: Question) -> Question:
        raise Refused("“Why?” has been removed.")

    monkeypatch.setattr("questions.actions.answering.locked", removed)
    remove, edit_url = (reverse(f"questions:answer-{name}", args=[given.pk]) for name in ("remove", "edit"))
    assert told(as_("bruno").post(remove)) == ["“Why?” has been removed."]
    page = as_("bruno").post(edit_url, {"body": "So it is.", "version": 1})
    assert page.context["form"].non_field_errors() == ["“Why?” has been removed."]
    assert Answer.objects.get().body == "So."


def test_answer_restore_knows_only_what_there_was(as_: SignIn, question: Question) -> None:
    url = reverse("questions:answer-restore", args=[question.pk, 987_654])
    assert as_("marta").post(url).status_code == 404
    assert as_("marta").post(reverse("questions:answer-remove", args=[987_654])).status_code == 404
