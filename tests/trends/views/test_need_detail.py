from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from lib.history import credit
from questions.models import MaterialChange, MaterialNeed, Question, Topic
from tests.conftest import NOW, Cast, SignIn
from tests.factories.courses import MaterialFactory
from tests.factories.people import UserFactory
from tests.factories.questions import QuestionFactory
from tests.messages import said
from trends.actions.changes import save_change
from trends.actions.needs import note_need, set_state


@pytest.fixture
def question(cast: Cast) -> Question:
    return QuestionFactory.create(membership=cast.ana, title="Why a root?")


def change(cast: Cast, **fields: Any) -> MaterialChange:
    return save_change(
        change=MaterialChange(course=cast.course, changed_on=NOW.date(), **{"what": "A drawing", **fields}),
        questions=[],
        topics=[],
        by=cast.ines,
        at=NOW,
    )


def post(browser: Client, name: str, need: MaterialNeed, **fields: Any) -> Any:
    return browser.post(reverse(f"trends:{name}", args=[need.pk]), fields)


def state(need: MaterialNeed) -> str:
    return MaterialNeed.objects.get(pk=need.pk).state


def test_need_detail_shows_who_noted_it_and_its_history(
    cast: Cast, as_: SignIn, question: Question, need: MaterialNeed
) -> None:
    note_need(course=cast.course, thing=need.question, why="Asked weekly", by=cast.ines, at=NOW)
    set_state(need=need, state="wont_change", reason="Too special", by=cast.ines, at=NOW)
    page = as_("ines").get(need.get_absolute_url())
    assert [(note.why, note.noted_by, may) for note, may in page.context["notes"]] == [
        ("Asked weekly", cast.ines, True)
    ]
    assert "No drawing" in page.text
    assert [(line.field, line.before, line.after) for line in page.context["history"]] == [
        ("state", "open", "won't change"),
        ("reason", "—", "Too special"),
    ]
    assert page.context["subject_url"] == question.get_absolute_url()


def test_mentor_reads_a_need_and_settles_nothing(cast: Cast, as_: SignIn, need: MaterialNeed) -> None:
    html = as_("tomas").get(need.get_absolute_url()).content.decode()
    assert "No drawing" in html
    for name in ("own", "reopen", "refuse", "meet", "remove"):
        assert reverse(f"trends:need-{name}", args=[need.pk]) not in html
    own = as_("marta").get(need.get_absolute_url()).content.decode()
    assert reverse("trends:need-remove", args=[need.pk]) in own
    set_state(need=need, state="wont_change", reason="Too special", by=cast.ines, at=NOW)
    settled = as_("marta").get(need.get_absolute_url()).content.decode()
    assert "Won't change: Too special" in settled
    assert reverse("trends:need-remove", args=[need.pk]) not in settled


def test_need_that_somebody_of_the_same_name_noted_too_is_not_offered_for_removal(
    cast: Cast, as_: SignIn, need: MaterialNeed
) -> None:
    namesake = UserFactory.create(name=cast.ines.name)
    browser = as_("ines")
    for by, may in ((cast.ines, True), (namesake, False)):
        note_need(course=cast.course, thing=need.question, why="Asked weekly", by=by, at=NOW)
        assert browser.get(need.get_absolute_url()).context["may_remove"] is may


def test_hidden_asker_is_not_named_to_other_mentors(cast: Cast, as_: SignIn) -> None:
    hidden = QuestionFactory.create(membership=cast.ana, is_asker_hidden=True)
    need = note_need(course=cast.course, thing=hidden, why="No drawing", by=cast.marta, at=NOW).need
    for name in ("tomas", "marta", "ines"):
        assert "Ana Ruivo" not in as_(name).get(need.get_absolute_url()).content.decode()


def test_need_gets_an_owner_of_the_course_admins(cast: Cast, as_: SignIn, need: MaterialNeed) -> None:
    page = as_("ines").get(need.get_absolute_url())
    assert [str(label) for _, label in page.context["owner_form"].fields["owner"].choices] == [
        "No owner",
        "Inês Duarte",
    ]
    answer = post(as_("ines"), "need-own", need, owner=cast.ines.pk)
    assert said(answer).startswith("Owner: Inês Duarte.")
    assert MaterialNeed.objects.get().owner == cast.ines
    answer = post(as_("ines"), "need-own", need, owner=cast.marta.pk)
    assert said(answer) == "Choose a course admin of this course, or no owner."
    answer = post(as_("ines"), "need-own", need, owner="")
    assert said(answer).startswith("Owner removed.")
    assert MaterialNeed.objects.get().owner is None


