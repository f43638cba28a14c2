"""Probable duplicates of a question: to whom it is offered, and which way round the two are merged."""

from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.template.loader import render_to_string
from pytest_django import DjangoAssertNumQueries

from questions.access.questions import question_to_read
from questions.actions import answer, ask, ask_again, mark_duplicate
from questions.dashboards.question_similar import likely_duplicates
from questions.models import Question
from tests.conftest import NOW, Cast, SignIn
from tests.factories.courses import CohortFactory
from tests.factories.groups import GroupFactory, MembershipFactory
from tests.factories.questions import QuestionFactory

BEFORE = NOW - timedelta(days=7)


def asked(cast: Cast, who: str, title: str = "Why divide by the root?", **more: Any) -> Question:
    return ask(**{"group": cast.clover, "by": cast.person(who), "at": NOW, "title": title, **more})


def offered(cast: Cast, who: str, question: Question) -> list[tuple[int, int | None, int | None]]:
    """The offers: the question, which would be the duplicate, and which the original."""
    access = question_to_read(cast.person(who), question.pk, NOW)
    return [
        (twin.other.question.pk, twin.duplicate_id, twin.original_id) for twin in likely_duplicates(access)
    ]


def test_twins_keep_the_older_one(cast: Cast) -> None:
    older, newer = asked(cast, "ana", at=BEFORE), asked(cast, "bruno")
    for question, other in ((older, newer), (newer, older)):
        assert offered(cast, "marta", question) == [(other.pk, newer.pk, older.pk)]


def test_twins_keep_the_one_that_is_asked_more(cast: Cast) -> None:
    older, newer = asked(cast, "ana", at=BEFORE), asked(cast, "bruno")
    ask_again(question=newer, group=cast.clover, by=cast.person("chidi"), at=NOW)
    for question, other in ((older, newer), (newer, older)):
        assert offered(cast, "marta", question) == [(other.pk, older.pk, newer.pk)]


def test_twins_keep_the_one_that_is_answered(cast: Cast) -> None:
    answered, newer = asked(cast, "ana"), asked(cast, "bruno", at=BEFORE)
    ask_again(question=newer, group=cast.clover, by=cast.person("chidi"), at=NOW)
    answer(question=answered, by=cast.marta, at=NOW, body="So.")
    for question, other in ((answered, newer), (newer, answered)):
        assert offered(cast, "marta", question) == [(other.pk, newer.pk, answered.pk)]


def test_twins_keep_the_one_that_more_people_see(cast: Cast) -> None:
    ours, open_one = asked(cast, "ana", at=BEFORE, visibility="group"), asked(cast, "bruno")
    answer(question=ours, by=cast.marta, at=NOW, body="So.")
    for question, other in ((ours, open_one), (open_one, ours)):
        assert offered(cast, "marta", question) == [(other.pk, ours.pk, open_one.pk)]


def test_twins_are_offered_without_a_merge_where_neither_way_works(cast: Cast, as_: SignIn) -> None:
    ours = asked(cast, "ana", visibility="group")
    theirs = asked(cast, "dalia", visibility="group", group=cast.juniper)
    assert offered(cast, "ines", ours) == [(theirs.pk, None, None)]
    html = as_("ines").get(ours.get_absolute_url()).text
    assert "They cannot be merged" in html
    assert f'action="/questions/{ours.pk}/not-same/"' in html
    assert f'name="original" value="{theirs.pk}"' not in html


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("marta", {"bruno", "secret"}),
        ("ines", {"bruno", "secret", "dalia", "theirs", "spring"}),
        ("ana", set()),
        ("chidi", set()),
        ("tomas", set()),
    ],
)
def test_twins_are_of_those_that_the_reader_leads(cast: Cast, who: str, sees: set[str]) -> None:
    question = asked(cast, "ana")
    spring = MembershipFactory.create(
        group=GroupFactory.create(cohort=CohortFactory.create(course=cast.course))
    )
    foreign = CohortFactory.create(course=cast.zoe.course_adminships.get().course)
    title = "Why divide by the root"
    others = {
        "bruno": asked(cast, "bruno", f"{title} now?"),
        "secret": asked(cast, "chidi", f"{title} here?", visibility="group", is_asker_hidden=True),
        "dalia": asked(cast, "dalia", f"{title} then?", group=cast.juniper),
        "theirs": asked(cast, "emre", f"{title} there?", group=cast.juniper, visibility="group"),
        "spring": QuestionFactory.create(membership=spring, title=f"{title} twice?"),
        "foreign": QuestionFactory.create(membership=cast.dalia, title=f"{title} too?", cohort=foreign),
    }
    names = {question.pk: name for name, question in others.items()}
    assert {names[pk] for pk, *_ in offered(cast, who, question)} == sees


def test_twins_show_originals_and_none_at_a_duplicate(cast: Cast) -> None:
    question, twin = asked(cast, "ana"), asked(cast, "bruno", "Why divide by a root?")
    original = asked(cast, "chidi", "What are scores of attention?")
    mark_duplicate(question=twin, original=original, by=cast.marta, at=NOW)
    assert [pk for pk, *_ in offered(cast, "marta", question)] == [original.pk]
    assert offered(cast, "marta", twin) == []


def test_twins_are_merged_with_a_click_and_parted_again(cast: Cast, as_: SignIn) -> None:
    older, newer = asked(cast, "ana", at=BEFORE), asked(cast, "bruno", "Why divide by a root?")
    browser = as_("marta")
    html = " ".join(unescape(browser.get(newer.get_absolute_url()).text).split())
    assert f'action="/questions/{newer.pk}/duplicate/"' in html
    assert f'name="original" value="{older.pk}" aria-label="Merge into that one: {older.title}"' in html
    assert "Merge into this one" in browser.get(older.get_absolute_url()).text
    done = browser.post(f"/questions/{newer.pk}/duplicate/", {"original": older.pk}, follow=True)
    assert done.redirect_chain == [(older.get_absolute_url(), 302)]
    assert "asked 2 times" in done.text
    browser.post(f"/questions/{newer.pk}/duplicate/undo/")
    newer.refresh_from_db()
    assert (newer.duplicate_of, newer.asks.count(), older.asks.count()) == (None, 1, 1)


@pytest.mark.parametrize("count", [1, 4])
def test_twins_take_as_many_queries_for_four_as_for_one(
    cast: Cast, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    question = asked(cast, "ana")
    for _ in range(count):
        QuestionFactory.create(membership=cast.bruno, title="Why divide by the root?")
    access = question_to_read(cast.marta, question.pk, NOW)
    # Pairs that were said to differ; words, titles, texts; rows, pauses.
    with django_assert_num_queries(7):
        assert len(likely_duplicates(access)) == min(count, 5)


def test_twins_template_asks_the_database_nothing(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    question = asked(cast, "ana")
    asked(cast, "bruno")
    access = question_to_read(cast.marta, question.pk, NOW)
    context = {"question": question, "pairs": likely_duplicates(access)}
    assert len(context["pairs"]) == 1
    with django_assert_num_queries(0):
        render_to_string("questions/_likely_duplicates.html", context)
