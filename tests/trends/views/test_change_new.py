from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from questions.models import MaterialChange, MaterialNeed, Placement, Question, Topic
from tests.conftest import NOW, TODAY, Cast, SignIn
from tests.factories.courses import CohortFactory, MaterialFactory
from tests.factories.groups import MembershipFactory
from tests.factories.questions import QuestionFactory
from tests.messages import said
from trends.actions.changes import save_change
from trends.actions.needs import note_need, set_state
from trends.actions.topics import merge_topics

URL = "/courses/llm/changes/new/"


@pytest.fixture
def question(cast: Cast) -> Question:
    return QuestionFactory.create(
        membership=cast.ana, title="Why divide by a square root?", milestone=cast.milestones[1]
    )


def topic(cast: Cast, title: str = "", *questions: Question, **fields: Any) -> Topic:
    row = Topic.objects.create(course=cast.course, found_at=NOW, title=title, **fields)
    Placement.objects.bulk_create(Placement(question=one, topic=row, placed_at=NOW) for one in questions)
    return row


def fields(cast: Cast, **others: Any) -> dict[str, Any]:
    return {"what": "A drawing", "changed_on": TODAY.isoformat(), "made_by": cast.ines.pk, **others}


def titles(page: Any, which: str) -> list[tuple[str, str, bool]]:
    return [
        (kind, str(thing), f'id="{kind}s-{thing.pk}" checked' in page.text)
        for kind, thing in page.context[which]
    ]


def test_change_is_recorded_from_a_need_which_is_changed_by_it(
    cast: Cast, as_: SignIn, question: Question, need: MaterialNeed
) -> None:
    browser = as_("ines")
    page = browser.get(URL, {"need": need.pk})
    assert titles(page, "chosen") == [("question", question.title, True)]
    form = page.context["form"]
    assert (form["milestone"].value(), form["changed_on"].value(), form["made_by"].value()) == (
        cast.milestones[1].pk,
        TODAY,
        cast.ines.pk,
    )
    sent = fields(
        cast,
        need=need.pk,
        questions=[question.pk],
        milestone=cast.milestones[1].pk,
        url="https://example.com/a",
    )
    answer: Any = browser.post(URL, sent)
    change = MaterialChange.objects.get()
    assert answer.url == change.get_absolute_url()
    assert said(answer).startswith("Recorded: “A drawing”.")
    assert (change.milestone, change.url, change.changed_on) == (
        cast.milestones[1],
        "https://example.com/a",
        TODAY,
    )
    assert set(change.questions.all()) == {question}
    need.refresh_from_db()
    assert (need.state, need.change) == ("changed", change)
    undo = reverse("trends:change-remove", args=[change.pk])
    assert undo in said(answer)
    answer = as_("ines").post(undo)
    assert said(answer) == "Removed “A drawing”. The needs it met are waiting again."
    assert answer.url == need.get_absolute_url()
    assert not MaterialChange.objects.exists()


def test_change_of_a_topic_or_material_begins_where_that_stands(
    cast: Cast, as_: SignIn, question: Question
) -> None:
    roots = topic(cast, "Roots", question, representative=question)
    merged = topic(cast, "Old", merged_into=roots)
    material = MaterialFactory.create(milestone=cast.milestones[2])
    cases: Any = (
        (merged, [("topic", "Roots", True)], cast.milestones[1].pk, None),
        (material, [], cast.milestones[2].pk, material.pk),
        (topic(cast, "Empty"), [("topic", "Empty", True)], None, None),
    )
    for thing, chosen, milestone, of_material in cases:
        of = note_need(course=cast.course, thing=thing, why="Short", by=cast.ines, at=NOW).need
        page = as_("ines").get(URL, {"need": of.pk})
        assert titles(page, "chosen") == chosen
        form = page.context["form"]
        assert (form["milestone"].value(), form["material"].value()) == (milestone, of_material)


