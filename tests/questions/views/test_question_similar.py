import re
from datetime import timedelta
from html import unescape

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from questions.access.questions import reader
from questions.actions import answer, ask, ask_again, mark_duplicate
from questions.candidates import NOT_ASKED
from questions.dashboards.question_suggestions import suggestions
from questions.models import Question
from questions.similar import Text
from tests.conftest import NOW, Cast, SignIn
from tests.factories.courses import CohortFactory, MilestoneFactory
from tests.factories.groups import GroupFactory, MembershipFactory
from tests.factories.people import UserFactory
from tests.factories.questions import AnswerFactory, AskFactory, QuestionFactory
from tests.lib.test_markdown import ATTACKS
from tests.questions.views.test_question_detail import Tags

TITLE = "Why divide by the square root of the key size?"


def url(cast: Cast, name: str = "clover") -> str:
    return reverse("questions:question-similar", args=[getattr(cast, name).pk])


def offered(browser: Client, address: str, title: str, **more: object) -> str:
    return " ".join(unescape(browser.get(address, {"title": title, **more}).text).split())


def titles(html: str) -> list[str]:
    """Of those with answers, which open in place, then of the others."""
    html = " ".join(html.split())
    found = re.findall(
        r'<summary><span class="offer-title">([^<]+)</span>|<div> <a href="[^"]+">([^<]+)</a>', html
    )
    return [answered or other for answered, other in found]


@pytest.fixture
def known(cast: Cast) -> Question:
    question = ask(
        group=cast.juniper, by=cast.person("dalia"), at=NOW, title=TITLE, milestone=cast.milestones[1]
    )
    answer(question=question, by=cast.tomas, at=NOW, body="The **dot products** grow with the size.")
    question.refresh_from_db()
    return question


def test_question_similar_offers_what_was_asked_with_its_answer(
    cast: Cast, as_: SignIn, known: Question
) -> None:
    html = offered(as_("ana"), url(cast), "divide by a square root")
    assert titles(html) == [TITLE]
    first_line = '<span class="small">The <strong>dot products</strong> grow with the size.</span>'
    assert first_line in html
    assert "answered, asked once · Prompt engineering" in html
    assert f'formaction="/questions/{known.pk}/again/"' in html
    assert html.count(f'name="group" value="{cast.clover.pk}"') == 2
    assert f'<input type="hidden" name="seen" value="{known.pk} ">' in html
    assert '<div hx-swap-oob="innerHTML:#suggestions-told">1 question asked before</div>' in html


def test_question_similar_counts_for_the_group_of_a_mentor(cast: Cast, as_: SignIn, known: Question) -> None:
    html = offered(as_("marta"), url(cast), TITLE)
    assert f'name="group" value="{cast.clover.pk}"' in html
    as_("marta").post(f"/questions/{known.pk}/again/", {"group": cast.clover.pk})
    assert set(known.asks.values_list("group__name", "enrolment__person__name")) == {
        ("Juniper", "Dalia Haddad"),
        ("Clover", None),
    }


def test_question_similar_offers_no_button_for_ones_own_question(
    cast: Cast, as_: SignIn, known: Question
) -> None:
    html = offered(as_("dalia"), url(cast, "juniper"), TITLE)
    assert titles(html) == [TITLE]
    assert "you asked this" in html
    assert "formaction" not in html


def test_question_similar_puts_the_likeliest_first_and_milestones_as_a_hint(cast: Cast, as_: SignIn) -> None:
    first, second = (
        ask(
            group=cast.clover, by=cast.person("bruno"), at=NOW, title=f"How are prompts {word}?", milestone=at
        )
        for word, at in (("scored", cast.milestones[0]), ("judged", cast.milestones[1]))
    )
    ask(group=cast.clover, by=cast.person("bruno"), at=NOW, title="What is a token?")
    browser = as_("ana")
    for near, other in ((first, second), (second, first)):
        html = offered(browser, url(cast), "How are prompts rated?", milestone=near.milestone_id)
        assert titles(html) == [near.title, other.title]