def test_need_wont_change_with_its_reason(cast: Cast, as_: SignIn, need: MaterialNeed) -> None:
    browser = as_("ines")
    answer = post(browser, "need-refuse", need, reason=" ")
    assert answer.status_code == 422
    assert "Say why it won&#x27;t change" in answer.content.decode()
    assert state(need) == "to_do"
    answer = post(browser, "need-refuse", need, reason="Too special")
    assert unescape(said(answer)).startswith("Marked as “won't change”.")
    assert reverse("trends:need-reopen", args=[need.pk]) in said(answer)
    assert (state(need), MaterialNeed.objects.get().reason) == ("wont_change", "Too special")
    post(browser, "need-reopen", need)
    assert state(need) == "to_do"


def test_need_is_met_by_a_change_that_is_there(cast: Cast, as_: SignIn, need: MaterialNeed) -> None:
    url = reverse("trends:need-meet", args=[need.pk])
    html = as_("ines").get(url).content.decode()
    assert "No change is recorded yet" in html
    assert f"{reverse('trends:change-new', args=['llm'])}?need={need.pk}" in html
    change(cast)
    foreign = save_change(
        change=MaterialChange(
            course=cast.zoe.course_adminships.get().course, what="Foreign", changed_on=NOW.date()
        ),
        questions=[],
        topics=[],
        by=cast.zoe,
        at=NOW,
    )
    page = as_("ines").get(url)
    mine = MaterialChange.objects.get(what="A drawing")
    assert [pk for pk, _ in page.context["form"].offered] == [mine.pk]
    for sent in ({}, {"change": foreign.pk}):
        refused = as_("ines").post(url, sent)
        assert refused.status_code == 422
        # It stands beside the choices, which name it for screen readers.
        assert 'aria-describedby="id_change_error"' in refused.text
        assert 'id="id_change_error"' in refused.text
    answer = as_("ines").post(url, {"change": mine.pk})
    assert said(answer).startswith("Changed: “A drawing”.")
    assert MaterialNeed.objects.get().change == mine
    html = as_("ines").get(need.get_absolute_url()).content.decode()
    assert mine.get_absolute_url() in html
    # A mentor reads what was changed, and gets no link to a page that is not theirs.
    html = as_("marta").get(need.get_absolute_url()).content.decode()
    assert "Changed: A drawing" in " ".join(html.split())
    assert mine.get_absolute_url() not in html


def test_what_was_noted_anew_is_not_reopened(cast: Cast, as_: SignIn, need: MaterialNeed) -> None:
    set_state(need=need, state="wont_change", reason="Too special", by=cast.ines, at=NOW)
    note_need(course=cast.course, thing=need.question, why="Still asked", by=cast.marta, at=NOW)
    answer = post(as_("ines"), "need-reopen", need)
    assert said(answer) == "It was added again and is open already."


def test_needs_of_topics_and_materials_lead_to_their_pages(cast: Cast, as_: SignIn) -> None:
    topic = Topic.objects.create(course=cast.course, title="Roots", found_at=NOW)
    merged = Topic.objects.create(course=cast.course, title="Old", found_at=NOW, merged_into=topic)
    material = MaterialFactory.create(milestone=cast.milestones[0])
    milestone_url = reverse("groups:milestone-detail", args=[cast.milestones[0].pk])
    expected = (
        (topic, topic.get_absolute_url()),
        (merged, topic.get_absolute_url()),
        (material, milestone_url),
    )
    for thing, url in expected:
        need = note_need(course=cast.course, thing=thing, why="Short", by=cast.ines, at=NOW).need
        assert as_("ines").get(need.get_absolute_url()).context["subject_url"] == url


def test_need_that_a_process_of_before_began_is_open(cast: Cast, as_: SignIn, need: MaterialNeed) -> None:
    need.state = "doing"
    credit(need, cast.ines, NOW)
    need.save()
    page = as_("ines").get(need.get_absolute_url())
    assert "<strong>Open.</strong>" in page.text
    assert page.context["history"] == []
    need_list = as_("ines").get("/courses/llm/material/").context
    assert [(tab["label"], tab["count"]) for tab in need_list["tabs"]] == [
        ("Open", 1),
        ("Changed", 0),
        ("Won't change", 0),
    ]


@pytest.mark.parametrize("count", [1, 4])
@pytest.mark.parametrize(("who", "queries"), [("ines", 10), ("marta", 11)])
def test_need_detail_takes_as_many_queries_for_four_as_for_one(
    cast: Cast,
    as_: SignIn,
    need: MaterialNeed,
    who: str,
    queries: int,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for n in range(count):
        note_need(course=cast.course, thing=need.question, why=f"Note {n}", by=cast.ines, at=NOW)
    for _ in range(count):
        set_state(need=need, state="wont_change", reason="Too special", by=cast.ines, at=NOW)
        set_state(need=need, state="to_do", by=cast.ines, at=NOW)
    browser = as_(who)
    # Session, person, need, relations, notes; history and course admins, or the question that the mentor may see.
    with django_assert_num_queries(queries):
        page = browser.get(need.get_absolute_url())
    assert len(page.context["notes"]) == count