def test_what_a_change_answers_is_found_by_words_and_ticked(
    cast: Cast, as_: SignIn, question: Question
) -> None:
    statistics = cast.zoe.course_adminships.get().course
    foreign = MembershipFactory.create(group__cohort=CohortFactory.create(course=statistics))
    QuestionFactory.create(membership=foreign, title="Foreign root")
    other = QuestionFactory.create(membership=cast.dalia, title="Cube root?", visibility="group")
    QuestionFactory.create(
        membership=cast.dalia, title="A root twin", duplicate_of=question, status="duplicate"
    )
    roots = topic(cast, "Roots of the matter")
    by_question = topic(cast, "", question, representative=question)
    topic(cast, "Embeddings")
    browser = as_("ines")
    sent = fields(cast, what="", q="root", look="1", milestone=cast.milestones[2].pk)
    page: Any = browser.post(URL, sent)
    assert page.status_code == 200
    assert set(titles(page, "matches")) == {
        ("topic", "Roots of the matter", False),
        ("topic", question.title, False),
        ("question", "Cube root?", False),
        ("question", question.title, False),
    }
    # The typed text is still there, no error is shown, nothing is saved.
    assert page.context["form"]["milestone"].value() == str(cast.milestones[2].pk)
    assert "Enter what was changed." not in page.content.decode()
    assert not MaterialChange.objects.exists()
    ticked = {"questions": [other.pk, question.pk], "topics": [roots.pk, by_question.pk]}
    page = browser.post(URL, {**sent, **ticked, "q": "cube"})
    assert len(titles(page, "chosen")) == 4
    assert titles(page, "matches") == []
    assert "No other matches for “cube”." in page.content.decode()
    browser.post(URL, fields(cast, **ticked))
    change = MaterialChange.objects.get()
    assert set(change.questions.all()) == {other, question}
    assert set(change.topics.all()) == {roots, by_question}


def test_change_is_refused_with_what_is_wrong(cast: Cast, as_: SignIn, question: Question) -> None:
    material = MaterialFactory.create(milestone=cast.milestones[0])
    tomorrow = (TODAY + timedelta(days=1)).isoformat()
    cases = {
        "Enter what was changed.": {"what": " "},
        "This date is in the future.": {"changed_on": tomorrow},
        "Choose a date within two years of today.": {"changed_on": "2020-01-01"},
        "This material belongs to LLM basics.": {"material": material.pk, "milestone": cast.milestones[1].pk},
        "is not one of the available choices": {"questions": [987]},
    }
    for words, wrong in cases.items():
        sent = {**fields(cast, questions=[question.pk]), **wrong}
        answer = as_("ines").post(URL, sent)
        assert (answer.status_code, words in answer.content.decode()) == (422, True), words
    assert as_("ines").post(URL, fields(cast, made_by=cast.marta.pk)).status_code == 422
    assert not MaterialChange.objects.exists()


def test_need_of_another_course_is_404(cast: Cast, as_: SignIn) -> None:
    statistics = cast.zoe.course_adminships.get().course
    foreign = note_need(
        course=statistics,
        thing=MaterialFactory.create(milestone__course=statistics),
        why="Short",
        by=cast.zoe,
        at=NOW,
    ).need
    assert as_("ines").get(URL, {"need": foreign.pk}).status_code == 404


def test_need_that_was_removed_meanwhile_is_told(
    cast: Cast, as_: SignIn, question: Question, need: MaterialNeed
) -> None:
    set_state(need=need, state="wont_change", reason="Too special", by=cast.ines, at=NOW)
    answer: Any = as_("ines").post(URL, fields(cast, need=need.pk, questions=[question.pk]))
    # Refused or not, the need is changed by what was changed.
    assert answer.status_code == 302
    need.refresh_from_db()
    assert need.state == "changed"


