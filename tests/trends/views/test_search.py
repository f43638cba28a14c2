"""The hits of the one box, for each role: names and titles of what they may open, and nothing that was said."""

from datetime import date, timedelta
from functools import cache

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags
from pytest_django import DjangoAssertNumQueries

from courses.models import Cohort
from groups.models import Concern, Mentorship
from people.models import User
from questions.actions import ask
from tests.conftest import NOW, TODAY, Cast, SignIn
from tests.factories.courses import MaterialFactory, MilestoneFactory
from tests.factories.groups import EnrolmentFactory, GroupFactory, MembershipFactory, MentorshipFactory
from tests.factories.questions import AnswerFactory, QuestionFactory, TopicFactory
from tests.factories.tracker import (
    CheckInEntryFactory,
    CheckInFactory,
    MeetingItemFactory,
    MeetingNoteFactory,
)
from tracker.actions.progress import mark
from trends.actions.needs import note_need

ROLES = ("ana", "bruno", "dalia", "marta", "tomas", "ines", "zoe")


@pytest.fixture
def as_(as_: SignIn) -> SignIn:
    """One browser a person: each looks for many things."""
    return cache(as_)


def found(browser: Client, text: str) -> dict[str, list[str]]:
    """Titles by kind."""
    kinds = browser.get("/search/", {"q": text}).context["found"].kinds
    return {kind.label: [strip_tags(title) for title, *_ in kind.shown] for kind in kinds}


def who_finds(as_: SignIn, text: str, kind: str) -> dict[str, list[str]]:
    """Titles of a kind by the name of who finds some."""
    by_role = {who: found(as_(who), text).get(kind, []) for who in ROLES}
    return {who: titles for who, titles in by_role.items() if titles}


def test_people_are_found_by_who_may_open_their_page(cast: Cast, as_: SignIn) -> None:
    ana, dalia = ["Ana Ruivo"], ["Dalia Haddad"]
    assert who_finds(as_, "ana", "People") == {"ana": ana, "marta": ana, "ines": ana}
    assert who_finds(as_, "DALIA h", "People") == {"dalia": dalia, "tomas": dalia, "ines": dalia}
    # Each of them leads to a page that opens, for everyone who finds them; accents do not matter.
    for who in ROLES:
        for kind in as_(who).get("/search/", {"q": "fatima"}).context["found"].kinds:
            assert [as_(who).get(url).status_code for _, url, *_ in kind.shown] == [200]
    assert who_finds(as_, "fatima", "People") == {name: ["Fátima Nunes"] for name in ("tomas", "ines")}
    # Nobody is found by an address, nor who is forgotten by what they were called.
    assert who_finds(as_, "example", "People") == {}


def test_former_mentors_find_whom_they_mentored_and_nobody_who_came_later(cast: Cast, as_: SignIn) -> None:
    Mentorship.objects.filter(group=cast.clover).update(ended_on=TODAY - timedelta(days=2))
    late = EnrolmentFactory.create(cohort=cast.cohort, person__name="Anatol Late", started_on=TODAY)
    MembershipFactory.create(enrolment=late, group=cast.clover, started_on=TODAY)
    MentorshipFactory.create(group=cast.clover, person=cast.tomas, started_on=TODAY)
    assert who_finds(as_, "ana", "People") == {
        "ana": ["Ana Ruivo"],
        "marta": ["Ana Ruivo"],
        "tomas": ["Ana Ruivo", "Anatol Late"],
        "ines": ["Ana Ruivo", "Anatol Late"],
    }
    # The group is found by its name; by that of who mentors it now only by who is in it.
    assert set(who_finds(as_, "clover", "Groups")) == {"ana", "bruno", "marta", "tomas", "ines"}
    assert "marta" not in {
        who for who, names in who_finds(as_, "tomás", "Groups").items() if "Clover" in names
    }
    notes = [
        note
        for kind in as_("marta").get("/search/?q=clover").context["found"].kinds
        for _, _, note, _ in kind.hits
    ]
    assert notes == ["Autumn 2026"]