@pytest.mark.parametrize(
    "fields",
    [{}, {"title": ""}, {"title": "Wh"}, {"title": "x" * 400}, {"title": "\x00"}, {"title": "zebras"}],
)
def test_question_similar_of_nothing_is_empty(
    cast: Cast, as_: SignIn, known: Question, fields: dict[str, str]
) -> None:
    html = as_("ana").get(url(cast), fields | {"milestone": "x", "material": "-1"}).text
    assert "<li" not in html
    assert 'name="seen"' not in html
    assert '<div hx-swap-oob="innerHTML:#suggestions-told"></div>' in html


def test_question_similar_unfolds_long_answers_and_leads_to_longer_ones(
    cast: Cast, as_: SignIn, known: Question
) -> None:
    for body in ("word " * 100, "word " * 2_000):
        known.answers.all().delete()
        AnswerFactory.create(question=known, answered_by=cast.tomas, body=body)
        html = offered(as_("ana"), url(cast), TITLE)
        assert ('<div class="prose">' in html) is (len(body) == 500)
        assert f'<a href="{known.get_absolute_url()}">Open the question</a>' in html
        assert html.count("word") < 150
    for n in range(3):
        AnswerFactory.create(question=known, answered_by=cast.tomas, body=f"Answer {n}")
    assert "All 4 answers" in offered(as_("ana"), url(cast), TITLE)


@pytest.mark.parametrize("attack", ATTACKS)
def test_question_similar_runs_nothing_that_was_typed(
    cast: Cast, as_: SignIn, known: Question, attack: str
) -> None:
    AnswerFactory.create(question=known, answered_by=cast.tomas, body=f"{attack}\n\n{'word ' * 60}")
    html = as_("ana").get(url(cast), {"title": f"{TITLE} {attack}"}).text
    assert TITLE in html
    for tag, attributes in Tags(html).found:
        assert tag not in ("script", "style", "iframe", "img", "b", "object", "embed")
        assert not [name for name in attributes if name.startswith("on")]
        assert not re.match(r"\s*(javascript|data|vbscript):", attributes.get("href") or "", re.IGNORECASE)


# Questions for others


@pytest.fixture
def secrets(cast: Cast) -> dict[str, str]:
    """A question alike for each way in which it may not be for everybody; the last word says which it is."""
    other_cohort = CohortFactory.create(course=cast.course, title="Spring 2026")
    other_group = GroupFactory.create(cohort=other_cohort, name="Rowan")
    gita = MembershipFactory.create(group=other_group, person=UserFactory.create(name="Gita Rao"))
    foreign = GroupFactory.create(cohort=CohortFactory.create(course=cast.zoe.course_adminships.get().course))
    hugo = MembershipFactory.create(group=foreign, person=UserFactory.create(name="Hugo Lang"))
    where = {
        "ours": (cast.bruno, "group"),
        "theirs": (cast.dalia, "group"),
        "hidden": (cast.chidi, "cohort"),
        "spring": (gita, "cohort"),
        "forall": (gita, "course"),
        "foreign": (hugo, "course"),
    }
    for word, (membership, visibility) in where.items():
        question = QuestionFactory.create(
            membership=membership,
            title=f"Why divide by roots {word}",
            visibility=visibility,
            is_asker_hidden=word == "hidden",
            status="answered",
            first_answered_at=NOW,
        )
        AnswerFactory.create(
            question=question, answered_by=membership.enrolment.person, body=f"Because of {word}body"
        )
    return {word: f"Why divide by roots {word}" for word in where}


SEEN = {
    "ana": {"ours", "hidden", "forall"},
    "bruno": {"ours", "hidden", "forall"},
    "chidi": {"ours", "hidden", "forall"},
    "dalia": {"theirs", "hidden", "forall"},
    "marta": {"ours", "hidden", "forall"},
    "tomas": {"theirs", "hidden", "forall"},
    "ines": {"ours", "theirs", "hidden", "spring", "forall"},
}


