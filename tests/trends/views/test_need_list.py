from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from questions.models import MaterialNeed, Placement, Question, Topic
from tests.conftest import NOW, Cast, SignIn
from tests.factories.courses import MaterialFactory
from tests.factories.questions import AskFactory, QuestionFactory
from trends.actions.needs import assign_need, note_need, set_state


def need(cast: Cast, thing: object, days: int = 0, why: str = "No drawing") -> MaterialNeed:
    at = NOW - timedelta(days=days)
    return note_need(course=cast.course, thing=thing, why=why, by=cast.marta, at=at).need


def asked(cast: Cast, title: str, times: int, **fields: object) -> Question:
    question = QuestionFactory.create(membership=cast.ana, title=title, **fields)
    for n in range(1, times):
        AskFactory.create(
            question=question, group=cast.juniper, logged_by=cast.tomas, asked_at=NOW - timedelta(hours=n)
        )
    return question


def topic(cast: Cast, *questions: Question, **fields: object) -> Topic:
    row = Topic.objects.create(course=cast.course, found_at=NOW, **{"title": "Roots", **fields})
    Placement.objects.bulk_create(Placement(question=one, topic=row, placed_at=NOW) for one in questions)
    return row


def listed(browser: Client, **address: str) -> list[MaterialNeed]:
    page = browser.get(reverse("trends:need-list", args=["llm"]), address)
    return list(page.context["page"])


def ranked(browser: Client, **address: str) -> list[tuple[str, str, int]]:
    return [(row.kind, str(row.subject), row.ask_count) for row in listed(browser, **address)]


def test_need_list_ranks_by_asks_and_the_oldest_first_among_equals(cast: Cast, as_: SignIn) -> None:
    material = MaterialFactory.create(milestone=cast.milestones[0], title="Tokens")
    asked(cast, "Of the material", 2, material=material, milestone=cast.milestones[0])
    QuestionFactory.create(
        membership=cast.bruno,
        duplicate_of=asked(cast, "Also", 1, material=material, milestone=cast.milestones[0]),
        status="duplicate",
    )
    one, other = asked(cast, "One", 3), asked(cast, "Other", 2)
    QuestionFactory.create(membership=cast.bruno, duplicate_of=other, status="duplicate")
    late, early = asked(cast, "Noted late", 1), asked(cast, "Noted early", 1)
    for thing, days in ((material, 1), (topic(cast, one, other), 1), (late, 1), (one, 2), (early, 9)):
        need(cast, thing, days)
    assert ranked(as_("ines")) == [
        ("topic", "Roots", 6),
        ("material", "Tokens", 4),
        ("question", "One", 3),
        ("question", "Noted early", 1),
        ("question", "Noted late", 1),
    ]


def test_need_of_what_was_merged_since_counts_where_asks_count(cast: Cast, as_: SignIn) -> None:
    original, twin = asked(cast, "Original", 3), asked(cast, "Twin", 1)
    need(cast, twin)
    Question.objects.filter(pk=twin.pk).update(duplicate_of=original, status="duplicate")
    merged = topic(cast)
    need(cast, merged)
    Topic.objects.filter(pk=merged.pk).update(merged_into=topic(cast, original, title="Square roots"))
    assert set(ranked(as_("ines"))) == {("question", "Original", 4), ("topic", "Square roots", 4)}


def test_need_list_shows_a_state_and_counts_all(cast: Cast, as_: SignIn) -> None:
    owned, refused = (need(cast, asked(cast, title, 1)) for title in ("Owned", "Refused"))
    set_state(need=refused, state="wont_change", reason="Too special", by=cast.ines, at=NOW)
    assign_need(need=owned, owner=cast.ines, by=cast.ines, at=NOW)
    browser = as_("ines")
    titles = {
        state: {str(row.subject) for row in listed(browser, state=state)}
        for state in ("", "open", "changed", "wont_change", "nonsense")
    }
    assert titles == {
        "": {"Owned"},
        "open": {"Owned"},
        "changed": set(),
        "wont_change": {"Refused"},
        "nonsense": {"Owned"},
    }
    page = browser.get(reverse("trends:need-list", args=["llm"]), {"state": "wont_change"})
    assert [(tab["label"], tab["count"], tab["is_current"]) for tab in page.context["tabs"]] == [
        ("Open", 1, False),
        ("Changed", 0, False),
        ("Won't change", 1, True),
    ]
    assert "Reason: Too special" in page.content.decode()
    assert "owner: Inês Duarte" in browser.get(page.request["PATH_INFO"]).content.decode()
    assert (
        "Nothing with this status"
        in browser.get(page.request["PATH_INFO"], {"state": "changed"}).content.decode()
    )


def test_need_list_that_is_empty_says_where_to_note(cast: Cast, as_: SignIn) -> None:
    html = as_("ines").get(reverse("trends:need-list", args=["llm"])).content.decode()
    assert "Nothing to improve yet" in html
    assert 'aria-label="States"' not in html


def test_need_list_shows_no_other_course(cast: Cast, as_: SignIn) -> None:
    statistics = cast.zoe.course_adminships.get().course
    note_need(
        course=statistics,
        thing=MaterialFactory.create(milestone__course=statistics),
        why="Foreign",
        by=cast.zoe,
        at=NOW,
    )
    mine = need(cast, asked(cast, "Mine", 1))
    assert [row.pk for row in listed(as_("ines"))] == [mine.pk]


def test_need_list_never_names_a_hidden_asker(cast: Cast, as_: SignIn) -> None:
    need(cast, asked(cast, "Hidden", 1, is_asker_hidden=True))
    assert "Ana Ruivo" not in as_("ines").get(reverse("trends:need-list", args=["llm"])).content.decode()


@pytest.mark.parametrize("count", [1, 4])
def test_need_list_takes_as_many_queries_for_four_as_for_one(
    cast: Cast, as_: SignIn, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(count):
        question = asked(cast, f"Question {n}", 2)
        need(cast, question)
        note_need(course=cast.course, thing=question, why="Too", by=cast.ines, at=NOW)
        need(cast, topic(cast, question, title="", representative=question))
        need(cast, MaterialFactory.create(milestone=cast.milestones[0]))
    browser = as_("ines")
    # Session, person, relations, course, counts, needs, hours, dead links and how many.
    with django_assert_num_queries(12):
        rows = listed(browser)
    assert len(rows) == min(3 * count, 25)