def test_groups_are_found_by_their_people_and_course_admins(cast: Cast, as_: SignIn) -> None:
    assert set(who_finds(as_, "clov", "Groups")) == {"ana", "bruno", "marta", "ines"}
    assert who_finds(as_, "marta", "Groups") == {who: ["Clover"] for who in ("ana", "bruno", "marta", "ines")}


def test_milestones_and_materials_are_found_by_all_of_the_course(cast: Cast, as_: SignIn) -> None:
    prompt = cast.milestones[1]
    MaterialFactory.create(
        milestone=prompt, title="Chain-of-Verification (CoVe)", url="https://example.com/cove"
    )
    MaterialFactory.create(milestone=prompt, title="Verification of old", retired_on=date(2026, 9, 1))
    insiders = set(ROLES) - {"zoe"}
    assert set(who_finds(as_, "prom eng", "Milestones")) == insiders
    materials = who_finds(as_, "verific", "Materials")
    assert materials == {who: ["Chain-of-Verification (CoVe)"] for who in insiders}
    (kind,) = as_("ana").get("/search/?q=cove").context["found"].kinds
    assert [(url, note) for _, url, note, _ in kind.shown] == [
        ("https://example.com/cove", "Prompt engineering · page")
    ]


def test_questions_are_found_by_their_title_and_sight(cast: Cast, as_: SignIn) -> None:
    QuestionFactory.create(membership=cast.ana, title="Why zebras?", visibility="group")
    QuestionFactory.create(membership=cast.ana, title="Which zebras?", detail="Quaggas", visibility="cohort")
    both, one = ["Which zebras?", "Why zebras?"], ["Which zebras?"]
    assert who_finds(as_, "zebra", "Questions") == {
        "ana": both,
        "bruno": both,
        "marta": both,
        "ines": both,
        "dalia": one,
        "tomas": one,
    }
    # Words in it, or in its answers, are for the list of questions, where the box leads.
    assert who_finds(as_, "quagga", "Questions") == {}
    assert 'href="/questions/?q=quagga"' in as_("ana").get("/search/?q=quagga").text


def test_what_has_the_words_and_is_not_offered_is_listed(cast: Cast, as_: SignIn) -> None:
    """Three are offered, of the course in which the student asks; the others are found by their titles."""
    titles = [f"Install docker windows {word}" for word in ("home", "edition", "pro", "server", "eleven")]
    here = [ask(group=cast.clover, by=cast.ana.enrolment.person, at=NOW, title=title) for title in titles]
    over = GroupFactory.create(cohort__closed_on=date(2026, 9, 1))
    stay = MembershipFactory.create(
        group=over, enrolment__person=cast.person("ana"), enrolment__cohort=over.cohort
    )
    there = QuestionFactory.create(membership=stay, title="Install docker windows there")
    hits = as_("ana").get("/search/", {"q": "install docker windows"})
    offered = {row.question.title for row in hits.context["found"].offered}
    assert (len(offered), there.title in offered) == (3, False)
    listed = set(found(as_("ana"), "install docker windows")["Questions"])
    assert listed == {*titles, there.title} - offered
    assert all(question.get_absolute_url() in hits.text for question in [*here, there])


def test_a_merged_question_is_found_as_its_original(cast: Cast, as_: SignIn) -> None:
    original = QuestionFactory.create(membership=cast.ana, title="Which stripes?")
    QuestionFactory.create(
        membership=cast.bruno, title="What zebras?", duplicate_of=original, status="duplicate"
    )
    assert found(as_("dalia"), "zebra") == {"Questions": ["Which stripes?"]}


def test_no_question_is_found_by_its_hidden_asker(cast: Cast, as_: SignIn) -> None:
    QuestionFactory.create(membership=cast.ana, title="Why zebras?", is_asker_hidden=True)
    assert who_finds(as_, "ana", "Questions") == {}
    notes = {
        who: note
        for who in ROLES
        for kind in as_(who).get("/search/?q=zebra").context["found"].kinds
        for _, _, note, _ in kind.hits
    }
    assert notes == {
        "ana": "you · open",
        "marta": "Ana Ruivo · open",
        "ines": "Ana Ruivo · open",
        **dict.fromkeys(("bruno", "dalia", "tomas"), "somebody in the cohort · open"),
    }