def test_change_that_was_told_is_not_removed(cast: Cast, as_: SignIn) -> None:
    change = MaterialChange.objects.create(
        course=cast.course,
        what="A drawing",
        changed_on=TODAY,
        made_by=cast.ines,
        recorded_at=NOW,
        told_at=NOW,
        told_by=cast.ines,
    )
    answer: Any = as_("ines").post(reverse("trends:change-remove", args=[change.pk]))
    assert said(answer) == "People who asked were notified, so it can't be removed."
    assert answer.url == change.get_absolute_url()
    MaterialChange.objects.update(told_at=None, told_by=None)
    answer = as_("ines").post(reverse("trends:change-remove", args=[change.pk]))
    assert answer.url == reverse("trends:change-list", args=["llm"])


def recorded(cast: Cast, *questions: Question, **others: Any) -> MaterialChange:
    return save_change(
        change=MaterialChange(course=cast.course, **{"what": "A drawing", "changed_on": TODAY, **others}),
        questions=questions,
        topics=[],
        by=cast.ines,
        at=NOW,
    )


def test_change_is_edited(cast: Cast, as_: SignIn, question: Question) -> None:
    change = recorded(cast, question)
    url = reverse("trends:change-edit", args=[change.pk])
    browser = as_("ines")
    page = browser.get(url)
    assert titles(page, "chosen") == [("question", question.title, True)]
    other = QuestionFactory.create(membership=cast.bruno, title="Another root")
    page = browser.post(url, fields(cast, what="Two drawings", questions=[other.pk], q="root", look="1"))
    assert (titles(page, "chosen"), titles(page, "matches")) == (
        [("question", "Another root", True)],
        [("question", question.title, False)],
    )
    assert page.context["form"]["what"].value() == "Two drawings"
    answer: Any = browser.post(url, fields(cast, what="Two drawings", version=1, questions=[other.pk]))
    assert said(answer) == "Saved “Two drawings”."
    change.refresh_from_db()
    assert (change.what, change.version, set(change.questions.all())) == ("Two drawings", 2, {other})
    assert browser.post(url, fields(cast, what="")).status_code == 422


@pytest.mark.parametrize("what", ["A drawing", "My drawing"])
def test_second_of_two_savers_sees_both_versions(
    cast: Cast, as_: SignIn, question: Question, what: str
) -> None:
    """Also where they ticked different questions and nothing else."""
    change = recorded(cast, question)
    url = reverse("trends:change-edit", args=[change.pk])
    other = QuestionFactory.create(membership=cast.bruno, title="Another root")
    as_("ines").post(url, fields(cast, version=1, questions=[other.pk]))
    answer: Any = as_("ines").post(url, fields(cast, what=what, version=1, questions=[question.pk]))
    assert answer.status_code == 409
    conflict = answer.context["form"].conflict
    lines = [(line.label, line.theirs, line.yours) for line in conflict.fields]
    assert ("Questions", other.title, question.title) in [
        (label.capitalize(), theirs, yours) for label, theirs, yours in lines
    ]
    assert (("What was changed?", "A drawing", "My drawing") in lines) is (what == "My drawing")
    assert set(change.questions.all()) == {other}


def test_looking_for_more_hides_no_conflict(cast: Cast, as_: SignIn, question: Question) -> None:
    """Without JavaScript the whole form comes back from it."""
    change = recorded(cast, question)
    url = reverse("trends:change-edit", args=[change.pk])
    mine = fields(cast, what="My drawing", version=change.version, questions=[question.pk])
    as_("ines").post(url, fields(cast, what="Their drawing", version=change.version))
    page = as_("ines").post(url, {**mine, "q": "root", "look": "1"})
    version = page.context["form"]["version"].value()
    answer = as_("ines").post(url, {**mine, "version": version})
    assert answer.status_code == 409
    change.refresh_from_db()
    assert change.what == "Their drawing"


