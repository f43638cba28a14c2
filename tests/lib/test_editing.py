from typing import Any

import pytest
from django import forms

from groups.models import Group
from lib.editing import ConflictingField, VersionedForm, comparable, status_of, value_label
from questions.forms.questions import QuestionForm
from questions.models import Question
from tests.conftest import NOW, Cast
from tests.factories.questions import QuestionFactory


class GroupForm(VersionedForm[Group]):
    class Meta:
        model = Group
        fields = ("name", "meeting")


def typed(group: Group, **fields: Any) -> GroupForm:
    return GroupForm(
        {"name": group.name, "meeting": group.meeting, "version": group.version, **fields}, instance=group
    )


def saved_by_marta(cast: Cast, **fields: Any) -> None:
    form = typed(fresh(cast), **fields)
    assert form.is_valid()
    form.save_by(by=cast.marta, at=NOW)


def fresh(cast: Cast) -> Group:
    return Group.objects.get(pk=cast.clover.pk)


def test_saving_counts_a_version_and_names_the_person(cast: Cast) -> None:
    form = typed(fresh(cast), meeting="Tuesdays 17:00")
    assert form.is_valid()
    form.save_by(by=cast.marta, at=NOW)
    group = fresh(cast)
    assert (group.meeting, group.version, group.changed_by, group.changed_at) == (
        "Tuesdays 17:00",
        2,
        cast.marta,
        NOW,
    )


def test_second_of_two_sees_both_versions_and_keeps_theirs_in_the_field(cast: Cast) -> None:
    opened = fresh(cast)
    saved_by_marta(cast, meeting="Tuesdays 17:00")
    form = GroupForm(
        {"name": "Clover", "meeting": "Mondays 9:00", "version": opened.version}, instance=fresh(cast)
    )
    assert not form.is_valid()
    assert form.conflict is not None
    assert (form.conflict.by, form.conflict.at) == (cast.marta, NOW)
    assert form.conflict.fields == (
        ConflictingField("When and where you meet", "Tuesdays 17:00", "Mondays 9:00"),
    )
    assert form["meeting"].value() == "Mondays 9:00"
    assert fresh(cast).meeting == "Tuesdays 17:00"


def test_saving_again_after_having_seen_both_overwrites(cast: Cast) -> None:
    saved_by_marta(cast, meeting="Tuesdays 17:00")
    first = GroupForm({"name": "Clover", "meeting": "Mondays 9:00", "version": 1}, instance=fresh(cast))
    assert not first.is_valid()
    again = GroupForm(
        {"name": "Clover", "meeting": "Mondays 9:00", "version": first["version"].value()},
        instance=fresh(cast),
    )
    assert again.is_valid()
    again.save_by(by=cast.ines, at=NOW)
    assert (fresh(cast).meeting, fresh(cast).version) == ("Mondays 9:00", 3)


def test_two_who_typed_the_same_do_not_conflict(cast: Cast) -> None:
    saved_by_marta(cast, meeting="Tuesdays 17:00")
    same = GroupForm({"name": "Clover", "meeting": "Tuesdays 17:00", "version": 1}, instance=fresh(cast))
    assert same.is_valid()
    assert same.conflict is None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [(None, "", True), ("a\r\nb ", "a\nb", True), ("a", "b", False), (0, None, False)],
)
def test_comparable_sees_what_a_person_sees(one: Any, other: Any, same: bool) -> None:
    assert (comparable(one) == comparable(other)) is same


def test_status_of_a_page_says_what_became_of_its_form(cast: Cast) -> None:
    opened = fresh(cast)
    assert status_of(GroupForm(instance=opened)) == 200
    assert status_of(typed(opened, name="")) == 422
    saved_by_marta(cast, meeting="Tuesdays 17:00")
    late = {"name": "Clover", "meeting": "Mondays 9:00", "version": opened.version}
    form = GroupForm(late, instance=fresh(cast))
    form.is_valid()
    assert status_of(form) == 409


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        (forms.CharField(), "Tuesdays", "Tuesdays"),
        (forms.CharField(), "", "—"),
        (forms.DateField(), None, "—"),
        (forms.BooleanField(), True, "yes"),
        (forms.BooleanField(), False, "no"),
        (forms.ChoiceField(choices=[("en", "English")]), "en", "English"),
        (forms.TypedChoiceField(choices=[(3, "three")]), 3, "three"),
        (forms.ChoiceField(choices=[("en", "English")]), "pt", "pt"),
    ],
)
def test_values_in_words(field: forms.Field, value: Any, words: str) -> None:
    assert value_label(field, value) == words


# Fields that one did not change


def question_form(question: Question, **typed: Any) -> QuestionForm:
    opened = {"title": "Why a mask?", "detail": "", "milestone": "", "material": "", "category": ""}
    shown = {"visibility": "cohort", "version": 1}
    return QuestionForm({**opened, **shown, **typed}, instance=question, may_choose_readers=True)


def test_what_only_the_other_changed_is_taken_over_and_saved(cast: Cast) -> None:
    question = QuestionFactory.create(membership=cast.ana, title="Why a mask?", visibility="cohort")
    theirs = question_form(
        question,
        title="Why a causal mask?",
        detail="In the decoder.",
        milestone=cast.milestones[0].pk,
        is_asker_hidden="on",
    )
    assert theirs.is_valid(), theirs.errors
    theirs.save_by(by=cast.marta, at=NOW)
    form = question_form(Question.objects.get(), title="Why a triangular mask?")
    assert not form.is_valid()
    assert form.conflict is not None
    assert {(field.label, field.theirs, field.yours, field.is_theirs) for field in form.conflict.fields} == {
        ("What do you want to know?", "Why a causal mask?", "Why a triangular mask?", False),
        ("Details", "In the decoder.", "—", True),
        ("Milestone", "LLM basics", "—", True),
        ("Hide my name from other students", "yes", "no", True),
    }
    again = {name: form[name].value() for name in form.fields}
    assert again == {
        "title": "Why a triangular mask?",
        "detail": "In the decoder.",
        "milestone": str(cast.milestones[0].pk),
        "material": "",
        "category": "",
        "visibility": "cohort",
        "is_asker_hidden": True,
        "version": "2",
    }
    saved = QuestionForm(again, instance=Question.objects.get(), may_choose_readers=True)
    assert saved.is_valid()


def test_nothing_is_taken_over_where_no_history_tells_what_it_was(cast: Cast) -> None:
    saved_by_marta(cast, name="Clover", meeting="Tuesdays 17:00")
    form = GroupForm({"name": "Klee", "meeting": "", "version": 1}, instance=fresh(cast))
    assert not form.is_valid()
    assert form.conflict is not None
    assert [field.is_theirs for field in form.conflict.fields] == [False, False]
    assert form["meeting"].value() == ""