def test_titles_of_questions_are_looked_for_from_three_letters_on(cast: Cast, as_: SignIn) -> None:
    ask(group=cast.juniper, by=cast.person("dalia"), at=NOW, title="Why mlops?")
    assert (found(as_("ana"), "ml"), found(as_("ana"), "mlo")) == ({}, {"Questions": ["Why mlops?"]})


def test_topics_and_what_to_improve_are_found_by_who_sees_their_lists(cast: Cast, as_: SignIn) -> None:
    zebras, *_ = asked = [
        QuestionFactory.create(membership=who, title=title)
        for who, title in ((cast.ana, "Why zebras?"), (cast.bruno, "Which stripes?"))
    ]
    TopicFactory.create(course=cast.course, questions=asked)
    note_need(course=cast.course, thing=zebras, why="No drawing", by=cast.marta, at=NOW)
    # Tomás sees its questions, but nobody of his groups asked one.
    assert who_finds(as_, "zebra", "Topics") == {who: ["Why zebras?"] for who in ("marta", "ines")}
    assert who_finds(as_, "zebra", "To improve") == {"ines": ["Why zebras?"]}
    assert who_finds(as_, "drawing", "To improve") == {}


def test_a_topic_is_found_by_its_name_by_course_admins_and_by_mentors_by_a_question(
    cast: Cast, as_: SignIn
) -> None:
    asked = [QuestionFactory.create(membership=cast.ana, title=title) for title in ("Zebras?", "Stripes?")]
    secret = QuestionFactory.create(membership=cast.dalia, title="Why okapis?", visibility="group")
    TopicFactory.create(course=cast.course, questions=asked, title="Quaggas")
    TopicFactory.create(course=cast.course, questions=[*asked, secret], title="Okapi and others")
    assert who_finds(as_, "okapi and", "Topics") == {"ines": ["Okapi and others"]}
    assert who_finds(as_, "okapi", "Topics") == {"tomas": ["Why okapis?"], "ines": ["Okapi and others"]}
    assert who_finds(as_, "stripes", "Topics") == {who: ["Stripes?"] for who in ("marta", "tomas")}


def test_nothing_that_was_said_is_found(cast: Cast, as_: SignIn) -> None:
    ana = cast.enrolment("ana")
    Cohort.objects.update(asks_before_meeting=True)
    MeetingNoteFactory.create(enrolment=ana, group=cast.clover, note="Zebras puzzle me")
    MeetingItemFactory.create(enrolment=ana, group=cast.clover, text="Zebras?")
    check_in = CheckInFactory.create(
        group=cast.clover,
        summary="Zebras",
        private_note="Zebras",
        request="More zebras?",
        logged_by=cast.marta,
    )
    CheckInEntryFactory.create(check_in=check_in, enrolment=ana, note="Likes zebras")
    Concern.objects.create(enrolment=ana, body="Zebras frighten me.", told_at=NOW)
    assert {who: found(as_(who), "zebra") for who in ROLES} == {key: {} for key in ROLES}


def test_archived_things_are_not_found_and_those_of_a_closed_cohort_are(cast: Cast, as_: SignIn) -> None:
    QuestionFactory.create(membership=cast.ana, title="Why clover?")
    Cohort.objects.update(closed_on=TODAY)
    kinds = {"Groups": ["Clover"], "Questions": ["Why clover?"]}
    assert {who: found(as_(who), "clover") for who in ("ana", "marta", "ines")} == dict.fromkeys(
        ("ana", "marta", "ines"), kinds
    )
    # In a closed cohort nothing is asked.
    assert 'name="ask"' not in as_("ana").get("/search/").text
    Cohort.objects.update(archived_at=NOW, archived_by=cast.ines)
    assert {who: found(as_(who), "clover") for who in ROLES} == {key: {} for key in ROLES}
    assert found(as_("ines"), "ana") == {}