@pytest.mark.parametrize("who", SEEN)
def test_question_similar_shows_each_what_they_may_see_and_names_nobody(
    cast: Cast, as_: SignIn, secrets: dict[str, str], who: str
) -> None:
    browser = as_(who)
    group = "juniper" if who in ("dalia", "tomas") else "clover"
    html = "".join(offered(browser, url(cast, group), title) for title in secrets.values())
    assert {word for word, title in secrets.items() if title in titles(html)} == SEEN[who]
    assert {word for word in secrets if f"{word}body" in html} == SEEN[who]
    # The own group stands on the button of who leads it.
    told = html.replace("Asked again in Juniper", "").replace("Asked again in Clover", "")
    names = ("Ana", "Bruno", "Chidi", "Dalia", "Gita", "Hugo", "Clover", "Juniper", "Rowan", "Spring")
    assert [name for name in names if name in told] == []


@pytest.mark.parametrize("who", SEEN)
@pytest.mark.parametrize("path", ["/search/", "/questions/"])
def test_box_and_list_offer_each_what_they_may_see(
    as_: SignIn, secrets: dict[str, str], who: str, path: str
) -> None:
    browser = as_(who)
    html = "".join(unescape(browser.get(path, {"q": title}).text) for title in secrets.values())
    assert {word for word, title in secrets.items() if title in titles(html)} == SEEN[who]
    assert {word for word in secrets if f"{word}body" in html} == SEEN[who]


def test_box_offers_from_three_words_on_with_the_deeds_of_who_asks(
    cast: Cast, as_: SignIn, known: Question
) -> None:
    def shown(who: str, text: str) -> str:
        address = {"q": text, "milestone": cast.milestones[0].pk}
        return " ".join(unescape(as_(who).get("/search/", address).text).split())

    assert titles(shown("ana", "square root")) == []
    html = shown("ana", "Divide by roots")
    assert titles(html) == [TITLE]
    assert '<input type="hidden" name="title" value="Divide by roots">' in html
    assert f'<input type="hidden" name="milestone" value="{cast.milestones[0].pk}">' in html
    assert f'name="group" value="{cast.clover.pk}"' in html
    assert f'name="group" value="{cast.clover.pk}"' in shown("marta", TITLE)
    # Who asks nowhere reads it.
    assert titles(shown("ines", TITLE)) == [TITLE]
    assert "formaction" not in shown("ines", TITLE)


def test_box_and_list_ask_about_no_milestone_of_another_course(
    cast: Cast, as_: SignIn, known: Question
) -> None:
    other = MilestoneFactory.create(title="Sampling")
    other.course.admins.create(person=cast.person("ana"))
    browser = as_("ana")
    for path in ("/search/", "/questions/"):
        for milestone, sent in ((other, []), (cast.milestones[0], [str(cast.milestones[0].pk)])):
            html = browser.get(path, {"q": TITLE, "milestone": milestone.pk}).text
            form = html.partition('<form method="post" id=')[2].partition("</form>")[0]
            assert 'name="title"' in form
            assert re.findall(r'name="milestone" value="(\d+)"', form) == sent
            assert "That answers it" in html


def test_what_has_an_answer_stands_before_what_has_none(cast: Cast, as_: SignIn, known: Question) -> None:
    ask(group=cast.juniper, by=cast.person("dalia"), at=NOW, title="Why divide by the square root?")
    html = offered(as_("ana"), url(cast), "Why divide by the square root?")
    assert titles(html) == [TITLE, "Why divide by the square root?"]
    assert re.findall(r'<ul[^>]* aria-label="([^"]*)"', html) == ["Answered before", "Asked before"]


def test_question_similar_is_closed_to_who_left(cast: Cast, as_: SignIn, secrets: dict[str, str]) -> None:
    cast.ana.ended_on, cast.ana.end_reason = NOW.date() - timedelta(days=1), "dropped"
    cast.ana.save()
    assert as_("ana").get(url(cast), {"title": secrets["ours"]}).status_code == 403