@pytest.mark.parametrize("count", [1, 4])
def test_change_forms_take_as_many_queries_for_four_as_for_one(
    cast: Cast, as_: SignIn, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    questions = [QuestionFactory.create(membership=cast.ana, title=f"Root {n}") for n in range(count)]
    topics = [topic(cast, "", one, representative=one) for one in questions]
    change = recorded(cast, *questions)
    change.topics.set(topics)
    browser = as_("ines")
    sent = fields(cast, q="root", look="1", questions=[one.pk for one in questions[:1]])
    # Session, person, relations, course; milestones, materials, people; chosen questions, found topics and questions,
    # with the pauses of their cohorts.
    with django_assert_num_queries(12 if count == 1 else 13):
        page = browser.post(URL, sent)
    assert len(titles(page, "matches")) == min(count, 10) + min(count - 1, 10)
    # Session, person, relations, change; what it answers (2 and 2), milestones, materials, people.
    with django_assert_num_queries(13):
        page = browser.get(reverse("trends:change-edit", args=[change.pk]))
    assert len(titles(page, "chosen")) == 2 * count


@pytest.mark.parametrize("name", ["topics", "questions", "need"])
def test_ids_that_none_can_be_are_refused(cast: Cast, as_: SignIn, name: str) -> None:
    sent = {"what": "A drawing", "changed_on": "2026-09-10", "made_by": cast.ines.pk, name: "9" * 5_000}
    answer = as_("ines").post(reverse("trends:change-new", args=[cast.course.slug]), sent)
    assert answer.status_code == (404 if name == "need" else 422)
    assert not MaterialChange.objects.exists()


def test_change_keeps_answering_a_topic_that_was_merged(cast: Cast, as_: SignIn) -> None:
    roots, squares = topic(cast, "Roots"), topic(cast, "Squares")
    change = recorded(cast)
    change.topics.set([roots])
    browser = as_("ines")
    url = reverse("trends:change-edit", args=[change.pk])
    merge_topics(topic=roots, into=squares, by=cast.ines, at=NOW)
    page = browser.get(change.get_absolute_url())
    assert [str(thing) for _, thing in page.context["answers"]] == ["Squares"]
    assert titles(browser.get(url), "chosen") == [("topic", "Squares", True)]
    # From a page that was opened before the merge, too.
    for ticked in (roots, squares):
        sent = fields(cast, topics=[ticked.pk], q="squares", look="1")
        page = browser.post(url, sent)
        assert (titles(page, "chosen"), titles(page, "matches")) == ([("topic", "Squares", True)], [])
        change.refresh_from_db()
        sent = fields(cast, what=f"Drawn by {ticked}", version=change.version, topics=[ticked.pk])
        assert browser.post(url, sent).status_code == 302
        assert list(Topic.objects.standing_for(change.topics.values_list("pk", flat=True))) == [squares]


def test_topic_merged_since_is_no_conflict_by_itself(cast: Cast, as_: SignIn) -> None:
    roots, squares = topic(cast, "Roots"), topic(cast, "Squares")
    change = recorded(cast)
    change.topics.set([roots])
    merge_topics(topic=roots, into=squares, by=cast.ines, at=NOW)
    url = reverse("trends:change-edit", args=[change.pk])
    as_("ines").post(url, fields(cast, what="Theirs", version=1, topics=[squares.pk]))
    answer: Any = as_("ines").post(url, fields(cast, what="Mine", version=1, topics=[squares.pk]))
    assert [line.label for line in answer.context["form"].conflict.fields] == ["What was changed?"]


def test_topic_that_is_unticked_goes_with_those_merged_into_it(cast: Cast, as_: SignIn) -> None:
    roots, squares = topic(cast, "Roots"), topic(cast, "Squares")
    change = recorded(cast)
    change.topics.set([roots])
    merge_topics(topic=roots, into=squares, by=cast.ines, at=NOW)
    as_("ines").post(reverse("trends:change-edit", args=[change.pk]), fields(cast, version=1))
    assert not change.topics.exists()