def test_of_an_archived_course_nothing_is_found(cast: Cast, as_: SignIn) -> None:
    asked = [QuestionFactory.create(membership=cast.ana, title=title) for title in ("Why prompt?", "Prompt?")]
    TopicFactory.create(course=cast.course, questions=asked)
    note_need(course=cast.course, thing=asked[0], why="No drawing", by=cast.marta, at=NOW)
    cast.course.archived_at, cast.course.archived_by = NOW, cast.ines
    cast.course.save()
    for text in ("prompt", "ana", "clover"):
        assert [found(as_(who), text) for who in ("ana", "marta", "ines")] == [{}] * 3


@pytest.mark.parametrize("text", ["", " ", "a", "?!", "%", "_", "a\x00", "'", '"*', "x" * 5_000])
def test_a_text_without_a_word_of_two_letters_finds_nothing(cast: Cast, as_: SignIn, text: str) -> None:
    assert found(as_("ines"), text) == {}
    page = as_("ines").get("/search/", {"q": text}).text
    assert ("Questions and answers that say" in page) is (len(text) > 2)


@pytest.mark.parametrize(
    ("who", "text", "told"),
    [
        ("ana", "", ""),
        ("ana", "z", ""),
        ("ana", "Zuzana Q", "Not found."),
        ("ana", "What is zugzwang?", "Not found. Ask it: an answer is promised within 3 weekdays."),
        ("marta", "What is zugzwang?", "Not found."),
        ("ines", "What is zugzwang?", "Not found."),
    ],
)
def test_an_answer_is_promised_to_a_student_whose_text_may_be_a_question(
    cast: Cast, as_: SignIn, who: str, text: str, told: str
) -> None:
    cast.course.question_days = 3
    cast.course.save()
    html = as_(who).get("/search/", {"q": text}).text
    said = html.partition('id="box-told">')[2].partition("</p>")[0]
    assert " ".join(said.split()) == told


def test_a_few_of_each_kind_are_shown_and_the_page_says_that_there_are_more(cast: Cast, as_: SignIn) -> None:
    for number in range(7):
        MilestoneFactory.create(course=cast.course, title=f"Chunks {number}", position=20 + number)
    html = as_("ana").get("/search/?q=chunk").text
    assert found(as_("ana"), "chunk") == {"Milestones": [f"Chunks {number}" for number in range(5)]}
    assert "The first 5 found" in " ".join(html.split())
    assert "More milestones match: type more letters." in html
    assert "<mark>Chunks</mark> 0" in html


def test_titles_are_text(cast: Cast, as_: SignIn) -> None:
    MilestoneFactory.create(course=cast.course, title="<b>bold</b> <script>", position=20)
    html = as_("ana").get("/search/?q=bold").text
    assert "<mark>&lt;b&gt;bold&lt;/b&gt;</mark> &lt;script&gt;" in html or "&lt;b&gt;bold" in html
    assert "<script>" not in html


def test_box_is_on_pages_of_who_is_in_a_course(cast: Cast, as_: SignIn) -> None:
    def label(who: str) -> str | None:
        box = as_(who).get("/account/").context["box"]
        return box["label"] if box else None

    stranger = User.objects.create_user("eva@example.com", name="Eva")
    browser = Client()
    browser.force_login(stranger)
    assert {who: label(who) for who in ("ana", "marta", "ines", "zoe")} == {
        "ana": "Search or ask",
        "marta": "Search or ask",
        "ines": "Search",
        "zoe": "Search",
    }
    assert "data-box" not in browser.get("/account/").text
    assert "You are in no course yet" in browser.get("/search/").text
    assert 'name="ask"' not in as_("ines").get("/search/").text


def asks(browser: Client, **address: object) -> str:
    """The address of *Ask*."""
    answer = browser.get("/search/", {"q": " Why  divide? ", "ask": "on", **address})
    assert answer.status_code == 302
    return answer.headers["Location"].replace("title=Why+divide%3F&", "")