def test_question_similar_of_a_hidden_duplicate_shows_the_original_only(cast: Cast, as_: SignIn) -> None:
    original = ask(group=cast.juniper, by=cast.person("dalia"), at=NOW, title="How do embeddings work?")
    twin = ask(group=cast.juniper, by=cast.person("emre"), at=NOW, title="Zebra vectors?", visibility="group")
    mark_duplicate(question=twin, original=original, by=cast.tomas, at=NOW)
    assert titles(offered(as_("ana"), url(cast), "Zebra vectors?")) == []
    assert titles(offered(as_("fatima"), url(cast, "juniper"), "Zebra vectors?")) == [original.title]


def counts(html: str) -> list[str]:
    return re.findall(r"asked (once|\d+ times)", html)


def test_question_similar_tells_no_count_that_singles_out_a_person(cast: Cast, as_: SignIn) -> None:
    ours = ask(group=cast.clover, by=cast.person("ana"), at=NOW, title="Ours of roots", visibility="group")
    open_one = ask(group=cast.clover, by=cast.person("ana"), at=NOW, title="Everybody's forests")
    for question in (ours, open_one):
        for name in ("bruno", "chidi"):
            ask_again(question=question, group=cast.clover, by=cast.person(name), at=NOW)
    # Three people study in the group: that it was asked three times says that each of them did.
    for who, told in (("bruno", []), ("marta", ["3 times"]), ("ines", ["3 times"])):
        assert counts(offered(as_(who), url(cast), ours.title)) == told, who
        assert counts(offered(as_(who), url(cast), open_one.title)) == ["3 times"], who
    # In a cohort of four it says as much.
    for stay in (cast.emre, cast.fatima):
        stay.delete()
        stay.enrolment.delete()
    assert counts(offered(as_("bruno"), url(cast), open_one.title)) == []
    assert counts(offered(as_("marta"), url(cast), open_one.title)) == ["3 times"]


# Cost


@pytest.mark.parametrize("count", [1, 4])
@pytest.mark.parametrize("who", ["ana", "marta", "ines"])
def test_question_similar_takes_as_many_queries_for_four_as_for_one(
    cast: Cast, as_: SignIn, who: str, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(count):
        question = QuestionFactory.create(membership=cast.dalia, title=f"Why divide by roots {n}?")
        AnswerFactory.create(question=question, answered_by=cast.tomas)
        AskFactory.create(question=question, group=cast.clover, logged_by=cast.marta)
    browser = as_(who)
    # Course admins find the group, to which they have no tie of their own; who mentors, what asks they led elsewhere.
    more = who in {"ines", "marta"}
    # Session, person, relations; words, titles, texts, rows, answers.
    with django_assert_num_queries(11 + more):
        html = browser.get(url(cast), {"title": "Why divide by roots?"}).text
    assert len(titles(html)) == min(count, 3)
    # With no result: words, and halves of a word that no title holds.
    with django_assert_num_queries(7 + more):
        browser.get(url(cast), {"title": "zebras"})


def test_question_similar_template_asks_the_database_nothing(
    cast: Cast, known: Question, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    shown = suggestions(
        reader=reader(cast.person("ana"), NOW), asked=Text(NOT_ASKED, TITLE), course_id=cast.course.pk
    )
    assert [row.question.title for row in shown] == [TITLE]
    with django_assert_num_queries(0):
        render_to_string(
            "questions/_question_suggestions.html",
            {"similar": shown, "group": cast.clover, "is_for_oneself": True},
        )


# The step after sending


def test_what_was_seen_while_typing_is_not_offered_again(cast: Cast, as_: SignIn, known: Question) -> None:
    browser = as_("ana")
    new = reverse("questions:question-new", args=[cast.clover.pk])
    fields = {"title": "Why divide by the square root of the size?", "visibility": "cohort"}
    assert "This was answered" in browser.post(new, fields).text
    assert not Question.objects.filter(asked_by=cast.person("ana")).exists()
    browser.post(new, fields | {"seen": f"{known.pk} x {'9' * 30}"})
    assert Question.objects.filter(asked_by=cast.person("ana")).count() == 1