def test_box_asks_about_where_one_is(cast: Cast, as_: SignIn) -> None:
    first, second, *_ = cast.milestones
    ana, clover = as_("ana"), reverse("questions:question-new", args=[cast.clover.pk])
    # My week's milestone; once it is done, the next one.
    assert asks(ana) == f"{clover}?milestone={first.pk}"
    mark(enrolment=cast.enrolment("ana"), milestone=first, state="done", by=cast.person("ana"), at=NOW)
    assert asks(ana) == f"{clover}?milestone={second.pk}"
    # The page's, and none where none was chosen.
    assert asks(ana, milestone=first.pk) == f"{clover}?milestone={first.pk}"
    assert asks(ana, milestone="") == f"{clover}?milestone="
    # One of another course is none of the page.
    assert asks(ana, milestone=MilestoneFactory.create().pk) == f"{clover}?milestone={second.pk}"
    assert f'href="/search/?milestone={second.pk}"' in ana.get(f"/milestones/{second.pk}/questions/").text
    week = reverse("tracker:week", args=[cast.clover.pk])
    assert f'href="/search/?group={cast.clover.pk}"' in ana.get(week).text
    shown = ana.get(f"{week}?milestone={first.pk}").text
    assert f'href="/search/?group={cast.clover.pk}&amp;milestone={first.pk}"' in shown
    # A group of others is none to ask in, and who may ask nowhere searches.
    assert asks(ana, group=cast.juniper.pk).startswith(clover)
    assert as_("ines").get("/search/", {"q": "Why?", "ask": "on"}).status_code == 200
    # Of a group that one mentors: the one that it is at.
    assert asks(as_("marta")) in {f"{clover}?milestone={each.pk}" for each in (first, second)}


def test_form_that_is_opened_by_its_address_is_about_where_one_is(cast: Cast, as_: SignIn) -> None:
    new = reverse("questions:question-new", args=[cast.clover.pk])
    page = as_("ana").get(new, {"title": "Why?"}, follow=True)
    assert page.redirect_chain[-1][0] == f"{new}?title=Why%3F&milestone={cast.milestones[0].pk}"
    form = page.context["form"]
    assert form["milestone"].value() == str(cast.milestones[0].pk)


def test_who_has_several_groups_chooses_one(cast: Cast, as_: SignIn) -> None:
    MentorshipFactory.create(group=cast.juniper, person=cast.marta, role="co-mentor")
    browser = as_("marta")
    page = browser.get("/search/", {"q": "Why?", "ask": "on"}).text
    for group in (cast.clover, cast.juniper):
        assert f'href="?q=Why%3F&amp;ask=on&amp;group={group.pk}"' in page
        there = reverse("questions:question-new", args=[group.pk])
        assert asks(browser, group=group.pk).startswith(there)


@pytest.mark.parametrize("count", [2, 6])
@pytest.mark.parametrize(
    ("who", "text", "queries", "of_question"),
    [("ana", "zebra", 11, 17), ("marta", "zebra", 13, 18), ("ines", "zebra", 16, 19)],
)
def test_search_takes_as_many_queries_for_more_than_are_shown_as_for_two(
    cast: Cast,
    as_: SignIn,
    who: str,
    text: str,
    queries: int,
    of_question: int,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(count):
        title = f"Why zebras {number}?"
        MilestoneFactory.create(course=cast.course, title=title, position=20 + number)
        MaterialFactory.create(milestone=cast.milestones[0], title=title)
        GroupFactory.create(cohort=cast.cohort, name=title)
        stay = MembershipFactory.create(enrolment__person__name=f"Zebra {number}", group=cast.clover)
        asked = [QuestionFactory.create(membership=stay, title=title, detail="Quaggas?") for _ in range(2)]
        AnswerFactory.create(question=asked[0], answered_by=cast.tomas)
        TopicFactory.create(course=cast.course, questions=asked)
        note_need(course=cast.course, thing=asked[0], why="No drawing", by=cast.marta, at=NOW)
    browser = as_(who)
    browser.get("/questions/")
    hits = {"HX-Request": "true", "HX-Target": "box-hits"}
    with django_assert_num_queries(queries):
        html = browser.get("/search/", {"q": text}, headers=hits).text
    assert "<mark>" in html
    # Besides: words, titles, texts, rows, answers and asks of what is offered; nothing else has this name.
    with django_assert_num_queries(of_question):
        html = browser.get("/search/", {"q": f"Why {text}s again"}, headers=hits).text
    assert "Answered before" in html
